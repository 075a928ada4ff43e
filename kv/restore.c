/* SPDX-License-Identifier: MIT
 *
 * restore.c - a map from the bytes of a snapshot, built aside.
 *
 * The bytes come from disks and peers, in any pieces. They are a row of
 * records (header, pairs, checksum) whose lengths are known when they begin;
 * each is gathered, then checked. Pairs make a list, since they come in order;
 * at the end it becomes a tree.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kv/internal.h"
#include "raft/check.h"
#include "raft/memory.h"
#include "raft/storage/crc32c.h"

struct kv_restore *kv_restore_create(raft_index last_index, uint64_t byte_count)
{
    struct kv_restore *restore = raft_realloc(NULL, sizeof(*restore));

    if (restore != NULL) {
        memset(restore, 0, sizeof(*restore));
        restore->last_index = last_index;
        restore->byte_count = byte_count;
    }
    return restore;
}

void kv_restore_destroy(struct kv_restore *restore)
{
    if (restore == NULL) {
        return;
    }
    if (restore->part == RESTORE_END) {
        kv_tree_destroy(restore->first);
    } else {
        kv_pair_free_list(restore->first);
    }
    raft_free(restore->pair);
    raft_free(restore);
}

/* ---- Gathering -------------------------------------------------------- */

static size_t bytes_wanted(const struct kv_restore *restore)
{
    switch (restore->part) {
    case RESTORE_HEADER:
        return SNAPSHOT_HEADER_BYTES;
    case RESTORE_PAIR_HEAD:
        return SNAPSHOT_PAIR_BYTES;
    case RESTORE_PAIR:
        return (size_t)restore->pair->key_bytes + restore->pair->value_bytes;
    case RESTORE_CHECKSUM:
        return SNAPSHOT_CHECKSUM_BYTES;
    case RESTORE_END:
        break;
    }
    return 0;
}

/* Where the record at hand is gathered. */
static uint8_t *place(struct kv_restore *restore)
{
    return restore->part == RESTORE_PAIR ? restore->pair->bytes : restore->head;
}

enum kv_restore_result kv_restore_feed(struct kv_restore *restore,
                                       const uint8_t *bytes, size_t byte_count)
{
    while (byte_count > 0 && (restore->result == KV_RESTORE_MORE ||
                              restore->result == KV_RESTORE_DONE)) {
        const size_t missing = bytes_wanted(restore) - restore->have;
        const size_t part = byte_count < missing ? byte_count : missing;

        if (part > 0) {
            memcpy(place(restore) + restore->have, bytes, part);
        }
        if (restore->part != RESTORE_CHECKSUM) {
            restore->checksum = crc32c(restore->checksum, bytes, part);
        }
        restore->have += part;
        restore->fed += part;
        bytes += part;
        byte_count -= part;
        if (part == missing) {
            (void)kv_restore_take_record(restore);
        }
    }
    return restore->result;
}

const char *kv_restore_error(struct kv_restore *restore)
{
    if (restore->result == KV_RESTORE_MORE) {
        (void)snprintf(restore->error, sizeof(restore->error),
                       "snapshot cut short: %" PRIu64 " of %" PRIu64 " bytes",
                       restore->fed, restore->byte_count);
    }
    return restore->error;
}

struct kv_pair *kv_restore_take(struct kv_restore *restore,
                                struct kv_stats *stats)
{
    struct kv_pair *root = restore->first;

    raft_assert(restore->result == KV_RESTORE_DONE);
    restore->result = KV_RESTORE_BAD; /* once only */
    restore->first = NULL;
    *stats = restore->found;
    return root;
}
