/* SPDX-License-Identifier: MIT
 *
 * record_server.c - a server with its disk as bytes, and back.
 */
#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/explore/record_internal.h"
#include "raft/check.h"

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
        record_entry_fields(im, &write->entries[i]);
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
    u64(im, &disk->log_base);

    const size_t count = small(im, disk->log_count, EXPLORE_MAX_LOG);

    for (size_t i = 0; i < count; i++) {
        struct raft_entry entry = {.term = 0};

        if (im->mode != READ) {
            entry = disk->log[i];
        }
        record_entry_fields(im, &entry);
        if (im->mode == READ) {
            sim_disk_add_entry(disk, &entry);
        }
    }
    writes_fields(im, disk);
    record_snapshot_fields(im, &disk->snapshot, false);
    record_snapshot_fields(im, &disk->taken, false);
    record_snapshot_fields(im, &disk->received, true);
    u64(im, &disk->compact_through);
    write_seq(im, &disk->compact_after);
}

/* ---- Servers ------------------------------------------------------------- */

/*
 * By addressee, under its new name; those to the same one stay in order. The
 * order in which a step made them follows the slots, and means nothing.
 */
static void order_held(const struct image *im,
                       const struct record_server *server,
                       size_t order[RECORD_MAX_HELD])
{
    for (size_t i = 0; i < server->held_count; i++) {
        const raft_server_id to = renamed(im->view, server->held[i].to);
        size_t at = i;

        while (im->mode != READ && at > 0 &&
               renamed(im->view, server->held[order[at - 1]].to) > to) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = i;
    }
}

static void held_fields(struct image *im, struct record_server *server)
{
    size_t order[RECORD_MAX_HELD];

    server->held_count = small(im, server->held_count, RECORD_MAX_HELD);
    order_held(im, server, order);
    for (size_t i = 0; i < server->held_count; i++) {
        record_message_fields(im, &server->held[order[i]], NULL);
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
