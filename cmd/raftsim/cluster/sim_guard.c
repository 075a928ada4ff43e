/* SPDX-License-Identifier: MIT
 *
 * sim_guard.c - an invariant that breaks inside a core ends a run, not the
 * program.
 */
#include "cmd/raftsim/cluster/sim_guard.h"

#include <setjmp.h>
#include <stdio.h>

#include "cmd/common/core_hooks.h"
#include "raft/check.h"

static struct {
    jmp_buf back;
    char *broken;
    size_t broken_bytes;
    bool active;
} guard;

/* raft_panic() must not return, and does not: it goes back to sim_guard(). */
static void leave(const char *what, const char *file, int line)
{
    core_on_panic(NULL);
    guard.active = false;
    snprintf(guard.broken, guard.broken_bytes, "core: %s (%s:%d)", what, file,
             line);
    longjmp(guard.back, 1);
}

bool sim_guard(void (*work)(void *argument), void *argument, char *broken,
               size_t broken_bytes)
{
    raft_assert(!guard.active);
    guard.active = true;
    guard.broken = broken;
    guard.broken_bytes = broken_bytes;
    if (setjmp(guard.back) != 0) {
        return false;
    }
    core_on_panic(leave);
    work(argument);
    core_on_panic(NULL);
    guard.active = false;
    return true;
}
