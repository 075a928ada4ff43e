/* SPDX-License-Identifier: MIT
 *
 * test_storage_log.c - what was written comes back, through every kind of
 * write, segment change and chopped transfer.
 */
#include <errno.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_rig.h"

static void reopen(struct storage_rig *rig)
{
    rig_close(rig);
    if (!rig_open(rig)) {
        print_error("%s\n", rig->error.text);
        fail();
    }
    t_u64_eq(rig->acked_count, rig->step_count);
}

static void storage_new_directory_is_blank(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 0);
    assert_true(rig_open(&rig));
    t_u64_eq(rig.last_index, 0);
    t_u64_eq(storage_identity(rig.storage)->cluster_id, 0);
    const raft_server_id id = storage_identity(rig.storage)->server_id;

    assert_true(id != RAFT_NO_SERVER);
    reopen(&rig);
    t_u64_eq(storage_identity(rig.storage)->server_id, id);
    rig_destroy(&rig);
}

/* P11: an index that disagrees with the data shows only at a restart. */
static void p11_reload_after_every_write_equals_memory(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct storage_rig rig;

        rig_create(&rig, seed, seed % 2 == 0 ? 0 : 1024);
        assert_true(rig_open(&rig));
        for (int i = 0; i < 60; i++) {
            const size_t steps = rig.step_count;

            assert_true(rig_write_something(&rig));
            assert_true(rig.step_count > steps);
            assert_true(rig_sync(&rig));
            const size_t wanted = rig.step_count;

            reopen(&rig);
            t_u64_eq(rig.step_count, wanted);
        }
        rig_destroy(&rig);
    }
}

/* P18: transfers of 1..n-1 bytes, and EINTR. */
static void p18_chopped_reads_and_writes(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct storage_rig rig;

        rig_create(&rig, seed, 2048);
        fault_files_chop(rig.disk, true);
        assert_true(rig_open(&rig));
        for (int i = 0; i < 40; i++) {
            for (uint64_t n = rig_random(&rig, 5); n > 0; n--) {
                assert_true(rig_write_something(&rig));
            }
            assert_true(rig_sync(&rig));
            if (i % 10 == 9) {
                reopen(&rig);
            }
        }
        rig_destroy(&rig);
    }
}

static void storage_batch_is_one_sync(void **state)
{
    struct storage_rig rig;
    struct storage_stats stats;

    (void)state;
    rig_create(&rig, 1, 0);
    assert_true(rig_open(&rig));
    for (int i = 0; i < 100; i++) {
        assert_true(rig_append(&rig, 2, 50));
    }
    storage_stats(rig.storage, &stats);
    const uint64_t syncs = stats.syncs;
    const uint64_t operations = fault_files_operations(rig.disk);

    assert_true(rig_sync(&rig));
    t_u64_eq(fault_files_operations(rig.disk) - operations, 2);
    storage_stats(rig.storage, &stats);
    t_u64_eq(stats.syncs - syncs, 1);
    t_u64_eq(stats.batches, 1);
    t_u64_eq(stats.records, 200);
    t_u64_eq(stats.bytes_written, 200 * (40 + 56));
    t_u64_eq(stats.log_bytes, 256 << 10);
    assert_true(rig_hard_state(&rig, 2, 2));
    assert_true(rig_sync(&rig));
    storage_stats(rig.storage, &stats);
    t_u64_eq(stats.batches, 2);
    t_u64_eq(stats.syncs - syncs, 3); /* the file, the directory */
    rig_destroy(&rig);
}

/* A signal broke the wait off: the data is not given up, nor believed safe. */
static void storage_interrupted_sync_is_done_again(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 0);
    assert_true(rig_open(&rig));
    assert_true(rig_append(&rig, 2, 50));
    fault_files_fail(rig.disk, 2, EINTR, 0);
    assert_true(rig_sync(&rig));
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    assert_true(rig_open(&rig));
    t_u64_eq(rig.last_index, 2);
    rig_destroy(&rig);
}

static void storage_fills_segments_and_spans_them(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 7, 1024);
    assert_true(rig_open(&rig));
    for (int i = 0; i < 50; i++) {
        assert_true(rig_append(&rig, 3, 100));
    }
    assert_true(rig_sync(&rig)); /* one batch over many segments */
    t_u64_eq(fault_files_size(rig.disk, "log-00000001"), 1024);
    assert_true(fault_files_size(rig.disk, "log-00000016") > 0);
    reopen(&rig);
    t_u64_eq(rig.last_index, 150);
    assert_true(rig_append(&rig, 1, 10000)); /* larger than a segment */
    assert_true(rig_append(&rig, 1, 10));
    assert_true(rig_sync(&rig));
    reopen(&rig);
    t_u64_eq(rig.last_index, 152);
    assert_true(rig_truncate(&rig, 2)); /* back over all of them */
    assert_true(rig_append(&rig, 1, 20));
    assert_true(rig_sync(&rig));
    reopen(&rig);
    t_u64_eq(rig.last_index, 2);
    rig_destroy(&rig);
}

