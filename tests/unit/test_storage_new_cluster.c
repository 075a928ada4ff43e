/* SPDX-License-Identifier: MIT
 *
 * test_storage_new_cluster.c - one directory survived the loss of a majority
 * and becomes a cluster of its own. The power goes at every step: the entry
 * that makes it the only member is never loaded under the old cluster's id,
 * or there would be two leaders of one cluster.
 */
#include <errno.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_survivor.h"

static void crash(struct storage_rig *rig, uint64_t how)
{
    fault_files_crash_way(rig->disk, how);
    rig_close(rig);
}

static void new_cluster_keeps_the_log_and_the_server(void **state)
{
    struct storage_rig rig;
    bool was_forced;

    (void)state;
    survivor_create(&rig, 1);
    const raft_server_id id = founder_identity(&rig).server_id;

    assert_true(survivor_begin_anew(&rig, &was_forced));
    rig_close(&rig);
    survivor_must_be_new(&rig);
    const struct storage_identity found = founder_identity(&rig);

    t_u64_eq(found.server_id, id);
    assert_false(found.is_provisional);
    rig_must_open(&rig); /* as the rig remembers it: nothing was lost */
    t_u64_eq(rig.last_index, SURVIVOR_LAST_INDEX + 1);
    rig_batch(&rig, 2, 10);
    rig_destroy(&rig);
}

/* Whoever wants to see first what may be lost loads first. */
static void new_cluster_of_a_loaded_directory(void **state)
{
    struct storage_rig rig;

    (void)state;
    survivor_create(&rig, 1);
    rig_must_open(&rig);
    assert_true(survivor_force(&rig, SURVIVOR_CLUSTER));
    assert_true(survivor_write_alone(&rig));
    assert_true(survivor_ready(&rig));
    rig_close(&rig);
    survivor_must_be_new(&rig);
    rig_destroy(&rig);
}

/* What a stop can leave. */
enum left { LEFT_OLD, LEFT_HALF, LEFT_NEW };

static enum left look(struct storage_rig *rig)
{
    const uint64_t cluster_id = founder_identity(rig).cluster_id;
    bool is_loaded = false;
    const size_t count = survivor_count_alone(rig, &is_loaded);

    if (cluster_id == FOUNDED_CLUSTER) {
        assert_true(is_loaded);
        t_u64_eq(count, 0);
        founder_must_have_past(rig);
        return LEFT_OLD;
    }
    t_u64_eq(cluster_id, SURVIVOR_CLUSTER);
    if (is_loaded) {
        assert_true(count >= 1);
        return LEFT_NEW;
    }
    assert_int_equal(rig->error.problem, STORAGE_EIO);
    assert_non_null(strstr(rig->error.text, "--force-new-cluster again"));
    return LEFT_HALF;
}

static void force_and_crash(uint64_t nth, uint64_t how, bool *was_told,
                            uint64_t counts[3])
{
    struct storage_rig rig;
    bool was_forced;

    survivor_create(&rig, nth * FAULT_WAYS + how);
    const size_t step_count = rig.step_count;

    fault_files_cut_power(rig.disk, nth);
    *was_told = survivor_begin_anew(&rig, &was_forced);
    crash(&rig, how);
    rig.step_count = step_count;
    const enum left left = look(&rig);

    assert_true(!*was_told || left == LEFT_NEW);
    assert_true(!was_forced || left != LEFT_OLD);
    counts[left]++;
    if (left != LEFT_NEW) { /* once more, and it is done */
        assert_true(survivor_begin_anew(&rig, &was_forced));
        fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
        rig_close(&rig);
        survivor_must_be_new(&rig);
    }
    rig_destroy(&rig);
}

static void new_cluster_is_never_half_the_old_one(void **state)
{
    uint64_t counts[3] = {0};

    (void)state;
    for (uint64_t how = 0; how < FAULT_WAYS; how++) {
        bool was_told = false;

        for (uint64_t nth = 1; !was_told; nth++) {
            force_and_crash(nth, how, &was_told, counts);
        }
    }
    for (size_t i = 0; i < 3; i++) {
        assert_true(counts[i] > FAULT_WAYS);
    }
}

/*
 * A failure: nothing may follow it but another run. Some do no harm: files
 * that are not needed any more can be removed the next time. False: there are
 * not so many operations.
 */
static bool fail_and_repeat(uint64_t nth)
{
    struct storage_rig rig;
    bool was_forced;

    survivor_create(&rig, nth);
    const uint64_t before = fault_files_operations(rig.disk);
    const size_t step_count = rig.step_count;

    fault_files_fail(rig.disk, nth, ENOSPC, 0);
    const bool failed = !survivor_begin_anew(&rig, &was_forced);
    const bool is_past = fault_files_operations(rig.disk) - before < nth;

    if (failed) {
        assert_int_equal(rig.error.errno_value, ENOSPC);
        assert_true(rig.storage == NULL || !survivor_ready(&rig));
    }
    fault_files_kill(rig.disk);
    rig_close(&rig);
    rig.step_count = step_count;
    if (look(&rig) != LEFT_NEW) {
        assert_true(failed);
        assert_true(survivor_begin_anew(&rig, &was_forced));
        rig_close(&rig);
    }
    survivor_must_be_new(&rig);
    rig_destroy(&rig);
    return !is_past;
}

static void new_cluster_that_fails_can_be_repeated(void **state)
{
    uint64_t nth = 1;

    (void)state;
    while (fail_and_repeat(nth)) {
        nth++;
    }
    assert_true(nth > 70);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(new_cluster_keeps_the_log_and_the_server),
    cmocka_unit_test(new_cluster_of_a_loaded_directory),
    cmocka_unit_test(new_cluster_is_never_half_the_old_one),
    cmocka_unit_test(new_cluster_that_fails_can_be_repeated),
};

T_MAIN(tests)
