/* SPDX-License-Identifier: MIT
 *
 * record.c - messages and servers as bytes, and back.
 */
#include "cmd/raftsim/explore/record.h"

#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "raft/check.h"
#include "raft/image_field.h"

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
    return entry->byte_count == 0 ? 0 : entry->bytes[0];
}

static void entry_fields(struct image *im, struct raft_entry *entry)
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
        entry_fields(im, &entry);
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

/* needs_write counts for those that are held only. entries: READ. */
static void message_fields(struct image *im, struct raft_message *m,
                           struct raft_entry *entries)
{
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
    }
}

size_t record_write_message(const struct raft_message *message,
                            const raft_server_id *renamed, uint8_t *bytes)
{
    const struct image_view view = {.renamed = renamed,
                                    .renamed_count = EXPLORE_SERVERS + 1};
    struct image im = {.mode = WRITE, .to = bytes, .view = &view};
    struct raft_message copy = *message;

    message_fields(&im, &copy, NULL);
    return im.offset;
}

void record_read_message(const uint8_t *bytes, size_t byte_count,
                         struct record_message *message)
{
    struct image im = {.mode = READ, .from = bytes, .limit = byte_count};

    memset(&message->message, 0, sizeof(message->message));
    message_fields(&im, &message->message, message->entries);
    raft_assert(!im.bad && im.offset == byte_count);
}

/* ---- Disks --------------------------------------------------------------- */

static void write_fields(struct image *im, struct sim_write *write)
{
    write->type = (enum sim_write_type)small(im, write->type, SIM_WRITE_APPEND);
    u64(im, &write->current_term);
    server_id(im, &write->voted_for);
    u64(im, &write->first_index);
    write->count = small(im, write->count, EXPLORE_MAX_LOG);
    if (im->mode == READ) {
        write->entries = sim_calloc(write->count, sizeof(struct raft_entry));
    }
    for (size_t i = 0; i < write->count; i++) {
        entry_fields(im, &write->entries[i]);
        if (im->mode == READ) {
            write->entries[i].bytes =
                sim_copy(write->entries[i].bytes, write->entries[i].byte_count);
        }
    }
}

static void writes_fields(struct image *im, struct sim_disk *disk)
{
    const size_t count = small(im, disk->write_count, SIZE_MAX);

    for (size_t i = 0; i < count; i++) {
        struct sim_write write = {.type = SIM_WRITE_APPEND};

        if (im->mode != READ) {
            write = disk->writes[i];
        }
        write_fields(im, &write);
        if (im->mode == READ) {
            write.seq = i + 1;
            disk->writes =
                sim_grow(disk->writes, disk->write_count, &disk->write_capacity,
                         sizeof(*disk->writes));
            disk->writes[disk->write_count++] = write;
        }
    }
}

static void disk_fields(struct image *im, struct sim_disk *disk)
{
    u64(im, &disk->current_term);
    server_id(im, &disk->voted_for);

    const size_t count = small(im, disk->log_count, EXPLORE_MAX_LOG);

    for (size_t i = 0; i < count; i++) {
        struct raft_entry entry = {.term = 0};

        if (im->mode != READ) {
            entry = disk->log[i];
        }
        entry_fields(im, &entry);
        if (im->mode == READ) {
            sim_disk_add_entry(disk, &entry);
        }
    }
    writes_fields(im, disk);
}

/* ---- Servers ------------------------------------------------------------- */

static void held_fields(struct image *im, struct record_server *server)
{
    server->held_count = small(im, server->held_count, RECORD_MAX_HELD);
    for (size_t i = 0; i < server->held_count; i++) {
        message_fields(im, &server->held[i], NULL);
    }
}

static size_t write_core(const struct raft *core, const raft_server_id *renamed,
                         uint8_t *bytes)
{
    return core == NULL
               ? 0
               : raft_image_view(core, renamed, EXPLORE_SERVERS + 1, bytes);
}

size_t record_write_server(const struct record_server *server,
                           const raft_server_id *renamed, uint8_t *bytes)
{
    const struct image_view view = {.renamed = renamed,
                                    .renamed_count = EXPLORE_SERVERS + 1,
                                    .persisted = server->disk.done};
    struct image im = {.mode = WRITE, .to = bytes, .view = &view};
    /* Writing stores nothing but what is there. */
    struct record_server *same = (struct record_server *)(uintptr_t)server;
    uint64_t core_bytes;

    server_id(&im, &same->id);
    core_bytes = write_core(server->core, renamed, NULL);
    raft_assert(core_bytes < RECORD_MAX_BYTES / 2);
    u64(&im, &core_bytes);
    (void)write_core(server->core, renamed, bytes + im.offset);
    im.offset += core_bytes;
    disk_fields(&im, &same->disk);
    held_fields(&im, same);
    raft_assert(im.offset <= RECORD_MAX_BYTES);
    return im.offset;
}

bool record_read_server(const uint8_t *bytes, size_t byte_count,
                        struct record_server *server)
{
    struct image im = {.mode = READ, .from = bytes, .limit = byte_count};
    uint64_t core_bytes = 0;

    server->core = NULL;
    server->disk = (struct sim_disk){0};
    server->held_count = 0;
    server_id(&im, &server->id);
    u64(&im, &core_bytes);
    if (core_bytes > 0) {
        server->core = raft_image_decode(bytes + im.offset, core_bytes);
        im.offset += core_bytes;
    }
    disk_fields(&im, &server->disk);
    held_fields(&im, server);
    raft_assert(!im.bad && im.offset == byte_count);
    return core_bytes == 0 || server->core != NULL;
}

void record_free_server(struct record_server *server)
{
    raft_destroy(server->core);
    sim_disk_wipe(&server->disk);
    server->core = NULL;
}
