/* SPDX-License-Identifier: MIT
 *
 * test_storage_full.c - a full disk stops a server that has something to
 * write, not one that only fills zeros ahead.
 */
#include <errno.h>
#include <sched.h>
#include <time.h>

#include "tests/t.h"
#include "tests/unit/storage_heard.h"

static const uint64_t step_bytes = 256 << 10;

static void append_and_wait(struct storage_rig *rig, struct heard *heard,
                            uint32_t byte_count)
{
    assert_true(rig_append(rig, 1, byte_count));
    assert_int_equal(rig->face.flush(rig->face.self), 0);
    heard_wait(heard, rig->seq);
}

/* Past the half of the first step of zeros: the writer wants the next. */
static void start_with_little_left(struct storage_rig *rig, struct heard *heard)
{
    rig_create(rig, 1, 0);
    heard_start(rig, heard);
    t_u64_eq(fault_files_size(rig->disk, "log-00000001"), step_bytes);
    fault_files_fill(rig->disk, true);
    for (int i = 0; i < 14; i++) {
        append_and_wait(rig, heard, 10000);
    }
}

static void storage_full_disk_lets_an_idle_server_be(void **state)
{
    struct storage_rig rig;
    struct heard heard;

    (void)state;
    start_with_little_left(&rig, &heard);
    const uint64_t operations = fault_files_operations(rig.disk);

    for (int i = 0; i < 100; i++) {
        append_and_wait(&rig, &heard, 100);
        t_u64_eq(heard.error.problem, 0);
    }
    for (int i = 0; i < 10000; i++) {
        (void)sched_yield(); /* the writer's chance to spin */
    }
    /* Write, sync, one try for zeros; not try after try. */
    assert_true(fault_files_operations(rig.disk) - operations <= 3 * 101);
    rig.acked_count = rig.step_count;
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    t_u64_eq(fault_files_size(rig.disk, "log-00000001"), step_bytes);
    rig_must_open(&rig);
    rig_destroy(&rig);
}

static void storage_goes_on_filling_when_there_is_room(void **state)
{
    struct storage_rig rig;
    struct heard heard;
    struct storage_stats stats;

    (void)state;
    start_with_little_left(&rig, &heard);
    fault_files_fill(rig.disk, false);
    append_and_wait(&rig, &heard, 1); /* what wakes it */
    const time_t until = time(NULL) + 30;

    do {
        (void)sched_yield();
        storage_stats(rig.storage, &stats);
    } while (stats.log_bytes == step_bytes && time(NULL) < until);
    t_u64_eq(stats.log_bytes, 2 * step_bytes);
    t_u64_eq(heard.error.problem, 0);
    rig_destroy(&rig);
}

/* What a client wrote has no room: that is final, and nothing is lost. */
static void storage_full_disk_stops_a_server_that_writes(void **state)
{
    struct storage_rig rig;
    struct heard heard;

    (void)state;
    start_with_little_left(&rig, &heard);
    size_t acked;

    do {
        acked = rig.step_count;
        append_and_wait(&rig, &heard, 10000);
    } while (heard.error.problem == 0);
    assert_int_equal(heard.error.errno_value, ENOSPC);
    fault_files_kill(rig.disk);
    fault_files_fill(rig.disk, false);
    rig_close(&rig);
    rig.acked_count = acked;
    rig_must_open(&rig);
    rig_destroy(&rig);
}

/* Zeros that were written and then not synced: a failure like any other. */
static void storage_full_disk_at_a_sync_is_final(void **state)
{
    struct storage_rig rig;
    struct heard heard;

    (void)state;
    rig_create(&rig, 1, 0);
    heard_start(&rig, &heard);
    for (int i = 0; i < 13; i++) {
        append_and_wait(&rig, &heard, 10000);
    }
    heard_hold(&heard, true);
    append_and_wait(&rig, &heard, 10000);     /* past the half */
    fault_files_fail(rig.disk, 5, ENOSPC, 0); /* four writes of 64 KiB */
    heard_hold(&heard, false);
    heard_wait(&heard, UINT64_MAX);
    assert_int_equal(heard.error.errno_value, ENOSPC);
    rig.acked_count = rig.step_count;
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    rig_must_open(&rig);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(storage_full_disk_lets_an_idle_server_be),
    cmocka_unit_test(storage_goes_on_filling_when_there_is_room),
    cmocka_unit_test(storage_full_disk_stops_a_server_that_writes),
    cmocka_unit_test(storage_full_disk_at_a_sync_is_final),
};

T_MAIN(tests)
