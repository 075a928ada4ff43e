/* SPDX-License-Identifier: MIT
 *
 * snapshot_write.c - a snapshot that is written, our own or one received.
 *
 * It grows under a name that means nothing. Whole, checked and synced, it gets
 * its own; from the sync of the directory on it counts, and only then may the
 * log forget what is in it (Figure 12).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "raft/storage/crc32c.h"
#include "raft/storage/snapshot_writer.h"

/*
 * Synced in parts: one sync of everything at the end would keep the log's own
 * syncs waiting behind it.
 */
#define SYNC_BYTES (4u << 20)

static const char *temporary_name(const struct snapshot_file_writer *w)
{
    return w->is_received ? "snapshot.received" : "snapshot.new";
}

/* 0 or errno. Its temporary name is for one at a time. */
static int take_name(struct storage *s, bool is_received)
{
    (void)pthread_mutex_lock(&s->mutex);
    bool *const is_taken = is_received ? &s->is_receiving : &s->is_taking;
    const int reason = !s->is_loaded ? EINVAL : *is_taken ? EBUSY : 0;

    *is_taken |= reason == 0;
    (void)pthread_mutex_unlock(&s->mutex);
    return reason;
}

static void give_name_back(struct storage *s, bool is_received)
{
    (void)pthread_mutex_lock(&s->mutex);
    *(is_received ? &s->is_receiving : &s->is_taking) = false;
    (void)pthread_mutex_unlock(&s->mutex);
}

struct snapshot_file_writer *
snapshot_writer_create(struct storage *s, const struct raft_snapshot *of,
                       bool is_received, struct storage_error *error)
{
    struct snapshot_file_writer *const w = calloc(1, sizeof *w);

    if (w == NULL) {
        (void)fail_memory(error);
        return NULL;
    }
    w->s = s;
    w->disk = snapshot_disk(s);
    w->is_received = is_received;
    w->of = *of;
    const int reason = take_name(s, is_received);

    if (reason != 0) {
        (void)fail_io(error, &w->disk, temporary_name(w), "create", reason);
        free(w);
        return NULL;
    }
    if (disk_create(&w->disk, temporary_name(w), &w->file, error) != 0) {
        give_name_back(s, is_received);
        free(w);
        return NULL;
    }
    return w;
}

/* Could it be read again? */
int snapshot_check_asked(const struct storage *s,
                         const struct raft_snapshot *of, uint64_t least_bytes,
                         struct storage_error *error)
{
    const struct disk d = snapshot_disk(s);

    if (of->last_index == 0 || of->last_index == UINT64_MAX ||
        of->last_term == 0 || of->config.index > of->last_index ||
        of->byte_count < least_bytes) {
        return fail_io(error, &d, "snapshot", "impossible", EINVAL);
    }
    return 0;
}

struct snapshot_file_writer *
snapshot_file_create(struct storage *s, const struct raft_snapshot *of,
                     struct storage_error *error)
{
    if (snapshot_check_asked(s, of, 0, error) != 0) {
        return NULL;
    }
    struct snapshot_file_writer *const w =
        snapshot_writer_create(s, of, false, error);

    if (w != NULL) {
        w->config_bytes =
            of->config.member_count == 0
                ? 0
                : (uint32_t)raft_config_encode(&of->config, w->config);
        w->start = BLOCK_BYTES + (uint64_t)w->config_bytes;
        w->end = w->start;
    }
    return w;
}

struct snapshot_file_writer *
snapshot_file_rewrite(struct storage *s, const struct raft_snapshot *of,
                      struct storage_error *error)
{
    struct snapshot_file_writer *const w =
        snapshot_check_room(s, of, error) == 0
            ? snapshot_file_create(s, of, error)
            : NULL;

    if (w != NULL) {
        w->is_rewritten = true;
        w->rewritten_checksum = of->checksum;
    }
    return w;
}

/* After a failure at once: the log may need the room. */
static void remove_file(struct snapshot_file_writer *w)
{
    struct storage_error ignored;

    disk_close(&w->disk, &w->file);
    (void)disk_unlink(&w->disk, temporary_name(w), &ignored);
}

