/* SPDX-License-Identifier: MIT
 *
 * test_storage_compact.c - a log that forgets what a snapshot holds.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_rig.h"

static const char *segment(uint32_t number)
{
    static char name[16];

    (void)snprintf(name, sizeof name, "log-%08x", (unsigned)number);
    return name;
}

static uint32_t segments(struct storage_rig *rig, uint32_t *oldest)
{
    uint32_t count = 0;

    *oldest = 0;
    for (uint32_t number = 1; number < 400; number++) {
        if (fault_files_size(rig->disk, segment(number)) >= 0) {
            *oldest = *oldest == 0 ? number : *oldest;
            count++;
        }
    }
    return count;
}

static void snapshot_at(struct storage_rig *rig, raft_index index)
{
    struct raft_snapshot done;

    if (!body_take(rig->storage, index, 1, &done, &rig->error)) {
        print_error("%s\n", rig->error.text);
        fail();
    }
}

/* Two entries of 144 bytes and a header fill a segment of 512 bytes. */
static void start(struct storage_rig *rig, int batches)
{
    rig_create(rig, 1, 512);
    rig_must_open(rig);
    for (int i = 0; i < batches; i++) {
        rig_batch(rig, 2, 140);
    }
}

static void compact_removes_whole_segments_only(void **state)
{
    struct storage_rig rig;
    struct storage_stats before;
    struct storage_stats stats;
    uint32_t oldest;

    (void)state;
    start(&rig, 10); /* entries 1 and 2 in segment 1, and so on */
    t_u64_eq(segments(&rig, &oldest), 10);
    snapshot_at(&rig, 20);
    storage_stats(rig.storage, &before);
    for (raft_index through = 1; through <= 20; through++) {
        assert_true(rig_compact(&rig, through));
        assert_true(rig_sync(&rig));
        t_u64_eq(segments(&rig, &oldest), through < 20 ? 10 - through / 2 : 1);
        t_u64_eq(oldest, through < 20 ? 1 + through / 2 : 10);
        storage_stats(rig.storage, &stats);
        t_u64_eq(stats.log_bytes, before.log_bytes - 512 * (oldest - 1));
    }
    rig_batch(&rig, 2, 140); /* it goes on, and the tenth is not the last */
    rig_close(&rig);
    rig_must_open(&rig);
    t_u64_eq(rig.first_index, 21);
    t_u64_eq(rig.last_index, 22);
    storage_stats(rig.storage, &stats);
    t_u64_eq(stats.log_bytes, 512);
    rig_destroy(&rig);
}

/* P8 P13: what no durable snapshot holds is never forgotten. */
static void p13_only_what_a_snapshot_holds_may_go(void **state)
{
    struct storage_rig rig;
    uint32_t oldest;

    (void)state;
    start(&rig, 5);
    assert_false(rig_compact(&rig, 1));
    assert_int_equal(errno, EINVAL);
    assert_false(rig_reset(&rig, 10, 1));
    assert_int_equal(errno, EINVAL);
    snapshot_at(&rig, 6);
    assert_false(rig_compact(&rig, 7));
    assert_int_equal(errno, EINVAL);
    assert_false(rig_compact(&rig, 0));
    assert_false(rig_reset(&rig, 7, 1));
    assert_int_equal(errno, EINVAL);
    assert_true(rig_sync(&rig));
    t_u64_eq(segments(&rig, &oldest), 5);
    assert_true(rig_compact(&rig, 6));
    assert_true(rig_compact(&rig, 3)); /* late: nothing new */
    assert_true(rig_sync(&rig));
    t_u64_eq(segments(&rig, &oldest), 2);
    t_u64_eq(oldest, 4);
    rig_destroy(&rig);
}

/* Unlinks are not synced: after a crash any of them may not have been done. */
static void compact_removed_segments_may_come_back(void **state)
{
    (void)state;
    for (unsigned which = 0; which < 32; which++) {
        struct storage_rig rig;
        uint8_t bytes[5][512];
        uint32_t oldest;

        start(&rig, 8);
        for (uint32_t n = 1; n <= 5; n++) {
            for (size_t at = 0; at < 512; at++) {
                bytes[n - 1][at] = fault_files_byte(rig.disk, segment(n), at);
            }
        }
        snapshot_at(&rig, 10);
        assert_true(rig_compact(&rig, 10));
        assert_true(rig_sync(&rig));
        rig_close(&rig);
        for (uint32_t n = 1; n <= 5; n++) {
            if ((which & 1u << (n - 1)) != 0) {
                fault_files_put(rig.disk, segment(n), bytes[n - 1], 512);
            }
        }
        rig_must_open(&rig);
        (void)segments(&rig, &oldest);
        /* From the last gap on; what stood before it is gone again. */
        uint32_t expected = 6;

        while (expected > 1 && (which & 1u << (expected - 2)) != 0) {
            expected--;
        }
        t_u64_eq(oldest, expected);
        t_u64_eq(rig.first_index, 2 * expected - 1);
        rig_close(&rig);
        rig_must_open(&rig);
        rig_destroy(&rig);
    }
}

