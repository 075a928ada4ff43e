/* SPDX-License-Identifier: MIT
 *
 * log_forget.c - what a snapshot stands for goes from memory (section 7,
 * Figure 12).
 *
 * Each entry holds memory of its own, and there may be millions. Freeing them
 * all at once could take longer than an election time-out. So where they are
 * many they are set aside, and some of them are freed with each step.
 */
#include <string.h>

#include "raft/internal.h"
#include "raft/memory.h"

enum { FREED_AT_ONCE = 1024 };

void raft_log_free_entry(struct raft_entry *entry)
{
    raft_free((void *)(uintptr_t)entry->bytes); /* ours, although const */
}

static void free_forgotten(struct raft_log *log, size_t most)
{
    for (size_t i = 0; i < most && log->forgotten_count > 0; i++) {
        raft_log_free_entry(&log->forgotten[--log->forgotten_count]);
    }
    if (log->forgotten_count == 0) {
        raft_free(log->forgotten);
        log->forgotten = NULL;
    }
}

void raft_log_free_some(struct raft_log *log)
{
    free_forgotten(log, FREED_AT_ONCE);
}

void raft_log_free_forgotten(struct raft_log *log)
{
    free_forgotten(log, SIZE_MAX);
}

/* Most of the room is not needed any more: give it back, if that succeeds. */
static void shrink(struct raft_log *log)
{
    size_t capacity = log->capacity;

    while (capacity > 16 && log->count < capacity / 4) {
        capacity /= 2;
    }
    if (capacity == log->capacity) {
        return;
    }
    struct raft_entry *entries =
        raft_realloc(log->entries, capacity * sizeof(*entries));
    if (entries == NULL) {
        return;
    }
    log->entries = entries;
    log->capacity = capacity;
    struct raft_log_mark *marks =
        raft_realloc(log->marks, capacity * sizeof(*marks));
    log->marks = marks != NULL ? marks : log->marks; /* larger: harmless */
}

static void free_first(struct raft_log *log, size_t gone)
{
    for (size_t i = 0; i < gone; i++) {
        raft_log_free_entry(&log->entries[i]);
    }
    log->count -= gone;
    if (log->count > 0) {
        memmove(log->entries, log->entries + gone,
                log->count * sizeof(*log->entries));
        memmove(log->marks, log->marks + gone,
                log->count * sizeof(*log->marks));
    }
    shrink(log);
}

/* What stays moves. false: there is no memory for that, nothing has changed. */
static bool set_aside(struct raft_log *log, size_t gone)
{
    const size_t left = log->count - gone;
    const size_t capacity = left < 16 ? 16 : left;
    struct raft_entry *entries =
        raft_realloc(NULL, capacity * sizeof(*entries));
    struct raft_log_mark *marks = raft_realloc(NULL, capacity * sizeof(*marks));

    if (entries == NULL || marks == NULL) {
        raft_free(entries);
        raft_free(marks);
        return false;
    }
    memcpy(entries, log->entries + gone, left * sizeof(*entries));
    memcpy(marks, log->marks + gone, left * sizeof(*marks));
    raft_log_free_forgotten(log); /* what is left of the last time */
    log->forgotten = log->entries;
    log->forgotten_count = gone;
    raft_free(log->marks);
    log->entries = entries;
    log->marks = marks;
    log->capacity = capacity;
    log->count = left;
    return true;
}

static void forget_first(struct raft_log *log, size_t gone)
{
    raft_assert(log->reserved_count == 0);
    if (gone <= FREED_AT_ONCE || !set_aside(log, gone)) {
        free_first(log, gone);
    }
}

void raft_log_compact(struct raft_log *log, raft_index through)
{
    const size_t gone = (size_t)(through - log->base_index);

    if (gone == 0) {
        return;
    }
    log->base_bytes += raft_log_bytes_between(log, log->base_index, through);
    log->base_term = raft_log_term_at(log, through);
    log->base_index = through;
    forget_first(log, gone);
}

void raft_log_reset(struct raft_log *log, raft_index index, raft_term term)
{
    forget_first(log, log->count);
    log->base_index = index;
    log->base_term = term;
    log->base_bytes = 0;
}
