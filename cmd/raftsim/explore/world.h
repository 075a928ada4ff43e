/* SPDX-License-Identifier: MIT
 *
 * world.h - a small world: two or three servers and the bounds of what may
 * happen.
 */
#ifndef RAFTSIM_EXPLORE_WORLD_H
#define RAFTSIM_EXPLORE_WORLD_H

#include <stdio.h>

#include "raft/raft.h"

enum {
    EXPLORE_SERVERS = 3,
    EXPLORE_MAX_TERMS = 5,
    EXPLORE_MAX_LOG = 10,      /* entries in a log, no-ops included */
    EXPLORE_MAX_IN_FLIGHT = 4, /* messages */
    EXPLORE_MAX_CHANGES = 2    /* of members */
};

/* Servers: bit 0 is S1. */
enum { S1 = 1, S2 = 2, S3 = 4 };

/*
 * Bounds, of one whole history; messages get lost and overtake each other
 * without a bound. Who is in the last term there is does not time out.
 *
 * Where members change their first configuration is entry 1 of their logs, of
 * term 1; a server that is no member has an empty log and no configuration.
 * Elsewhere the configuration stands outside the logs, as in the paper.
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
    uint8_t servers;    /* 2, or 3: S1, S2, S3; 0: 3 */
    uint8_t members;    /* S1 | S2, if not all of these */
    /* The n-th change that a leader takes is to these members; 0: no more. */
    uint8_t changes[EXPLORE_MAX_CHANGES];
    uint8_t snapshots; /* taken, by any servers */
    bool in_pieces;    /* a snapshot takes two messages; else one */
    struct raft_options options;
};

extern const struct explore_world explore_worlds[];
extern const size_t explore_world_count;

/* NULL: no such world. */
const struct explore_world *explore_find_world(const char *name);

size_t explore_server_count(const struct explore_world *world);
bool explore_changes_members(const struct explore_world *world);

/* The first configuration; the servers have no addresses: nobody dials. */
struct raft_config explore_members(const struct explore_world *world);

/* All time-outs are alike, and a heartbeat is a tick. */
struct raft_settings explore_settings(const struct explore_world *world,
                                      raft_server_id id);

/* "terms=2 entries=1 ... options=paper" */
void explore_print_bounds(const struct explore_world *world, FILE *out);

/* "S1,S3" */
void explore_print_set(uint8_t set, FILE *out);

/* The same options as words of a scenario. */
void explore_print_options(const struct explore_world *world, FILE *out);

#endif
