/* SPDX-License-Identifier: MIT
 *
 * log.c - the log in memory (section 5.3, Figure 6; section 7, Figure 12).
 *
 * Decides nothing: which entries belong here is up to append_receive.c and
 * append_send.c, what a snapshot stands for to snapshot.c; how that goes from
 * memory is log_forget.c. The log owns the bytes of its entries. It is the
 * only place of the core where memory grows, always before anything else
 * changes.
 */
#include <string.h>

#include "raft/internal.h"
#include "raft/memory.h"

raft_index raft_log_last_index(const struct raft_log *log)
{
    return log->base_index + log->count;
}

raft_term raft_log_last_term(const struct raft_log *log)
{
    return raft_log_term_at(log, raft_log_last_index(log));
}

raft_term raft_log_term_at(const struct raft_log *log, raft_index index)
{
    return index == log->base_index ? log->base_term
                                    : raft_log_at(log, index)->term;
}

bool raft_log_has(const struct raft_log *log, raft_index index, raft_term term)
{
    return index >= log->base_index && index <= raft_log_last_index(log) &&
           raft_log_term_at(log, index) == term;
}

/* Its place in entries[] and marks[]. */
static size_t place_of(const struct raft_log *log, raft_index index)
{
    raft_assert(index > log->base_index);
    raft_assert(index <= raft_log_last_index(log));
    return (size_t)(index - log->base_index - 1);
}

const struct raft_entry *raft_log_at(const struct raft_log *log,
                                     raft_index index)
{
    return &log->entries[place_of(log, index)];
}

struct raft_slice raft_log_slice(const struct raft_log *log, raft_index first,
                                 size_t count)
{
    if (count == 0) {
        return (struct raft_slice){.first_index = first};
    }
    raft_assert(count <= raft_log_last_index(log) - (first - 1));
    return (struct raft_slice){.first_index = first,
                               .count = count,
                               .entries = raft_log_at(log, first)};
}

static uint64_t bytes_through(const struct raft_log *log, raft_index index)
{
    return index <= log->base_index
               ? log->base_bytes
               : log->marks[place_of(log, index)].bytes_through;
}

/* Sums that are kept per entry, and so never drift. */
uint64_t raft_log_bytes_between(const struct raft_log *log, raft_index after,
                                raft_index last)
{
    return last <= after ? 0
                         : bytes_through(log, last) - bytes_through(log, after);
}

raft_write_seq raft_log_written_by(const struct raft_log *log, raft_index index)
{
    return index <= log->base_index
               ? 0 /* a durable snapshot has it */
               : log->marks[place_of(log, index)].written_by;
}

void raft_log_mark_written(struct raft_log *log, raft_index from,
                           raft_write_seq seq)
{
    for (raft_index i = from; i <= raft_log_last_index(log); i++) {
        log->marks[place_of(log, i)].written_by = seq;
    }
}

static enum raft_error grow(struct raft_log *log, size_t needed)
{
    size_t capacity = log->capacity == 0 ? 16 : log->capacity;

    if (needed <= log->capacity) {
        return RAFT_OK;
    }
    while (capacity < needed) {
        capacity *= 2;
    }
    struct raft_entry *entries =
        raft_realloc(log->entries, capacity * sizeof(*entries));
    if (entries == NULL) {
        return RAFT_ENOMEM;
    }
    log->entries = entries; /* larger than capacity says: harmless */
    struct raft_log_mark *marks =
        raft_realloc(log->marks, capacity * sizeof(*marks));
    if (marks == NULL) {
        return RAFT_ENOMEM;
    }
    log->marks = marks;
    log->capacity = capacity;
    return RAFT_OK;
}

static enum raft_error copy_entry(struct raft_entry *to,
                                  const struct raft_entry *from)
{
    uint8_t *bytes = NULL;

    if (from->byte_count > 0) {
        bytes = raft_realloc(NULL, from->byte_count);
        if (bytes == NULL) {
            return RAFT_ENOMEM;
        }
        memcpy(bytes, from->bytes, from->byte_count);
    }
    *to = *from;
    to->bytes = bytes;
    return RAFT_OK;
}

enum raft_error raft_log_reserve(struct raft_log *log,
                                 const struct raft_entry *entries, size_t count)
{
    raft_assert(log->reserved_count == 0);
    if (grow(log, log->count + count) != RAFT_OK) {
        return RAFT_ENOMEM;
    }
    struct raft_entry *reserved = log->entries + log->count;
    for (size_t i = 0; i < count; i++) {
        if (copy_entry(&reserved[i], &entries[i]) != RAFT_OK) {
            while (i-- > 0) {
                raft_log_free_entry(&reserved[i]);
            }
            return RAFT_ENOMEM;
        }
    }
    log->reserved_count = count;
    return RAFT_OK;
}

void raft_log_stamp_reserved(struct raft_log *log, raft_term term)
{
    for (size_t i = 0; i < log->reserved_count; i++) {
        log->entries[log->count + i].term = term;
    }
}

void raft_log_append_reserved(struct raft_log *log)
{
    while (log->reserved_count > 0) {
        const uint64_t before = bytes_through(log, raft_log_last_index(log));

        log->marks[log->count] = (struct raft_log_mark){
            .bytes_through = before + log->entries[log->count].byte_count};
        log->count++;
        log->reserved_count--;
    }
}

/* What is reserved behind the log moves up behind its new end. */
void raft_log_truncate_from(struct raft_log *log, raft_index from)
{
    const size_t old_count = log->count;

    log->count = place_of(log, from);
    for (size_t i = log->count; i < old_count; i++) {
        raft_log_free_entry(&log->entries[i]);
    }
    memmove(log->entries + log->count, log->entries + old_count,
            log->reserved_count * sizeof(*log->entries));
}

void raft_log_destroy(struct raft_log *log)
{
    for (size_t i = 0; i < log->count + log->reserved_count; i++) {
        raft_log_free_entry(&log->entries[i]);
    }
    raft_log_free_forgotten(log);
    raft_free(log->entries);
    raft_free(log->marks);
    *log = (struct raft_log){0};
}
