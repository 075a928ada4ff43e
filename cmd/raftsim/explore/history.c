/* SPDX-License-Identifier: MIT
 *
 * history.c - the past, in as few words as it takes.
 */
#include "cmd/raftsim/explore/history.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/explore/figure3.h"
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
                       struct explore_tables *tables,
                       const struct explore_history *past)
{
    const struct explore_log empty = {0};
    struct explore_history history = {.leaders = {0}};

    if (past != NULL) {
        history = *past;
    }
    history.committed = tables_log_number(tables, &empty);

    return number_of(histories, &history);
}

void history_free(struct explore_histories *histories)
{
    intern_free(&histories->bytes);
    free(histories->hashes);
    free(histories->cleared);
}

size_t history_memory(const struct explore_histories *histories)
{
    return intern_memory(&histories->bytes) +
           histories->hash_capacity * sizeof(*histories->hashes) +
           histories->cleared_capacity * sizeof(*histories->cleared);
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

static uint16_t committed_by(const struct explore_histories *histories,
                             uint32_t number)
{
    struct explore_history history;

    read_history(histories, number, &history);
    return history.committed;
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
        figure3_matching(tables, change, is->log, broken);
    }
    if (is->disk_log != was->disk_log) {
        figure3_matching(tables, change, is->disk_log, broken);
    }
    if (elected || commits) {
        struct explore_history history;

        read_history(histories, number, &history);
        if (commits) {
            figure3_commits(tables, change, &history, broken);
        }
        if (elected) {
            figure3_leader(tables, change, &history, broken);
        }
        number = number_of(histories, &history);
    }
    if (is->log != was->log) {
        figure3_changes(tables, change, committed_by(histories, number),
                        broken);
    }
    return cleared(histories, number, lowest_term(tables, change->servers));
}

size_t history_written(const struct explore_histories *histories,
                       const struct explore_tables *tables, uint32_t number)
{
    struct explore_history history;
    struct explore_log log;

    read_history(histories, number, &history);
    tables_log(tables, history.committed, &log);
    while (log.count > 0 && !record_is_command(log.payloads[log.count - 1])) {
        log.count--; /* no client knows of the others */
    }
    return log.count;
}
