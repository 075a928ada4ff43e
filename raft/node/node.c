/* SPDX-License-Identifier: MIT
 *
 * node.c - carries out the effects of each step, in the order they stand in.
 *
 * Figure 2 wants term, vote and log on stable storage before a server answers
 * (Fig2:PS.1). The core says for each message which write it needs; a message
 * whose write is still under way is held here until the disk has done it.
 */
#include "raft/node/node.h"

#include <errno.h>
#include <stdlib.h>

#include "raft/check.h"
#include "raft/node/held.h"

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

struct raft_node *raft_node_create(const struct raft_settings *settings,
                                   const struct raft_node_parts *parts)
{
    struct raft_node *node = calloc(1, sizeof *node);

    if (node == NULL) {
        return NULL;
    }
    node->parts = *parts;
    node->apply_next = 1; /* behind apply_last: nothing yet */
    errno = EINVAL;       /* bad settings; no memory says so itself */
    node->core = raft_create(settings);
    if (node->core == NULL || !raft_held_init(&node->held)) {
        raft_node_destroy(node);
        return NULL;
    }
    return node;
}

void raft_node_destroy(struct raft_node *node)
{
    if (node == NULL) {
        return;
    }
    raft_destroy(node->core);
    raft_held_free(&node->held);
    free(node);
}

/* ---- Carrying out effects ------------------------------------------------ */

/* Writes are numbered in the order they stand in, and given in that order. */
static int write_effects(struct raft_node *node)
{
    const struct raft_storage *storage = &node->parts.storage;
    const struct raft_effects *out = &node->out;

    if (out->save_hard_state_seq != 0 &&
        storage->save_hard_state(storage->self, out->save_hard_state_seq,
                                 out->current_term, out->voted_for) != 0) {
        return -1;
    }
    if (out->truncate_seq != 0 &&
        storage->truncate(storage->self, out->truncate_seq,
                          out->truncate_from) != 0) {
        return -1;
    }
    if (out->append_seq != 0 &&
        storage->append(storage->self, out->append_seq, &out->append) != 0) {
        return -1;
    }
    if (out->save_hard_state_seq + out->truncate_seq + out->append_seq == 0) {
        return 0;
    }
    return storage->flush(storage->self);
}

static void send_or_hold(struct raft_node *node)
{
    const struct raft_transport *to = &node->parts.transport;

    for (size_t i = 0; i < node->out.message_count; i++) {
        const struct raft_message *message = &node->out.messages[i];

        if (message->needs_write <= node->persisted) {
            to->send(to->self, message);
        } else {
            raft_held_add(&node->held, message); /* Fig2:PS.1 */
        }
    }
}

static void answer_reads(struct raft_node *node)
{
    for (size_t i = 0; i < node->out.read_count; i++) {
        node->parts.machine.read_answered(node->parts.machine.self,
                                          &node->out.reads[i]);
    }
}

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

/* ---- Steps --------------------------------------------------------------- */

static enum raft_error step(struct raft_node *node, const struct raft_input *in)
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
    if (write_effects(node) != 0) {
        node->disk_failed = true;
        return -1;
    }
    send_or_hold(node);
    if (node->out.apply.count > 0) {
        node->apply_next = node->out.apply.first_index;
        node->apply_last = node->apply_next + node->out.apply.count - 1;
    }
    answer_reads(node);
    if (node->out.config_changed) {
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
static int apply_batch(struct raft_node *node)
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
    raft_assert(step(node, &applied) == RAFT_OK);
    return carry_out(node);
}

/* After a step: its effects, and one batch of entries. */
static enum raft_error finish(struct raft_node *node, enum raft_error error)
{
    if (carry_out(node) != 0 || apply_batch(node) != 0) {
        return RAFT_EDISK;
    }
    return error;
}

static enum raft_error take(struct raft_node *node, const struct raft_input *in)
{
    raft_assert(!node->disk_failed);

    return finish(node, step(node, in));
}

/* ---- Inputs -------------------------------------------------------------- */

enum raft_error raft_node_start(struct raft_node *node,
                                const struct raft_start *start)
{
    const struct raft_input in = {.type = RAFT_IN_START, .start = *start};

    return take(node, &in);
}

enum raft_error raft_node_tick(struct raft_node *node, uint32_t ticks)
{
    const struct raft_input in = {.type = RAFT_IN_TICK, .ticks = ticks};

    return take(node, &in);
}

enum raft_error raft_node_receive(struct raft_node *node,
                                  const struct raft_message *message)
{
    const struct raft_input in = {.type = RAFT_IN_MESSAGE, .message = *message};

    return take(node, &in);
}

enum raft_error raft_node_persisted(struct raft_node *node, raft_write_seq seq)
{
    const struct raft_input in = {.type = RAFT_IN_PERSISTED, .persisted = seq};

    raft_assert(!node->disk_failed);
    if (seq > node->persisted) {
        node->persisted = seq;
        raft_held_release(&node->held, seq, node->parts.transport.send,
                          node->parts.transport.self);
    }
    return take(node, &in);
}

enum raft_error raft_node_read(struct raft_node *node, uint64_t read_id,
                               enum raft_read_level level)
{
    const struct raft_input in = {.type = RAFT_IN_READ,
                                  .read = {.read_id = read_id, .level = level}};

    return take(node, &in);
}

enum raft_error raft_node_transfer(struct raft_node *node, raft_server_id to)
{
    const struct raft_input in = {.type = RAFT_IN_TRANSFER, .transfer_to = to};

    return take(node, &in);
}

enum raft_error raft_node_propose(struct raft_node *node,
                                  const struct raft_entry *entries,
                                  size_t count, raft_index *first_index,
                                  raft_term *term)
{
    const struct raft_input in = {
        .type = RAFT_IN_PROPOSE,
        .propose = {.entries = entries, .count = count}};

    raft_assert(!node->disk_failed);
    const enum raft_error error = step(node, &in);

    if (error == RAFT_OK && count > 0) {
        raft_assert(node->out.append.count == count);
        *first_index = node->out.append.first_index;
        *term = node->out.append.entries[0].term;
    }
    return finish(node, error);
}

bool raft_node_has_more(const struct raft_node *node)
{
    return node->apply_next <= node->apply_last;
}

enum raft_error raft_node_apply_more(struct raft_node *node)
{
    return apply_batch(node) != 0 ? RAFT_EDISK : RAFT_OK;
}

/* ---- Questions ----------------------------------------------------------- */

void raft_node_status(const struct raft_node *node, struct raft_status *status)
{
    raft_status(node->core, status);
}

const struct raft_config *raft_node_config(const struct raft_node *node)
{
    return raft_config_of(node->core);
}

const struct raft *raft_node_core(const struct raft_node *node)
{
    return node->core;
}

const struct raft_rule_count *raft_node_rule_count(const struct raft_node *node,
                                                   enum raft_rule rule)
{
    return &node->rule_counts[rule];
}
