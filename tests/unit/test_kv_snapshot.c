/* SPDX-License-Identifier: MIT
 *
 * test_kv_snapshot.c - the bytes of a snapshot are those of one index, whatever
 * happens to the map while they are written (bugs S7, S12).
 */
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/kv_rig.h"

struct taking {
    struct kv_rig_bytes expected;
    struct kv_rig_bytes got;
};

static void begin(struct kv_rig *rig, struct taking *t)
{
    struct kv_snapshot_info info;

    t->expected = kv_rig_expected(rig);
    assert_true(kv_snapshot_begin(rig->kv, &info));
    t_u64_eq(info.applied_index, rig->index);
    t_u64_eq(info.byte_count, t->expected.count);
    t->got = (struct kv_rig_bytes){.bytes = malloc(t->expected.count),
                                   .applied_index = info.applied_index};
    assert_non_null(t->got.bytes);
}

/* Exactly as large as it says, so that a sanitizer sees what goes beyond. */
static bool slice(struct kv_rig *rig, struct taking *t, size_t capacity,
                  size_t max_pairs)
{
    struct kv_slice s = {.bytes = malloc(capacity),
                         .capacity = capacity,
                         .max_pairs = max_pairs};
    const enum kv_slice_result result = kv_snapshot_slice(rig->kv, &s);

    assert_true(s.byte_count <= capacity);
    assert_true(s.byte_count <= t->expected.count - t->got.count);
    memcpy(t->got.bytes + t->got.count, s.bytes, s.byte_count);
    t->got.count += s.byte_count;
    free(s.bytes);
    assert_int_not_equal(result, KV_SLICE_NONE);
    return result == KV_SLICE_MORE;
}

static void end(struct taking *t)
{
    kv_rig_same(&t->got, &t->expected);
    kv_rig_free(&t->got);
    kv_rig_free(&t->expected);
}

static void the_rest(struct kv_rig *rig, struct taking *t)
{
    while (slice(rig, t, 1000, 1000)) {
    }
    end(t);
}

static void random_changes_between_slices_are_not_in_the_bytes(void **state)
{
    struct kv_rig *rig = *state;

    for (size_t round = 0; round < 300; round++) {
        struct taking t;
        const size_t changes = round % 4; /* none in the first */
        const size_t capacity = 1 + kv_rig_draw(rig) % 300;
        const size_t max_pairs = 1 + kv_rig_draw(rig) % 20;

        kv_rig_change(rig, kv_rig_draw(rig) % 200);
        begin(rig, &t);
        while (slice(rig, &t, capacity, max_pairs)) {
            kv_rig_change(rig, changes);
        }
        end(&t);
        kv_rig_check(rig);
    }
}

/* The cursor has passed 0 to 200 and stands at 200. */
static void half_way(struct kv_rig *rig, struct taking *t)
{
    for (size_t i = 0; i < KV_RIG_KEYS; i += 10) {
        kv_rig_put(rig, i, "old");
    }
    begin(rig, t);
    assert_true(slice(rig, t, 100000, 21));
}

static void keys_before_at_and_after_the_cursor_are_replaced(void **state)
{
    struct kv_rig *rig = *state;
    struct taking t;

    half_way(rig, &t);
    for (size_t number = 190; number <= 230; number++) { /* new ones, too */
        kv_rig_put(rig, number, "changed");
    }
    kv_rig_check(rig);
    the_rest(rig, &t);
}

static void keys_before_at_and_after_the_cursor_are_deleted(void **state)
{
    struct kv_rig *rig = *state;
    struct taking t;

    half_way(rig, &t);
    for (size_t number = 190; number <= 230; number++) {
        kv_rig_delete(rig, number);
    }
    kv_rig_check(rig);
    the_rest(rig, &t);
}

/* Deleted, new, replaced, deleted, new: kept once, and as it was. */
static void a_key_that_comes_and_goes_is_written_as_it_was(void **state)
{
    struct kv_rig *rig = *state;

    for (size_t number = 190; number <= 230; number += 10) {
        for (size_t steps = 1; steps <= 5; steps++) {
            struct taking t;

            half_way(rig, &t);
            for (size_t step = 1; step <= steps; step++) {
                if (step % 3 == 1) {
                    kv_rig_delete(rig, number);
                } else {
                    kv_rig_put(rig, number, "again");
                }
            }
            kv_rig_check(rig);
            the_rest(rig, &t);
        }
    }
}

static void all_keys_are_deleted_behind_its_back(void **state)
{
    struct kv_rig *rig = *state;
    struct taking t;

    half_way(rig, &t);
    for (size_t number = 0; number < KV_RIG_KEYS; number++) {
        kv_rig_delete(rig, number);
    }
    the_rest(rig, &t);
    kv_rig_check(rig);
}

