/* SPDX-License-Identifier: MIT
 *
 * fault_ops.c - the file operations of a fault_files disk.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/fault_internal.h"

/* What becomes of an operation. */
enum fate {
    GOES_WELL,
    FAILS,  /* errno is set; nothing happens */
    IS_LAST /* happens, but is reported as failed: the power is going */
};

static enum fate begin(struct fault_files *f)
{
    (void)pthread_mutex_lock(&f->mutex);
    f->operations++;
    if (f->power_at != 0 && f->operations >= f->power_at) {
        errno = EIO;
        return f->operations == f->power_at && fault_random(f, 2) == 0 ? IS_LAST
                                                                       : FAILS;
    }
    if (f->operations == f->fail_at && f->fail_short == 0 &&
        f->fail_errno != 0) {
        errno = f->fail_errno;
        return FAILS;
    }
    return GOES_WELL;
}

/* errno survives. */
static int64_t end(struct fault_files *f, enum fate fate, int64_t result)
{
    const int saved = fate == IS_LAST ? EIO : errno;

    (void)pthread_mutex_unlock(&f->mutex);
    errno = saved;
    return fate == GOES_WELL ? result : -1;
}

static int64_t refuse(int errno_value)
{
    errno = errno_value;
    return -1;
}

static struct fault_handle *handle_of(struct fault_files *f, int handle)
{
    if (handle < 1 || (size_t)handle > f->handle_count ||
        !f->handles[handle - 1].is_open) {
        errno = EBADF;
        return NULL;
    }
    return &f->handles[handle - 1];
}

static struct fault_inode *file_of(struct fault_files *f, int handle)
{
    struct fault_handle *const h = handle_of(f, handle);

    if (h != NULL && h->inode == NULL) {
        errno = EISDIR;
    }
    return h == NULL ? NULL : h->inode;
}

static int new_handle(struct fault_files *f, struct fault_inode *inode)
{
    f->handles = fault_grow(f->handles, f->handle_count, sizeof *f->handles);
    f->handles[f->handle_count] =
        (struct fault_handle){.inode = inode, .is_open = true};
    f->handle_count++;
    return (int)f->handle_count;
}

static void change_names(struct fault_files *f, const char *from,
                         const char *name, struct fault_inode *inode)
{
    struct fault_change *change;

    f->changes = fault_grow(f->changes, f->change_count, sizeof *f->changes);
    change = &f->changes[f->change_count++];
    (void)snprintf(change->from, sizeof change->from, "%s", from);
    (void)snprintf(change->name, sizeof change->name, "%s", name);
    change->inode = inode;
    fault_change_apply(&f->now, change);
}

static int op_open_directory(void *self, const char *path)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);

    (void)path;
    return (int)end(f, fate, fate == GOES_WELL ? new_handle(f, NULL) : -1);
}

static int64_t do_open(struct fault_files *f, int directory, const char *name,
                       int flags)
{
    struct fault_name *const found = fault_find(&f->now, name);

    if (handle_of(f, directory) == NULL) {
        return -1;
    }
    if (found != NULL) {
        return (flags & O_EXCL) != 0 ? refuse(EEXIST)
                                     : new_handle(f, found->inode);
    }
    if ((flags & O_CREAT) == 0) {
        return refuse(ENOENT);
    }
    struct fault_inode *const inode = fault_inode_create(f);

    change_names(f, "", name, inode);
    return new_handle(f, inode);
}

static int op_open(void *self, int directory, const char *name, int flags)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);

    return (int)end(f, fate,
                    fate == FAILS ? -1 : do_open(f, directory, name, flags));
}

static int op_close(void *self, int handle)
{
    struct fault_files *const f = self;

    (void)pthread_mutex_lock(&f->mutex); /* not counted: nobody looks */
    struct fault_handle *const h = handle_of(f, handle);

    if (h != NULL) {
        h->is_open = false;
        if (h->inode != NULL && h->inode->lock_holder == handle) {
            h->inode->lock_holder = 0;
        }
    }
    return (int)end(f, GOES_WELL, h == NULL ? -1 : 0);
}

static int op_lock(void *self, int handle)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);
    struct fault_inode *const inode =
        fate == GOES_WELL ? file_of(f, handle) : NULL;
    int64_t result = -1;

    if (inode != NULL && inode->lock_holder != 0) {
        errno = EWOULDBLOCK;
    } else if (inode != NULL) {
        inode->lock_holder = handle;
        result = 0;
    }
    return (int)end(f, fate, result);
}

/* 0: EINTR this time. */
static size_t moved_bytes(struct fault_files *f, size_t count)
{
    if (f->operations == f->fail_at && f->fail_short != 0) {
        count = f->fail_short < count ? f->fail_short : count;
        f->fail_short = 0;
        f->fail_at++;
    }
    if (f->is_chopped && count > 1) {
        count = fault_random(f, 4) == 0
                    ? 0
                    : 1 + (size_t)fault_random(f, count - 1);
    }
    return count;
}

