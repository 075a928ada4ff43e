/* SPDX-License-Identifier: MIT
 *
 * test_kv_snapshot_restore.c - a map from the bytes of a snapshot: equal ones
 * from equal bytes, whatever the pieces; installed, it replaces and never
 * merges (bug S7).
 */
#include <stdlib.h>
#include <string.h>

#include "kv/tree.h"
#include "tests/t.h"
#include "tests/unit/kv_rig.h"

static void pieces_of_any_size_give_the_same_map(void **state)
{
    struct kv_rig *rig = *state;

    kv_rig_change(rig, 60);
    struct kv_rig_bytes bytes = kv_rig_snapshot(rig->kv, 1000, 1000);

    for (size_t piece = 1; piece <= 100; piece++) {
        struct kv *kv = kv_create();
        struct kv_restore *restore = kv_restore_create(rig->index, bytes.count);

        assert_int_equal(kv_rig_restore(restore, &bytes, piece),
                         KV_RESTORE_DONE);
        struct kv_remains remains = kv_install(kv, restore);

        assert_null(remains.state);
        kv_restore_destroy(restore);
        struct kv_rig_bytes again = kv_rig_snapshot(kv, 1000, 1000);

        kv_rig_same(&again, &bytes);
        kv_rig_free(&again);
        kv_destroy(kv);
    }
    kv_rig_free(&bytes);
}

/* Whichever bounds the slices had, however the map came about. */
static void equal_maps_give_equal_bytes(void **state)
{
    struct kv_rig *rig = *state;

    for (size_t round = 1; round <= 50; round++) {
        kv_rig_change(rig, 50);
        struct kv_rig_bytes bytes = kv_rig_snapshot(rig->kv, round, round);
        struct kv_rig_bytes expected = kv_rig_expected(rig);
        struct kv *kv = kv_rig_restored(&bytes);
        struct kv_rig_bytes again = kv_rig_snapshot(kv, 700, 3);

        kv_rig_same(&bytes, &expected);
        kv_rig_same(&again, &expected);
        kv_rig_free(&bytes);
        kv_rig_free(&expected);
        kv_rig_free(&again);
        /* The restored one lives on, with the other's history. */
        kv_destroy(rig->kv);
        rig->kv = kv;
        kv_rig_check(rig);
    }
}

static void one_pair(struct kv *kv, raft_index index, const char *key)
{
    kv_rig_put_bytes(kv, index, key, strlen(key), "v", 1);
}

static enum kv_found find(struct kv *kv, const char *key)
{
    struct kv_value value;
    const enum kv_found found =
        kv_get(kv, (const uint8_t *)key, strlen(key), &value);

    kv_value_free(&value);
    return found;
}

static void a_restore_replaces_and_never_merges(void **state)
{
    struct kv_rig *rig = *state;
    const struct raft_entry bad = {.type = RAFT_ENTRY_COMMAND};
    struct kv_stats stats;
    struct kv_stats before;

    kv_apply(rig->kv, 1, &bad);
    one_pair(rig->kv, 8, "in both");
    one_pair(rig->kv, 9, "only there");
    kv_stats(rig->kv, &before);
    struct kv_rig_bytes bytes = kv_rig_snapshot(rig->kv, 1000, 1000);
    struct kv *kv = kv_create();

    one_pair(kv, 3, "only here");
    one_pair(kv, 4, "in both");
    struct kv_restore *restore = kv_restore_create(9, bytes.count);

    assert_int_equal(kv_rig_restore(restore, &bytes, 7), KV_RESTORE_DONE);
    assert_int_equal(find(kv, "only here"), KV_FOUND); /* not yet */
    struct kv_remains remains = kv_install(kv, restore);

    kv_remains_free(&remains);
    kv_restore_destroy(restore);
    assert_int_equal(find(kv, "only here"), KV_MISSING);
    assert_int_equal(find(kv, "only there"), KV_FOUND);
    kv_stats(kv, &stats);
    assert_memory_equal(&stats, &before, sizeof(stats));
    t_u64_eq(stats.bad_commands, 1);

    /* The next entry comes on top of it. */
    one_pair(kv, 10, "next");
    assert_int_equal(find(kv, "next"), KV_FOUND);
    kv_stats(kv, &stats);
    t_u64_eq(stats.key_count, 3);
    t_u64_eq(stats.applied_index, 10);
    kv_destroy(kv);
    kv_rig_free(&bytes);
}

static void a_restore_that_is_refused_changes_nothing(void **state)
{
    struct kv_rig *rig = *state;

    kv_rig_change(rig, 60);
    struct kv_rig_bytes before = kv_rig_expected(rig);
    struct kv_rig_bytes bytes = kv_rig_snapshot(rig->kv, 1000, 1000);
    struct kv_restore *restore = kv_restore_create(rig->index, bytes.count);

    bytes.bytes[bytes.count - 1] ^= 1;
    assert_int_equal(kv_rig_restore(restore, &bytes, 7), KV_RESTORE_BAD);
    kv_restore_destroy(restore);
    kv_rig_check(rig);
    struct kv_rig_bytes after = kv_rig_snapshot(rig->kv, 1000, 1000);

    kv_rig_same(&after, &before);
    kv_rig_free(&before);
    kv_rig_free(&bytes);
    kv_rig_free(&after);
}

