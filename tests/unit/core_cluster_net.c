/* SPDX-License-Identifier: MIT
 *
 * core_cluster_net.c - the network between cores connected by hand.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/core_cluster_net.h"

/* One block: the entries, and behind them their bytes. */
static const struct raft_entry *copy_of(const struct raft_append_entries *ae)
{
    size_t byte_count = ae->entry_count * sizeof(struct raft_entry);

    if (ae->entry_count == 0) {
        return NULL;
    }
    for (size_t i = 0; i < ae->entry_count; i++) {
        byte_count += ae->entries[i].byte_count;
    }
    struct raft_entry *entries = malloc(byte_count);
    uint8_t *bytes = (uint8_t *)(entries + ae->entry_count);

    assert_non_null(entries);
    for (size_t i = 0; i < ae->entry_count; i++) {
        entries[i] = ae->entries[i];
        if (entries[i].byte_count > 0) {
            memcpy(bytes, ae->entries[i].bytes, entries[i].byte_count);
            entries[i].bytes = bytes;
            bytes += entries[i].byte_count;
        }
    }
    return entries;
}

void cores_post(struct core_cluster *c, const struct raft_message *m)
{
    struct raft_message *to = &c->messages[c->message_count];

    assert_true(c->message_count < CLUSTER_MESSAGES);
    c->message_count++;
    *to = *m;
    if (m->type == RAFT_APPEND_ENTRIES) {
        to->append_entries.entries = copy_of(&m->append_entries);
    }
}

static struct raft_message take_out(struct core_cluster *c, size_t i)
{
    const struct raft_message m = c->messages[i];

    assert_true(i < c->message_count);
    c->message_count--;
    memmove(&c->messages[i], &c->messages[i + 1],
            (c->message_count - i) * sizeof(m));
    return m;
}

static void done_with(const struct raft_message *m)
{
    if (m->type == RAFT_APPEND_ENTRIES) {
        free((void *)(uintptr_t)m->append_entries.entries);
    }
}

void cores_lose_one(struct core_cluster *c, size_t i)
{
    const struct raft_message m = take_out(c, i);

    done_with(&m);
}

void cores_lose_all(struct core_cluster *c)
{
    while (c->message_count > 0) {
        cores_lose_one(c, c->message_count - 1);
    }
}

/* A message waits for its sender's disk; it is lost with its sender. */
static bool may_travel(const struct core_cluster *c,
                       const struct raft_message *m)
{
    return !c->is_down[m->from] &&
           m->needs_write <= c->core[m->from]->persisted_seq;
}

/* As the node does when it sends the message. */
static void fetch_piece(struct raft_message *m)
{
    struct raft_install_snapshot *is = &m->install_snapshot;

    if (m->type == RAFT_INSTALL_SNAPSHOT && !is->is_heartbeat) {
        is->bytes = (const uint8_t *)"abc" + is->offset;
        is->byte_count = 1;
        is->done = is->offset + 1 == CLUSTER_FILE_BYTES;
    }
}

void cores_deliver_one(struct core_cluster *c, size_t i)
{
    struct raft_message m = take_out(c, i);

    fetch_piece(&m);

    if (m.to <= c->server_count && !c->is_down[m.to] && may_travel(c, &m) &&
        !c->cut[m.from][m.to]) {
        const struct raft_input in = {.type = RAFT_IN_MESSAGE, .message = m};

        cores_step(c, m.to, &in);
    }
    done_with(&m);
}

void cores_deliver(struct core_cluster *c)
{
    for (size_t i = 0; c->message_count > 0; i++) {
        assert_true(i < 100000);
        cores_deliver_one(c, 0);
    }
}

static bool same_group(const char *groups, raft_server_id a, raft_server_id b)
{
    bool has_a = false;
    bool has_b = false;

    for (const char *at = groups;;) {
        if (*at == '|' || *at == '\0') {
            if (has_a || has_b || *at == '\0') {
                return has_a && has_b;
            }
            at++;
            continue;
        }
        char *end = NULL;
        const raft_server_id id = strtoull(at, &end, 10);

        has_a = has_a || id == a;
        has_b = has_b || id == b;
        for (at = end; *at == ' '; at++) {
        }
    }
}

void cores_groups(struct core_cluster *c, const char *groups)
{
    for (raft_server_id a = 1; a <= c->server_count; a++) {
        for (raft_server_id b = 1; b <= c->server_count; b++) {
            c->cut[a][b] = *groups != '\0' && !same_group(groups, a, b);
        }
    }
}

void cores_run(struct core_cluster *c, uint32_t ticks)
{
    for (uint32_t i = 0; i < ticks; i++) {
        for (raft_server_id id = 1; id <= c->server_count; id++) {
            if (!c->is_down[id]) {
                cores_tick(c, id, 1);
            }
        }
        cores_deliver(c);
    }
}

void cores_elect(struct core_cluster *c, raft_server_id id)
{
    cores_tick(c, id, TEST_ELECTION_TICKS_MAX);
    cores_deliver(c);
    assert_int_equal(c->core[id]->role, RAFT_LEADER);
}