static ssize_t op_pread(void *self, int handle, void *bytes, size_t count,
                        off_t offset)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);
    const struct fault_inode *const inode =
        fate == GOES_WELL ? file_of(f, handle) : NULL;
    const size_t from = (size_t)offset;
    size_t moved;

    if (inode == NULL) {
        return end(f, fate, -1);
    }
    if (from >= inode->size) {
        return end(f, fate, 0);
    }
    moved = count < inode->size - from ? count : inode->size - from;
    if (moved > 0) {
        moved = moved_bytes(f, moved);
        if (moved == 0) {
            return end(f, fate, refuse(EINTR));
        }
        memcpy(bytes, inode->now + from, moved);
    }
    return end(f, fate, (int64_t)moved);
}

static void mark_dirty(struct fault_inode *inode, size_t from, size_t to)
{
    for (size_t at = from / FAULT_SECTOR; at * FAULT_SECTOR < to; at++) {
        inode->dirty[at] = 1;
    }
}

static ssize_t op_pwrite(void *self, int handle, const void *bytes,
                         size_t count, off_t offset)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);
    struct fault_inode *const inode = fate == FAILS ? NULL : file_of(f, handle);
    const size_t from = (size_t)offset;

    if (inode == NULL) {
        return end(f, fate, -1);
    }
    const size_t moved = moved_bytes(f, count);

    if (moved == 0) {
        return end(f, fate, refuse(EINTR));
    }
    fault_inode_reserve(inode, from + moved);
    memcpy(inode->now + from, bytes, moved);
    mark_dirty(inode, from, from + moved);
    if (from + moved > inode->size) {
        inode->size = from + moved;
    }
    return end(f, fate, (int64_t)moved);
}

static void sync_inode(struct fault_inode *inode, bool reaches_disk)
{
    for (size_t at = 0; at * FAULT_SECTOR < inode->capacity; at++) {
        const size_t from = at * FAULT_SECTOR;

        if (inode->dirty[at] != 0 && reaches_disk) {
            memcpy(inode->durable + from, inode->now + from, FAULT_SECTOR);
        }
        inode->dirty[at] = 0;
    }
    if (reaches_disk) {
        inode->durable_size = inode->size;
    }
}

static int op_sync(void *self, int handle)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);
    const int saved = errno;
    struct fault_inode *const inode = file_of(f, handle);

    if (inode != NULL) {
        sync_inode(inode, fate == GOES_WELL);
    }
    if (fate != GOES_WELL) {
        errno = saved;
    }
    return (int)end(f, fate, inode == NULL ? -1 : 0);
}

static int op_sync_directory(void *self, int handle)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);
    const bool is_open = fate == GOES_WELL && handle_of(f, handle) != NULL;

    for (size_t i = 0; is_open && i < f->change_count; i++) {
        fault_change_apply(&f->durable, &f->changes[i]);
    }
    if (is_open) {
        f->change_count = 0;
    }
    return (int)end(f, fate, is_open ? 0 : -1);
}

static int64_t do_rename(struct fault_files *f, int directory, const char *from,
                         const char *to)
{
    const struct fault_name *const found = fault_find(&f->now, from);

    if (handle_of(f, directory) == NULL) {
        return -1;
    }
    if (found == NULL) {
        return refuse(ENOENT);
    }
    change_names(f, from, to, found->inode);
    return 0;
}

static int op_rename(void *self, int directory, const char *from,
                     const char *to)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);

    return (int)end(f, fate,
                    fate == FAILS ? -1 : do_rename(f, directory, from, to));
}

static int64_t do_unlink(struct fault_files *f, int directory, const char *name)
{
    if (handle_of(f, directory) == NULL) {
        return -1;
    }
    if (fault_find(&f->now, name) == NULL) {
        return refuse(ENOENT);
    }
    change_names(f, "", name, NULL);
    return 0;
}

static int op_unlink(void *self, int directory, const char *name)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);

    return (int)end(f, fate,
                    fate == FAILS ? -1 : do_unlink(f, directory, name));
}

static int op_truncate(void *self, int handle, off_t byte_count)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);
    struct fault_inode *const inode = fate == FAILS ? NULL : file_of(f, handle);
    const size_t size = (size_t)byte_count;

    if (inode != NULL) {
        fault_inode_reserve(inode, size);
        memset(inode->now + size, 0, inode->capacity - size);
        mark_dirty(inode, size, inode->capacity);
        inode->size = size;
    }
    return (int)end(f, fate, inode == NULL ? -1 : 0);
}

static int64_t op_size(void *self, int handle)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);
    const struct fault_inode *const inode =
        fate == GOES_WELL ? file_of(f, handle) : NULL;

    return end(f, fate, inode == NULL ? -1 : (int64_t)inode->size);
}

static int op_list(void *self, int directory,
                   int (*each)(void *context, const char *name), void *context)
{
    struct fault_files *const f = self;
    const enum fate fate = begin(f);
    int64_t result =
        fate == GOES_WELL && handle_of(f, directory) != NULL ? 0 : -1;

    for (size_t i = 0; result == 0 && i < f->now.count; i++) {
        result = each(context, f->now.at[i].text);
    }
    return (int)end(f, fate, result);
}

const struct file_ops fault_ops = {
    .open_directory = op_open_directory,
    .open = op_open,
    .close = op_close,
    .lock = op_lock,
    .pread = op_pread,
    .pwrite = op_pwrite,
    .sync = op_sync,
    .sync_directory = op_sync_directory,
    .rename = op_rename,
    .unlink = op_unlink,
    .truncate = op_truncate,
    .size = op_size,
    .list = op_list,
};
