/* SPDX-License-Identifier: MIT
 *
 * kv.c - the state machine: commands in, an ordered map, values out.
 *
 * The loop thread alone writes. What costs time (checking, copying, freeing)
 * it does outside the lock; under it, pairs only change places.
 */
#include <string.h>

#include "kv/internal.h"
#include "raft/check.h"
#include "raft/memory.h"

/*
 * Readers must not keep the writer waiting for ever: glibc's default lets
 * new readers in before a writer that waits.
 */
static int create_lock(pthread_rwlock_t *lock)
{
    pthread_rwlockattr_t attributes;

    if (pthread_rwlockattr_init(&attributes) != 0) {
        return -1;
    }
#ifdef __GLIBC__
    (void)pthread_rwlockattr_setkind_np(
        &attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#endif
    const int error = pthread_rwlock_init(lock, &attributes);

    (void)pthread_rwlockattr_destroy(&attributes);
    return error == 0 ? 0 : -1;
}

struct kv *kv_create(void)
{
    struct kv *kv = raft_realloc(NULL, sizeof(*kv));

    if (kv == NULL) {
        return NULL;
    }
    memset(kv, 0, sizeof(*kv));
    if (create_lock(&kv->lock) != 0) {
        raft_free(kv);
        return NULL;
    }
    return kv;
}

void kv_destroy(struct kv *kv)
{
    if (kv == NULL) {
        return;
    }
    kv_tree_destroy(kv->root);
    kv_tree_destroy(kv->snapshot.kept);
    (void)pthread_rwlock_destroy(&kv->lock);
    raft_free(kv);
}

static void lock_to_read(struct kv *kv)
{
    const int error = pthread_rwlock_rdlock(&kv->lock);

    raft_assert(error == 0);
}

static void lock_to_write(struct kv *kv)
{
    const int error = pthread_rwlock_wrlock(&kv->lock);

    raft_assert(error == 0);
}

static void unlock(struct kv *kv)
{
    const int error = pthread_rwlock_unlock(&kv->lock);

    raft_assert(error == 0);
}

/* ---- Writing: the loop thread ----------------------------------------- */

/*
 * What a command brings, made before the lock is taken. A list by left, in
 * order, one per PUT: no other memory is needed from here on.
 */
static struct kv_pair *create_pairs(struct kv_command_reader reader,
                                    raft_index index)
{
    struct kv_pair *first = NULL;
    struct kv_pair **last = &first;
    struct kv_operation op;

    while (kv_command_next(&reader, &op)) {
        if (op.type != KV_PUT) {
            continue;
        }
        *last = kv_pair_create(&op, index);
        if (*last == NULL) {
            /* The entry is committed: going on would lose it here alone. */
            raft_panic("out of memory applying a committed entry", __FILE__,
                       __LINE__);
        }
        last = &(*last)->left;
    }
    return first;
}

void kv_count_in(struct kv_stats *stats, const struct kv_pair *pair)
{
    stats->key_count++;
    stats->key_and_value_bytes += (uint64_t)pair->key_bytes + pair->value_bytes;
    stats->state_hash += kv_pair_hash(pair); /* a sum: order has no part */
}

static void count_out(struct kv_stats *stats, const struct kv_pair *pair)
{
    stats->key_count--;
    stats->key_and_value_bytes -= (uint64_t)pair->key_bytes + pair->value_bytes;
    stats->state_hash -= kv_pair_hash(pair);
}

/* Carry the operations out; returns the pairs that went, a list by left. */
static struct kv_pair *change(struct kv *kv, struct kv_command_reader reader,
                              struct kv_pair *pairs)
{
    struct kv_pair *gone = NULL;
    struct kv_operation op;

    while (kv_command_next(&reader, &op)) {
        struct kv_pair *old;

        if (op.type == KV_PUT) {
            struct kv_pair *pair = pairs;

            raft_assert(pair != NULL); /* there is one for each PUT */
            pairs = pair->left;
            kv_count_in(&kv->stats, pair);
            old = kv_tree_put(&kv->root, pair);
        } else {
            old = kv_tree_remove(&kv->root, op.key, op.key_bytes);
        }
        if (old != NULL) {
            count_out(&kv->stats, old);
            old->left = gone;
            gone = old;
        }
    }
    return gone;
}

void kv_apply(struct kv *kv, raft_index index, const struct raft_entry *entry)
{
    struct kv_command_reader reader = {0};
    struct kv_pair *pairs = NULL;
    struct kv_pair *gone = NULL;
    const bool command = entry->type == RAFT_ENTRY_COMMAND;
    const bool good =
        command && kv_command_open(&reader, entry->bytes, entry->byte_count);

    raft_assert(index > kv->stats.applied_index); /* only we change it */
    if (good) {
        pairs = create_pairs(reader, index);
    }
    lock_to_write(kv);
    kv->stats.applied_index = index;
    if (good) {
        gone = change(kv, reader, pairs);
    } else if (command) {
        kv->stats.bad_commands++;
    }
    unlock(kv);
    if (kv->snapshot.under_way) {
        gone = kv_snapshot_keep(&kv->snapshot, gone);
    }
    kv_pair_free_list(gone);
}

static struct kv_remains exchange(struct kv *kv, struct kv_pair *root,
                                  const struct kv_stats *stats)
{
    struct kv_remains remains = kv_snapshot_abandon(kv);

    remains.state = kv->root;
    lock_to_write(kv);
    kv->root = root;
    kv->stats = *stats;
    unlock(kv);
    return remains;
}

struct kv_remains kv_install(struct kv *kv, struct kv_restore *restore)
{
    struct kv_stats stats;

    raft_assert(restore->last_index > kv->stats.applied_index);
    struct kv_pair *root = kv_restore_take(restore, &stats);

    return exchange(kv, root, &stats);
}

struct kv_remains kv_clear(struct kv *kv)
{
    const struct kv_stats nothing = {0};

    return exchange(kv, NULL, &nothing);
}

/* ---- Reading: any thread ---------------------------------------------- */

static struct kv_value value_of(const struct kv_pair *pair)
{
    return (struct kv_value){.tag = (enum kv_tag)pair->tag,
                             .bytes = (uint8_t *)kv_pair_value(pair),
                             .byte_count = pair->value_bytes,
                             .changed_index = pair->changed_index};
}

enum kv_found kv_get(struct kv *kv, const uint8_t *key, size_t key_bytes,
                     struct kv_value *value)
{
    enum kv_found found = KV_MISSING;

    *value = (struct kv_value){0};
    lock_to_read(kv);
    const struct kv_pair *pair = kv_tree_find(kv->root, key, key_bytes);

    if (pair != NULL) {
        uint8_t *copy = raft_realloc(NULL, (size_t)pair->value_bytes + 1);

        found = KV_NO_MEMORY;
        if (copy != NULL) {
            *value = value_of(pair);
            memcpy(copy, value->bytes, value->byte_count + 1);
            value->bytes = copy;
            found = KV_FOUND;
        }
    }
    unlock(kv);
    return found;
}

void kv_value_free(struct kv_value *value)
{
    raft_free(value->bytes);
    *value = (struct kv_value){0};
}

struct show {
    bool (*each)(void *context, const uint8_t *key, size_t key_bytes,
                 const struct kv_value *value);
    void *context;
};

static bool show_pair(void *context, const struct kv_pair *pair)
{
    const struct show *show = context;
    const struct kv_value value = value_of(pair);

    return show->each(show->context, pair->bytes, pair->key_bytes, &value);
}

void kv_walk(struct kv *kv, const uint8_t *after, size_t after_bytes,
             bool (*each)(void *context, const uint8_t *key, size_t key_bytes,
                          const struct kv_value *value),
             void *context)
{
    struct show show = {each, context};

    lock_to_read(kv);
    kv_tree_walk(kv->root, after, after_bytes, show_pair, &show);
    unlock(kv);
}

void kv_stats(struct kv *kv, struct kv_stats *stats)
{
    lock_to_read(kv);
    *stats = kv->stats;
    unlock(kv);
}
