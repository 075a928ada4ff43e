/* SPDX-License-Identifier: MIT
 *
 * fault_ops.c - the file operations of a fault_files disk: handles and names.
 * What moves bytes: fault_bytes.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/fault_internal.h"

enum fault_fate fault_begin(struct fault_files *f)
{
    (void)pthread_mutex_lock(&f->mutex);
    f->operations++;
    if (f->power_at != 0 && f->operations >= f->power_at) {
        errno = EIO;
        return f->operations == f->power_at && fault_random(f, 2) == 0
                   ? FAULT_IS_LAST
                   : FAULT_FAILS;
    }
    if (f->operations == f->fail_at && f->fail_short == 0 &&
        f->fail_errno != 0) {
        errno = f->fail_errno;
        return FAULT_FAILS;
    }
    return FAULT_GOES_WELL;
}

/* errno survives. */
int64_t fault_end(struct fault_files *f, enum fault_fate fate, int64_t result)
{
    const int saved = fate == FAULT_IS_LAST ? EIO : errno;

    (void)pthread_mutex_unlock(&f->mutex);
    errno = saved;
    return fate == FAULT_GOES_WELL ? result : -1;
}

int64_t fault_refuse(int errno_value)
{
    errno = errno_value;
    return -1;
}

struct fault_handle *fault_handle_of(struct fault_files *f, int handle)
{
    if (handle < 1 || (size_t)handle > f->handle_count ||
        !f->handles[handle - 1].is_open) {
        errno = EBADF;
        return NULL;
    }
    return &f->handles[handle - 1];
}

struct fault_inode *fault_file_of(struct fault_files *f, int handle)
{
    struct fault_handle *const h = fault_handle_of(f, handle);

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
    f->free_handles -= f->free_handles > 0 ? 1u : 0u;
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
    const enum fault_fate fate = fault_begin(f);

    (void)path;
    return (int)fault_end(f, fate,
                          fate == FAULT_GOES_WELL ? new_handle(f, NULL) : -1);
}

static int64_t do_open(struct fault_files *f, int directory, const char *name,
                       int flags)
{
    struct fault_name *const found = fault_find(&f->now, name);

    if (fault_handle_of(f, directory) == NULL) {
        return -1;
    }
    if (f->refused_opens > 0 || (f->is_crowded && f->free_handles == 0)) {
        f->refused_opens -= f->refused_opens > 0 ? 1u : 0u;
        return fault_refuse(EMFILE);
    }
    if (found != NULL) {
        return (flags & O_EXCL) != 0 ? fault_refuse(EEXIST)
                                     : new_handle(f, found->inode);
    }
    if ((flags & O_CREAT) == 0) {
        return fault_refuse(ENOENT);
    }
    struct fault_inode *const inode = fault_inode_create(f);

    change_names(f, "", name, inode);
    return new_handle(f, inode);
}

static int op_open(void *self, int directory, const char *name, int flags)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);

    return (int)fault_end(
        f, fate, fate == FAULT_FAILS ? -1 : do_open(f, directory, name, flags));
}

static int op_close(void *self, int handle)
{
    struct fault_files *const f = self;

    (void)pthread_mutex_lock(&f->mutex); /* not counted: nobody looks */
    struct fault_handle *const h = fault_handle_of(f, handle);

    if (h != NULL) {
        h->is_open = false;
        f->free_handles++;
        if (h->inode != NULL && h->inode->lock_holder == handle) {
            h->inode->lock_holder = 0;
        }
    }
    return (int)fault_end(f, FAULT_GOES_WELL, h == NULL ? -1 : 0);
}

static int op_lock(void *self, int handle)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);
    struct fault_inode *const inode =
        fate == FAULT_GOES_WELL ? fault_file_of(f, handle) : NULL;
    int64_t result = -1;

    if (inode != NULL && inode->lock_holder != 0) {
        errno = EWOULDBLOCK;
    } else if (inode != NULL) {
        inode->lock_holder = handle;
        result = 0;
    }
    return (int)fault_end(f, fate, result);
}

static int op_sync_directory(void *self, int handle)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);
    const bool is_open =
        fate == FAULT_GOES_WELL && fault_handle_of(f, handle) != NULL;

    for (size_t i = 0; is_open && i < f->change_count; i++) {
        fault_change_apply(&f->durable, &f->changes[i]);
    }
    if (is_open) {
        f->change_count = 0;
    }
    return (int)fault_end(f, fate, is_open ? 0 : -1);
}

static int64_t do_rename(struct fault_files *f, int directory, const char *from,
                         const char *to)
{
    const struct fault_name *const found = fault_find(&f->now, from);

    if (fault_handle_of(f, directory) == NULL) {
        return -1;
    }
    if (found == NULL) {
        return fault_refuse(ENOENT);
    }
    change_names(f, from, to, found->inode);
    return 0;
}

static int op_rename(void *self, int directory, const char *from,
                     const char *to)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);

    return (int)fault_end(
        f, fate, fate == FAULT_FAILS ? -1 : do_rename(f, directory, from, to));
}

static int64_t do_unlink(struct fault_files *f, int directory, const char *name)
{
    if (fault_handle_of(f, directory) == NULL) {
        return -1;
    }
    if (fault_find(&f->now, name) == NULL) {
        return fault_refuse(ENOENT);
    }
    change_names(f, "", name, NULL);
    return 0;
}

static int op_unlink(void *self, int directory, const char *name)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);

    f->free_handles = 0; /* see fault_files_crowd() */
    return (int)fault_end(
        f, fate, fate == FAULT_FAILS ? -1 : do_unlink(f, directory, name));
}

static int op_list(void *self, int directory,
                   int (*each)(void *context, const char *name), void *context)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);
    int64_t result =
        fate == FAULT_GOES_WELL && fault_handle_of(f, directory) != NULL ? 0
                                                                         : -1;

    for (size_t i = 0; result == 0 && i < f->now.count; i++) {
        result = each(context, f->now.at[i].text);
    }
    return (int)fault_end(f, fate, result);
}

const struct file_ops fault_ops = {
    .open_directory = op_open_directory,
    .open = op_open,
    .close = op_close,
    .lock = op_lock,
    .pread = fault_pread,
    .pwrite = fault_pwrite,
    .sync = fault_sync,
    .sync_directory = op_sync_directory,
    .rename = op_rename,
    .unlink = op_unlink,
    .truncate = fault_truncate,
    .size = fault_size,
    .room = fault_room,
    .mode = fault_mode,
    .list = op_list,
};
