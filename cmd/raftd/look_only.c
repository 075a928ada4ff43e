/* SPDX-License-Identifier: MIT
 *
 * look_only.c - reads are passed on; all that changes something succeeds and
 * does nothing.
 */
#include "cmd/raftd/look_only.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static const struct file_ops *real_of(const void *self)
{
    const struct look_only *look = self;

    return look->real;
}

/* ---- Passed on ---------------------------------------------------------- */

static int look_open_directory(void *self, const char *path)
{
    return real_of(self)->open_directory(real_of(self)->self, path);
}

static int look_close(void *self, int file)
{
    return real_of(self)->close(real_of(self)->self, file);
}

static int look_lock(void *self, int file)
{
    return real_of(self)->lock(real_of(self)->self, file);
}

static ssize_t look_read(void *self, int file, void *bytes, size_t count,
                         off_t offset)
{
    return real_of(self)->pread(real_of(self)->self, file, bytes, count,
                                offset);
}

static int64_t look_size(void *self, int file)
{
    return real_of(self)->size(real_of(self)->self, file);
}

static int64_t look_room(void *self, int directory)
{
    return real_of(self)->room(real_of(self)->self, directory);
}

static int look_mode(void *self, int file)
{
    return real_of(self)->mode(real_of(self)->self, file);
}

static int look_list(void *self, int directory,
                     int (*each)(void *context, const char *name),
                     void *context)
{
    return real_of(self)->list(real_of(self)->self, directory, each, context);
}

/*
 * What would be created has a handle, too, though of another file: nothing is
 * written through it. A copy of a directory may lack the lock's file; the
 * directory can be locked as well.
 */
static int look_open(void *self, int directory, const char *name, int flags)
{
    const struct file_ops *const real = real_of(self);
    const bool is_new = (flags & O_EXCL) != 0;
    const int handle =
        real->open(real->self, directory, is_new ? "lock" : name, O_RDONLY);

    if (handle < 0 && errno == ENOENT &&
        (is_new || strcmp(name, "lock") == 0)) {
        return real->open(real->self, directory, ".", O_RDONLY);
    }
    return handle;
}

/* ---- Not done ----------------------------------------------------------- */

static ssize_t look_write(void *self, int file, const void *bytes, size_t count,
                          off_t offset)
{
    (void)self;
    (void)file;
    (void)bytes;
    (void)offset;
    return (ssize_t)count;
}

static int look_sync(void *self, int file)
{
    (void)self;
    (void)file;
    return 0;
}

static int look_move(void *self, int directory, const char *from,
                     const char *to)
{
    struct look_only *look = self;

    (void)directory;
    (void)from;
    look->begins_anew = look->begins_anew || strcmp(to, "identity") == 0;
    return 0;
}

static int look_unlink(void *self, int directory, const char *name)
{
    (void)self;
    (void)directory;
    (void)name;
    return 0;
}

static int look_truncate(void *self, int file, off_t byte_count)
{
    (void)self;
    (void)file;
    (void)byte_count;
    return 0;
}

struct file_ops look_only_ops(struct look_only *look)
{
    return (struct file_ops){.self = look,
                             .open_directory = look_open_directory,
                             .open = look_open,
                             .close = look_close,
                             .lock = look_lock,
                             .pread = look_read,
                             .pwrite = look_write,
                             .sync = look_sync,
                             .sync_directory = look_sync,
                             .rename = look_move,
                             .unlink = look_unlink,
                             .truncate = look_truncate,
                             .size = look_size,
                             .room = look_room,
                             .mode = look_mode,
                             .list = look_list};
}
