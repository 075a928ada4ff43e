/* SPDX-License-Identifier: MIT
 *
 * explore_ways.h - the search's own glue does what raft/node/ does.
 */
#ifndef TESTS_EXPLORE_WAYS_H
#define TESTS_EXPLORE_WAYS_H

#include "cmd/raftsim/explore/world.h"

/* Some of the first states of a world: servers, disks and messages as real
 * nodes have them when the player plays the way to that state. */
void explore_compare_ways(const struct explore_world *world);

#endif