/* The map that a snapshot under way is of is gone: no more of it. */
static void an_install_ends_the_snapshot_under_way(void **state)
{
    struct kv_rig *rig = *state;
    uint8_t room[100];
    struct kv_slice slice = {.bytes = room, .capacity = 100, .max_pairs = 5};
    struct kv_snapshot_info info;
    struct kv *kv = kv_create();

    kv_rig_change(rig, 60);
    struct kv_rig_bytes bytes = kv_rig_snapshot(rig->kv, 1000, 1000);
    struct kv_restore *restore = kv_restore_create(rig->index, bytes.count);

    one_pair(kv, 1, "a");
    one_pair(kv, 2, "z");
    slice.max_pairs = 1;
    assert_true(kv_snapshot_begin(kv, &info));
    assert_int_equal(kv_snapshot_slice(kv, &slice), KV_SLICE_MORE);
    one_pair(kv, 3, "z"); /* the old one is kept */
    assert_int_equal(kv_rig_restore(restore, &bytes, 7), KV_RESTORE_DONE);
    struct kv_remains remains = kv_install(kv, restore);

    assert_non_null(remains.state);
    assert_non_null(remains.kept);
    kv_remains_free(&remains);
    kv_restore_destroy(restore);
    assert_int_equal(kv_snapshot_slice(kv, &slice), KV_SLICE_NONE);
    struct kv_rig_bytes again = kv_rig_snapshot(kv, 1000, 1000);

    kv_rig_same(&again, &bytes);
    kv_rig_free(&again);
    kv_rig_free(&bytes);
    kv_destroy(kv);
}

/* Values larger than a slice, keys as long as they may be, empty values. */
static void the_largest_pairs_come_back(void **state)
{
    struct kv_rig *rig = *state;
    const size_t value_bytes = (size_t)5 << 20; /* more than the default */
    uint8_t *value = calloc(1, value_bytes);
    uint8_t key[KV_MAX_KEY_BYTES];

    assert_non_null(value);
    value[value_bytes - 1] = 7;
    memset(key, 0xff, sizeof(key));
    kv_rig_put_bytes(rig->kv, 1, key, sizeof(key), value, value_bytes);
    kv_rig_put_bytes(rig->kv, 2, key, sizeof(key) - 1, NULL, 0);
    kv_rig_put_bytes(rig->kv, 3, key, 1, value, 1);
    free(value);
    struct kv_rig_bytes bytes = kv_rig_snapshot(rig->kv, 65536, 2);
    struct kv *kv = kv_rig_restored(&bytes);
    struct kv_rig_bytes again = kv_rig_snapshot(kv, 1 << 20, 9);
    struct kv_value got;

    kv_rig_same(&again, &bytes);
    assert_int_equal(kv_get(kv, key, sizeof(key), &got), KV_FOUND);
    t_u64_eq(got.byte_count, value_bytes);
    t_u64_eq(got.changed_index, 1);
    assert_int_equal(got.bytes[value_bytes - 1], 7);
    kv_value_free(&got);
    kv_rig_free(&bytes);
    kv_rig_free(&again);
    kv_destroy(kv);
}

/* Andersson's rules; returns the number of pairs. */
static size_t check_rules(const struct kv_pair *pair)
{
    if (pair == NULL) {
        return 0;
    }
    const unsigned left = pair->left == NULL ? 0 : pair->left->level;
    const unsigned right = pair->right == NULL ? 0 : pair->right->level;

    assert_int_equal(left + 1, pair->level);
    assert_true(right + 1 == pair->level || right == pair->level);
    if (pair->right != NULL && pair->right->right != NULL) {
        assert_true(pair->right->right->level < pair->level);
    }
    return check_rules(pair->left) + 1 + check_rules(pair->right);
}

static void a_tree_built_from_a_list_is_balanced(void **state)
{
    (void)state;
    for (size_t count = 0; count <= 1100; count++) {
        struct kv_pair *list = NULL;

        for (size_t i = count; i > 0; i--) { /* the last first */
            const uint8_t key[2] = {(uint8_t)(1 + i / 200),
                                    (uint8_t)(1 + i % 200)};
            const struct kv_operation op = {.key = key, .key_bytes = 2};
            struct kv_pair *pair = kv_pair_create(&op, 1);

            assert_non_null(pair);
            pair->left = list;
            list = pair;
        }
        struct kv_pair *root = kv_tree_build(list, count);

        for (size_t left = count; left > 0; left--) {
            struct kv_pair *first = kv_tree_first(root);

            if (left == count || left % 64 == 0) {
                t_u64_eq(check_rules(root), left);
            }
            assert_ptr_equal(kv_tree_remove_first(&root), first);
            first->left = NULL;
            kv_pair_free_list(first);
        }
        assert_null(root);
        assert_null(kv_tree_first(root));
        assert_null(kv_tree_remove_first(&root));
    }
}

static const struct CMUnitTest tests[] = {
    T_KV_RIG(pieces_of_any_size_give_the_same_map),
    T_KV_RIG(equal_maps_give_equal_bytes),
    T_KV_RIG(a_restore_replaces_and_never_merges),
    T_KV_RIG(a_restore_that_is_refused_changes_nothing),
    T_KV_RIG(an_install_ends_the_snapshot_under_way),
    T_KV_RIG(the_largest_pairs_come_back),
    cmocka_unit_test(a_tree_built_from_a_list_is_balanced),
};

T_MAIN(tests)
