/* SPDX-License-Identifier: MIT
 *
 * effects.c - carries out the effects of each step, in the order they stand in.
 *
 * Figure 2 wants term, vote and log on stable storage before a server answers
 * (Fig2:PS.1). The core says for each message which write it needs; a message
 * whose write is still under way is held here until the disk has done it.
 */
#include "raft/check.h"
#include "raft/node/internal.h"

/* ---- The disk ------------------------------------------------------------ */

static int save_hard_state(struct raft_node *node)
{
    const struct raft_storage *storage = &node->parts.storage;
    const struct raft_effects *out = &node->out;

    return out->save_hard_state_seq == 0
               ? 0
               : storage->save_hard_state(storage->self,
                                          out->save_hard_state_seq,
                                          out->current_term, out->voted_for);
}

static int change_log(struct raft_node *node)
{
    const struct raft_storage *storage = &node->parts.storage;
    const struct raft_effects *out = &node->out;

    if (out->truncate_seq != 0 &&
        storage->truncate(storage->self, out->truncate_seq,
                          out->truncate_from) != 0) {
        return -1;
    }
    if (out->reset_seq != 0 &&
        storage->reset(storage->self, out->reset_seq, out->reset_index,
                       out->reset_term) != 0) {
        return -1;
    }
    if (out->append_seq != 0 &&
        storage->append(storage->self, out->append_seq, &out->append) != 0) {
        return -1;
    }
    return out->compact_through == 0
               ? 0
               : storage->compact(storage->self, out->compact_through);
}

/* Writes are numbered in the order they stand in, and given in that order. */
static int write_effects(struct raft_node *node)
{
    const struct raft_effects *out = &node->out;

    if (save_hard_state(node) != 0 || change_log(node) != 0) {
        return -1;
    }
    if (out->save_hard_state_seq == 0 && out->truncate_seq == 0 &&
        out->reset_seq == 0 && out->append_seq == 0 &&
        out->compact_through == 0) {
        return 0;
    }
    return node->parts.storage.flush(node->parts.storage.self);
}

/* ---- Messages ------------------------------------------------------------ */

/* A piece of a snapshot is fetched only now: the core has none of it. */
static void send_piece(struct raft_node *node,
                       const struct raft_message *message)
{
    const struct raft_snapshots *snapshots = &node->parts.snapshots;
    struct raft_message with_bytes = *message;

    if (message->install_snapshot.is_heartbeat ||
        snapshots->fetch(snapshots->self, &with_bytes.install_snapshot)) {
        node->parts.transport.send(node->parts.transport.self, &with_bytes);
    }
}

static void send_or_hold(struct raft_node *node)
{
    const struct raft_transport *to = &node->parts.transport;

    for (size_t i = 0; i < node->out.message_count; i++) {
        const struct raft_message *message = &node->out.messages[i];

        if (message->needs_write > node->persisted) {
            raft_held_add(&node->held, message); /* Fig2:PS.1 */
        } else if (message->type == RAFT_INSTALL_SNAPSHOT) {
            send_piece(node, message);
        } else {
            to->send(to->self, message);
        }
    }
}

/* ---- The state machine --------------------------------------------------- */

/* What was handed out before is in the snapshot. */
static void install(struct raft_node *node)
{
    const struct raft_snapshot *snapshot = raft_snapshot_of(node->core);

    node->parts.machine.install(node->parts.machine.self, snapshot);
    node->apply_next = snapshot->last_index + 1;
    node->apply_last = snapshot->last_index;
}

static void answer(struct raft_node *node)
{
    const struct raft_machine *machine = &node->parts.machine;
    const struct raft_effects *out = &node->out;

    for (size_t i = 0; i < out->read_count; i++) {
        machine->read_answered(machine->self, &out->reads[i]);
    }
    if (out->change_outcome != RAFT_CHANGE_NONE) {
        machine->change_ended(machine->self, out->change_id,
                              out->change_outcome);
    }
}

/* ---- A step -------------------------------------------------------------- */

static void count_rules(struct raft_node *node)
{
    for (size_t i = 0; i < node->out.rule_event_count; i++) {
        const struct raft_rule_event *event = &node->out.rule_events[i];
        struct raft_rule_count *count = &node->rule_counts[event->rule];

        if (event->taken) {
            count->taken += event->count;
        } else {
            count->declined += event->count;
        }
    }
}

enum raft_error node_step(struct raft_node *node, const struct raft_input *in)
{
    const enum raft_error error = raft_step(node->core, in, &node->out);

    count_rules(node);
    if (node->parts.observer.stepped != NULL) {
        node->parts.observer.stepped(node->parts.observer.self, in, error,
                                     &node->out);
    }
    return error;
}

/* What the latest step asked for; 0, or -1 when the disk failed. */
static int carry_out(struct raft_node *node)
{
    const struct raft_effects *out = &node->out;

    if (write_effects(node) != 0) {
        node->disk_failed = true;
        return -1;
    }
    send_or_hold(node);
    if (out->store != NULL) {
        node->parts.snapshots.store(node->parts.snapshots.self, out->store);
    }
    if (out->install) {
        install(node);
    }
    if (out->apply.count > 0) {
        node->apply_next = out->apply.first_index;
        node->apply_last = node->apply_next + out->apply.count - 1;
    }
    answer(node);
    if (out->config_changed) {
        node->parts.transport.configure(node->parts.transport.self,
                                        raft_config_of(node->core));
    }
    return 0;
}

/*
 * Apply the batch that was handed out, and report it; that may make reads
 * ready, and hand out the next batch, which waits for the next call: applying
 * a long log must not keep a server from its heartbeats.
 */
int node_apply_batch(struct raft_node *node)
{
    const struct raft_input applied = {.type = RAFT_IN_APPLIED,
                                       .applied = node->apply_last};

    if (!raft_node_has_more(node)) {
        return 0;
    }
    do {
        node->parts.machine.apply(node->parts.machine.self, node->apply_next,
                                  raft_entry_at(node->core, node->apply_next));
    } while (++node->apply_next <= node->apply_last);
    /* Refused, the same entries would be handed out a second time. */
    raft_assert(node_step(node, &applied) == RAFT_OK);
    return carry_out(node);
}

enum raft_error node_finish(struct raft_node *node, enum raft_error error)
{
    if (carry_out(node) != 0 || node_apply_batch(node) != 0) {
        return RAFT_EDISK;
    }
    return error;
}
