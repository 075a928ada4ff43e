/* SPDX-License-Identifier: MIT
 *
 * t.h - the one place where tests meet cmocka.
 */
#ifndef TESTS_T_H
#define TESTS_T_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Fails with both numbers in decimal (cmocka 1.1.5 prints hexadecimal). */
#define t_u64_eq(actual, expected)                                           \
    t_u64_eq_at((uint64_t)(actual), (uint64_t)(expected), #actual, __FILE__, \
                __LINE__)

static inline void t_u64_eq_at(uint64_t actual, uint64_t expected,
                               const char *what, const char *file, int line)
{
    if (actual != expected) {
        print_error("%s is %llu, expected %llu\n", what,
                    (unsigned long long)actual, (unsigned long long)expected);
        _fail(file, line);
    }
}

/* main(): run an array of tests; argv[1] may filter them ("*vote*"). */
#define T_MAIN(tests)                                                    \
    int main(int argc, char **argv)                                      \
    {                                                                    \
        if (argc > 1) {                                                  \
            cmocka_set_test_filter(argv[1]);                             \
        }                                                                \
        return cmocka_run_group_tests_name(__FILE__, tests, NULL, NULL); \
    }

#endif
