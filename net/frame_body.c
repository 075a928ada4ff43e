/* SPDX-License-Identifier: MIT
 *
 * frame_body.c - the bodies of raft messages, field for field: which is which,
 * votes and TimeoutNow.
 */
#include "net/frame_body.h"

#include "raft/bytes.h"

enum {
    REQUEST_VOTE_BYTES = 5 * 8 + 1,
    REQUEST_VOTE_RESULT_BYTES = 2 * 8 + 1,
    TIMEOUT_NOW_BYTES = 8
};

uint8_t *frame_put_numbers(uint8_t *to, const uint64_t *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        put_u64(to + 8 * i, numbers[i]);
    }
    return to + 8 * count;
}

/* Before its entries, or its piece of a snapshot. 0: no such message. */
static size_t fixed_bytes(enum raft_message_type type)
{
    switch (type) {
    case RAFT_REQUEST_VOTE:
        return REQUEST_VOTE_BYTES;
    case RAFT_REQUEST_VOTE_RESULT:
        return REQUEST_VOTE_RESULT_BYTES;
    case RAFT_APPEND_ENTRIES:
        return APPEND_ENTRIES_BYTES;
    case RAFT_APPEND_ENTRIES_RESULT:
        return APPEND_ENTRIES_RESULT_BYTES;
    case RAFT_TIMEOUT_NOW:
        return TIMEOUT_NOW_BYTES;
    case RAFT_INSTALL_SNAPSHOT:
        return INSTALL_SNAPSHOT_BYTES;
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        return INSTALL_SNAPSHOT_RESULT_BYTES;
    }
    return 0;
}

size_t frame_body_bytes(const struct raft_message *message)
{
    if (message->type == RAFT_APPEND_ENTRIES) {
        return frame_entries_bytes(&message->append_entries);
    }
    if (message->type == RAFT_INSTALL_SNAPSHOT) {
        return frame_snapshot_bytes(&message->install_snapshot);
    }
    const size_t byte_count = fixed_bytes(message->type);
    return byte_count == 0 ? SIZE_MAX : byte_count;
}

static void put_request_vote(uint8_t *body, const struct raft_message *m)
{
    const struct raft_request_vote *rv = &m->request_vote;
    const uint64_t numbers[] = {m->term, rv->candidate_id, rv->last_log_index,
                                rv->last_log_term, rv->asked_term};

    *frame_put_numbers(body, numbers, 5) =
        frame_flags(rv->pre_vote, rv->by_transfer);
}

static void put_request_vote_result(uint8_t *body, const struct raft_message *m)
{
    const struct raft_request_vote_result *result = &m->request_vote_result;
    const uint64_t numbers[] = {m->term, result->asked_term};

    *frame_put_numbers(body, numbers, 2) =
        frame_flags(result->vote_granted, result->pre_vote);
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
        frame_entries_put(body, message);
        break;
    case RAFT_APPEND_ENTRIES_RESULT:
        frame_entries_put_result(body, message);
        break;
    case RAFT_TIMEOUT_NOW:
        put_u64(body, message->term);
        break;
    case RAFT_INSTALL_SNAPSHOT:
        frame_snapshot_put(body, message);
        break;
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        frame_snapshot_put_result(body, message);
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

enum frame_error frame_body_get(const uint8_t *body, size_t byte_count,
                                struct frame_scratch *scratch,
                                struct raft_message *message)
{
    const size_t fixed = fixed_bytes(message->type);
    const bool may_be_longer = message->type == RAFT_APPEND_ENTRIES ||
                               message->type == RAFT_INSTALL_SNAPSHOT;

    if (may_be_longer ? byte_count < fixed : byte_count != fixed) {
        return FRAME_MALFORMED;
    }
    message->term = get_u64(body);
    switch (message->type) {
    case RAFT_REQUEST_VOTE:
        return get_request_vote(body, message);
    case RAFT_REQUEST_VOTE_RESULT:
        return get_request_vote_result(body, message);
    case RAFT_APPEND_ENTRIES:
        return frame_entries_get(body, byte_count, scratch, message);
    case RAFT_APPEND_ENTRIES_RESULT:
        return frame_entries_get_result(body, message);
    case RAFT_TIMEOUT_NOW:
        return FRAME_OK;
    case RAFT_INSTALL_SNAPSHOT:
        return frame_snapshot_get(body, byte_count, message);
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        return frame_snapshot_get_result(body, message);
    }
    return FRAME_BAD_TYPE;
}
