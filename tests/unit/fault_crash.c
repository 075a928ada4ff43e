/* SPDX-License-Identifier: MIT
 *
 * fault_crash.c - what is left of a disk when the power or the process goes.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/fault_internal.h"

static bool keeps(struct fault_files *f, enum fault_keep keep)
{
    return keep == FAULT_KEEP_ALL ||
           (keep == FAULT_KEEP_SOME && fault_random(f, 2) == 0);
}

/* Growth is kept up to any byte; a sector outside it is lost with it. */
static size_t size_after(struct fault_files *f, const struct fault_inode *inode,
                         enum fault_keep data)
{
    if (!keeps(f, data)) {
        return inode->durable_size;
    }
    if (data == FAULT_KEEP_ALL || inode->size <= inode->durable_size ||
        fault_random(f, 2) == 0) {
        return inode->size;
    }
    return inode->durable_size +
           (size_t)fault_random(f, inode->size - inode->durable_size);
}

static void crash_inode(struct fault_files *f, struct fault_inode *inode,
                        enum fault_keep data)
{
    const size_t size = size_after(f, inode, data);

    for (size_t at = 0; at < inode->capacity; at += FAULT_SECTOR) {
        /* Dirty or not: after a failed sync clean bytes are not safe. */
        if (memcmp(inode->now + at, inode->durable + at, FAULT_SECTOR) != 0 &&
            keeps(f, data)) {
            memcpy(inode->durable + at, inode->now + at, FAULT_SECTOR);
        }
    }
    if (inode->capacity > 0) {
        memset(inode->durable + size, 0, inode->capacity - size);
        memcpy(inode->now, inode->durable, inode->capacity);
        memset(inode->dirty, 0, inode->capacity / FAULT_SECTOR);
    }
    inode->size = size;
    inode->durable_size = size;
}

static void copy_names(struct fault_names *to, const struct fault_names *from)
{
    memcpy(to->at, from->at, from->count * sizeof *to->at);
    to->count = from->count;
}

static void crash_names(struct fault_files *f, enum fault_keep names)
{
    size_t count = 0;

    if (names != FAULT_KEEP_NONE) {
        count = names == FAULT_KEEP_ALL
                    ? f->change_count
                    : (size_t)fault_random(f, f->change_count + 1);
    }
    for (size_t i = 0; i < count; i++) {
        fault_change_apply(&f->durable, &f->changes[i]);
    }
    copy_names(&f->now, &f->durable);
    f->change_count = 0;
}

static void end_process(struct fault_files *f)
{
    for (size_t i = 0; i < f->handle_count; i++) {
        f->handles[i].is_open = false;
    }
    for (size_t i = 0; i < f->inode_count; i++) {
        f->inodes[i]->lock_holder = 0;
    }
    f->fail_at = 0;
    f->power_at = 0;
}

void fault_files_kill(struct fault_files *f)
{
    (void)pthread_mutex_lock(&f->mutex);
    end_process(f);
    (void)pthread_mutex_unlock(&f->mutex);
}

void fault_files_crash(struct fault_files *f, enum fault_keep data,
                       enum fault_keep names)
{
    (void)pthread_mutex_lock(&f->mutex);
    end_process(f);
    for (size_t i = 0; i < f->inode_count; i++) {
        crash_inode(f, f->inodes[i], data);
    }
    crash_names(f, names);
    (void)pthread_mutex_unlock(&f->mutex);
}

void fault_files_crash_way(struct fault_files *f, uint64_t how)
{
    static const enum fault_keep keeps[] = {FAULT_KEEP_NONE, FAULT_KEEP_SOME,
                                            FAULT_KEEP_ALL};

    fault_files_crash(f, keeps[how % 3], keeps[how / 3]);
}

static void copy_inode(struct fault_inode *to, const struct fault_inode *from)
{
    if (from->capacity == 0) {
        return;
    }
    fault_inode_reserve(to, from->capacity);
    memcpy(to->now, from->now, from->capacity);
    memcpy(to->durable, from->durable, from->capacity);
    memcpy(to->dirty, from->dirty, from->capacity / FAULT_SECTOR);
    to->size = from->size;
    to->durable_size = from->durable_size;
}

/* The copy's inode that stands where the original's stands. */
static struct fault_inode *twin(const struct fault_files *copy,
                                const struct fault_files *f,
                                const struct fault_inode *inode)
{
    for (size_t i = 0; i < f->inode_count; i++) {
        if (f->inodes[i] == inode) {
            return copy->inodes[i];
        }
    }
    return NULL; /* an unlink has none */
}

static void copy_disk(struct fault_files *copy, struct fault_files *f)
{
    for (size_t i = 0; i < f->inode_count; i++) {
        copy_inode(fault_inode_create(copy), f->inodes[i]);
    }
    copy_names(&copy->durable, &f->durable);
    for (size_t i = 0; i < copy->durable.count; i++) {
        copy->durable.at[i].inode = twin(copy, f, copy->durable.at[i].inode);
    }
    for (size_t i = 0; i < f->change_count; i++) {
        copy->changes = fault_grow(copy->changes, i, sizeof *copy->changes);
        copy->changes[i] = f->changes[i];
        copy->changes[i].inode = twin(copy, f, f->changes[i].inode);
    }
    copy->change_count = f->change_count;
}

struct fault_files *fault_files_copy(struct fault_files *f, uint64_t seed,
                                     enum fault_keep data,
                                     enum fault_keep names)
{
    struct fault_files *const copy = fault_files_create(seed);

    (void)pthread_mutex_lock(&f->mutex);
    copy_disk(copy, f);
    (void)pthread_mutex_unlock(&f->mutex);
    fault_files_crash(copy, data, names);
    return copy;
}
