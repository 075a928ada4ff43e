/* SPDX-License-Identifier: MIT
 *
 * record.c - entries and messages as bytes, and back.
 */
#include <string.h>

#include "cmd/raftsim/explore/record_internal.h"
#include "raft/check.h"

/* ---- Entries ------------------------------------------------------------- */

static const uint8_t payloads[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};

struct raft_entry record_command(uint8_t number)
{
    raft_assert(number > 0 && number < sizeof(payloads));
    return (struct raft_entry){.type = RAFT_ENTRY_COMMAND,
                               .byte_count = 1,
                               .bytes = &payloads[number]};
}

uint8_t record_payload(const struct raft_entry *entry)
{
    raft_assert(entry->type != RAFT_ENTRY_CONFIG); /* no world changes it */
    return entry->byte_count == 0 ? 0 : entry->bytes[0];
}

void record_entry_fields(struct image *im, struct raft_entry *entry)
{
    size_t payload = im->mode == READ ? 0 : record_payload(entry);

    u64(im, &entry->term);
    payload = small(im, payload, sizeof(payloads) - 1);
    if (im->mode != READ) {
        return;
    }
    const raft_term term = entry->term;

    *entry = payload == 0 ? (struct raft_entry){.type = RAFT_ENTRY_NO_OP}
                          : record_command((uint8_t)payload);
    entry->term = term;
}

/* ---- Messages ------------------------------------------------------------ */

static void append_fields(struct image *im, struct raft_append_entries *ae,
                          struct raft_entry *entries)
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
            entries[i] = entry;
        }
    }
    if (im->mode == READ) {
        ae->entries = entries;
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

void record_message_fields(struct image *im, struct raft_message *m,
                           struct raft_entry *entries)
{
    if (im->mode == READ) {
        memset(m, 0, sizeof(*m)); /* it may have been of another type */
    }
    m->type = (enum raft_message_type)small(im, m->type, RAFT_TIMEOUT_NOW);
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
        append_fields(im, &m->append_entries, entries);
        break;
    case RAFT_APPEND_ENTRIES_RESULT:
        append_result_fields(im, &m->append_entries_result);
        break;
    case RAFT_TIMEOUT_NOW:
        break;
    case RAFT_INSTALL_SNAPSHOT:
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        im->bad = true; /* no world takes snapshots */
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

    record_message_fields(&im, &message->message, message->entries);
    raft_assert(!im.bad && im.offset == byte_count);
}
