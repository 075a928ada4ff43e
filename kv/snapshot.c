/* SPDX-License-Identifier: MIT
 *
 * snapshot.c - the whole map as bytes, slice by slice, while it changes.
 *
 * A cursor moves through the keys in order. What the snapshot has yet to write
 * is in the tree, if it has not changed since the beginning (changed_index
 * says so), or else among the kept pairs. The bytes are a header, the pairs
 * and a checksum; each of these records may be cut where a slice is full.
 */
#include <string.h>

#include "kv/internal.h"
#include "raft/bytes.h"
#include "raft/check.h"
#include "raft/memory.h"
#include "raft/storage/crc32c.h"

bool kv_snapshot_begin(struct kv *kv, struct kv_snapshot_info *info)
{
    struct kv_snapshot *snapshot = &kv->snapshot;

    if (snapshot->under_way) {
        return false;
    }
    snapshot->under_way = true;
    snapshot->part = SNAPSHOT_HEADER;
    snapshot->of = kv->stats; /* only we change them: no lock */
    snapshot->pairs_left = kv->stats.key_count;
    snapshot->written = 0;
    snapshot->checksum = 0;
    snapshot->cursor_bytes = 0;
    *info = (struct kv_snapshot_info){
        .applied_index = kv->stats.applied_index,
        .byte_count = SNAPSHOT_HEADER_BYTES +
                      kv->stats.key_count * SNAPSHOT_PAIR_BYTES +
                      kv->stats.key_and_value_bytes + SNAPSHOT_CHECKSUM_BYTES};
    return true;
}

struct kv_remains kv_snapshot_abandon(struct kv *kv)
{
    const struct kv_remains remains = {.kept = kv->snapshot.kept};

    kv->snapshot.kept = NULL;
    kv->snapshot.under_way = false;
    return remains;
}

void kv_remains_free(struct kv_remains *remains)
{
    kv_tree_destroy(remains->state);
    kv_tree_destroy(remains->kept);
    *remains = (struct kv_remains){NULL, NULL};
}

struct kv_pair *kv_snapshot_keep(struct kv_snapshot *snapshot,
                                 struct kv_pair *gone)
{
    struct kv_pair *others = NULL;

    while (gone != NULL) {
        struct kv_pair *pair = gone;

        gone = pair->left;
        if (pair->changed_index <= snapshot->of.applied_index &&
            kv_pair_compare(pair, snapshot->cursor, snapshot->cursor_bytes) >
                0) {
            /* A key is kept once: whatever came after it is newer than us. */
            struct kv_pair *twice = kv_tree_put(&snapshot->kept, pair);

            raft_assert(twice == NULL);
        } else {
            pair->left = others;
            others = pair;
        }
    }
    return others;
}

/* ---- One slice -------------------------------------------------------- */

struct writer {
    struct kv_snapshot *snapshot;
    struct kv_slice *slice;
    size_t visits;        /* pairs looked at */
    struct kv_pair *kept; /* the first of the kept ones */
    bool stopped;         /* by a bound, with more to come */
};

static void checksum_slice(struct writer *w)
{
    w->snapshot->checksum =
        crc32c(w->snapshot->checksum, w->slice->bytes, w->slice->byte_count);
}

/*
 * Some bytes of the record at hand, which begin at its byte start. What was
 * written before is skipped. false: the slice is full, and more is to come.
 */
static bool write_part(struct writer *w, size_t start, const uint8_t *bytes,
                       size_t count)
{
    struct kv_slice *slice = w->slice;
    const size_t skip = w->snapshot->written - start;
    const size_t room = slice->capacity - slice->byte_count;

    if (w->snapshot->written >= start + count) {
        return true;
    }
    const size_t part = count - skip < room ? count - skip : room;

    memcpy(slice->bytes + slice->byte_count, bytes + skip, part);
    slice->byte_count += part;
    w->snapshot->written += part;
    return skip + part == count;
}

static bool write_header(struct writer *w)
{
    const struct kv_stats *of = &w->snapshot->of;
    uint8_t bytes[SNAPSHOT_HEADER_BYTES];

    bytes[0] = SNAPSHOT_VERSION;
    put_u64(bytes + 1, of->applied_index);
    put_u64(bytes + 9, of->key_count);
    put_u64(bytes + 17, of->key_and_value_bytes);
    put_u64(bytes + 25, of->bad_commands);
    put_u64(bytes + 33, of->state_hash);
    return write_part(w, 0, bytes, sizeof(bytes));
}

