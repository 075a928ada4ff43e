/* SPDX-License-Identifier: MIT
 *
 * test_storage_settle.c - a cluster of one that nobody knows of, until it is
 * settled: before anybody is told anything.
 */
#include <errno.h>

#include "tests/t.h"
#include "tests/unit/storage_founder.h"
#include "tests/unit/storage_heard.h"

static void crash(struct storage_rig *rig, uint64_t how)
{
    fault_files_crash_way(rig->disk, how);
    rig_close(rig);
}

static bool settle(struct storage_rig *rig)
{
    return storage_settle(rig->storage, &rig->error) == 0;
}

static void provisional_until_it_is_settled(void **state)
{
    struct storage_rig rig;

    (void)state;
    for (int is = 0; is < 2; is++) {
        founder_create(&rig, 1, is != 0);
        founder_must_be(&rig, FOUNDED_CLUSTER, is != 0);
        founder_must_be(&rig, FOUNDED_CLUSTER, is != 0);
        founder_open(&rig);
        assert_true(settle(&rig));
        assert_false(storage_identity(rig.storage)->is_provisional);
        rig_close(&rig);
        founder_must_be(&rig, FOUNDED_CLUSTER, false);
        founder_must_have_past(&rig);
        rig_destroy(&rig);
    }
    rig_create(&rig, 1, 512);
    founder_open(&rig); /* blank */
    assert_false(storage_identity(rig.storage)->is_provisional);
    rig_close(&rig);
    founder_found(&rig, true); /* known at once, not only after a start */
    assert_true(storage_identity(rig.storage)->is_provisional);
    rig_destroy(&rig);
}

/* Once: later calls do not even look at the disk. */
static void settling_again_costs_nothing(void **state)
{
    struct storage_rig rig;

    (void)state;
    founder_create(&rig, 1, true);
    founder_open(&rig);
    assert_true(settle(&rig));
    const uint64_t operations = fault_files_operations(rig.disk);

    assert_true(settle(&rig));
    t_u64_eq(fault_files_operations(rig.disk), operations);
    rig_destroy(&rig);
}

static void settling_is_durable_when_it_returns(void **state)
{
    uint64_t provisional = 0;

    (void)state;
    for (uint64_t how = 0; how < FAULT_WAYS; how++) {
        bool was_told = false;

        for (uint64_t nth = 1; !was_told; nth++) {
            struct storage_rig rig;

            founder_create(&rig, nth, true);
            rig_must_open(&rig);
            fault_files_cut_power(rig.disk, nth);
            was_told = settle(&rig);
            crash(&rig, how);
            const struct storage_identity found = founder_identity(&rig);

            t_u64_eq(found.cluster_id, FOUNDED_CLUSTER);
            assert_false(was_told && found.is_provisional);
            provisional += found.is_provisional ? 1 : 0;
            founder_must_have_past(&rig);
            rig_destroy(&rig);
        }
    }
    assert_true(provisional > FAULT_WAYS);
}

/* What is on the disk then is not known: nothing may be told any more. */
static void settling_that_fails_is_final(void **state)
{
    bool failed = true;

    (void)state;
    for (uint64_t nth = 1; failed; nth++) {
        struct storage_rig rig;

        founder_create(&rig, nth, true);
        rig_must_open(&rig);
        fault_files_fail(rig.disk, nth, EIO, 0);
        failed = !settle(&rig);
        assert_true(failed || nth > 4);
        if (failed) {
            assert_false(settle(&rig));
            assert_int_equal(rig.error.errno_value, EIO);
            assert_false(rig_append(&rig, 1, 1));
        }
        rig_destroy(&rig);
    }
}

/* The writer makes files of its own meanwhile: segments and terms. */
static void settling_beside_the_writer(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct storage_rig rig;
        struct heard heard;

        founder_create(&rig, seed, true);
        heard_start(&rig, &heard);
        for (uint64_t i = 0; i < 60; i++) {
            assert_true(rig_append(&rig, 1, 300));
            assert_true(rig_hard_state(&rig, 100 + i, 1));
            assert_int_equal(rig.face.flush(rig.face.self), 0);
            if (i == seed * 2) {
                assert_true(settle(&rig));
            }
        }
        heard_wait(&heard, rig.seq);
        t_u64_eq(heard.error.problem, 0);
        rig.acked_count = rig.step_count;
        crash(&rig, 0);
        founder_must_be(&rig, FOUNDED_CLUSTER, false);
        rig_must_open(&rig);
        rig_destroy(&rig);
    }
}

/* Connections have taken every descriptor. */
static void settling_needs_no_descriptor_from_others(void **state)
{
    struct storage_rig rig;

    (void)state;
    founder_create(&rig, 1, true);
    rig_must_open(&rig);
    fault_files_crowd(rig.disk, true);
    assert_true(settle(&rig));
    fault_files_crowd(rig.disk, false);
    rig_destroy(&rig);
    rig_create(&rig, 1, 512);
    founder_found(&rig, true); /* without a start in between */
    fault_files_crowd(rig.disk, true);
    assert_true(settle(&rig));
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(provisional_until_it_is_settled),
    cmocka_unit_test(settling_again_costs_nothing),
    cmocka_unit_test(settling_is_durable_when_it_returns),
    cmocka_unit_test(settling_that_fails_is_final),
    cmocka_unit_test(settling_needs_no_descriptor_from_others),
    cmocka_unit_test(settling_beside_the_writer),
};

T_MAIN(tests)
