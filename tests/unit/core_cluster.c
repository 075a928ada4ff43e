/* SPDX-License-Identifier: MIT
 *
 * core_cluster.c - several cores connected by hand: their steps, and what must
 * hold after each (core_cluster_net.c connects them).
 */
#include "tests/unit/core_cluster.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/core_cluster_net.h"

static void start(struct core_cluster *c, raft_server_id id,
                  const struct raft_settings *settings,
                  const struct raft_start *from)
{
    const struct raft_input in = {.type = RAFT_IN_START, .start = *from};

    c->core[id] = raft_create(settings);
    assert_non_null(c->core[id]);
    cores_step(c, id, &in);
    assert_int_equal(c->error, RAFT_OK);
}

struct core_cluster *cores_of(size_t server_count, const char *voters,
                              const struct raft_options *options)
{
    const struct raft_options plain = {.no_op = true};
    struct core_cluster *c = calloc(1, sizeof(*c));

    assert_non_null(c);
    c->server_count = server_count;
    const struct raft_change first = change_to(1, voters);
    c->first_config.member_count = first.member_count;
    memcpy(c->first_config.members, first.members, sizeof(first.members));
    for (raft_server_id id = 1; id <= server_count; id++) {
        const struct raft_settings settings = {
            .id = id,
            .random_seed = 7,
            .election_ticks_min = TEST_ELECTION_TICKS_MIN,
            .election_ticks_max = TEST_ELECTION_TICKS_MAX,
            .heartbeat_ticks = TEST_HEARTBEAT_TICKS,
            .options = options != NULL ? *options : plain};
        const bool is_voter = raft_config_slot(&c->first_config, id) >= 0;

        start(c, id, &settings,
              &(struct raft_start){.initial_config =
                                       is_voter ? &c->first_config : NULL});
    }
    return c;
}

void cores_free(struct core_cluster *c)
{
    cores_lose_all(c);
    for (raft_server_id id = 1; id <= c->server_count; id++) {
        raft_destroy(c->core[id]);
    }
    for (raft_index i = 0; i < CLUSTER_ENTRIES; i++) {
        free(c->snapshots[i]);
    }
    free(c);
}

/* ---- What must hold ------------------------------------------------------ */

static void check_election_safety(struct core_cluster *c, raft_server_id id)
{
    const struct raft *r = c->core[id];

    if (r->role != RAFT_LEADER) {
        return;
    }
    assert_true(r->current_term < CLUSTER_TERMS);
    raft_server_id *leader = &c->leader_of[r->current_term];

    if (*leader != RAFT_NO_SERVER && *leader != id) {
        fail_msg("servers %d and %d both lead term %d", (int)*leader, (int)id,
                 (int)r->current_term);
    }
    *leader = id;
}

static void check_committed(struct core_cluster *c, raft_server_id id,
                            raft_index index)
{
    struct cluster_committed *known = &c->committed[index];
    const struct raft_entry *entry = raft_entry_at(c->core[id], index);

    if (entry == NULL) {
        return; /* in its snapshot */
    }
    struct cluster_committed here = {.term = entry->term,
                                     .byte_count = entry->byte_count};

    if (entry->byte_count > 0) {
        memcpy(here.first_bytes, entry->bytes,
               entry->byte_count < sizeof(here.first_bytes)
                   ? entry->byte_count
                   : sizeof(here.first_bytes));
    }
    if (known->term == 0) {
        *known = here;
    } else if (memcmp(known, &here, sizeof(here)) != 0) {
        fail_msg("server %d: another entry %d is committed", (int)id,
                 (int)index);
    }
}

static void check(struct core_cluster *c, raft_server_id id,
                  raft_index old_commit_index)
{
    check_election_safety(c, id);
    assert_true(c->core[id]->commit_index < CLUSTER_ENTRIES);
    for (raft_index i = old_commit_index + 1; i <= c->core[id]->commit_index;
         i++) {
        check_committed(c, id, i);
    }
}

/* ---- Steps --------------------------------------------------------------- */

static void step_once(struct core_cluster *c, raft_server_id id,
                      const struct raft_input *in)
{
    const raft_index commit_index = c->core[id]->commit_index;

    c->error = raft_step(c->core[id], in, &c->effects);
    coverage_add_effects(&c->effects);
    effects_are_sound(c->core[id], &c->effects);
    for (size_t i = 0; i < c->effects.message_count; i++) {
        cores_post(c, &c->effects.messages[i]);
    }
    if (c->effects.change_id != 0) {
        c->ended[id] = (struct cluster_outcome){c->effects.change_id,
                                                c->effects.change_outcome};
    }
    if (c->effects.store != NULL && c->effects.store->done) {
        c->received[id] = c->effects.store->last_included_index;
    }
    check(c, id, commit_index);
}

static void store_received(struct core_cluster *c, raft_server_id id)
{
    const raft_index index = c->received[id];

    c->received[id] = 0;
    step_once(c, id,
              &(struct raft_input){.type = RAFT_IN_SNAPSHOT_STORED,
                                   .snapshot = c->snapshots[index]});
    assert_int_equal(c->error, RAFT_OK);
}

