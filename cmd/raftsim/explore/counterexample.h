/* SPDX-License-Identifier: MIT
 *
 * counterexample.h - how a state was reached, as a scenario that replays it.
 */
#ifndef RAFTSIM_EXPLORE_COUNTEREXAMPLE_H
#define RAFTSIM_EXPLORE_COUNTEREXAMPLE_H

#include <stdio.h>

#include "cmd/raftsim/explore/search.h"

/* The events from the start to a state, as a scenario. */
void counterexample_way(struct explore_search *search, uint32_t state,
                        FILE *out);

/* The events from the start to what is broken, as a scenario. */
void counterexample_print(struct explore_search *search, FILE *out);

/*
 * The same into a file of the directory, explore-WORLD.raft, which is then
 * played by raftsim's player: out is told what that says.
 */
void counterexample_write(struct explore_search *search, const char *directory,
                          FILE *out, FILE *err);

#endif
