/* SPDX-License-Identifier: MIT
 *
 * frame_body.c - the bodies of raft messages, field for field.
 *
 * What a body claims is checked before memory is taken for it, and what no
 * correct server could have said is refused here: the core need not see it.
 */
#include "net/frame_body.h"

#include <stdlib.h>
#include <string.h>

#include "raft/bytes.h"

enum {
    REQUEST_VOTE_BYTES = 5 * 8 + 1,
    REQUEST_VOTE_RESULT_BYTES = 2 * 8 + 1,
    APPEND_ENTRIES_BYTES = 7 * 8 + 4, /* then the entries */
    APPEND_ENTRIES_RESULT_BYTES = 7 * 8 + 1,
    TIMEOUT_NOW_BYTES = 8,
    ENTRY_BYTES = 8 + 1 + 4 /* then its contents */
};

static uint8_t two_flags(bool first, bool second)
{
    return (uint8_t)((first ? 1 : 0) | (second ? 2 : 0));
}

/* Writes count numbers and returns the place after them. */
static uint8_t *put_numbers(uint8_t *to, const uint64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put_u64(to + 8 * i, numbers[i]);
    }
    return to + 8 * count;
}

static size_t entries_bytes(const struct raft_append_entries *ae)
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

size_t frame_body_bytes(const struct raft_message *message)
{
    switch (message->type) {
    case RAFT_REQUEST_VOTE:
        return REQUEST_VOTE_BYTES;
    case RAFT_REQUEST_VOTE_RESULT:
        return REQUEST_VOTE_RESULT_BYTES;
    case RAFT_APPEND_ENTRIES:
        return entries_bytes(&message->append_entries);
    case RAFT_APPEND_ENTRIES_RESULT:
        return APPEND_ENTRIES_RESULT_BYTES;
    case RAFT_TIMEOUT_NOW:
        return TIMEOUT_NOW_BYTES;
    }
    return SIZE_MAX;
}

static void put_request_vote(uint8_t *body, const struct raft_message *m)
{
    const struct raft_request_vote *rv = &m->request_vote;
    const uint64_t numbers[] = {m->term, rv->candidate_id, rv->last_log_index,
                                rv->last_log_term, rv->asked_term};

    *put_numbers(body, numbers, 5) = two_flags(rv->pre_vote, rv->by_transfer);
}

static void put_request_vote_result(uint8_t *body, const struct raft_message *m)
{
    const struct raft_request_vote_result *result = &m->request_vote_result;
    const uint64_t numbers[] = {m->term, result->asked_term};

    *put_numbers(body, numbers, 2) =
        two_flags(result->vote_granted, result->pre_vote);
}

static void put_append_entries(uint8_t *body, const struct raft_message *m)
{
    const struct raft_append_entries *ae = &m->append_entries;
    const uint64_t numbers[] = {
        m->term,           ae->leader_id,     ae->prev_log_index,
        ae->prev_log_term, ae->leader_commit, ae->read_round,
        ae->sent_tick};
    uint8_t *at = put_numbers(body, numbers, 7);

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

static void put_append_entries_result(uint8_t *body,
                                      const struct raft_message *m)
{
    const struct raft_append_entries_result *result = &m->append_entries_result;
    const uint64_t numbers[] = {m->term,
                                result->match_index,
                                result->prev_log_index,
                                result->conflict_term,
                                result->conflict_index,
                                result->read_round,
                                result->sent_tick};

    *put_numbers(body, numbers, 7) = two_flags(result->success, false);
}

void frame_body_put(uint8_t *body, const struct raft_message *message)
{
    switch (message->type) {
    case RAFT_REQUEST_VOTE:
        put_request_vote(body, message);
        break;
    case RAFT_REQUEST_VOTE_RESULT:
        put_request_vote_result(body, message);
        break;
    case RAFT_APPEND_ENTRIES:
        put_append_entries(body, message);
        break;
    case RAFT_APPEND_ENTRIES_RESULT:
        put_append_entries_result(body, message);
        break;
    case RAFT_TIMEOUT_NOW:
        put_u64(body, message->term);
        break;
    }
}

static enum frame_error get_request_vote(const uint8_t *body,
                                         struct raft_message *m)
{
    const uint8_t flags = body[40];

    m->request_vote = (struct raft_request_vote){
        .candidate_id = get_u64(body + 8),
        .last_log_index = get_u64(body + 16),
        .last_log_term = get_u64(body + 24),
        .asked_term = get_u64(body + 32),
        .pre_vote = (flags & 1) != 0,
        .by_transfer = (flags & 2) != 0,
    };
    return flags <= 3 && m->request_vote.candidate_id == m->from
               ? FRAME_OK
               : FRAME_MALFORMED;
}

static enum frame_error get_request_vote_result(const uint8_t *body,
                                                struct raft_message *m)
{
    const uint8_t flags = body[16];

    m->request_vote_result = (struct raft_request_vote_result){
        .asked_term = get_u64(body + 8),
        .vote_granted = (flags & 1) != 0,
        .pre_vote = (flags & 2) != 0,
    };
    return flags <= 3 ? FRAME_OK : FRAME_MALFORMED;
}

static enum frame_error get_append_entries_result(const uint8_t *body,
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

static enum frame_error get_append_entries(const uint8_t *body, size_t left,
                                           struct frame_scratch *scratch,
                                           struct raft_message *m)
{
    const size_t count = get_u32(body + 56);

    m->append_entries = (struct raft_append_entries){
        .leader_id = get_u64(body + 8),
        .prev_log_index = get_u64(body + 16),
        .prev_log_term = get_u64(body + 24),
        .leader_commit = get_u64(body + 32),
        .read_round = get_u64(body + 40),
        .sent_tick = get_u64(body + 48),
        .entry_count = count,
    };
    left -= APPEND_ENTRIES_BYTES;
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

enum frame_error frame_body_get(const uint8_t *body, size_t byte_count,
                                struct frame_scratch *scratch,
                                struct raft_message *message)
{
    message->append_entries.entry_count = 0;
    if (message->type == RAFT_APPEND_ENTRIES
            ? byte_count < APPEND_ENTRIES_BYTES
            : byte_count != frame_body_bytes(message)) {
        return FRAME_MALFORMED;
    }
    message->term = get_u64(body);
    switch (message->type) {
    case RAFT_REQUEST_VOTE:
        return get_request_vote(body, message);
    case RAFT_REQUEST_VOTE_RESULT:
        return get_request_vote_result(body, message);
    case RAFT_APPEND_ENTRIES:
        return get_append_entries(body, byte_count, scratch, message);
    case RAFT_APPEND_ENTRIES_RESULT:
        return get_append_entries_result(body, message);
    case RAFT_TIMEOUT_NOW:
        return FRAME_OK;
    }
    return FRAME_BAD_TYPE;
}
