/* SPDX-License-Identifier: MIT
 *
 * client_history.c - what clients asked and were told, and when.
 */
#include <stdlib.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/random/client_history_internal.h"

struct history *history_create(void)
{
    return sim_calloc(1, sizeof(struct history));
}

void history_destroy(struct history *history)
{
    if (history != NULL) {
        free(history->operations);
        free(history);
    }
}

/* ---- What happens -------------------------------------------------------- */

static size_t begin(struct history *history,
                    const struct history_operation *operation)
{
    history->operations =
        sim_grow(history->operations, history->count, &history->capacity,
                 sizeof(*history->operations));
    history->operations[history->count] = *operation;
    history->operations[history->count].begin = ++history->now;
    history->operations[history->count].end = UINT64_MAX;
    return history->count++;
}

size_t history_write(struct history *history, uint64_t key, uint64_t value)
{
    return begin(history, &(struct history_operation){
                              .is_write = true, .key = key, .value = value});
}

size_t history_read(struct history *history, uint64_t key)
{
    return begin(history, &(struct history_operation){.key = key});
}

static void end(struct history *history, size_t operation,
                enum history_outcome outcome)
{
    history->operations[operation].outcome = outcome;
    history->operations[operation].end = ++history->now;
}

void history_done(struct history *history, size_t operation)
{
    end(history, operation, HISTORY_KNOWN);
}

void history_refused(struct history *history, size_t operation)
{
    end(history, operation, HISTORY_REFUSED);
}

void history_answered(struct history *history, size_t operation, uint64_t value)
{
    history->operations[operation].value = value;
    end(history, operation, HISTORY_KNOWN);
}

size_t history_judged_count(const struct history *history)
{
    size_t judged = 0;

    for (size_t i = 0; i < history->count; i++) {
        judged += history->operations[i].outcome == HISTORY_KNOWN ? 1 : 0;
    }
    return judged;
}