/* A restart writes one mark, and only after something else was written. */
static void storage_restarts_do_not_grow_the_log(void **state)
{
    struct storage_rig rig;
    uint8_t before[4096];

    (void)state;
    rig_create(&rig, 1, 4096);
    assert_true(rig_open(&rig));
    assert_true(rig_append(&rig, 1, 10));
    assert_true(rig_sync(&rig));
    reopen(&rig);
    for (size_t i = 0; i < sizeof before; i++) {
        before[i] = fault_files_byte(rig.disk, "log-00000001", i);
    }
    for (int i = 0; i < 10; i++) {
        reopen(&rig);
        fault_files_kill(rig.disk);
    }
    t_u64_eq(fault_files_size(rig.disk, "log-00000001"), 4096);
    for (size_t i = 0; i < sizeof before; i++) {
        t_u64_eq(fault_files_byte(rig.disk, "log-00000001", i), before[i]);
    }
    rig_destroy(&rig);
}

/* A log that could not be loaded again must not be written. */
static void storage_refuses_writes_that_make_no_sense(void **state)
{
    struct storage_rig rig;
    const uint8_t byte = 1;
    struct raft_entry entry = {
        .term = 1, .type = RAFT_ENTRY_COMMAND, .byte_count = 1, .bytes = &byte};
    struct raft_slice slice = {.first_index = 2, .count = 1, .entries = &entry};

    (void)state;
    rig_create(&rig, 1, 0);
    assert_true(rig_open(&rig));
    const struct raft_storage *const face = &rig.face;

    assert_int_equal(face->append(face->self, 1, &slice), -1); /* a hole */
    assert_int_equal(errno, EINVAL);
    assert_int_equal(face->truncate(face->self, 1, 0), -1);
    assert_int_equal(face->truncate(face->self, 1, 2), -1);
    slice.first_index = 1;
    entry.type = (enum raft_entry_type)4;
    assert_int_equal(face->append(face->self, 1, &slice), -1);
    entry.type = RAFT_ENTRY_COMMAND;
    entry.term = 0;
    assert_int_equal(face->append(face->self, 1, &slice), -1);
    entry.term = 5;
    assert_int_equal(face->append(face->self, 1, &slice), 0);
    slice.first_index = 2;
    entry.term = 4; /* terms never fall */
    assert_int_equal(face->append(face->self, 2, &slice), -1);
    assert_int_equal(face->save_hard_state(face->self, 1, 5, 0), -1);
    slice.count = 0;
    assert_int_equal(face->append(face->self, 2, &slice), -1);
    rig_destroy(&rig);
}

static void storage_refuses_bad_segment_sizes(void **state)
{
    static const uint32_t sizes[] = {1, 511, (1u << 30) + 1, UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct storage_rig rig;

        rig_create(&rig, 1, sizes[i]);
        assert_false(rig_open(&rig));
        assert_int_equal(rig.error.problem, STORAGE_EIO);
        assert_int_equal(rig.error.errno_value, EINVAL);
        rig_destroy(&rig);
    }
}

/* The order given is kept: a vote after entries is not ahead of them. */
static void storage_keeps_the_order_of_writes(void **state)
{
    (void)state;
    for (uint64_t nth = 1; nth < 12; nth++) {
        struct storage_rig rig;

        rig_create(&rig, nth, 0);
        assert_true(rig_open(&rig));
        assert_true(rig_append(&rig, 1, 10));
        assert_true(rig_hard_state(&rig, 2, 3));
        assert_true(rig_truncate(&rig, 1));
        assert_true(rig_hard_state(&rig, 4, 5));
        assert_true(rig_append(&rig, 1, 10));
        fault_files_cut_power(rig.disk, nth);
        (void)rig_sync(&rig);
        fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
        reopen(&rig); /* fails when the state is no prefix */
        rig_destroy(&rig);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(storage_new_directory_is_blank),
    cmocka_unit_test(p11_reload_after_every_write_equals_memory),
    cmocka_unit_test(p18_chopped_reads_and_writes),
    cmocka_unit_test(storage_batch_is_one_sync),
    cmocka_unit_test(storage_interrupted_sync_is_done_again),
    cmocka_unit_test(storage_fills_segments_and_spans_them),
    cmocka_unit_test(storage_restarts_do_not_grow_the_log),
    cmocka_unit_test(storage_refuses_writes_that_make_no_sense),
    cmocka_unit_test(storage_refuses_bad_segment_sizes),
    cmocka_unit_test(storage_keeps_the_order_of_writes),
};

T_MAIN(tests)
