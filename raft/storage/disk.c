/* SPDX-License-Identifier: MIT
 *
 * disk.c - single operations, carried through or failed with a clear text.
 *
 * Only EINTR and short transfers are tried again. A failed write or sync is
 * not: the system may have dropped the data and call the next sync a success.
 * EINTR is no such failure, of a sync either: the wait was broken off before
 * there was a result. The data is still on its way, and an error it meets is
 * kept for the next call.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "raft/storage/internal.h"

int fail_io(struct storage_error *error, const struct disk *d, const char *name,
            const char *what, int errno_value)
{
    char reason[128];

    if (strerror_r(errno_value, reason, sizeof reason) != 0) {
        (void)snprintf(reason, sizeof reason, "error %d", errno_value);
    }
    error->problem = STORAGE_EIO;
    error->errno_value = errno_value;
    (void)snprintf(error->text, sizeof error->text, "%.300s%s%s: %s: %s",
                   d->path, name[0] == '\0' ? "" : "/", name, what, reason);
    return -1;
}

int fail_corrupt(struct storage_error *error, const struct disk *d,
                 const char *name, uint64_t offset, const char *what)
{
    error->problem = STORAGE_ECORRUPT;
    error->errno_value = 0;
    (void)snprintf(error->text, sizeof error->text,
                   "%.300s/%s at offset %" PRIu64 ": %s", d->path, name, offset,
                   what);
    return -1;
}

int fail_memory(struct storage_error *error)
{
    error->problem = STORAGE_ENOMEM;
    error->errno_value = ENOMEM;
    (void)snprintf(error->text, sizeof error->text, "out of memory");
    return -1;
}

int disk_open(const struct disk *d, const char *name, int flags,
              struct disk_file *file, struct storage_error *error)
{
    do {
        file->handle = d->ops->open(d->ops->self, d->directory, name, flags);
    } while (file->handle < 0 && errno == EINTR);
    (void)snprintf(file->name, sizeof file->name, "%s", name);
    return file->handle >= 0 ? 0 : fail_io(error, d, name, "open", errno);
}

void disk_close(const struct disk *d, struct disk_file *file)
{
    if (file->handle >= 0) {
        (void)d->ops->close(d->ops->self, file->handle);
        file->handle = -1;
    }
}

int disk_size(const struct disk *d, const struct disk_file *file,
              uint64_t *byte_count, struct storage_error *error)
{
    const int64_t size = d->ops->size(d->ops->self, file->handle);

    if (size < 0) {
        return fail_io(error, d, file->name, "size", errno);
    }
    *byte_count = (uint64_t)size;
    return 0;
}

int disk_read(const struct disk *d, const struct disk_file *file, void *bytes,
              size_t count, uint64_t offset, struct storage_error *error)
{
    uint8_t *to = bytes;

    while (count > 0) {
        const ssize_t got =
            d->ops->pread(d->ops->self, file->handle, to, count, (off_t)offset);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return fail_io(error, d, file->name, "read", got < 0 ? errno : EIO);
        }
        to += got;
        count -= (size_t)got;
        offset += (uint64_t)got;
    }
    return 0;
}

int disk_write(const struct disk *d, const struct disk_file *file,
               const void *bytes, size_t count, uint64_t offset,
               struct storage_error *error)
{
    const uint8_t *from = bytes;

    while (count > 0) {
        const ssize_t put = d->ops->pwrite(d->ops->self, file->handle, from,
                                           count, (off_t)offset);

        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put <= 0) {
            return fail_io(error, d, file->name, "write",
                           put < 0 ? errno : EIO);
        }
        from += put;
        count -= (size_t)put;
        offset += (uint64_t)put;
    }
    return 0;
}

int disk_write_zeros(const struct disk *d, const struct disk_file *file,
                     uint64_t from, uint64_t to, struct storage_error *error)
{
    static const uint8_t zeros[64 * 1024];

    while (from < to) {
        const uint64_t left = to - from;
        const size_t count = left < sizeof zeros ? (size_t)left : sizeof zeros;

        if (disk_write(d, file, zeros, count, from, error) != 0) {
            return -1;
        }
        from += count;
    }
    return 0;
}

int disk_sync(struct disk *d, const struct disk_file *file,
              struct storage_error *error)
{
    int result;

    do {
        result = d->ops->sync(d->ops->self, file->handle);
    } while (result != 0 && errno == EINTR);
    d->syncs++;
    return result == 0 ? 0 : fail_io(error, d, file->name, "sync", errno);
}

int disk_truncate(const struct disk *d, const struct disk_file *file,
                  uint64_t byte_count, struct storage_error *error)
{
    int result;

    do {
        result =
            d->ops->truncate(d->ops->self, file->handle, (off_t)byte_count);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : fail_io(error, d, file->name, "truncate", errno);
}

int disk_sync_directory(struct disk *d, struct storage_error *error)
{
    int result;

    do {
        result = d->ops->sync_directory(d->ops->self, d->directory);
    } while (result != 0 && errno == EINTR);
    d->syncs++;
    return result == 0 ? 0 : fail_io(error, d, "", "sync", errno);
}

int disk_unlink(const struct disk *d, const char *name,
                struct storage_error *error)
{
    if (d->ops->unlink(d->ops->self, d->directory, name) != 0 &&
        errno != ENOENT) {
        return fail_io(error, d, name, "unlink", errno);
    }
    return 0;
}

static bool is_shortage(int errno_value)
{
    return errno_value == EMFILE || errno_value == ENFILE;
}

/* Of the lock's file, as it is always there; the lock is another handle's. */
int disk_keep_spare(struct disk *d, struct storage_error *error)
{
    struct disk_file file;

    if (d->spare >= 0) {
        return 0;
    }
    if (disk_open(d, "lock", O_RDWR, &file, error) != 0) {
        return is_shortage(error->errno_value) ? 0 : -1;
    }
    d->spare = file.handle;
    return 0;
}

void disk_give_up_spare(struct disk *d)
{
    if (d->spare >= 0) {
        (void)d->ops->close(d->ops->self, d->spare);
        d->spare = -1;
    }
}

/*
 * Another thread may be quicker to take what we gave up. Waiting for it does
 * no harm: nobody is told of a write before it is done.
 */
enum { DESCRIPTOR_TRIES = 100 }; /* of 10 ms */

static void wait_a_moment(void)
{
    const struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};

    (void)nanosleep(&moment, NULL);
}

int disk_create(struct disk *d, const char *temporary_name,
                struct disk_file *file, struct storage_error *error)
{
    file->handle = -1;
    if (disk_unlink(d, temporary_name, error) != 0) {
        return -1;
    }
    for (int tries = 0; tries < DESCRIPTOR_TRIES; tries++) {
        if (disk_open(d, temporary_name, O_RDWR | O_CREAT | O_EXCL, file,
                      error) == 0) {
            return 0;
        }
        if (!is_shortage(error->errno_value)) {
            return -1;
        }
        if (d->spare < 0) {
            wait_a_moment();
        }
        disk_give_up_spare(d);
    }
    return -1;
}

int disk_publish(struct disk *d, struct disk_file *file, const char *name,
                 struct storage_error *error)
{
    /* First the bytes, then the name, then the directory that holds it. */
    if (disk_sync(d, file, error) != 0) {
        return -1;
    }
    if (d->ops->rename(d->ops->self, d->directory, file->name, name) != 0) {
        return fail_io(error, d, file->name, "rename", errno);
    }
    (void)snprintf(file->name, sizeof file->name, "%s", name);
    return disk_sync_directory(d, error);
}
