/* SPDX-License-Identifier: MIT
 *
 * glue_internal.h - between glue.c and glue_messages.c.
 */
#ifndef RAFTSIM_EXPLORE_GLUE_INTERNAL_H
#define RAFTSIM_EXPLORE_GLUE_INTERNAL_H

#include "cmd/raftsim/explore/glue.h"

/* Only the first is kept. */
__attribute__((format(printf, 2, 3))) void glue_broken(struct glue *glue,
                                                       const char *format, ...);

/* What the latest step has sent. */
void glue_send_or_hold(struct glue *glue);
/* Writes have been done: what waited for them leaves. */
void glue_release_held(struct glue *glue);

#endif
