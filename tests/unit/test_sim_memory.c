/* SPDX-License-Identifier: MIT
 *
 * test_sim_memory.c - the simulator ends when memory does, and does not take
 * it for a violation.
 */
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/common/core_hooks.h"
#include "cmd/raftsim/cluster/sim_memory.h"
#include "raft/memory.h"
#include "tests/t.h"

static volatile size_t too_much = SIZE_MAX / 2;

/* How a process ends that does this. */
static int ending_of(void (*work)(void))
{
    int status = -1;
    const pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        work();
        _exit(EXIT_SUCCESS);
    }
    assert_true(waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void system_refuses(void)
{
    void *block = malloc(too_much);

    if (block != NULL) {
        free(block);
        _exit(EXIT_FAILURE);
    }
}

static void simulator_asks(void)
{
    free(sim_realloc(NULL, too_much));
}

static void core_asks(void)
{
    raft_free(raft_realloc(NULL, too_much));
}

static void core_of_a_search_asks(void)
{
    core_on_no_memory(sim_no_memory);
    core_asks();
}

static void end_of_memory_has_its_own_exit_code(void **state)
{
    (void)state;
    /* Under a sanitizer: with allocator_may_return_null=1 (`make asan`). */
    assert_int_equal(ending_of(system_refuses), EXIT_SUCCESS);
    assert_int_equal(ending_of(simulator_asks), SIM_NO_MEMORY);
    assert_int_equal(ending_of(core_asks), EXIT_SUCCESS); /* it is told */
    assert_int_equal(ending_of(core_of_a_search_asks), SIM_NO_MEMORY);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(end_of_memory_has_its_own_exit_code),
};

T_MAIN(tests)