/* A hole that no snapshot fills is damage, and nothing is touched. */
static void lg_missing_segment_is_refused_unless_covered(void **state)
{
    (void)state;
    for (uint32_t missing = 1; missing < 8; missing++) {
        struct storage_rig rig;
        uint32_t oldest;

        start(&rig, 8);
        snapshot_at(&rig, 8);
        rig_close(&rig);
        fault_files_remove(rig.disk, segment(missing));
        if (missing <= 4) {
            rig.compacted = 8;
            rig_must_open(&rig);
            t_u64_eq(rig.first_index, 2 * missing + 1);
            t_u64_eq(rig.last_index, 16);
        } else {
            rig_must_refuse(&rig, segment(missing), 0);
            t_u64_eq(segments(&rig, &oldest), 7);
        }
        rig_destroy(&rig);
    }
}

/* Entries that were written anew stand in newer segments than their index
 * tells: what is kept must still make a whole log. */
static void compact_after_truncations_over_many_segments(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct storage_rig rig;
        raft_index committed = 0;

        rig_create(&rig, seed, 512);
        rig_must_open(&rig);
        for (int round = 0; round < 25; round++) {
            for (uint64_t n = rig_random(&rig, 4); n > 0; n--) {
                assert_true(rig_append(&rig, 1 + (size_t)rig_random(&rig, 3),
                                       (uint32_t)rig_random(&rig, 200)));
            }
            if (rig_random(&rig, 3) == 0 && rig.last_index > committed) {
                assert_true(rig_truncate(
                    &rig, committed + 1 +
                              rig_random(&rig, rig.last_index - committed)));
            }
            assert_true(rig_sync(&rig));
            if (rig_random(&rig, 3) == 0 && rig.last_index > committed) {
                committed += 1 + rig_random(&rig, rig.last_index - committed);
                snapshot_at(&rig, committed);
                assert_true(rig_compact(&rig, 1 + rig_random(&rig, committed)));
            }
            if (rig_random(&rig, 3) == 0) {
                rig_close(&rig); /* P11: what is on disk, after every kind */
                rig_must_open(&rig);
            }
        }
        rig_close(&rig);
        rig_must_open(&rig);
        t_u64_eq(rig.snapshot.last_index, committed);
        assert_true(rig.first_index <= committed + 1);
        rig_destroy(&rig);
    }
}

/* Endless writing with snapshots: the disk holds a bounded number of files. */
static void compact_keeps_the_log_bounded(void **state)
{
    struct storage_rig rig;
    uint32_t oldest;

    (void)state;
    start(&rig, 1);
    for (int i = 0; i < 100; i++) {
        for (int n = 0; n < 3; n++) {
            rig_batch(&rig, 2, 140);
        }
        snapshot_at(&rig, rig.last_index);
        assert_true(rig_compact(&rig, rig.last_index - 4));
        assert_true(rig_sync(&rig));
        assert_true(segments(&rig, &oldest) <= 4);
    }
    rig_close(&rig);
    rig_must_open(&rig);
    rig_destroy(&rig);
}

/* Nothing hangs on a removal: it is tried again with the next one. */
static void compact_failed_unlink_does_no_harm(void **state)
{
    struct storage_rig rig;
    uint32_t oldest;

    (void)state;
    start(&rig, 6);
    snapshot_at(&rig, 12);
    assert_true(rig_compact(&rig, 4));
    fault_files_fail(rig.disk, 2, EIO, 0); /* 1: the spare's open */
    assert_true(rig_sync(&rig));
    (void)segments(&rig, &oldest);
    assert_true(oldest <= 2);
    rig_batch(&rig, 2, 140);
    (void)segments(&rig, &oldest);
    t_u64_eq(oldest, 3);
    rig_close(&rig);
    rig_must_open(&rig);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(compact_removes_whole_segments_only),
    cmocka_unit_test(p13_only_what_a_snapshot_holds_may_go),
    cmocka_unit_test(compact_removed_segments_may_come_back),
    cmocka_unit_test(lg_missing_segment_is_refused_unless_covered),
    cmocka_unit_test(compact_after_truncations_over_many_segments),
    cmocka_unit_test(compact_keeps_the_log_bounded),
    cmocka_unit_test(compact_failed_unlink_does_no_harm),
};

T_MAIN(tests)