/* The disk and the state machine do at once what they are asked. */
static void settle(struct core_cluster *c, raft_server_id id)
{
    struct raft *r = c->core[id];

    while ((!c->slow_disk[id] &&
            (r->persisted_seq < r->last_write_seq || c->received[id] > 0)) ||
           r->last_applied < r->applying_index) {
        if (!c->slow_disk[id] && c->received[id] > 0) {
            store_received(c, id);
        }
        if (!c->slow_disk[id] && r->persisted_seq < r->last_write_seq) {
            step_once(c, id,
                      &(struct raft_input){.type = RAFT_IN_PERSISTED,
                                           .persisted = r->last_write_seq});
        }
        if (r->last_applied < r->applying_index) {
            step_once(c, id,
                      &(struct raft_input){.type = RAFT_IN_APPLIED,
                                           .applied = r->applying_index});
        }
    }
}

void cores_step(struct core_cluster *c, raft_server_id id,
                const struct raft_input *in)
{
    assert_false(c->is_down[id]);
    step_once(c, id, in);
    const enum raft_error error = c->error;

    settle(c, id);
    c->error = error;
}

void cores_tick(struct core_cluster *c, raft_server_id id, uint32_t ticks)
{
    cores_step(c, id,
               &(struct raft_input){.type = RAFT_IN_TICK, .ticks = ticks});
}

void cores_change(struct core_cluster *c, raft_server_id id, uint64_t change_id,
                  const char *ids)
{
    const struct raft_change change = change_to(change_id, ids);

    cores_step(c, id,
               &(struct raft_input){.type = RAFT_IN_CHANGE, .change = &change});
}

void cores_propose(struct core_cluster *c, raft_server_id id)
{
    const uint8_t byte = (uint8_t)id;
    const struct raft_entry entry = {
        .type = RAFT_ENTRY_COMMAND, .byte_count = 1, .bytes = &byte};

    cores_step(
        c, id,
        &(struct raft_input){.type = RAFT_IN_PROPOSE,
                             .propose = {.entries = &entry, .count = 1}});
}

static bool same_snapshot(const struct raft_snapshot *a,
                          const struct raft_snapshot *b)
{
    uint8_t a_bytes[RAFT_MAX_CONFIG_BYTES];
    uint8_t b_bytes[RAFT_MAX_CONFIG_BYTES];
    const size_t a_count = raft_config_encode(&a->config, a_bytes);
    const size_t b_count = raft_config_encode(&b->config, b_bytes);

    return a->last_term == b->last_term && a->config.index == b->config.index &&
           a_count == b_count && memcmp(a_bytes, b_bytes, a_count) == 0;
}

void cores_snapshot(struct core_cluster *c, raft_server_id id)
{
    struct raft_snapshot now;

    if (!raft_snapshot_now(c->core[id], &now) || now.config.member_count == 0) {
        return;
    }
    struct raft_snapshot **known = &c->snapshots[now.last_index];

    now.byte_count = CLUSTER_FILE_BYTES;
    if (*known == NULL) {
        *known = malloc(sizeof(now));
        assert_non_null(*known);
        **known = now;
    }
    assert_true(same_snapshot(*known, &now));
    cores_step(c, id,
               &(struct raft_input){.type = RAFT_IN_SNAPSHOT_TAKEN,
                                    .snapshot = *known});
}

void cores_disk_is_fast(struct core_cluster *c, raft_server_id id)
{
    c->slow_disk[id] = false;
    settle(c, id);
}

void cores_crash(struct core_cluster *c, raft_server_id id)
{
    c->is_down[id] = true;
    c->received[id] = 0;
}

void cores_restart(struct core_cluster *c, raft_server_id id)
{
    struct raft *before = c->core[id];
    const bool is_voter = raft_config_slot(&c->first_config, id) >= 0;
    const raft_index base = before->log.base_index;
    const struct raft_start from = {
        .current_term = before->current_term,
        .voted_for = before->voted_for,
        .log = raft_log_slice(&before->log, base + 1,
                              (size_t)(before->durable_index - base)),
        .initial_config = is_voter ? &c->first_config : NULL,
        .snapshot = before->snapshot.last_index > 0 ? &before->snapshot : NULL};

    assert_true(c->is_down[id]);
    assert_true(before->hard_state_seq <= before->persisted_seq);
    c->is_down[id] = false;
    start(c, id, &before->settings, &from);
    raft_destroy(before);
}

/* ---- Then ---------------------------------------------------------------- */

raft_server_id cores_leader(const struct core_cluster *c)
{
    raft_server_id leader = RAFT_NO_SERVER;
    raft_term term = 0;

    for (raft_server_id id = 1; id <= c->server_count; id++) {
        const struct raft *r = c->core[id];

        if (!c->is_down[id] && r->role == RAFT_LEADER &&
            r->current_term > term) {
            leader = id;
            term = r->current_term;
        }
    }
    return leader;
}