static int write_next(struct snapshot_file_writer *w, const void *bytes,
                      size_t byte_count, struct storage_error *error)
{
    if (w->is_received && byte_count > w->of.byte_count - w->end) {
        return fail_corrupt(error, &w->disk, w->file.name, w->of.byte_count,
                            "more has come than was announced");
    }
    if (disk_write(&w->disk, &w->file, bytes, byte_count, w->end, error) != 0) {
        return -1;
    }
    w->end += byte_count;
    if (!w->is_received) {
        w->body_crc = crc32c(w->body_crc, bytes, byte_count);
    }
    if (w->end - w->synced < SYNC_BYTES) {
        return 0;
    }
    w->synced = w->end;
    return disk_sync(&w->disk, &w->file, error);
}

int snapshot_file_write(struct snapshot_file_writer *w, const void *bytes,
                        size_t byte_count, struct storage_error *error)
{
    if (w->failure.problem != 0) {
        *error = w->failure;
        return -1;
    }
    if (write_next(w, bytes, byte_count, error) != 0) {
        w->failure = *error;
        remove_file(w);
        return -1;
    }
    return 0;
}

uint64_t snapshot_file_written(const struct snapshot_file_writer *w)
{
    return w->end - w->start;
}

static int write_head(struct snapshot_file_writer *w,
                      struct storage_error *error)
{
    const struct snapshot_head head = {
        .last_index = w->of.last_index,
        .last_term = w->of.last_term,
        .config_index = w->of.config.index,
        .body_bytes = w->end - w->start,
        .body_crc = w->body_crc,
        .config_bytes = w->config_bytes,
        .config_crc = crc32c(0, w->config, w->config_bytes)};
    uint8_t bytes[BLOCK_BYTES + RAFT_MAX_CONFIG_BYTES] = {0};

    w->of.checksum = snapshot_head_encode(&head, bytes);
    w->of.byte_count = w->end;
    memcpy(bytes + BLOCK_BYTES, w->config, w->config_bytes);
    return disk_write(&w->disk, &w->file, bytes,
                      BLOCK_BYTES + (size_t)w->config_bytes, 0, error);
}

/* Who was sent a part of it goes on with the other file. */
static int check_rewritten(const struct snapshot_file_writer *w,
                           struct storage_error *error)
{
    if (!w->is_rewritten || w->of.checksum == w->rewritten_checksum) {
        return 0;
    }
    return fail_corrupt(error, &w->disk, w->file.name, 0,
                        "not what the damaged one was: only one of a later "
                        "index, after another write, can replace it");
}

/* Of two the newer one stays, whichever was ready first. */
static int publish(struct snapshot_file_writer *w, struct storage_error *error)
{
    struct storage *const s = w->s;
    const raft_index index = w->of.last_index;
    const raft_index newest = snapshot_newest(s);
    char name[NAME_BYTES];

    if (index < newest || (index == newest && !w->is_rewritten)) {
        disk_close(&w->disk, &w->file);
        return disk_unlink(&w->disk, temporary_name(w), error);
    }
    snapshot_name(name, index);
    if (disk_publish(&w->disk, &w->file, name, error) != 0) {
        return -1;
    }
    disk_close(&w->disk, &w->file);
    (void)pthread_mutex_lock(&s->mutex);
    s->snapshot_index = index > s->snapshot_index ? index : s->snapshot_index;
    (void)pthread_mutex_unlock(&s->mutex);
    snapshots_remove_before(&w->disk, snapshot_newest(s));
    return 0;
}

int snapshot_file_finish(struct snapshot_file_writer *w,
                         struct raft_snapshot *done,
                         struct storage_error *error)
{
    int result = -1;

    if (w->failure.problem != 0) {
        *error = w->failure;
    } else if ((w->is_received ? snapshot_check_received(w, error)
                               : write_head(w, error)) == 0 &&
               check_rewritten(w, error) == 0) {
        result = publish(w, error);
    }
    *done = w->of;
    snapshot_file_abandon(w);
    return result;
}

void snapshot_file_abandon(struct snapshot_file_writer *w)
{
    if (w == NULL) {
        return;
    }
    if (w->file.handle >= 0) {
        remove_file(w);
    }
    give_name_back(w->s, w->is_received);
    free(w);
}
