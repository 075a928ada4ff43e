/* SPDX-License-Identifier: MIT
 *
 * fault_files.c - the parts of a disk in memory, failures, and damage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/fault_internal.h"

static void *must(void *block)
{
    if (block == NULL) {
        abort(); /* a test without memory proves nothing */
    }
    return block;
}

void *fault_grow(void *array, size_t count, size_t item_bytes)
{
    /* At 0 and at every power of two. */
    if ((count & (count - 1)) != 0) {
        return array;
    }
    return must(realloc(array, (count == 0 ? 1 : count * 2) * item_bytes));
}

/* splitmix64 */
uint64_t fault_random(struct fault_files *f, uint64_t below)
{
    uint64_t z = f->random += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % below;
}

struct fault_inode *fault_inode_create(struct fault_files *f)
{
    struct fault_inode *const inode = must(calloc(1, sizeof *inode));

    f->inodes = fault_grow(f->inodes, f->inode_count, sizeof *f->inodes);
    f->inodes[f->inode_count++] = inode;
    return inode;
}

static uint8_t *grow_zeroed(uint8_t *bytes, size_t from, size_t to)
{
    uint8_t *const grown = must(realloc(bytes, to));

    memset(grown + from, 0, to - from);
    return grown;
}

void fault_inode_reserve(struct fault_inode *inode, size_t size)
{
    size_t capacity = inode->capacity == 0 ? FAULT_SECTOR : inode->capacity;

    while (capacity < size) {
        capacity *= 2;
    }
    if (capacity > inode->capacity) {
        inode->now = grow_zeroed(inode->now, inode->capacity, capacity);
        inode->durable = grow_zeroed(inode->durable, inode->capacity, capacity);
        inode->dirty = grow_zeroed(inode->dirty, inode->capacity / FAULT_SECTOR,
                                   capacity / FAULT_SECTOR);
        inode->capacity = capacity;
    }
}

struct fault_name *fault_find(struct fault_names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->at[i].text, name) == 0) {
            return &names->at[i];
        }
    }
    return NULL;
}

void fault_unset(struct fault_names *names, const char *name)
{
    struct fault_name *const found = fault_find(names, name);

    if (found != NULL) {
        *found = names->at[--names->count];
    }
}

void fault_set(struct fault_names *names, const char *name,
               struct fault_inode *inode)
{
    fault_unset(names, name);
    if (names->count == FAULT_NAMES) {
        abort();
    }
    struct fault_name *const place = &names->at[names->count++];

    (void)snprintf(place->text, sizeof place->text, "%s", name);
    place->inode = inode;
}

void fault_change_apply(struct fault_names *names,
                        const struct fault_change *change)
{
    if (change->inode == NULL) {
        fault_unset(names, change->name);
        return;
    }
    if (change->from[0] != '\0') {
        fault_unset(names, change->from);
    }
    fault_set(names, change->name, change->inode);
}

struct fault_files *fault_files_create(uint64_t seed)
{
    struct fault_files *const f = must(calloc(1, sizeof *f));

    (void)pthread_mutex_init(&f->mutex, NULL);
    f->ops = fault_ops;
    f->ops.self = f;
    f->random = seed;
    f->room = INT64_MAX;
    f->now.at = must(calloc(FAULT_NAMES, sizeof *f->now.at));
    f->durable.at = must(calloc(FAULT_NAMES, sizeof *f->durable.at));
    return f;
}

void fault_files_destroy(struct fault_files *f)
{
    if (f == NULL) {
        return;
    }
    for (size_t i = 0; i < f->inode_count; i++) {
        free(f->inodes[i]->now);
        free(f->inodes[i]->durable);
        free(f->inodes[i]->dirty);
        free(f->inodes[i]);
    }
    free(f->inodes);
    free(f->now.at);
    free(f->durable.at);
    free(f->changes);
    free(f->handles);
    (void)pthread_mutex_destroy(&f->mutex);
    free(f);
}

const struct file_ops *fault_files_ops(struct fault_files *f)
{
    return &f->ops;
}

void fault_files_fail(struct fault_files *f, uint64_t nth, int errno_value,
                      size_t short_bytes)
{
    (void)pthread_mutex_lock(&f->mutex);
    f->fail_at = f->operations + nth;
    f->fail_errno = errno_value;
    f->fail_short = short_bytes;
    (void)pthread_mutex_unlock(&f->mutex);
}

void fault_files_cut_power(struct fault_files *f, uint64_t nth)
{
    (void)pthread_mutex_lock(&f->mutex);
    f->power_at = f->operations + nth;
    (void)pthread_mutex_unlock(&f->mutex);
}

void fault_files_chop(struct fault_files *f, bool on)
{
    (void)pthread_mutex_lock(&f->mutex);
    f->is_chopped = on;
    (void)pthread_mutex_unlock(&f->mutex);
}

void fault_files_fill(struct fault_files *f, bool on)
{
    (void)pthread_mutex_lock(&f->mutex);
    f->is_full = on;
    (void)pthread_mutex_unlock(&f->mutex);
}

void fault_files_say_room(struct fault_files *f, int64_t byte_count)
{
    (void)pthread_mutex_lock(&f->mutex);
    f->room = byte_count;
    (void)pthread_mutex_unlock(&f->mutex);
}

void fault_files_refuse_handles(struct fault_files *f, uint64_t count)
{
    (void)pthread_mutex_lock(&f->mutex);
    f->refused_opens = count;
    (void)pthread_mutex_unlock(&f->mutex);
}

void fault_files_crowd(struct fault_files *f, bool on)
{
    (void)pthread_mutex_lock(&f->mutex);
    f->is_crowded = on;
    f->free_handles = 0;
    (void)pthread_mutex_unlock(&f->mutex);
}

uint64_t fault_files_operations(struct fault_files *f)
{
    (void)pthread_mutex_lock(&f->mutex);
    const uint64_t operations = f->operations;

    (void)pthread_mutex_unlock(&f->mutex);
    return operations;
}

static struct fault_inode *inode_named(struct fault_files *f, const char *name)
{
    const struct fault_name *const found = fault_find(&f->now, name);

    return found == NULL ? NULL : found->inode;
}

int64_t fault_files_size(struct fault_files *f, const char *name)
{
    const struct fault_inode *const inode = inode_named(f, name);

    return inode == NULL ? -1 : (int64_t)inode->size;
}

uint8_t fault_files_byte(struct fault_files *f, const char *name, size_t offset)
{
    return inode_named(f, name)->now[offset];
}

void fault_files_flip(struct fault_files *f, const char *name, size_t offset,
                      uint8_t bits)
{
    struct fault_inode *const inode = inode_named(f, name);

    inode->now[offset] ^= bits;
    inode->durable[offset] ^= bits;
}

void fault_files_shorten(struct fault_files *f, const char *name, size_t size)
{
    struct fault_inode *const inode = inode_named(f, name);

    memset(inode->now + size, 0, inode->capacity - size);
    memset(inode->durable + size, 0, inode->capacity - size);
    inode->size = size;
    inode->durable_size = size;
}

void fault_files_remove(struct fault_files *f, const char *name)
{
    fault_unset(&f->now, name);
    fault_unset(&f->durable, name);
}

void fault_files_put(struct fault_files *f, const char *name, const void *bytes,
                     size_t count)
{
    struct fault_inode *const inode = fault_inode_create(f);

    fault_inode_reserve(inode, count);
    memcpy(inode->now, bytes, count);
    memcpy(inode->durable, bytes, count);
    inode->size = count;
    inode->durable_size = count;
    fault_set(&f->now, name, inode);
    fault_set(&f->durable, name, inode);
}
