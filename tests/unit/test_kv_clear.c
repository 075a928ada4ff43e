/* SPDX-License-Identifier: MIT
 *
 * test_kv_clear.c - a map that is cleared is as a new one: nothing of it stays,
 * and its log may begin anew.
 */
#include <string.h>

#include "tests/t.h"
#include "tests/unit/kv_rig.h"

static void put(struct kv *kv, raft_index index, const char *key)
{
    kv_rig_put_bytes(kv, index, key, strlen(key), "v", 1);
}

static void nothing_stays_and_the_first_index_is_applied_again(void **state)
{
    const struct raft_entry bad = {.type = RAFT_ENTRY_COMMAND};
    struct kv *kv = kv_create();
    struct kv *new_one = kv_create();
    struct kv_stats stats;
    struct kv_stats stats_of_new;

    (void)state;
    kv_apply(kv, 1, &bad);
    put(kv, 2, "a");
    put(kv, 7, "b");
    struct kv_remains remains = kv_clear(kv);

    kv_remains_free(&remains);
    kv_stats(kv, &stats);
    kv_stats(new_one, &stats_of_new);
    assert_memory_equal(&stats, &stats_of_new, sizeof(stats));
    struct kv_value value;

    assert_int_equal(kv_get(kv, (const uint8_t *)"a", 1, &value), KV_MISSING);
    put(kv, 1, "c");
    put(new_one, 1, "c");
    struct kv_rig_bytes bytes = kv_rig_snapshot(kv, 1000, 1000);
    struct kv_rig_bytes bytes_of_new = kv_rig_snapshot(new_one, 1000, 1000);

    kv_rig_same(&bytes, &bytes_of_new);
    kv_rig_free(&bytes);
    kv_rig_free(&bytes_of_new);
    kv_destroy(kv);
    kv_destroy(new_one);
}

static void a_snapshot_under_way_ends(void **state)
{
    struct kv *kv = kv_create();
    struct kv_snapshot_info info;
    uint8_t bytes[4096];
    struct kv_slice slice = {
        .bytes = bytes, .capacity = sizeof bytes, .max_pairs = 1};

    (void)state;
    put(kv, 1, "a");
    put(kv, 2, "b");
    assert_true(kv_snapshot_begin(kv, &info));
    assert_int_equal(kv_snapshot_slice(kv, &slice), KV_SLICE_MORE);
    struct kv_remains remains = kv_clear(kv);

    kv_remains_free(&remains);
    put(kv, 1, "c");
    assert_true(kv_snapshot_begin(kv, &info)); /* or one would be under way */
    t_u64_eq(info.applied_index, 1);
    remains = kv_snapshot_abandon(kv);
    kv_remains_free(&remains);
    kv_destroy(kv);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(nothing_stays_and_the_first_index_is_applied_again),
    cmocka_unit_test(a_snapshot_under_way_ends),
};

T_MAIN(tests)
