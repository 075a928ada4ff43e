/* SPDX-License-Identifier: MIT
 *
 * world.h - a small world: three servers and the bounds of what may happen.
 */
#ifndef RAFTSIM_EXPLORE_WORLD_H
#define RAFTSIM_EXPLORE_WORLD_H

#include <stdio.h>

#include "raft/raft.h"

enum {
    EXPLORE_SERVERS = 3,
    EXPLORE_MAX_TERMS = 5,
    EXPLORE_MAX_LOG = 8,      /* entries in a log, no-ops included */
    EXPLORE_MAX_IN_FLIGHT = 4 /* messages */
};

/*
 * Bounds, of one whole history; messages get lost and overtake each other
 * without a bound. Who is in the last term there is does not time out.
 */
struct explore_world {
    const char *name;
    uint8_t terms;
    uint8_t entries; /* writes of clients */
    uint8_t crashes; /* each server that went down may come back */
    uint8_t duplicates;
    uint8_t heartbeats; /* time-outs of leaders: what is lacking, or nothing */
    uint8_t reads;      /* of clients: heartbeats with nothing in them */
    uint8_t in_flight;  /* what is sent beyond that is lost, any of it */
    bool disk_events;   /* each write is done at some time; else at once */
    struct raft_options options;
};

extern const struct explore_world explore_worlds[];
extern const size_t explore_world_count;

/* NULL: no such world. */
const struct explore_world *explore_find_world(const char *name);

/* All time-outs are alike, and a heartbeat is a tick. */
struct raft_settings explore_settings(const struct explore_world *world,
                                      raft_server_id id);

/* "terms=2 entries=1 ... options=paper" */
void explore_print_bounds(const struct explore_world *world, FILE *out);

/* The same options as words of a scenario. */
void explore_print_options(const struct explore_world *world, FILE *out);

#endif
