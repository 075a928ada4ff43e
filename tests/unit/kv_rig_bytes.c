/* SPDX-License-Identifier: MIT
 *
 * kv_rig_bytes.c - snapshots of the map, and what they must be: the table of
 * docs/snapshots.md, written down a second time.
 */
#include <stdlib.h>
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "tests/t.h"
#include "tests/unit/kv_rig.h"

static void add(struct kv_rig_bytes *to, const void *bytes, size_t count)
{
    if (count > 0) {
        memcpy(to->bytes + to->count, bytes, count);
        to->count += count;
    }
}

static void add_number(struct kv_rig_bytes *to, uint64_t number, size_t count)
{
    uint8_t bytes[8];

    put_u64(bytes, number);
    add(to, bytes, count);
}

struct kv_rig_bytes kv_rig_expected(struct kv_rig *rig)
{
    const size_t most =
        45 + (size_t)KV_RIG_KEYS * (15 + 3 + KV_RIG_VALUE_BYTES);
    struct kv_rig_bytes to = {.bytes = malloc(most),
                              .applied_index = rig->index};
    struct kv_stats stats;

    assert_non_null(to.bytes);
    kv_stats(rig->kv, &stats);
    t_u64_eq(stats.applied_index, rig->index);
    add_number(&to, 1, 1);
    add_number(&to, rig->index, 8);
    add_number(&to, stats.key_count, 8);
    add_number(&to, stats.key_and_value_bytes, 8);
    add_number(&to, stats.bad_commands, 8);
    add_number(&to, stats.state_hash, 8);
    for (size_t i = 0; i < KV_RIG_KEYS; i++) {
        const struct kv_rig_value *value = &rig->model[i];
        uint8_t key[3];
        const size_t key_bytes = kv_rig_key(i, key);

        if (value->present) {
            add_number(&to, key_bytes, 2);
            add_number(&to, value->tag, 1);
            add_number(&to, value->byte_count, 4);
            add_number(&to, value->changed_index, 8);
            add(&to, key, key_bytes);
            add(&to, value->bytes, value->byte_count);
        }
    }
    to.count += 4;
    kv_rig_seal(&to);
    return to;
}

void kv_rig_seal(struct kv_rig_bytes *bytes)
{
    assert_true(bytes->count >= 4);
    put_u32(bytes->bytes + bytes->count - 4,
            crc32c(0, bytes->bytes, bytes->count - 4));
}

void kv_rig_free(struct kv_rig_bytes *bytes)
{
    free(bytes->bytes);
    *bytes = (struct kv_rig_bytes){0};
}

struct kv_rig_bytes kv_rig_snapshot(struct kv *kv, size_t capacity,
                                    size_t max_pairs)
{
    struct kv_snapshot_info info;
    struct kv_slice slice = {.bytes = malloc(capacity),
                             .capacity = capacity,
                             .max_pairs = max_pairs};
    enum kv_slice_result result = KV_SLICE_MORE;

    assert_non_null(slice.bytes);
    assert_true(kv_snapshot_begin(kv, &info));
    struct kv_rig_bytes to = {.bytes = malloc(info.byte_count),
                              .applied_index = info.applied_index};

    assert_non_null(to.bytes);
    while (result == KV_SLICE_MORE) {
        result = kv_snapshot_slice(kv, &slice);
        assert_true(slice.byte_count <= info.byte_count - to.count);
        add(&to, slice.bytes, slice.byte_count);
    }
    assert_int_equal(result, KV_SLICE_LAST);
    t_u64_eq(to.count, info.byte_count);
    free(slice.bytes);
    return to;
}

enum kv_restore_result kv_rig_restore(struct kv_restore *restore,
                                      const struct kv_rig_bytes *bytes,
                                      size_t piece)
{
    enum kv_restore_result result = KV_RESTORE_MORE;

    for (size_t at = 0; at < bytes->count; at += piece) {
        const size_t left = bytes->count - at;
        const size_t part = left < piece ? left : piece;
        uint8_t *copy = malloc(part); /* read past its end: a sanitizer's */

        assert_non_null(copy);
        memcpy(copy, bytes->bytes + at, part);
        result = kv_restore_feed(restore, copy, part);
        free(copy);
    }
    return result;
}

struct kv *kv_rig_restored(const struct kv_rig_bytes *bytes)
{
    struct kv *kv = kv_create();
    struct kv_restore *restore =
        kv_restore_create(bytes->applied_index, bytes->count);

    assert_non_null(kv);
    assert_non_null(restore);
    assert_int_equal(kv_rig_restore(restore, bytes, 1000), KV_RESTORE_DONE);
    assert_string_equal(kv_restore_error(restore), "");
    struct kv_remains remains = kv_install(kv, restore);

    kv_remains_free(&remains);
    kv_restore_destroy(restore);
    return kv;
}

void kv_rig_same(const struct kv_rig_bytes *a, const struct kv_rig_bytes *b)
{
    t_u64_eq(a->applied_index, b->applied_index);
    t_u64_eq(a->count, b->count);
    assert_memory_equal(a->bytes, b->bytes, a->count);
}
