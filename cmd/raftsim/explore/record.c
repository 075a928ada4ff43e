/* SPDX-License-Identifier: MIT
 *
 * record.c - messages as bytes, and back.
 */
#include <string.h>

#include "cmd/raftsim/explore/record_internal.h"
#include "raft/check.h"

static void append_fields(struct image *im, struct raft_append_entries *ae,
                          struct record_message *owner)
{
    server_id(im, &ae->leader_id);
    u64(im, &ae->prev_log_index);
    u64(im, &ae->prev_log_term);
    u64(im, &ae->leader_commit);
    u64(im, &ae->read_round);
    u64(im, &ae->sent_tick);
    ae->entry_count = small(im, ae->entry_count, EXPLORE_MAX_LOG);
    for (size_t i = 0; i < ae->entry_count; i++) {
        struct raft_entry entry = {.term = 0};

        if (im->mode != READ) {
            entry = ae->entries[i];
        }
        record_entry_fields(im, &entry);
        if (im->mode == READ) {
            owner->entries[i] = entry;
        }
    }
    if (im->mode == READ) {
        ae->entries = owner->entries;
    }
}

static void append_result_fields(struct image *im,
                                 struct raft_append_entries_result *result)
{
    flag(im, &result->success);
    u64(im, &result->match_index);
    u64(im, &result->prev_log_index);
    u64(im, &result->conflict_term);
    u64(im, &result->conflict_index);
    u64(im, &result->read_round);
    u64(im, &result->sent_tick);
}

static void vote_fields(struct image *im, struct raft_request_vote *rv)
{
    server_id(im, &rv->candidate_id);
    u64(im, &rv->last_log_index);
    u64(im, &rv->last_log_term);
    u64(im, &rv->asked_term);
    flag(im, &rv->pre_vote);
    flag(im, &rv->by_transfer);
}

static void vote_result_fields(struct image *im,
                               struct raft_request_vote_result *result)
{
    flag(im, &result->vote_granted);
    u64(im, &result->asked_term);
    flag(im, &result->pre_vote);
}

static void install_fields(struct image *im, struct raft_install_snapshot *is,
                           struct record_message *owner)
{
    server_id(im, &is->leader_id);
    u64(im, &is->last_included_index);
    u64(im, &is->last_included_term);
    u64(im, &is->offset);
    flag(im, &is->done);
    flag(im, &is->is_heartbeat);
    u64(im, &is->file_bytes);
    u32(im, &is->checksum);
    u64(im, &is->read_round);
    u64(im, &is->sent_tick);
    is->byte_count = (uint32_t)small(im, is->byte_count, RECORD_SNAPSHOT_BYTES);
    for (size_t i = 0; i < is->byte_count; i++) {
        const uint8_t byte = im->mode == READ ? 0 : is->bytes[i];
        const size_t same = small(im, byte, UINT8_MAX);

        if (im->mode == READ) {
            owner->piece[i] = (uint8_t)same;
        }
    }
    if (im->mode == READ) {
        is->bytes = owner->piece;
    }
}

static void install_result_fields(struct image *im,
                                  struct raft_install_snapshot_result *result)
{
    u64(im, &result->last_included_index);
    flag(im, &result->installed);
    u64(im, &result->bytes_stored);
    u64(im, &result->read_round);
    u64(im, &result->sent_tick);
}

void record_message_fields(struct image *im, struct raft_message *m,
                           struct record_message *owner)
{
    if (im->mode == READ) {
        memset(m, 0, sizeof(*m)); /* it may have been of another type */
    }
    m->type = (enum raft_message_type)small(im, m->type,
                                            RAFT_INSTALL_SNAPSHOT_RESULT);
    server_id(im, &m->from);
    server_id(im, &m->to);
    u64(im, &m->term);
    write_seq(im, &m->needs_write);
    switch (m->type) {
    case RAFT_REQUEST_VOTE:
        vote_fields(im, &m->request_vote);
        break;
    case RAFT_REQUEST_VOTE_RESULT:
        vote_result_fields(im, &m->request_vote_result);
        break;
    case RAFT_APPEND_ENTRIES:
        append_fields(im, &m->append_entries, owner);
        break;
    case RAFT_APPEND_ENTRIES_RESULT:
        append_result_fields(im, &m->append_entries_result);
        break;
    case RAFT_TIMEOUT_NOW:
        break;
    case RAFT_INSTALL_SNAPSHOT:
        install_fields(im, &m->install_snapshot, owner);
        break;
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        install_result_fields(im, &m->install_snapshot_result);
        break;
    }
}

size_t record_write_message(const struct raft_message *message,
                            const raft_server_id *renamed, uint8_t *bytes)
{
    const struct image_view view = {.renamed = renamed,
                                    .renamed_count = EXPLORE_SERVERS + 1};
    struct image im = {.mode = WRITE, .to = bytes, .view = &view};
    struct raft_message copy = *message;

    record_message_fields(&im, &copy, NULL);
    return im.offset;
}

void record_read_message(const uint8_t *bytes, size_t byte_count,
                         struct record_message *message)
{
    struct image im = {.mode = READ, .from = bytes, .limit = byte_count};

    record_message_fields(&im, &message->message, message);
    raft_assert(!im.bad && im.offset == byte_count);
}
