/* SPDX-License-Identifier: MIT
 *
 * storage.c - open and lock a directory, load it, close it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "raft/storage/internal.h"

/* Our own reason, which the system's words for it would only blur. */
static int fail_place(struct storage_error *error, const struct disk *d,
                      int errno_value, const char *why)
{
    error->problem = STORAGE_EIO;
    error->errno_value = errno_value;
    (void)snprintf(error->text, sizeof error->text, "%.300s: %s", d->path, why);
    return -1;
}

/* Whoever may write to it could give us another term, vote or log. */
static int check_mode(const struct disk *d, struct storage_error *error)
{
    const int mode = d->ops->mode(d->ops->self, d->directory);
    char why[64];

    if (mode < 0) {
        return fail_io(error, d, "", "mode", errno);
    }
    (void)snprintf(why, sizeof why,
                   "others may write here: mode %04o, use chmod 0700",
                   (unsigned)mode);
    return (mode & 0022) == 0 ? 0 : fail_place(error, d, EPERM, why);
}

static int open_and_lock(struct storage *s, struct storage_error *error)
{
    struct disk *const d = &s->disk;

    d->directory = d->ops->open_directory(d->ops->self, d->path);
    if (d->directory < 0 && errno == ELOOP) {
        return fail_place(error, d, ELOOP,
                          "is a symbolic link: name the directory itself");
    }
    if (d->directory < 0) {
        return fail_io(error, d, "", "open directory", errno);
    }
    if (check_mode(d, error) != 0 ||
        disk_open(d, "lock", O_RDWR | O_CREAT, &s->lock, error) != 0) {
        return -1;
    }
    if (d->ops->lock(d->ops->self, s->lock.handle) == 0) {
        return disk_keep_spare(d, error);
    }
    if (errno != EWOULDBLOCK && errno != EAGAIN) {
        return fail_io(error, d, "lock", "lock", errno);
    }
    error->problem = STORAGE_ELOCKED;
    error->errno_value = errno;
    (void)snprintf(error->text, sizeof error->text,
                   "%.300s: in use by another process", d->path);
    return -1;
}

static int note_segment(void *context, const char *name)
{
    struct storage *const s = context;
    const uint32_t number = segment_number(name);

    if (number > s->last_segment) {
        s->last_segment = number;
    }
    return 0;
}

/* What a stop in the middle of a replacement left is not looked at. */
static int tidy(struct storage *s, struct storage_error *error)
{
    struct disk *const d = &s->disk;
    static const char *const names[] = {"identity.new", "term.new", "log.new",
                                        "snapshot.new", "snapshot.received"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (disk_unlink(d, names[i], error) != 0) {
            return -1;
        }
    }
    /* Whoever was killed may have renamed and not synced. */
    if (disk_sync_directory(d, error) != 0) {
        return -1;
    }
    if (d->ops->list(d->ops->self, d->directory, note_segment, s) != 0) {
        return fail_io(error, d, "", "list", errno);
    }
    return 0;
}

static struct storage *create(const char *directory, const struct file_ops *ops,
                              const struct storage_settings *settings)
{
    struct storage *const s = calloc(1, sizeof *s);

    if (s == NULL) {
        return NULL;
    }
    s->path = malloc(strlen(directory) + 1);
    if (s->path == NULL) {
        free(s);
        return NULL;
    }
    memcpy(s->path, directory, strlen(directory) + 1);
    s->disk = (struct disk){
        .ops = ops, .path = s->path, .directory = -1, .spare = -1};
    s->settling = s->disk;
    s->lock.handle = -1;
    s->segment.file.handle = -1;
    s->segment_bytes = settings == NULL || settings->segment_bytes == 0
                           ? SEGMENT_BYTES_DEFAULT
                           : settings->segment_bytes;
    /* With default attributes these cannot fail. */
    (void)pthread_mutex_init(&s->mutex, NULL);
    (void)pthread_cond_init(&s->work, NULL);
    return s;
}

struct storage *storage_open(const char *directory, const struct file_ops *ops,
                             const struct storage_settings *settings,
                             struct storage_error *error)
{
    struct storage *const s = create(directory, ops, settings);

    if (s == NULL) {
        (void)fail_memory(error);
        return NULL;
    }
    if (s->segment_bytes < SEGMENT_BYTES_MIN ||
        s->segment_bytes > SEGMENT_BYTES_MAX) {
        (void)fail_io(error, &s->disk, "", "segment size", EINVAL);
        storage_close(s);
        return NULL;
    }
    if (open_and_lock(s, error) != 0 || tidy(s, error) != 0 ||
        identity_open(s, error) != 0) {
        storage_close(s);
        return NULL;
    }
    return s;
}