/* A slice ends inside a pair; then the pair goes. */
static void a_pair_that_is_half_written_stays_whole(void **state)
{
    struct kv_rig *rig = *state;

    for (size_t cut = 1; cut < 22; cut++) {
        struct taking t;

        half_way(rig, &t);
        assert_true(slice(rig, &t, cut, 1000)); /* of 15 + 3 + 3 */
        if (cut % 2 == 0) {
            kv_rig_put(rig, 210, "new");
        } else {
            kv_rig_delete(rig, 210);
        }
        kv_rig_put(rig, 205, "before it");
        kv_rig_put(rig, 215, "behind it");
        the_rest(rig, &t);
    }
}

/* What is left out takes time as well: it counts. */
static void many_new_keys_do_not_make_a_slice_long(void **state)
{
    struct kv_rig *rig = *state;
    struct taking t;
    size_t slices = 0;

    begin(rig, &t);
    for (size_t i = 0; i < KV_RIG_KEYS; i++) {
        kv_rig_put(rig, i, "new");
    }
    while (slice(rig, &t, 1000, 10)) {
        slices++;
    }
    t_u64_eq(slices, KV_RIG_KEYS / 10);
    end(&t);
}

/* The state of a raftd that has applied nothing, and of one with no keys. */
static void an_empty_map_has_a_snapshot(void **state)
{
    struct kv_rig *rig = *state;
    struct taking t;

    begin(rig, &t);
    assert_false(slice(rig, &t, 45, 1));
    end(&t);
    kv_rig_put(rig, 1, "v");
    kv_rig_delete(rig, 1);
    begin(rig, &t);
    while (slice(rig, &t, 1, 1)) {
    }
    end(&t);
}

static void one_at_a_time(void **state)
{
    struct kv_rig *rig = *state;
    struct kv_snapshot_info info = {.byte_count = 77};
    struct kv_slice s = {.byte_count = 77};
    struct taking t;

    assert_int_equal(kv_snapshot_slice(rig->kv, &s), KV_SLICE_NONE);
    t_u64_eq(s.byte_count, 0);
    half_way(rig, &t);
    assert_false(kv_snapshot_begin(rig->kv, &info));
    t_u64_eq(info.byte_count, 77);
    the_rest(rig, &t);
    assert_int_equal(kv_snapshot_slice(rig->kv, &s), KV_SLICE_NONE);
}

/* At any time; the next one knows nothing of it. */
static void one_that_is_abandoned_leaves_nothing_behind(void **state)
{
    struct kv_rig *rig = *state;

    for (size_t slices = 0; slices < 30; slices++) {
        struct taking t;
        struct kv_slice s = {0};

        kv_rig_change(rig, 100);
        begin(rig, &t);
        for (size_t i = 0; i < slices; i++) {
            (void)slice(rig, &t, 97, 5);
            kv_rig_change(rig, 20);
        }
        struct kv_remains remains = kv_snapshot_abandon(rig->kv);

        kv_remains_free(&remains);
        kv_rig_free(&t.got);
        kv_rig_free(&t.expected);
        assert_int_equal(kv_snapshot_slice(rig->kv, &s), KV_SLICE_NONE);
        begin(rig, &t);
        kv_rig_change(rig, 20);
        the_rest(rig, &t);
    }
    kv_rig_check(rig);
}

/* A map is destroyed in the middle of its snapshot (a sanitizer looks on). */
static void a_map_goes_with_its_snapshot(void **state)
{
    struct kv_rig *rig = *state;
    struct taking t;

    half_way(rig, &t);
    kv_rig_delete(rig, 220);
    kv_rig_free(&t.got);
    kv_rig_free(&t.expected);
}

static const struct CMUnitTest tests[] = {
    T_KV_RIG(random_changes_between_slices_are_not_in_the_bytes),
    T_KV_RIG(keys_before_at_and_after_the_cursor_are_replaced),
    T_KV_RIG(keys_before_at_and_after_the_cursor_are_deleted),
    T_KV_RIG(a_key_that_comes_and_goes_is_written_as_it_was),
    T_KV_RIG(all_keys_are_deleted_behind_its_back),
    T_KV_RIG(a_pair_that_is_half_written_stays_whole),
    T_KV_RIG(many_new_keys_do_not_make_a_slice_long),
    T_KV_RIG(an_empty_map_has_a_snapshot),
    T_KV_RIG(one_at_a_time),
    T_KV_RIG(one_that_is_abandoned_leaves_nothing_behind),
    T_KV_RIG(a_map_goes_with_its_snapshot),
};

T_MAIN(tests)
