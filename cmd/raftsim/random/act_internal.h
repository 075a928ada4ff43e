/* SPDX-License-Identifier: MIT
 *
 * act_internal.h - between act.c and act_begin.c.
 */
#ifndef RAFTSIM_ACT_INTERNAL_H
#define RAFTSIM_ACT_INTERNAL_H

#include "cmd/raftsim/random/act.h"

/* One line of the scenario. */
__attribute__((format(printf, 2, 3))) void act_line(struct act *act,
                                                    const char *format, ...);

#endif
