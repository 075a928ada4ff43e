/* SPDX-License-Identifier: MIT
 *
 * glue_internal.h - between glue*.c.
 */
#ifndef RAFTSIM_EXPLORE_GLUE_INTERNAL_H
#define RAFTSIM_EXPLORE_GLUE_INTERNAL_H

#include "cmd/raftsim/explore/glue.h"

/* Only the first is kept. */
__attribute__((format(printf, 2, 3))) void glue_broken(struct glue *glue,
                                                       const char *format, ...);

/* One input and what follows from it at once. */
void glue_input(struct glue *glue, const struct raft_input *in);

/* ---- glue_messages.c ----------------------------------------------------- */

/* What the latest step has sent. */
void glue_send_or_hold(struct glue *glue);
/* Writes have been done: what waited for them leaves. */
void glue_release_held(struct glue *glue);

/* ---- glue_snapshots.c ---------------------------------------------------- */

/* What the latest step wants to be kept, and the state to be replaced. */
void glue_store_and_install(struct glue *glue);
void glue_take_snapshot(struct glue *glue);
bool glue_can_publish(const struct glue *glue);
void glue_publish(struct glue *glue);
/* The state of the machine, as the server was left. */
void glue_find_machine(struct glue *glue);

/* ---- glue_check.c -------------------------------------------------------- */

/* was: the disk, before something was done on it. */
void glue_check_hard_state(struct glue *glue, const struct sim_disk *was);
/* status: after the step. */
void glue_check_reads(struct glue *glue, const struct raft_status *status);
/* What must be true of a server at rest. */
void glue_check(struct glue *glue);

#endif
