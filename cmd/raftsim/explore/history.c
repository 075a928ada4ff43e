/* SPDX-License-Identifier: MIT
 *
 * history.c - Figure 3 over a whole history, in as few words as it takes.
 */
#include "cmd/raftsim/explore/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "raft/check.h"

enum { SEED_HISTORY = 3, TERM_COUNT = EXPLORE_MAX_TERMS + 2 };

/* ---- Numbers ------------------------------------------------------------- */

static void note_hashes(struct explore_histories *histories, uint32_t number,
                        const struct explore_history *history)
{
    for (size_t i = 0; i < EXPLORE_RENAMINGS; i++) {
        struct explore_history renamed = *history;

        for (size_t term = 0; term <= EXPLORE_MAX_TERMS; term++) {
            renamed.leaders[term] =
                (uint8_t)explore_renamings[i][history->leaders[term]];
        }
        histories->hashes[number][i] = explore_hash(
            (const uint8_t *)&renamed, sizeof(renamed), SEED_HISTORY);
    }
}

static uint32_t number_of(struct explore_histories *histories,
                          const struct explore_history *history)
{
    const size_t count = histories->bytes.count;
    bool is_new;
    const uint32_t number = intern_number(
        &histories->bytes, (const uint8_t *)history, sizeof(*history), &is_new);

    if (is_new) {
        histories->hashes =
            sim_grow(histories->hashes, count, &histories->hash_capacity,
                     sizeof(*histories->hashes));
        for (size_t i = 0; i < TERM_COUNT; i++) {
            histories->cleared = sim_grow(
                histories->cleared, count * TERM_COUNT + i,
                &histories->cleared_capacity, sizeof(*histories->cleared));
            histories->cleared[count * TERM_COUNT + i] = 0;
        }
        note_hashes(histories, number, history);
    }
    return number;
}

static void read_history(const struct explore_histories *histories,
                         uint32_t number, struct explore_history *history)
{
    size_t byte_count;

    memcpy(history, intern_bytes(&histories->bytes, number, &byte_count),
           sizeof(*history));
}

uint32_t history_first(struct explore_histories *histories,
                       struct explore_tables *tables)
{
    const struct explore_log empty = {0};
    const struct explore_history history = {
        .committed = tables_log_number(tables, &empty)};

    return number_of(histories, &history);
}

void history_free(struct explore_histories *histories)
{
    intern_free(&histories->bytes);
    free(histories->hashes);
    free(histories->cleared);
}

/* ---- Forgetting ---------------------------------------------------------- */

/* No server can lead a term below this any more. */
static uint8_t lowest_term(const struct explore_tables *tables,
                           const uint32_t servers[EXPLORE_SERVERS])
{
    uint8_t lowest = UINT8_MAX;

    for (size_t i = 0; i < EXPLORE_SERVERS; i++) {
        const struct explore_server *server = &tables->servers[servers[i]];
        const uint8_t term =
            server->term < server->disk_term ? server->term : server->disk_term;

        lowest = term < lowest ? term : lowest;
    }
    return lowest;
}

static uint32_t clear(struct explore_histories *histories, uint32_t number,
                      uint8_t lowest)
{
    struct explore_history history;

    read_history(histories, number, &history);
    for (size_t term = 0; term <= EXPLORE_MAX_TERMS; term++) {
        if (term < lowest) {
            history.leaders[term] = 0; /* ES: it gets no second leader */
        }
        if (term <= lowest) {
            history.leader_logs[term] = 0; /* LC: no commits below it */
        }
    }
    for (size_t i = 0; i < EXPLORE_MAX_LOG; i++) {
        if (history.in_terms[i] < lowest) {
            history.in_terms[i] = 0; /* LC: all leaders to come need it */
        }
    }
    return number_of(histories, &history);
}

static uint32_t cleared(struct explore_histories *histories, uint32_t number,
                        uint8_t lowest)
{
    const size_t place = number * (size_t)TERM_COUNT + lowest;

    raft_assert(lowest < TERM_COUNT);
    if (histories->cleared[place] == 0) {
        const uint32_t after = clear(histories, number, lowest);

        histories->cleared[place] = after + 1; /* it may have moved */
    }
    return histories->cleared[place] - 1;
}

/* ---- Fig3:LM ------------------------------------------------------------- */

static bool same_entry(const struct explore_log *a, const struct explore_log *b,
                       size_t i)
{
    return a->terms[i] == b->terms[i] && a->payloads[i] == b->payloads[i];
}

/* The index of an entry that breaks Log Matching, or 0. */
static size_t mismatch(const struct explore_tables *tables, uint16_t a_number,
                       uint16_t b_number)
{
    struct explore_log a;
    struct explore_log b;
    bool same = true;

    if (a_number == b_number) {
        return 0;
    }
    tables_log(tables, a_number, &a);
    tables_log(tables, b_number, &b);
    for (size_t i = 0; i < a.count && i < b.count; i++) {
        same = same && same_entry(&a, &b, i);
        if (a.terms[i] == b.terms[i] && !same) {
            return i + 1;
        }
    }
    return 0;
}

