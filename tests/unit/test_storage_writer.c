/* SPDX-License-Identifier: MIT
 *
 * test_storage_writer.c - the writer thread: order, batches, failures, stop.
 * Worth running under a thread sanitizer.
 */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#include "tests/t.h"
#include "tests/unit/storage_heard.h"

static void writer_reports_each_write_once_it_is_durable(void **state)
{
    struct storage_rig rig;
    struct heard heard;

    (void)state;
    rig_create(&rig, 1, 4096);
    heard_start(&rig, &heard);
    for (int i = 0; i < 300; i++) {
        assert_true(rig_write_something(&rig));
        assert_int_equal(rig.face.flush(rig.face.self), 0);
        heard_wait(&heard, rig.seq);
        t_u64_eq(heard.error.problem, 0);
        if (i % 30 == 0) {
            struct storage_rig copy = rig;

            copy.storage = NULL;
            copy.acked_count = rig.step_count; /* all of it, durable */
            copy.disk =
                fault_files_copy(rig.disk, 1, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
            rig_must_open(&copy);
            rig_close(&copy);
            fault_files_destroy(copy.disk);
        }
    }
    rig_destroy(&rig);
}

/* All that came while one batch was written is the next one. */
static void writer_groups_what_waits(void **state)
{
    struct storage_rig rig;
    struct heard heard;
    struct storage_stats stats;

    (void)state;
    rig_create(&rig, 2, 0);
    heard_start(&rig, &heard);
    heard_hold(&heard, true);
    assert_true(rig_append(&rig, 1, 40));
    assert_int_equal(rig.face.flush(rig.face.self), 0);
    heard_wait(&heard, 1);
    for (int i = 0; i < 5000; i++) {
        assert_true(rig_append(&rig, 1, 40));
        assert_int_equal(rig.face.flush(rig.face.self), 0);
    }
    heard_hold(&heard, false);
    heard_wait(&heard, rig.seq);
    assert_false(heard.went_back);
    t_u64_eq(heard.calls, 2);
    storage_stats(rig.storage, &stats);
    t_u64_eq(stats.records, 5001);
    t_u64_eq(stats.batches, 2);
    rig.acked_count = rig.step_count;
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    rig_must_open(&rig);
    t_u64_eq(rig.last_index, 5001);
    rig_destroy(&rig);
}

/* Under load, from several sizes of batch: nothing lost, nothing reordered. */
static void writer_keeps_up_with_a_stream(void **state)
{
    struct storage_rig rig;
    struct heard heard;

    (void)state;
    rig_create(&rig, 2, 65536);
    heard_start(&rig, &heard);
    for (int i = 0; i < 4000; i++) {
        assert_true(rig_write_something(&rig));
        if (rig_random(&rig, 7) == 0) {
            assert_int_equal(rig.face.flush(rig.face.self), 0);
        }
    }
    assert_int_equal(rig.face.flush(rig.face.self), 0);
    heard_wait(&heard, rig.seq);
    assert_false(heard.went_back);
    rig.acked_count = rig.step_count;
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    rig_must_open(&rig);
    rig_destroy(&rig);
}

/* What is queued is written before the end, flushed or not. */
static void writer_finishes_before_close(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct storage_rig rig;
        struct heard heard;

        rig_create(&rig, seed, 1024);
        heard_start(&rig, &heard);
        for (uint64_t i = 0; i < seed; i++) {
            assert_true(rig_write_something(&rig));
        }
        rig_close(&rig);
        t_u64_eq(heard.done, rig.seq);
        rig.acked_count = rig.step_count;
        rig_must_open(&rig);
        rig_destroy(&rig);
    }
}

static void writer_failure_is_reported_and_final(void **state)
{
    (void)state;
    for (uint64_t nth = 1; nth <= 8; nth++) {
        struct storage_rig rig;
        struct heard heard;

        rig_create(&rig, nth, 512);
        heard_start(&rig, &heard);
        fault_files_fail(rig.disk, nth, ENOSPC, 0);
        while (rig_append(&rig, 4, 100) && rig.face.flush(rig.face.self) == 0) {
            heard_wait(&heard, rig.seq);
        }
        heard_wait(&heard, UINT64_MAX);
        assert_int_equal(heard.error.problem, STORAGE_EIO);
        assert_int_equal(heard.error.errno_value, ENOSPC);
        assert_true(heard.done < rig.seq);
        assert_false(rig_append(&rig, 1, 1));
        rig_close(&rig); /* the thread is gone already */
        fault_files_kill(rig.disk);
        rig_must_open(&rig);
        assert_true(rig.last_index >= heard.done * 4);
        rig_destroy(&rig);
    }
}

/* Idle time fills zeros ahead, before a batch has to. */
static void writer_fills_ahead_when_idle(void **state)
{
    struct storage_rig rig;
    struct heard heard;
    struct storage_stats stats;

    (void)state;
    rig_create(&rig, 1, 0);
    heard_start(&rig, &heard);
    t_u64_eq(fault_files_size(rig.disk, "log-00000001"), 256 << 10);
    for (int i = 0; i < 14; i++) { /* past the half of the first step */
        assert_true(rig_append(&rig, 1, 10000));
    }
    assert_int_equal(rig.face.flush(rig.face.self), 0);
    heard_wait(&heard, rig.seq);
    const time_t until = time(NULL) + 30;

    do {
        (void)sched_yield();
        storage_stats(rig.storage, &stats);
    } while (stats.log_bytes == 256 << 10 && time(NULL) < until);
    t_u64_eq(stats.log_bytes, 512 << 10);
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    t_u64_eq(fault_files_size(rig.disk, "log-00000001"), 512 << 10);
    rig_destroy(&rig);
}

static void writer_is_alone(void **state)
{
    struct storage_rig rig;
    struct heard heard;
    struct raft_start loaded;
    raft_write_seq done;
    const struct storage_listener listener = {.self = &heard,
                                              .written = heard_written};

    (void)state;
    rig_create(&rig, 1, 0);
    heard_start(&rig, &heard);
    assert_int_equal(storage_write_queued(rig.storage, &done, &rig.error), -1);
    assert_int_equal(rig.error.errno_value, EBUSY);
    assert_int_equal(storage_load(rig.storage, &loaded, &rig.error), -1);
    assert_int_equal(rig.error.errno_value, EBUSY);
    assert_int_equal(storage_start_writer(rig.storage, &listener, &rig.error),
                     -1);
    assert_int_equal(rig.error.errno_value, EBUSY);
    assert_int_equal(storage_join_cluster(rig.storage, 7, &rig.error), -1);
    assert_int_equal(rig.error.errno_value, EBUSY);
    assert_true(rig_append(&rig, 1, 1)); /* none of that did harm */
    assert_int_equal(rig.face.flush(rig.face.self), 0);
    heard_wait(&heard, rig.seq);
    t_u64_eq(heard.done, rig.seq);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(writer_reports_each_write_once_it_is_durable),
    cmocka_unit_test(writer_groups_what_waits),
    cmocka_unit_test(writer_keeps_up_with_a_stream),
    cmocka_unit_test(writer_finishes_before_close),
    cmocka_unit_test(writer_failure_is_reported_and_final),
    cmocka_unit_test(writer_fills_ahead_when_idle),
    cmocka_unit_test(writer_is_alone),
};

T_MAIN(tests)
