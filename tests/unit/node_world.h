/* SPDX-License-Identifier: MIT
 *
 * node_world.h - a node, and a world around it that writes everything down.
 */
#ifndef TESTS_UNIT_NODE_WORLD_H
#define TESTS_UNIT_NODE_WORLD_H

#include "raft/node/node.h"

enum { DIARY_BYTES = 4096 };

/*
 * The diary, a word for each call: hard truncate append flush, send:TYPE,
 * configure:MEMBERS, apply:INDEX, read:ID:CONFIRMED.
 */
struct world {
    char diary[DIARY_BYTES];
    const char *refused; /* storage call that fails; NULL = none */
    raft_write_seq last_seq;
    struct raft_node *node;
};

/* Server 1, not started. */
void world_create(struct world *world, const struct raft_options *options);
/* The same, and each step is seen. */
void world_create_seen(struct world *world, const struct raft_options *options,
                       const struct raft_observer *observer);
/* Of so many servers; the configuration stands outside the log. */
void world_start(struct world *world, size_t server_count);
/* One server that leads term 1, its vote on disk. */
void world_lead_alone(struct world *world, const struct raft_options *options);
void world_destroy(struct world *world);

/* The diary since the last look must be this. */
void world_happened(struct world *world, const char *expected);

/* All that was asked for is on disk. */
enum raft_error world_persist(struct world *world);
/* Up to three commands. */
enum raft_error world_propose(struct world *world, size_t count,
                              raft_index *first_index, raft_term *term);
/* From server 2; entry_term 0: a heartbeat. */
enum raft_error world_receive_append(struct world *world, raft_term term,
                                     raft_index prev, raft_term prev_term,
                                     raft_term entry_term);

#endif
