/* SPDX-License-Identifier: MIT
 *
 * test_kv_snapshot_memory.c - how much memory snapshots take, and what happens
 * when there is none (bug S10). Its own program, with its own hooks.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "raft/check.h"
#include "raft/memory.h"
#include "tests/t.h"
#include "tests/unit/kv_rig.h"

/* Ours in place of the program's: counted, and the k-th can be made to fail. */
static int allocations_left = -1; /* -1: no end */
static size_t blocks_in_use;
static jmp_buf on_panic;
static const char *panic_text;

void *raft_realloc(void *block, size_t byte_count)
{
    if (allocations_left == 0) {
        return NULL;
    }
    allocations_left -= allocations_left > 0 ? 1 : 0;
    blocks_in_use += block == NULL ? 1 : 0;
    return realloc(block, byte_count);
}

void raft_free(void *block)
{
    blocks_in_use -= block == NULL ? 0 : 1;
    free(block);
}

void raft_panic(const char *what, const char *file, int line)
{
    (void)file;
    (void)line;
    panic_text = what;
    longjmp(on_panic, 1);
}

/* Each allocation of a restore fails once; the map stays what it was. */
static void a_restore_without_memory_says_so(void **state)
{
    (void)state;
    struct kv_rig rig;
    int allocations = 0;
    enum kv_restore_result result = KV_RESTORE_NO_MEMORY;

    kv_rig_open(&rig, UINT64_C(88172645463325252));
    kv_rig_change(&rig, 30);
    struct kv_rig_bytes bytes = kv_rig_snapshot(rig.kv, 1000, 1000);
    const size_t blocks = blocks_in_use;

    for (; result == KV_RESTORE_NO_MEMORY; allocations++) {
        allocations_left = allocations;
        struct kv_restore *restore = kv_restore_create(rig.index, bytes.count);

        if (restore != NULL) {
            result = kv_rig_restore(restore, &bytes, 9);
        }
        allocations_left = -1;
        assert_true((restore == NULL) == (allocations == 0));
        if (restore != NULL && result == KV_RESTORE_NO_MEMORY) {
            assert_non_null(strstr(kv_restore_error(restore), "out of memory"));
            assert_int_equal(kv_restore_feed(restore, bytes.bytes, 1), result);
        }
        kv_restore_destroy(restore);
        t_u64_eq(blocks_in_use, blocks);
        kv_rig_check(&rig);
    }
    assert_int_equal(result, KV_RESTORE_DONE);
    /* Itself and one for each pair, and at last one more than it takes. */
    t_u64_eq(allocations, blocks - 1 + 1 + 1);
    kv_rig_free(&bytes);
    kv_rig_close(&rig);
    t_u64_eq(blocks_in_use, 0);
}

/* A stranger's lengths: no more is taken than the file has bytes. */
static void a_length_is_checked_before_memory_is_taken(void **state)
{
    (void)state;
    struct kv *kv = kv_create();

    kv_rig_put_bytes(kv, 1, "a", 1, "v", 1);
    struct kv_rig_bytes bytes = kv_rig_snapshot(kv, 1000, 1000);
    struct kv_restore *restore = kv_restore_create(1, bytes.count);
    const size_t blocks = blocks_in_use;

    memset(bytes.bytes + 41 + 3, 0xff, 4); /* the length of the value */
    assert_int_equal(kv_rig_restore(restore, &bytes, 9), KV_RESTORE_BAD);
    t_u64_eq(blocks_in_use, blocks);
    kv_restore_destroy(restore);
    kv_rig_free(&bytes);
    kv_destroy(kv);
}

