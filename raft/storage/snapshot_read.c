/* SPDX-License-Identifier: MIT
 *
 * snapshot_read.c - the newest snapshot, to be sent or restored.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "raft/storage/internal.h"

struct snapshot_file_reader {
    struct disk disk;
    struct disk_file file;
    bool is_borrowed; /* the file is another's to close */
    struct snapshot_head head;
    struct raft_snapshot of;
};

struct disk snapshot_disk(const struct storage *s)
{
    return (struct disk){.ops = s->disk.ops,
                         .path = s->disk.path,
                         .directory = s->disk.directory,
                         .spare = -1};
}

raft_index snapshot_newest(struct storage *s)
{
    (void)pthread_mutex_lock(&s->mutex);
    const raft_index index = s->snapshot_index;

    (void)pthread_mutex_unlock(&s->mutex);
    return index;
}

/* 1: open; 0: it has just been replaced by a newer one; -1: error. */
static int open_newest(struct storage *s, struct snapshot_file_reader *reader,
                       struct storage_error *error)
{
    const raft_index index = snapshot_newest(s);
    char name[NAME_BYTES];

    snapshot_name(name, index);
    if (index == 0) {
        return fail_io(error, &reader->disk, "snapshot", "open", ENOENT);
    }
    if (disk_open(&reader->disk, name, O_RDWR, &reader->file, error) != 0) {
        return error->errno_value == ENOENT && snapshot_newest(s) != index ? 0
                                                                           : -1;
    }
    if (snapshot_head_read(&reader->disk, &reader->file, &reader->head,
                           &reader->of, error) != 0) {
        disk_close(&reader->disk, &reader->file);
        return -1;
    }
    return 1;
}

struct snapshot_file_reader *snapshot_file_open(struct storage *s,
                                                struct storage_error *error)
{
    struct snapshot_file_reader *const reader = calloc(1, sizeof *reader);
    int result = 0;

    if (reader == NULL) {
        (void)fail_memory(error);
        return NULL;
    }
    reader->disk = snapshot_disk(s);
    while (result == 0) {
        result = open_newest(s, reader, error);
    }
    if (result < 0) {
        free(reader);
        return NULL;
    }
    return reader;
}

struct snapshot_file_reader *snapshot_reader_of(const struct disk *d,
                                                const struct disk_file *file,
                                                struct storage_error *error)
{
    struct snapshot_file_reader *const reader = calloc(1, sizeof *reader);

    if (reader == NULL) {
        (void)fail_memory(error);
        return NULL;
    }
    reader->disk = *d;
    reader->file = *file;
    reader->is_borrowed = true;
    if (snapshot_head_read(d, file, &reader->head, &reader->of, error) != 0) {
        free(reader);
        return NULL;
    }
    return reader;
}

const struct raft_snapshot *
snapshot_file_of(const struct snapshot_file_reader *reader)
{
    return &reader->of;
}

uint64_t snapshot_file_body_at(const struct snapshot_file_reader *reader)
{
    return BLOCK_BYTES + (uint64_t)reader->head.config_bytes;
}

int snapshot_file_read(const struct snapshot_file_reader *reader,
                       uint64_t offset, void *bytes, size_t byte_count,
                       struct storage_error *error)
{
    if (offset > reader->of.byte_count ||
        byte_count > reader->of.byte_count - offset) {
        return fail_io(error, &reader->disk, reader->file.name, "read", EINVAL);
    }
    return disk_read(&reader->disk, &reader->file, bytes, byte_count, offset,
                     error);
}

int snapshot_file_check(const struct snapshot_file_reader *reader,
                        struct storage_error *error)
{
    return snapshot_body_check(&reader->disk, &reader->file, &reader->head,
                               error);
}

void snapshot_file_close(struct snapshot_file_reader *reader)
{
    if (reader == NULL) {
        return;
    }
    if (!reader->is_borrowed) {
        disk_close(&reader->disk, &reader->file);
    }
    free(reader);
}
