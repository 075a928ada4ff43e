/* SPDX-License-Identifier: MIT
 *
 * sim_guard.h - an invariant that breaks inside a core ends a run, not the
 * program.
 */
#ifndef RAFTSIM_SIM_GUARD_H
#define RAFTSIM_SIM_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Call work(argument). false: a raft_assert() broke in it, and broken says
 * which ("core: r->x <= r->y (raft/log.c:12)"). What work was using may then
 * only be destroyed. Calls may not be nested.
 */
bool sim_guard(void (*work)(void *argument), void *argument, char *broken,
               size_t broken_bytes);

#endif