/* A snapshot itself needs none: it cannot fail, and neither can an install. */
static void a_snapshot_takes_no_memory(void **state)
{
    (void)state;
    struct kv_rig rig;
    uint8_t room[100];
    struct kv_slice slice = {.bytes = room, .capacity = 100, .max_pairs = 3};
    struct kv_snapshot_info info;

    kv_rig_open(&rig, UINT64_C(88172645463325252));
    kv_rig_change(&rig, 30);
    struct kv_rig_bytes bytes = kv_rig_snapshot(rig.kv, 1000, 1000);
    struct kv_restore *restore = kv_restore_create(rig.index, bytes.count);
    struct kv *kv = kv_create();

    assert_int_equal(kv_rig_restore(restore, &bytes, 9), KV_RESTORE_DONE);
    allocations_left = 0;
    assert_true(kv_snapshot_begin(rig.kv, &info));
    while (kv_snapshot_slice(rig.kv, &slice) == KV_SLICE_MORE) {
    }
    struct kv_remains remains = kv_install(kv, restore);

    allocations_left = -1;
    kv_remains_free(&remains);
    kv_restore_destroy(restore);
    kv_destroy(kv);
    kv_rig_free(&bytes);
    kv_rig_close(&rig);
    t_u64_eq(blocks_in_use, 0);
}

/* Twice, at worst; and only while the old ones wait for their turn. */
static void memory_is_at_most_twice_the_pairs(void **state)
{
    (void)state;
    struct kv_rig rig;
    uint8_t room[1000];
    struct kv_slice slice = {.bytes = room, .capacity = 1000, .max_pairs = 100};
    struct kv_snapshot_info info;

    kv_rig_open(&rig, 1);
    for (size_t i = 0; i < KV_RIG_KEYS; i++) {
        kv_rig_put(&rig, i, "old");
    }
    const size_t blocks = blocks_in_use;

    assert_true(kv_snapshot_begin(rig.kv, &info));
    for (size_t round = 0; round < 3; round++) {
        for (size_t i = 0; i < KV_RIG_KEYS; i++) {
            kv_rig_put(&rig, i, "new");
        }
        t_u64_eq(blocks_in_use, blocks + KV_RIG_KEYS);
    }
    while (kv_snapshot_slice(rig.kv, &slice) == KV_SLICE_MORE) {
    }
    t_u64_eq(blocks_in_use, blocks);

    /* What the cursor has passed is not kept. */
    assert_true(kv_snapshot_begin(rig.kv, &info));
    slice.capacity = 1000;
    slice.max_pairs = 20;
    assert_int_equal(kv_snapshot_slice(rig.kv, &slice), KV_SLICE_MORE);
    for (size_t i = 0; i < KV_RIG_KEYS; i++) {
        kv_rig_put(&rig, i, "newer");
    }
    t_u64_eq(blocks_in_use, blocks + KV_RIG_KEYS - 20);
    struct kv_remains remains = kv_snapshot_abandon(rig.kv);

    t_u64_eq(blocks_in_use, blocks + KV_RIG_KEYS - 20);
    kv_remains_free(&remains);
    t_u64_eq(blocks_in_use, blocks);
    kv_rig_close(&rig);
}

/* Applied entries are never taken back, and half a restore is none. */
static void an_install_that_must_not_be_panics(void **state)
{
    (void)state;
    struct kv *kv = kv_create();

    kv_rig_put_bytes(kv, 7, "k", 1, "v", 1);
    struct kv_rig_bytes bytes = kv_rig_snapshot(kv, 1000, 1000);
    struct kv_restore *restore = kv_restore_create(7, bytes.count);
    struct kv *empty = kv_create();

    panic_text = NULL;
    if (setjmp(on_panic) == 0) {
        (void)kv_install(empty, restore);
        fail_msg("installed what is not complete");
    }
    assert_non_null(strstr(panic_text, "DONE"));
    kv_destroy(empty);
    assert_int_equal(kv_rig_restore(restore, &bytes, 9), KV_RESTORE_DONE);
    kv_rig_put_bytes(kv, 8, "k", 1, "w", 1);
    panic_text = NULL;
    if (setjmp(on_panic) == 0) {
        (void)kv_install(kv, restore);
        fail_msg("installed what is older");
    }
    assert_non_null(strstr(panic_text, "last_index"));
    kv_restore_destroy(restore);
    kv_rig_free(&bytes);
    kv_destroy(kv);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_restore_without_memory_says_so),
    cmocka_unit_test(a_length_is_checked_before_memory_is_taken),
    cmocka_unit_test(a_snapshot_takes_no_memory),
    cmocka_unit_test(memory_is_at_most_twice_the_pairs),
    cmocka_unit_test(an_install_that_must_not_be_panics),
};

T_MAIN(tests)