void storage_end_log(struct storage *s)
{
    struct storage_error ignored;

    writer_stop(s);
    if (s->is_loaded && !s->has_failed && s->segment.file.handle >= 0) {
        (void)segment_mark(&s->disk, &s->segment, s->segment_bytes, &ignored);
    }
    disk_close(&s->disk, &s->segment.file);
}

void storage_close(struct storage *s)
{
    if (s == NULL) {
        return;
    }
    storage_end_log(s);
    disk_close(&s->disk, &s->lock);
    disk_give_up_spare(&s->disk);
    disk_give_up_spare(&s->settling);
    if (s->disk.directory >= 0) {
        (void)s->disk.ops->close(s->disk.ops->self, s->disk.directory);
    }
    loaded_free(&s->loaded);
    sealed_free(&s->sealed);
    queue_free(&s->queue);
    queue_free(&s->batch);
    (void)pthread_cond_destroy(&s->work);
    (void)pthread_mutex_destroy(&s->mutex);
    free(s->path);
    free(s);
}

const struct storage_identity *storage_identity(const struct storage *s)
{
    return &s->identity;
}

int storage_check(struct storage *s, struct storage_error *error)
{
    (void)pthread_mutex_lock(&s->mutex);
    const bool has_failed = s->has_failed;

    if (has_failed) {
        *error = s->failure;
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return has_failed ? -1 : 0;
}

static int load(struct storage *s, struct raft_start *start,
                struct storage_error *error)
{
    const int found =
        term_read(s, &start->current_term, &start->voted_for, error);

    if (found == 0) {
        return fail_corrupt(error, &s->disk, "term", 0,
                            "the file with term and vote is missing");
    }
    if (found < 0 || snapshots_find(s, error) != 0 || log_load(s, error) != 0) {
        return -1;
    }
    return snapshots_tidy(s, error);
}

/* What the node's face of it has to know. */
static void note_loaded(struct storage *s)
{
    const struct loaded *const loaded = &s->loaded;

    (void)pthread_mutex_lock(&s->mutex);
    s->snapshot_index = s->snapshot.last_index;
    s->queue_base = loaded->first_index - 1;
    s->queue_next_index = s->next_index;
    s->queue_last_term =
        loaded->count == 0 ? 0 : loaded->entries[loaded->count - 1].term;
    s->stats.log_bytes = s->sealed.byte_count + s->segment.zeroed;
    s->stats.loaded_bytes = s->sealed.byte_count + s->segment.end;
    s->stats.syncs = s->disk.syncs;
    s->is_loaded = true;
    (void)pthread_mutex_unlock(&s->mutex);
}

int storage_load(struct storage *s, struct raft_start *start,
                 struct storage_error *error)
{
    const struct loaded *const loaded = &s->loaded;

    if (s->writer_runs || s->queue.byte_count > 0) {
        return fail_io(error, &s->disk, "", "load", EBUSY);
    }
    if (storage_check(s, error) != 0 || forcing_check(s, error) != 0) {
        return -1;
    }
    *start = (struct raft_start){0};
    s->is_loaded = false;
    if (load(s, start, error) != 0) {
        return storage_failed(s, error);
    }
    start->log = (struct raft_slice){.first_index = loaded->first_index,
                                     .count = loaded->count,
                                     .entries = loaded->entries};
    start->snapshot = s->snapshot.last_index == 0 ? NULL : &s->snapshot;
    note_loaded(s);
    return 0;
}

const struct storage_error *storage_set_aside(const struct storage *s)
{
    return s->set_aside.problem == 0 ? NULL : &s->set_aside;
}

void storage_loaded_free(struct storage *s)
{
    loaded_free(&s->loaded);
}

int storage_write_queued(struct storage *s, raft_write_seq *done,
                         struct storage_error *error)
{
    *done = 0;
    if (s->writer_runs) {
        return fail_io(error, &s->disk, "", "write", EBUSY);
    }
    if (batch_write(s, done, error) != 0) {
        return -1;
    }
    while (log_compact_one(s)) {
    }
    return 0;
}

void storage_stats(struct storage *s, struct storage_stats *stats)
{
    (void)pthread_mutex_lock(&s->mutex);
    *stats = s->stats;
    (void)pthread_mutex_unlock(&s->mutex);
}