/* The whole pair, or as much of it as there is room for. */
static bool write_pair(struct writer *w, const struct kv_pair *pair)
{
    uint8_t head[SNAPSHOT_PAIR_BYTES];

    put_u16(head, pair->key_bytes);
    head[2] = pair->tag;
    put_u32(head + 3, pair->value_bytes);
    put_u64(head + 7, pair->changed_index);
    if (!write_part(w, 0, head, sizeof(head)) ||
        !write_part(w, sizeof(head), pair->bytes,
                    (size_t)pair->key_bytes + pair->value_bytes)) {
        return false;
    }
    raft_assert(w->snapshot->pairs_left > 0);
    w->snapshot->pairs_left--;
    w->snapshot->written = 0;
    return true;
}

/* The cursor passes this pair. false: that was enough for one slice. */
static bool pass(struct writer *w, const struct kv_pair *pair)
{
    memcpy(w->snapshot->cursor, pair->bytes, pair->key_bytes);
    w->snapshot->cursor_bytes = pair->key_bytes;
    w->visits++;
    return w->visits < w->slice->max_pairs;
}

static bool write_first_kept(struct writer *w)
{
    if (!write_pair(w, w->kept)) {
        return false;
    }
    const bool more = pass(w, w->kept);

    raft_free(kv_tree_remove_first(&w->snapshot->kept));
    w->kept = kv_tree_first(w->snapshot->kept);
    return more;
}

/* The next pair of the tree, and the kept ones up to its key before it. */
static bool visit(void *context, const struct kv_pair *pair)
{
    struct writer *w = context;
    const bool ours = pair->changed_index <= w->snapshot->of.applied_index;

    w->stopped = true; /* unless we get to the end */
    while (w->kept != NULL &&
           kv_pair_compare(w->kept, pair->bytes, pair->key_bytes) <= 0) {
        if (!write_first_kept(w)) {
            return false;
        }
    }
    if (ours && !write_pair(w, pair)) {
        return false;
    }
    if (!pass(w, pair)) {
        return false;
    }
    w->stopped = false;
    return true;
}

static bool write_pairs(struct writer *w, const struct kv_pair *root)
{
    struct kv_snapshot *snapshot = w->snapshot;

    w->kept = kv_tree_first(snapshot->kept);
    kv_tree_walk(root, snapshot->cursor, snapshot->cursor_bytes, visit, w);
    while (!w->stopped && w->kept != NULL) {
        w->stopped = !write_first_kept(w);
    }
    return !w->stopped;
}

static bool write_checksum(struct writer *w)
{
    uint8_t bytes[SNAPSHOT_CHECKSUM_BYTES];

    put_u32(bytes, w->snapshot->checksum);
    return write_part(w, 0, bytes, sizeof(bytes));
}

enum kv_slice_result kv_snapshot_slice(struct kv *kv, struct kv_slice *slice)
{
    struct kv_snapshot *snapshot = &kv->snapshot;
    struct writer w = {.snapshot = snapshot, .slice = slice};

    slice->byte_count = 0;
    if (!snapshot->under_way) {
        return KV_SLICE_NONE;
    }
    raft_assert(slice->capacity > 0);
    raft_assert(slice->max_pairs > 0);
    if (snapshot->part == SNAPSHOT_HEADER && write_header(&w)) {
        snapshot->part = SNAPSHOT_PAIRS;
        snapshot->written = 0;
    }
    /* The tree is ours to read without the lock: only we change it. */
    if (snapshot->part == SNAPSHOT_PAIRS && write_pairs(&w, kv->root)) {
        raft_assert(snapshot->pairs_left == 0);
        raft_assert(snapshot->kept == NULL);
        snapshot->part = SNAPSHOT_CHECKSUM;
        snapshot->written = 0;
        checksum_slice(&w);
    }
    if (snapshot->part != SNAPSHOT_CHECKSUM) {
        checksum_slice(&w);
        return KV_SLICE_MORE;
    }
    if (!write_checksum(&w)) {
        return KV_SLICE_MORE;
    }
    snapshot->under_way = false;
    return KV_SLICE_LAST;
}