/* The log that has changed against all logs and disks. */
static void check_matching(const struct explore_tables *tables,
                           const struct explore_change *change, uint16_t log,
                           char broken[GLUE_BROKEN_BYTES])
{
    for (size_t i = 0; i < EXPLORE_SERVERS; i++) {
        const struct explore_server *other =
            &tables->servers[change->servers[i]];
        size_t index = mismatch(tables, log, other->log);

        if (index == 0) {
            index = mismatch(tables, log, other->disk_log);
        }
        if (index != 0) {
            snprintf(broken, GLUE_BROKEN_BYTES,
                     "Fig3:LM: S%zu and S%zu have different logs up to entry "
                     "%zu, which has the same term",
                     change->place + 1, i + 1, index);
        }
    }
}

/* ---- Fig3:ES, LC, SMS ---------------------------------------------------- */

static void check_leader(const struct explore_tables *tables, size_t place,
                         struct explore_history *history,
                         const struct explore_server *is,
                         char broken[GLUE_BROKEN_BYTES])
{
    struct explore_log log;
    struct explore_log committed;

    if (history->leaders[is->term] != 0) {
        snprintf(broken, GLUE_BROKEN_BYTES,
                 "Fig3:ES: S%u and S%zu both led term %u",
                 history->leaders[is->term], place + 1, is->term);
        return;
    }
    tables_log(tables, is->log, &log);
    tables_log(tables, history->committed, &committed);
    for (size_t i = 0; i < committed.count; i++) {
        if (history->in_terms[i] < is->term &&
            (i >= log.count || !same_entry(&log, &committed, i))) {
            snprintf(broken, GLUE_BROKEN_BYTES,
                     "Fig3:LC: S%zu leads term %u without committed entry %zu",
                     place + 1, is->term, i + 1);
            return;
        }
    }
    history->leaders[is->term] = (uint8_t)(place + 1);
    history->leader_logs[is->term] = (uint16_t)(is->log + 1);
}

static bool is_on_majority(const struct explore_tables *tables,
                           const uint32_t servers[EXPLORE_SERVERS],
                           const struct explore_log *log, size_t i)
{
    size_t count = 0;

    for (size_t place = 0; place < EXPLORE_SERVERS; place++) {
        struct explore_log disk;

        tables_log(tables, tables->servers[servers[place]].disk_log, &disk);
        count += i < disk.count && same_entry(&disk, log, i) ? 1 : 0;
    }
    return count > EXPLORE_SERVERS / 2;
}

/* The entry at i has been committed: for the first time, in this term. */
static void check_first_commit(const struct explore_tables *tables,
                               const struct explore_change *change,
                               struct explore_history *history,
                               const struct explore_log *log, size_t i,
                               char broken[GLUE_BROKEN_BYTES])
{
    const uint8_t in_term =
        tables->servers[change->servers[change->place]].term;

    if (!is_on_majority(tables, change->servers, log, i)) {
        snprintf(broken, GLUE_BROKEN_BYTES,
                 "Fig2:LDR.4: S%zu committed %zu, which is on no majority of "
                 "disks",
                 change->place + 1, i + 1);
    }
    for (uint8_t term = (uint8_t)(in_term + 1); term <= EXPLORE_MAX_TERMS;
         term++) {
        struct explore_log leader;

        if (history->leader_logs[term] == 0) {
            continue;
        }
        tables_log(tables, history->leader_logs[term] - 1u, &leader);
        if (i >= leader.count || !same_entry(&leader, log, i)) {
            snprintf(broken, GLUE_BROKEN_BYTES,
                     "Fig3:LC: S%u leads term %u without committed entry %zu",
                     history->leaders[term], term, i + 1);
        }
    }
    history->in_terms[i] = in_term;
}

static void check_commits(struct explore_tables *tables,
                          const struct explore_change *change,
                          struct explore_history *history,
                          char broken[GLUE_BROKEN_BYTES])
{
    const uint16_t number =
        tables->servers[change->servers[change->place]].committed;
    struct explore_log ours;
    struct explore_log all;

    tables_log(tables, number, &ours);
    tables_log(tables, history->committed, &all);
    for (size_t i = 0; i < ours.count; i++) {
        if (i >= all.count) {
            check_first_commit(tables, change, history, &ours, i, broken);
        } else if (!same_entry(&ours, &all, i)) {
            snprintf(broken, GLUE_BROKEN_BYTES,
                     "Fig3:SMS: S%zu committed another entry at %zu",
                     change->place + 1, i + 1);
            return;
        }
    }
    if (ours.count > all.count) {
        history->committed = number;
    }
}

uint32_t history_after(struct explore_histories *histories,
                       struct explore_tables *tables, uint32_t number,
                       const struct explore_change *change,
                       char broken[GLUE_BROKEN_BYTES])
{
    const struct explore_server *was = &tables->servers[change->was];
    const struct explore_server *is =
        &tables->servers[change->servers[change->place]];
    const bool elected = is->role == RAFT_LEADER &&
                         (was->role != RAFT_LEADER || was->term != is->term);
    const bool commits =
        is->role != EXPLORE_DOWN && is->committed != was->committed;

    if (is->log != was->log) {
        check_matching(tables, change, is->log, broken);
    }
    if (is->disk_log != was->disk_log) {
        check_matching(tables, change, is->disk_log, broken);
    }
    if (elected || commits) {
        struct explore_history history;

        read_history(histories, number, &history);
        if (commits) {
            check_commits(tables, change, &history, broken);
        }
        if (elected) {
            check_leader(tables, change->place, &history, is, broken);
        }
        number = number_of(histories, &history);
    }
    return cleared(histories, number, lowest_term(tables, change->servers));
}
