/* SPDX-License-Identifier: MIT
 *
 * fault_bytes.c - the file operations of a fault_files disk that move bytes.
 */
#include <errno.h>
#include <string.h>

#include "tests/unit/fault_internal.h"

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

ssize_t fault_pread(void *self, int handle, void *bytes, size_t count,
                    off_t offset)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);
    const struct fault_inode *const inode =
        fate == FAULT_GOES_WELL ? fault_file_of(f, handle) : NULL;
    const size_t from = (size_t)offset;
    size_t moved;

    if (inode == NULL) {
        return fault_end(f, fate, -1);
    }
    if (from >= inode->size) {
        return fault_end(f, fate, 0);
    }
    moved = count < inode->size - from ? count : inode->size - from;
    if (moved > 0) {
        moved = moved_bytes(f, moved);
        if (moved == 0) {
            return fault_end(f, fate, fault_refuse(EINTR));
        }
        memcpy(bytes, inode->now + from, moved);
    }
    return fault_end(f, fate, (int64_t)moved);
}

static void mark_dirty(struct fault_inode *inode, size_t from, size_t to)
{
    for (size_t at = from / FAULT_SECTOR; at * FAULT_SECTOR < to; at++) {
        inode->dirty[at] = 1;
    }
}

ssize_t fault_pwrite(void *self, int handle, const void *bytes, size_t count,
                     off_t offset)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);
    struct fault_inode *const inode =
        fate == FAULT_FAILS ? NULL : fault_file_of(f, handle);
    const size_t from = (size_t)offset;

    if (inode == NULL) {
        return fault_end(f, fate, -1);
    }
    const size_t moved = moved_bytes(f, count);

    if (moved == 0) {
        return fault_end(f, fate, fault_refuse(EINTR));
    }
    if (f->is_full && from + moved > inode->size) {
        return fault_end(f, fate, fault_refuse(ENOSPC));
    }
    fault_inode_reserve(inode, from + moved);
    memcpy(inode->now + from, bytes, moved);
    mark_dirty(inode, from, from + moved);
    if (from + moved > inode->size) {
        inode->size = from + moved;
    }
    return fault_end(f, fate, (int64_t)moved);
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

int fault_sync(void *self, int handle)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);
    const int saved = errno;
    struct fault_inode *const inode = fault_file_of(f, handle);

    if (inode != NULL && !(fate == FAULT_FAILS && saved == EINTR)) {
        sync_inode(inode, fate == FAULT_GOES_WELL);
    }
    if (fate != FAULT_GOES_WELL) {
        errno = saved;
    }
    return (int)fault_end(f, fate, inode == NULL ? -1 : 0);
}

int fault_truncate(void *self, int handle, off_t byte_count)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);
    struct fault_inode *const inode =
        fate == FAULT_FAILS ? NULL : fault_file_of(f, handle);
    const size_t size = (size_t)byte_count;

    if (inode != NULL) {
        fault_inode_reserve(inode, size);
        memset(inode->now + size, 0, inode->capacity - size);
        mark_dirty(inode, size, inode->capacity);
        inode->size = size;
    }
    return (int)fault_end(f, fate, inode == NULL ? -1 : 0);
}

int64_t fault_size(void *self, int handle)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);
    const struct fault_inode *const inode =
        fate == FAULT_GOES_WELL ? fault_file_of(f, handle) : NULL;

    return fault_end(f, fate, inode == NULL ? -1 : (int64_t)inode->size);
}

/* Not counted: it changes nothing, and no failure of it matters. */
int64_t fault_room(void *self, int directory)
{
    struct fault_files *const f = self;

    (void)directory;
    (void)pthread_mutex_lock(&f->mutex);
    return fault_end(f, FAULT_GOES_WELL, f->room);
}

int fault_mode(void *self, int handle)
{
    struct fault_files *const f = self;
    const enum fault_fate fate = fault_begin(f);
    const bool is_open =
        fate == FAULT_GOES_WELL && fault_handle_of(f, handle) != NULL;

    return (int)fault_end(f, fate, is_open ? 0700 : -1);
}
