/* SPDX-License-Identifier: MIT
 *
 * storage_model.c - what a row of writes must leave on the disk.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_rig.h"

void rig_fill(const struct rig_step *step, uint8_t *bytes)
{
    for (uint32_t i = 0; i < step->byte_count; i++) {
        bytes[i] = (uint8_t)(step->filling + i * 13);
    }
}

static bool equal(const struct rig_step *step, const struct raft_entry *entry)
{
    uint8_t bytes[RIG_MAX_BYTES];

    if (entry->term != step->term || entry->type != step->type ||
        entry->byte_count != step->byte_count) {
        return false;
    }
    rig_fill(step, bytes);
    return step->byte_count == 0 ||
           memcmp(bytes, entry->bytes, step->byte_count) == 0;
}

/* The log after the first count steps; *first: index of log[0]. */
static size_t log_after(const struct storage_rig *rig, size_t count,
                        const struct rig_step **log, raft_index *first)
{
    size_t length = 0;

    *first = 1;
    for (size_t i = 0; i < count; i++) {
        const struct rig_step *const step = &rig->steps[i];

        if (step->kind == RIG_TRUNCATE) {
            length = (size_t)(step->number - *first);
        } else if (step->kind == RIG_RESET) {
            *first = step->number + 1;
            length = 0;
        } else if (step->kind == RIG_ENTRY) {
            log[length++] = step;
        }
    }
    return length;
}

static bool has_hard_state(const struct storage_rig *rig, size_t count,
                           const struct raft_start *start)
{
    raft_term term = 0;
    uint64_t vote = 0;

    for (size_t i = 0; i < count; i++) {
        if (rig->steps[i].kind == RIG_HARD_STATE) {
            term = rig->steps[i].term;
            vote = rig->steps[i].number;
        }
    }
    return start->current_term == term && start->voted_for == vote;
}

/* What was compacted may be gone; entries behind it must all be there. */
static bool is_state(const struct storage_rig *rig, size_t count,
                     const struct raft_start *start,
                     const struct rig_step **log)
{
    const raft_index first = start->log.first_index;
    raft_index oldest;
    const size_t length = log_after(rig, count, log, &oldest);

    if (first < oldest || (first > oldest && first > rig->compacted + 1) ||
        oldest + length != first + start->log.count ||
        !has_hard_state(rig, count, start)) {
        return false;
    }
    for (size_t i = 0; i < start->log.count; i++) {
        if (!equal(log[first - oldest + i], &start->log.entries[i])) {
            return false;
        }
    }
    return true;
}

long rig_steps_of(const struct storage_rig *rig, const struct raft_start *start,
                  size_t least)
{
    const struct rig_step **const log =
        calloc(rig->step_count + 1, sizeof *log);
    long found = -1;

    assert_non_null(log);
    for (size_t count = rig->step_count + 1; found < 0 && count > least;) {
        count--;
        found = is_state(rig, count, start, log) ? (long)count : -1;
    }
    free(log);
    return found;
}

const struct rig_step *rig_entry(const struct storage_rig *rig,
                                 raft_index index)
{
    const struct rig_step **const log =
        calloc(rig->step_count + 1, sizeof *log);
    const struct rig_step *found = NULL;
    raft_index first;

    assert_non_null(log);
    const size_t length = log_after(rig, rig->step_count, log, &first);

    if (index >= first && index < first + length) {
        found = log[index - first];
    }
    free(log);
    return found;
}
