/* SPDX-License-Identifier: MIT
 *
 * internal.h - what the two halves of the glue share.
 */
#ifndef RAFT_NODE_INTERNAL_H
#define RAFT_NODE_INTERNAL_H

#include "raft/node/held.h"
#include "raft/node/node.h"

struct raft_node {
    struct raft *core;
    struct raft_node_parts parts;
    struct raft_effects out;  /* of the latest step */
    raft_write_seq persisted; /* this write and all before it are done */
    bool disk_failed;         /* memory is ahead of the disk: no further step */
    struct raft_held held;    /* messages that wait for the disk */
    raft_index apply_next;    /* handed out by the core, not applied yet: */
    raft_index apply_last;    /* from next to last; last < next = nothing */
    struct raft_rule_count rule_counts[RAFT_RULE_COUNT];
};

/* effects.c: one step of the core, then what the latest step asked for. */
enum raft_error node_step(struct raft_node *node, const struct raft_input *in);
/* After a step: its effects, and one batch of entries. */
enum raft_error node_finish(struct raft_node *node, enum raft_error error);
/* 0, or -1 when the disk failed. */
int node_apply_batch(struct raft_node *node);

#endif
