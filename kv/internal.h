/* SPDX-License-Identifier: MIT
 *
 * internal.h - what the files of kv/ share: the map's own struct, and the
 * format of a snapshot. Not for others.
 */
#ifndef KV_INTERNAL_H
#define KV_INTERNAL_H

#include <pthread.h>

#include "kv/snapshot.h"
#include "kv/tree.h"

/* The format of a snapshot: docs/snapshots.md. */
enum {
    SNAPSHOT_VERSION = 1,
    SNAPSHOT_HEADER_BYTES = 1 + 5 * 8,   /* version, five numbers */
    SNAPSHOT_PAIR_BYTES = 2 + 1 + 4 + 8, /* before key and value */
    SNAPSHOT_CHECKSUM_BYTES = 4
};

enum kv_snapshot_part { SNAPSHOT_HEADER, SNAPSHOT_PAIRS, SNAPSHOT_CHECKSUM };

/*
 * The snapshot under way. Its pairs are those of the tree that have not
 * changed since it began, and the kept ones. The loop thread's alone: no lock.
 */
struct kv_snapshot {
    bool under_way;
    enum kv_snapshot_part part;
    struct kv_stats of;   /* the map when it began */
    struct kv_pair *kept; /* a tree: changed since, but not written yet */
    uint64_t pairs_left;
    size_t written;    /* bytes of the record at hand: header, pair, checksum */
    uint32_t checksum; /* of all bytes so far */
    size_t cursor_bytes;              /* 0: no key is passed yet */
    uint8_t cursor[KV_MAX_KEY_BYTES]; /* keys up to this one are passed */
};

struct kv {
    struct kv_snapshot snapshot;
    pthread_rwlock_t lock; /* guards all that follows */
    struct kv_pair *root;
    struct kv_stats stats;
};

/* One more pair in the sums. */
void kv_count_in(struct kv_stats *stats, const struct kv_pair *pair);

/*
 * Pairs that the tree has let go, a list by left: keeps those the snapshot
 * under way has yet to write, returns the others.
 */
struct kv_pair *kv_snapshot_keep(struct kv_snapshot *snapshot,
                                 struct kv_pair *gone);

/* The record that is being gathered. */
enum kv_restore_part {
    RESTORE_HEADER,
    RESTORE_PAIR_HEAD,
    RESTORE_PAIR,
    RESTORE_CHECKSUM,
    RESTORE_END
};

struct kv_restore {
    raft_index last_index;
    uint64_t byte_count;
    enum kv_restore_result result;
    enum kv_restore_part part;
    size_t have;                         /* bytes of the record at hand */
    uint8_t head[SNAPSHOT_HEADER_BYTES]; /* it, unless it is RESTORE_PAIR */
    struct kv_pair *pair;                /* with RESTORE_PAIR: not whole yet */
    struct kv_pair *first, *last; /* a list by left; after DONE first: a tree */
    struct kv_stats expected;     /* what the header says */
    struct kv_stats found;
    uint64_t fed;
    uint32_t checksum;
    char error[160];
};

/* The record at hand is complete: check and keep it; false: refused. */
bool kv_restore_take_record(struct kv_restore *restore);

/* Takes the map and its sums out of a restore that is DONE. */
struct kv_pair *kv_restore_take(struct kv_restore *restore,
                                struct kv_stats *stats);

#endif
