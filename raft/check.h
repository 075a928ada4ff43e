/* SPDX-License-Identifier: MIT
 *
 * check.h - asserts that are never compiled out.
 *
 * A failed assert is a bug of ours: it stops the process before another byte
 * is sent. Bytes from the network or from disk are validated, never asserted.
 */
#ifndef RAFT_CHECK_H
#define RAFT_CHECK_H

/*
 * Supplied by the program at link time; must not return. what: the expression
 * that was false; where: file and line.
 */
_Noreturn void raft_panic(const char *what, const char *file, int line);

#define raft_assert(expr)                          \
    do {                                           \
        if (!(expr)) {                             \
            raft_panic(#expr, __FILE__, __LINE__); \
        }                                          \
    } while (0)

#endif
