/* SPDX-License-Identifier: MIT
 *
 * test_storage_leave.c - a cluster of one that nobody knows of is left for
 * another. The power goes at every step: the directory belongs to one of the
 * two, and it holds all of its past or nothing of it.
 */
#include <errno.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_founder.h"
#include "tests/unit/storage_heard.h"

enum { OTHER_CLUSTER = 88 };

/* Where chance decides what is kept, more than once. */
static uint64_t seeds_of(uint64_t how)
{
    return how % 3 == 1 || how / 3 == 1 ? 6 : 1;
}

static void crash(struct storage_rig *rig, uint64_t how)
{
    fault_files_crash_way(rig->disk, how);
    rig_close(rig);
}

static bool settle(struct storage_rig *rig)
{
    return storage_settle(rig->storage, &rig->error) == 0;
}

static bool leave(struct storage_rig *rig)
{
    return storage_leave_for(rig->storage, OTHER_CLUSTER, &rig->error) == 0;
}

static void leaving_keeps_nothing_but_the_server(void **state)
{
    struct storage_rig rig;

    (void)state;
    for (int is_loaded = 0; is_loaded < 2; is_loaded++) {
        founder_create(&rig, 1, true);
        const raft_server_id id = founder_identity(&rig).server_id;

        if (is_loaded) {
            rig_must_open(&rig);
        } else {
            founder_open(&rig);
        }
        assert_true(leave(&rig));
        t_u64_eq(storage_identity(rig.storage)->cluster_id, OTHER_CLUSTER);
        assert_false(storage_identity(rig.storage)->is_provisional);
        rig_close(&rig);
        founder_must_be(&rig, OTHER_CLUSTER, false);
        founder_must_be_empty(&rig);
        t_u64_eq(founder_identity(&rig).server_id, id);
        rig_destroy(&rig);
    }
}

/* Both clusters are seen, or the test proves nothing. */
static bool leave_and_crash(uint64_t nth, uint64_t how, uint64_t seed,
                            bool *was_told)
{
    struct storage_rig rig;

    founder_create(&rig, seed * 1000 + nth, true);
    rig_must_open(&rig);
    fault_files_cut_power(rig.disk, nth);
    *was_told = leave(&rig);
    crash(&rig, how);
    const struct storage_identity found = founder_identity(&rig);
    const bool left = found.cluster_id == OTHER_CLUSTER;

    if (left) {
        assert_false(found.is_provisional);
        founder_must_be_empty(&rig);
    } else {
        assert_false(*was_told);
        t_u64_eq(found.cluster_id, FOUNDED_CLUSTER);
        assert_true(found.is_provisional);
        founder_must_have_past(&rig);
    }
    rig_destroy(&rig);
    return left;
}

static void leaving_is_all_or_nothing(void **state)
{
    uint64_t left = 0;
    uint64_t stayed = 0;

    (void)state;
    for (uint64_t how = 0; how < FAULT_WAYS; how++) {
        bool was_told = false;

        for (uint64_t nth = 1; !was_told; nth++) {
            for (uint64_t seed = 0; seed < seeds_of(how); seed++) {
                const bool is = leave_and_crash(nth, how, seed, &was_told);

                left += is ? 1 : 0;
                stayed += is ? 0 : 1;
            }
        }
    }
    assert_true(left > FAULT_WAYS);
    assert_true(stayed > FAULT_WAYS);
}

/* True: the start was done before the power went. */
static bool start_and_crash(const struct storage_rig *left, uint64_t nth,
                            uint64_t how, uint64_t seed)
{
    struct storage_rig rig;

    rig_create(&rig, 1, 512);
    fault_files_destroy(rig.disk);
    rig.disk = fault_files_copy(left->disk, seed * 1000 + nth, FAULT_KEEP_ALL,
                                FAULT_KEEP_ALL);
    fault_files_cut_power(rig.disk, nth);
    rig.storage =
        storage_open("d", fault_files_ops(rig.disk), &rig.settings, &rig.error);
    const bool is_done = rig.storage != NULL;

    crash(&rig, how);
    founder_must_be(&rig, OTHER_CLUSTER, false);
    founder_must_be_empty(&rig);
    rig_destroy(&rig);
    return is_done;
}

/* And so is every start after it, as often as it takes. */
static void leaving_is_finished_by_any_start(void **state)
{
    struct storage_rig left;

    (void)state;
    founder_create(&left, 1, true);
    founder_open(&left);
    assert_true(leave(&left));
    rig_close(&left);
    for (uint64_t how = 0; how < FAULT_WAYS; how++) {
        bool is_done = false;

        for (uint64_t nth = 1; !is_done; nth++) {
            for (uint64_t seed = 0; seed < seeds_of(how); seed++) {
                is_done = start_and_crash(&left, nth, how, seed);
            }
            assert_true(!is_done || nth > 30);
        }
    }
    rig_destroy(&left);
}

