/* SPDX-License-Identifier: MIT
 *
 * snapshot.h - the whole map as bytes, and back (section 7).
 *
 * The map goes on changing while its bytes are written: a pair that is
 * replaced or deleted before its turn is kept aside until then, one that comes
 * in is left out. So the bytes are those of one applied index, and equal maps
 * give equal bytes. docs/snapshots.md has the table.
 */
#ifndef KV_SNAPSHOT_H
#define KV_SNAPSHOT_H

#include "kv/kv.h"

/* ---- Writing: the loop thread, beside kv_apply() ---------------------- */

struct kv_snapshot_info {
    raft_index applied_index; /* what it is of */
    uint64_t byte_count;      /* all slices together */
};

/*
 * A snapshot of the map as it is now; O(1). One at a time: false, and nothing
 * happened, when one is under way.
 */
bool kv_snapshot_begin(struct kv *kv, struct kv_snapshot_info *info);

struct kv_slice {
    uint8_t *bytes; /* the caller's */
    size_t capacity;
    size_t max_pairs;  /* looked at; those that are left out count, too */
    size_t byte_count; /* set: how many of bytes hold something */
};

enum kv_slice_result {
    KV_SLICE_NONE = 0, /* none is under way: abandoned, or done before */
    KV_SLICE_MORE = 1,
    KV_SLICE_LAST = 2 /* the snapshot is complete, and no longer under way */
};

/*
 * The next bytes. Time is bounded by capacity and max_pairs (both not 0),
 * whatever has changed since the last slice; a pair larger than the capacity
 * goes on in the next one.
 */
enum kv_slice_result kv_snapshot_slice(struct kv *kv, struct kv_slice *slice);

/*
 * Memory that nobody looks at any more. To free it takes as long as there are
 * pairs in it: any thread may, with kv_remains_free(). It may be empty.
 */
struct kv_remains {
    struct kv_pair *state;
    struct kv_pair *kept;
};

void kv_remains_free(struct kv_remains *remains);

/* No more of the snapshot under way, if any; O(1). */
struct kv_remains kv_snapshot_abandon(struct kv *kv);

/* ---- Reading: any thread, aside from every map ------------------------ */

/* A map being built from the bytes of a snapshot. */
struct kv_restore;

/*
 * last_index: what the snapshot must be of. byte_count: how many bytes it has;
 * bounds the memory that its bytes can ask for. NULL: out of memory.
 */
struct kv_restore *kv_restore_create(raft_index last_index,
                                     uint64_t byte_count);
void kv_restore_destroy(struct kv_restore *restore); /* NULL is fine */

enum kv_restore_result {
    KV_RESTORE_MORE = 0, /* so far good; at the end of the bytes: cut short */
    KV_RESTORE_DONE = 1, /* all there and right: ready for kv_install() */
    KV_RESTORE_BAD = 2,  /* not a snapshot that we wrote */
    KV_RESTORE_NO_MEMORY = 3
};

/*
 * The next bytes, in pieces of any size (borrowed). Everything is checked:
 * version, numbers, lengths, tags, order of the keys, sums, checksum. After
 * BAD or NO_MEMORY, every further call says the same.
 */
enum kv_restore_result kv_restore_feed(struct kv_restore *restore,
                                       const uint8_t *bytes, size_t byte_count);

/* What is wrong, as a sentence without a full stop; "" after DONE. */
const char *kv_restore_error(struct kv_restore *restore);

/*
 * The loop thread: the map, its index, its sums become those of a restore that
 * is DONE, and nothing of the old ones stays; O(1). A snapshot under way is
 * abandoned with its map. The restore is empty then: destroy it.
 */
struct kv_remains kv_install(struct kv *kv, struct kv_restore *restore);

/* The loop thread: as a new map, with nothing applied; O(1). For a server that
 * leaves its cluster: its log begins anew. */
struct kv_remains kv_clear(struct kv *kv);

#endif
