/* SPDX-License-Identifier: MIT
 *
 * test_storage_crash.c - the power goes, or an operation fails, everywhere.
 *
 * After each: the server starts; what was acknowledged is there; what is
 * there is a prefix of what was written (rig_open() checks both).
 */
#include <errno.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_rig.h"

/* Everything storage does, several segments of it; false: it failed. */
static bool work(struct storage_rig *rig)
{
    return rig_hard_state(rig, 1, 1) && rig_append(rig, 2, 30) &&
           rig_sync(rig) && rig_append(rig, 8, 200) && rig_sync(rig) &&
           rig_truncate(rig, 4) && rig_hard_state(rig, rig->last_term + 1, 2) &&
           rig_append(rig, 3, 500) && rig_sync(rig) && rig_truncate(rig, 2) &&
           rig_sync(rig) && rig_append(rig, 1, 3000) && rig_sync(rig);
}

static uint64_t operations_of_work(uint32_t segment_bytes)
{
    struct storage_rig rig;

    rig_create(&rig, 1, segment_bytes);
    rig_must_open(&rig);
    assert_true(work(&rig));
    rig_close(&rig);
    const uint64_t operations = fault_files_operations(rig.disk);

    rig_destroy(&rig);
    return operations;
}

static void crash_at(uint64_t nth, uint64_t how, uint64_t seed,
                     uint32_t segment_bytes)
{
    struct storage_rig rig;

    rig_create(&rig, seed, segment_bytes);
    fault_files_cut_power(rig.disk, nth);
    if (rig_open(&rig)) {
        (void)work(&rig);
    }
    fault_files_crash_way(rig.disk, how);
    rig_close(&rig);
    rig_must_open(&rig);
    rig_close(&rig);
    rig_destroy(&rig);
}

/* P3 P4 P5 P6 P12: at every operation, from the first open to the close. */
static void p5_crash_at_every_operation(void **state)
{
    static const uint32_t sizes[] = {512, 1024, 4096};

    (void)state;
    for (size_t s = 0; s < 3; s++) {
        const uint64_t operations = operations_of_work(sizes[s]);

        assert_true(operations > 30);
        for (uint64_t nth = 1; nth <= operations; nth++) {
            for (uint64_t how = 0; how < FAULT_WAYS; how++) {
                const bool chance = how % 3 == 1 || how / 3 == 1;

                for (uint64_t seed = 0; seed < (chance ? 6u : 1u); seed++) {
                    crash_at(nth, how, seed * 1000 + nth, sizes[s]);
                }
            }
        }
    }
}

/* Crashes in the middle of recovery too: as often as it takes. */
static void recover(struct storage_rig *rig)
{
    for (;;) {
        if (rig_random(rig, 2) == 0) {
            fault_files_cut_power(rig->disk, 1 + rig_random(rig, 25));
        }
        if (rig_open(rig)) {
            return;
        }
        assert_int_equal(rig->error.problem, STORAGE_EIO);
        fault_files_crash_way(rig->disk, rig_random(rig, FAULT_WAYS));
    }
}

/* Until the power goes. */
static void write_until_dark(struct storage_rig *rig)
{
    for (;;) {
        for (uint64_t n = rig_random(rig, 5); n > 0; n--) {
            if (!rig_write_something(rig)) {
                return;
            }
        }
        if (!rig_sync(rig)) {
            return;
        }
    }
}

static void p5_many_crashes_of_one_server(void **state)
{
    uint64_t entries = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct storage_rig rig;

        rig_create(&rig, seed, seed % 3 == 0 ? 4096 : 700);
        fault_files_chop(rig.disk, seed % 4 == 0);
        for (int crash = 0; crash < 25; crash++) {
            recover(&rig);
            entries += rig.last_index;
            fault_files_cut_power(rig.disk, 1 + rig_random(&rig, 60));
            write_until_dark(&rig);
            fault_files_crash_way(rig.disk, rig_random(&rig, FAULT_WAYS));
            rig_close(&rig);
        }
        rig_destroy(&rig);
    }
    assert_true(entries > 10000); /* the runs got somewhere */
}

/* P3: whatever was acknowledged is in the durable state at that moment. */
static void p3_acknowledged_is_durable(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 3, 1024);
    rig_must_open(&rig);
    for (int i = 0; i < 100; i++) {
        assert_true(rig_write_something(&rig));
        assert_true(rig_sync(&rig));
        struct storage_rig copy = rig;

        copy.storage = NULL;
        copy.disk =
            fault_files_copy(rig.disk, 1, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
        rig_must_open(&copy);
        t_u64_eq(copy.step_count, rig.step_count);
        rig_close(&copy);
        fault_files_destroy(copy.disk);
    }
    rig_destroy(&rig);
}

/* The failed server does nothing more, and its restart loses nothing. */
static void after_failure(struct storage_rig *rig, int errno_value)
{
    raft_write_seq done = 0;

    assert_int_equal(rig->error.problem, STORAGE_EIO);
    assert_int_equal(rig->error.errno_value, errno_value);
    assert_non_null(strstr(rig->error.text, strerror(errno_value)));
    if (rig->storage != NULL) {
        const uint64_t operations = fault_files_operations(rig->disk);

        assert_false(rig_append(rig, 1, 5));
        assert_int_equal(rig->face.flush(rig->face.self), -1);
        assert_int_equal(storage_write_queued(rig->storage, &done, &rig->error),
                         -1);
        assert_int_equal(rig->error.errno_value, errno_value);
        t_u64_eq(fault_files_operations(rig->disk), operations);
    }
    rig_close(rig);
    fault_files_kill(rig->disk);
}

static void fail_at(uint64_t nth, int errno_value, size_t short_bytes)
{
    struct storage_rig rig;

    rig_create(&rig, nth, 1024);
    fault_files_fail(rig.disk, nth, errno_value, short_bytes);
    rig.error = (struct storage_error){0};
    if (rig_open(&rig) && work(&rig)) {
        rig_close(&rig); /* the failure was in closing, or there was none */
    } else {
        after_failure(&rig, errno_value);
    }
    /* P9: what the restart shows must be safe now, failed sync or not. */
    rig_must_open(&rig);
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    rig_must_open(&rig);
    assert_true(work(&rig));
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    rig_must_open(&rig);
    rig_destroy(&rig);
}

/* P2 P8 P9: EIO and a full disk, at every operation, after 0 or 7 bytes. */
static void p9_failure_at_every_operation_is_final(void **state)
{
    const uint64_t operations = operations_of_work(1024);

    (void)state;
    for (uint64_t nth = 1; nth <= operations; nth++) {
        fail_at(nth, EIO, 0);
        fail_at(nth, ENOSPC, 0);
        fail_at(nth, ENOSPC, 7);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(p5_crash_at_every_operation),
    cmocka_unit_test(p5_many_crashes_of_one_server),
    cmocka_unit_test(p3_acknowledged_is_durable),
    cmocka_unit_test(p9_failure_at_every_operation_is_final),
};

T_MAIN(tests)
