/* SPDX-License-Identifier: MIT
 *
 * snapshot_receive.c - a snapshot that comes from a leader: what is announced
 * first, and whether what came is that.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "raft/storage/snapshot_writer.h"

/*
 * Term, vote and log must find room beside it, or this server stops. A little
 * is enough: once it is installed, the old log goes. A disk that does not say
 * how much room there is shows it when it is full.
 */
enum { LOG_ROOM = 1 << 20 };

int snapshot_check_room(const struct storage *s, const struct raft_snapshot *of,
                        struct storage_error *error)
{
    const struct disk d = snapshot_disk(s);
    const int64_t room = d.ops->room(d.ops->self, d.directory);
    const uint64_t most = UINT64_MAX - LOG_ROOM;
    const uint64_t needed =
        (of->byte_count < most ? of->byte_count : most) + LOG_ROOM;

    if (room < 0 || (uint64_t)room >= needed) {
        return 0;
    }
    error->problem = STORAGE_EIO;
    error->errno_value = ENOSPC;
    (void)snprintf(error->text, sizeof error->text,
                   "%.300s: a snapshot of %" PRIu64 " bytes needs %" PRIu64
                   " bytes of room, with some for the log; there are %" PRId64,
                   d.path, of->byte_count, needed, room);
    return -1;
}

struct snapshot_file_writer *
snapshot_file_receive(struct storage *s, const struct raft_snapshot *of,
                      struct storage_error *error)
{
    struct raft_snapshot announced = *of;

    announced.config = (struct raft_config){0}; /* it comes with the bytes */
    if (snapshot_check_asked(s, &announced, BLOCK_BYTES, error) != 0 ||
        snapshot_check_room(s, &announced, error) != 0) {
        return NULL;
    }
    return snapshot_writer_create(s, &announced, true, error);
}

/* It has been through a network, and may be of another version. */
int snapshot_check_received(struct snapshot_file_writer *w,
                            struct storage_error *error)
{
    struct raft_snapshot found;
    struct snapshot_head head;

    if (w->is_checked) {
        return 0;
    }
    if (snapshot_head_read(&w->disk, &w->file, &head, &found, error) != 0) {
        return -1;
    }
    if (found.last_index != w->of.last_index ||
        found.last_term != w->of.last_term ||
        found.byte_count != w->of.byte_count ||
        found.checksum != w->of.checksum) {
        return fail_corrupt(error, &w->disk, w->file.name, BLOCK_FIELDS,
                            "not the snapshot that was announced");
    }
    w->of.config = found.config;
    w->is_checked = snapshot_body_check(&w->disk, &w->file, &head, error) == 0;
    return w->is_checked ? 0 : -1;
}

struct snapshot_file_reader *
snapshot_file_reread(struct snapshot_file_writer *w,
                     struct storage_error *error)
{
    if (w->failure.problem != 0) {
        *error = w->failure;
        return NULL;
    }
    if (!w->is_received) {
        (void)fail_io(error, &w->disk, w->file.name, "read again", EINVAL);
        return NULL;
    }
    return snapshot_check_received(w, error) == 0
               ? snapshot_reader_of(&w->disk, &w->file, error)
               : NULL;
}
