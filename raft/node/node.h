/* SPDX-License-Identifier: MIT
 *
 * node.h - the glue: input -> raft_step() -> carry out the effects, in order.
 *
 * No I/O of its own: raftd and the simulator run this same code, through the
 * three interfaces storage.h, transport.h and machine.h. One thread owns a
 * node; the interfaces must not call back into it.
 */
#ifndef RAFT_NODE_NODE_H
#define RAFT_NODE_NODE_H

#include "raft/node/machine.h"
#include "raft/node/snapshots.h"
#include "raft/node/storage.h"
#include "raft/node/transport.h"
#include "raft/raft.h"

struct raft_node;

/* Sees each step, for traces and tests. May be all NULL. */
struct raft_observer {
    void *self;
    void (*stepped)(void *self, const struct raft_input *in,
                    enum raft_error error, const struct raft_effects *out);
};

struct raft_node_parts {
    struct raft_storage storage;
    struct raft_transport transport;
    struct raft_machine machine;
    struct raft_snapshots snapshots;
    struct raft_observer observer;
};

/* parts: copied; what they point to must outlive the node. NULL: see errno. */
struct raft_node *raft_node_create(const struct raft_settings *settings,
                                   const struct raft_node_parts *parts);
void raft_node_destroy(struct raft_node *node); /* NULL is fine */

/*
 * Feed one input and carry out what follows from it. Returns raft_step()'s
 * error. After RAFT_EDISK the node must not be used but destroyed.
 */
enum raft_error raft_node_start(struct raft_node *node,
                                const struct raft_start *start);
enum raft_error raft_node_tick(struct raft_node *node, uint32_t ticks);
enum raft_error raft_node_receive(struct raft_node *node,
                                  const struct raft_message *message);
enum raft_error raft_node_persisted(struct raft_node *node, raft_write_seq seq);
enum raft_error raft_node_read(struct raft_node *node, uint64_t read_id,
                               enum raft_read_level level);
enum raft_error raft_node_transfer(struct raft_node *node, raft_server_id to);

/*
 * Section 6: the cluster shall have these members. RAFT_OK: it has begun, and
 * machine.change_ended() says what became of it, unless the server stops.
 * RAFT_EBUSY: another change or a transfer is under way, or the leader is too
 * new to know (no entry of its term is committed yet).
 */
enum raft_error raft_node_change(struct raft_node *node,
                                 const struct raft_change *change);

/*
 * Section 7. To take a snapshot: raft_snapshot_now() on raft_node_core(), write
 * the state of this very moment with what it says, and report it when it is
 * durable.
 */
enum raft_error raft_node_snapshot_taken(struct raft_node *node,
                                         const struct raft_snapshot *snapshot);
enum raft_error raft_node_snapshot_stored(struct raft_node *node,
                                          const struct raft_snapshot *snapshot);
enum raft_error raft_node_snapshot_failed(struct raft_node *node);

/*
 * An input applies one batch of committed entries (options.max_apply_entries)
 * at most. While there is more, call raft_node_apply_more() between inputs.
 */
bool raft_node_has_more(const struct raft_node *node);
enum raft_error raft_node_apply_more(struct raft_node *node);

/*
 * Propose a batch. On RAFT_OK the first entry is at *first_index, the others
 * follow it, all of *term: exactly those entries, applied, mean "done".
 * Another entry applied at that index means "refused: nothing happened".
 */
enum raft_error raft_node_propose(struct raft_node *node,
                                  const struct raft_entry *entries,
                                  size_t count, raft_index *first_index,
                                  raft_term *term);

void raft_node_status(const struct raft_node *node, struct raft_status *status);
const struct raft_config *raft_node_config(const struct raft_node *node);
const struct raft *raft_node_core(const struct raft_node *node);

/* How often a rule was carried out (or a guard taken), and how often declined.
 */
struct raft_rule_count {
    uint64_t taken;
    uint64_t declined;
};
const struct raft_rule_count *raft_node_rule_count(const struct raft_node *node,
                                                   enum raft_rule rule);

#endif
