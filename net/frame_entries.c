/* SPDX-License-Identifier: MIT
 *
 * frame_entries.c - the bodies of AppendEntries and its answer (Figure 2).
 */
#include <stdlib.h>
#include <string.h>

#include "net/frame_body.h"
#include "raft/bytes.h"

enum { ENTRY_BYTES = 8 + 1 + 4 /* then its contents */ };

size_t frame_entries_bytes(const struct raft_append_entries *ae)
{
    size_t sum = APPEND_ENTRIES_BYTES;

    for (size_t i = 0; i < ae->entry_count; i++) {
        const size_t entry_bytes =
            (size_t)ENTRY_BYTES + ae->entries[i].byte_count;

        if (entry_bytes > UINT32_MAX - sum) {
            return SIZE_MAX;
        }
        sum += entry_bytes;
    }
    return sum;
}

void frame_entries_put(uint8_t *body, const struct raft_message *m)
{
    const struct raft_append_entries *ae = &m->append_entries;
    const uint64_t numbers[] = {
        m->term,           ae->leader_id,     ae->prev_log_index,
        ae->prev_log_term, ae->leader_commit, ae->read_round,
        ae->sent_tick};
    uint8_t *at = frame_put_numbers(body, numbers, 7);

    put_u32(at, (uint32_t)ae->entry_count);
    at += 4;
    for (size_t i = 0; i < ae->entry_count; i++) {
        const struct raft_entry *entry = &ae->entries[i];

        put_u64(at, entry->term);
        at[8] = (uint8_t)entry->type;
        put_u32(at + 9, entry->byte_count);
        at += ENTRY_BYTES;
        if (entry->byte_count > 0) {
            memcpy(at, entry->bytes, entry->byte_count);
            at += entry->byte_count;
        }
    }
}

void frame_entries_put_result(uint8_t *body, const struct raft_message *m)
{
    const struct raft_append_entries_result *result = &m->append_entries_result;
    const uint64_t numbers[] = {m->term,
                                result->match_index,
                                result->prev_log_index,
                                result->conflict_term,
                                result->conflict_index,
                                result->read_round,
                                result->sent_tick};

    *frame_put_numbers(body, numbers, 7) = frame_flags(result->success, false);
}

enum frame_error frame_entries_get_result(const uint8_t *body,
                                          struct raft_message *m)
{
    const uint8_t flags = body[56];

    m->append_entries_result = (struct raft_append_entries_result){
        .match_index = get_u64(body + 8),
        .prev_log_index = get_u64(body + 16),
        .conflict_term = get_u64(body + 24),
        .conflict_index = get_u64(body + 32),
        .read_round = get_u64(body + 40),
        .sent_tick = get_u64(body + 48),
        .success = (flags & 1) != 0,
    };
    return flags <= 1 ? FRAME_OK : FRAME_MALFORMED;
}

static bool reserve(struct frame_scratch *scratch, size_t count)
{
    if (count <= scratch->capacity) {
        return true;
    }
    size_t capacity = scratch->capacity < 64 ? 64 : scratch->capacity * 2;
    if (capacity < count) {
        capacity = count;
    }
    struct raft_entry *entries = scratch->entries;
    if (capacity > SIZE_MAX / sizeof *entries ||
        (entries = realloc(entries, capacity * sizeof *entries)) == NULL) {
        return false;
    }
    scratch->entries = entries;
    scratch->capacity = capacity;
    return true;
}

/* Terms in a log never fall, and none is newer than the leader's own. */
static enum frame_error get_entries(const uint8_t *at, size_t left,
                                    struct raft_entry *entries,
                                    const struct raft_message *m)
{
    raft_term newest = m->append_entries.prev_log_term;

    for (size_t i = 0; i < m->append_entries.entry_count; i++) {
        struct raft_entry *entry = &entries[i];

        if (left < ENTRY_BYTES) {
            return FRAME_MALFORMED;
        }
        *entry = (struct raft_entry){.term = get_u64(at),
                                     .type = (enum raft_entry_type)at[8],
                                     .byte_count = get_u32(at + 9)};
        at += ENTRY_BYTES;
        left -= ENTRY_BYTES;
        if (entry->type < RAFT_ENTRY_NO_OP || entry->type > RAFT_ENTRY_CONFIG ||
            entry->term == 0 || entry->term < newest || entry->term > m->term ||
            entry->byte_count > left) {
            return FRAME_MALFORMED;
        }
        newest = entry->term;
        entry->bytes = entry->byte_count > 0 ? at : NULL;
        at += entry->byte_count;
        left -= entry->byte_count;
    }
    return left == 0 ? FRAME_OK : FRAME_MALFORMED;
}

enum frame_error frame_entries_get(const uint8_t *body, size_t byte_count,
                                   struct frame_scratch *scratch,
                                   struct raft_message *m)
{
    const size_t count = get_u32(body + 56);
    const size_t left = byte_count - APPEND_ENTRIES_BYTES;

    m->append_entries = (struct raft_append_entries){
        .leader_id = get_u64(body + 8),
        .prev_log_index = get_u64(body + 16),
        .prev_log_term = get_u64(body + 24),
        .leader_commit = get_u64(body + 32),
        .read_round = get_u64(body + 40),
        .sent_tick = get_u64(body + 48),
        .entry_count = count,
    };
    if (m->append_entries.leader_id != m->from || count > left / ENTRY_BYTES ||
        m->append_entries.prev_log_index > UINT64_MAX - count) {
        return FRAME_MALFORMED;
    }
    if (!reserve(scratch, count)) {
        return FRAME_NO_MEMORY;
    }
    m->append_entries.entries = count > 0 ? scratch->entries : NULL;
    return get_entries(body + APPEND_ENTRIES_BYTES, left, scratch->entries, m);
}
