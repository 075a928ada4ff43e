/* SPDX-License-Identifier: MIT
 *
 * node.c - inputs go to the core; what follows from them is in effects.c.
 */
#include <errno.h>
#include <stdlib.h>

#include "raft/check.h"
#include "raft/node/internal.h"

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

/* ---- Inputs -------------------------------------------------------------- */

static enum raft_error take(struct raft_node *node, const struct raft_input *in)
{
    raft_assert(!node->disk_failed);

    return node_finish(node, node_step(node, in));
}

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
    const enum raft_error error = node_step(node, &in);

    if (error == RAFT_OK && count > 0) {
        raft_assert(node->out.append.count >= count); /* and section 6 */
        *first_index = node->out.append.first_index;
        *term = node->out.append.entries[0].term;
    }
    return node_finish(node, error);
}

enum raft_error raft_node_change(struct raft_node *node,
                                 const struct raft_change *change)
{
    const struct raft_input in = {.type = RAFT_IN_CHANGE, .change = change};

    return take(node, &in);
}

enum raft_error raft_node_snapshot_taken(struct raft_node *node,
                                         const struct raft_snapshot *snapshot)
{
    const struct raft_input in = {.type = RAFT_IN_SNAPSHOT_TAKEN,
                                  .snapshot = snapshot};

    return take(node, &in);
}

enum raft_error raft_node_snapshot_stored(struct raft_node *node,
                                          const struct raft_snapshot *snapshot)
{
    const struct raft_input in = {.type = RAFT_IN_SNAPSHOT_STORED,
                                  .snapshot = snapshot};

    return take(node, &in);
}

enum raft_error raft_node_snapshot_failed(struct raft_node *node)
{
    const struct raft_input in = {.type = RAFT_IN_SNAPSHOT_FAILED};

    return take(node, &in);
}

bool raft_node_has_more(const struct raft_node *node)
{
    return node->apply_next <= node->apply_last;
}

enum raft_error raft_node_apply_more(struct raft_node *node)
{
    return node_apply_batch(node) != 0 ? RAFT_EDISK : RAFT_OK;
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