static void only_a_provisional_cluster_is_left(void **state)
{
    struct storage_rig rig;

    (void)state;
    founder_create(&rig, 1, true);
    rig_must_open(&rig);
    assert_int_equal(storage_leave_for(rig.storage, 0, &rig.error), -1);
    assert_int_equal(rig.error.errno_value, EINVAL);
    assert_int_equal(
        storage_leave_for(rig.storage, FOUNDED_CLUSTER, &rig.error), -1);
    assert_int_equal(rig.error.errno_value, EINVAL);
    assert_true(settle(&rig));
    assert_false(leave(&rig));
    assert_int_equal(rig.error.errno_value, EEXIST);
    rig_batch(&rig, 1, 10); /* none of that did harm */
    rig_destroy(&rig);
    rig_create(&rig, 1, 512);
    rig_must_open(&rig); /* blank */
    assert_false(leave(&rig));
    assert_int_equal(rig.error.errno_value, EEXIST);
    rig_batch(&rig, 1, 10);
    rig_destroy(&rig);
}

/* Nothing is written to the void log, not even the mark of a good end. */
static void nothing_is_done_after_leaving(void **state)
{
    struct raft_start start;
    struct storage_rig rig;
    raft_write_seq done;

    (void)state;
    founder_create(&rig, 1, true);
    rig_must_open(&rig);
    rig_batch(&rig, 1, 10);
    assert_true(rig_append(&rig, 1, 10)); /* waits */
    assert_true(leave(&rig));
    const uint64_t operations = fault_files_operations(rig.disk);

    assert_false(rig_append(&rig, 1, 10));
    assert_int_equal(storage_write_queued(rig.storage, &done, &rig.error), -1);
    assert_int_equal(storage_load(rig.storage, &start, &rig.error), -1);
    assert_false(settle(&rig));
    assert_false(leave(&rig));
    assert_int_equal(storage_force_new_cluster(rig.storage, 99, &rig.error),
                     -1);
    assert_non_null(strstr(rig.error.text, "left for another cluster"));
    rig_close(&rig);
    t_u64_eq(fault_files_operations(rig.disk), operations);
    founder_must_be(&rig, OTHER_CLUSTER, false);
    founder_must_be_empty(&rig);
    rig_destroy(&rig);
}

/* It writes what waits, although that is void, and is gone. */
static void leaving_stops_the_writer(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct storage_rig rig;
        struct heard heard;

        founder_create(&rig, seed, true);
        heard_start(&rig, &heard);
        for (uint64_t i = 0; i < seed; i++) {
            assert_true(rig_append(&rig, 1, 300));
        }
        assert_true(leave(&rig));
        t_u64_eq(heard.done, rig.seq);
        t_u64_eq(heard.error.problem, 0);
        const uint64_t operations = fault_files_operations(rig.disk);

        rig_close(&rig);
        t_u64_eq(fault_files_operations(rig.disk), operations);
        t_u64_eq(heard.error.problem, 0);
        founder_must_be(&rig, OTHER_CLUSTER, false);
        founder_must_be_empty(&rig);
        rig_destroy(&rig);
    }
}

/* A snapshot that was under way may even be finished: it goes, too. */
static void snapshots_under_way_are_left_behind(void **state)
{
    const struct raft_snapshot of = body_of(14, 1);

    (void)state;
    for (int is_finished = 0; is_finished < 2; is_finished++) {
        struct storage_rig rig;
        struct raft_snapshot done;

        founder_create(&rig, 1, true);
        rig_must_open(&rig);
        struct snapshot_file_writer *const w =
            snapshot_file_create(rig.storage, &of, &rig.error);

        assert_non_null(w);
        assert_int_equal(snapshot_file_write(w, "abc", 3, &rig.error), 0);
        assert_true(leave(&rig));
        if (is_finished) {
            assert_int_equal(snapshot_file_finish(w, &done, &rig.error), 0);
        } else {
            fault_files_kill(rig.disk);
            snapshot_file_abandon(w);
        }
        rig_close(&rig);
        founder_must_be(&rig, OTHER_CLUSTER, false);
        founder_must_be_empty(&rig);
        rig_destroy(&rig);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(leaving_keeps_nothing_but_the_server),
    cmocka_unit_test(leaving_is_all_or_nothing),
    cmocka_unit_test(leaving_is_finished_by_any_start),
    cmocka_unit_test(only_a_provisional_cluster_is_left),
    cmocka_unit_test(nothing_is_done_after_leaving),
    cmocka_unit_test(leaving_stops_the_writer),
    cmocka_unit_test(snapshots_under_way_are_left_behind),
};

T_MAIN(tests)
