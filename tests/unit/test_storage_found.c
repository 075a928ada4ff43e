/* SPDX-License-Identifier: MIT
 *
 * test_storage_found.c - how a blank directory comes to belong to a cluster.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_rig.h"

/* The founder's steps: nothing, or all of it. */
static bool found(struct storage_rig *rig)
{
    const struct raft_entry first = {.term = 1,
                                     .type = RAFT_ENTRY_CONFIG,
                                     .byte_count = 3,
                                     .bytes = (const uint8_t *)"abc"};

    rig->storage = storage_open("d", fault_files_ops(rig->disk), &rig->settings,
                                &rig->error);
    return rig->storage != NULL &&
           storage_found_cluster(rig->storage, 77, &first, false,
                                 &rig->error) == 0;
}

/* True: founded; false: blank. Anything else fails. */
static bool is_founded(struct storage_rig *rig)
{
    struct raft_start start;

    rig->storage = storage_open("d", fault_files_ops(rig->disk), &rig->settings,
                                &rig->error);
    assert_non_null(rig->storage);
    const uint64_t cluster_id = storage_identity(rig->storage)->cluster_id;

    assert_int_equal(storage_load(rig->storage, &start, &rig->error), 0);
    assert_true(cluster_id == 0 || cluster_id == 77);
    t_u64_eq(start.log.count, cluster_id == 0 ? 0 : 1);
    t_u64_eq(start.current_term, cluster_id == 0 ? 0 : 1);
    t_u64_eq(start.voted_for, RAFT_NO_SERVER);
    if (cluster_id != 0) {
        t_u64_eq(start.log.entries[0].term, 1);
        t_u64_eq(start.log.entries[0].byte_count, 3);
    }
    rig_close(rig);
    return cluster_id != 0;
}

/* nth past the end: no crash. True: it was founded. */
static bool found_and_crash(uint64_t nth, uint64_t how, bool *was_told)
{
    struct storage_rig rig;

    rig_create(&rig, nth, 4096);
    fault_files_cut_power(rig.disk, nth);
    *was_told = found(&rig);
    fault_files_crash_way(rig.disk, how);
    rig_close(&rig);
    const bool founded = is_founded(&rig);

    if (!founded) { /* then it can still be done */
        assert_true(found(&rig));
        rig_close(&rig);
        assert_true(is_founded(&rig));
    }
    rig_destroy(&rig);
    return founded;
}

static void storage_founding_is_all_or_nothing(void **state)
{
    uint64_t blank = 0;
    uint64_t founded = 0;

    (void)state;
    for (uint64_t how = 0; how < FAULT_WAYS; how++) {
        bool was_told = false;

        for (uint64_t nth = 1; !was_told; nth++) {
            const bool is = found_and_crash(nth, how, &was_told);

            assert_true(is || !was_told);
            founded += is ? 1 : 0;
            blank += is ? 0 : 1;
        }
    }
    assert_true(blank > 100);
    assert_true(founded > FAULT_WAYS);
}

/* A failure, too, leaves it blank or founded. */
static void storage_founding_that_fails_can_be_repeated(void **state)
{
    bool failed = true;

    (void)state;
    for (uint64_t nth = 1; failed; nth++) {
        struct storage_rig rig;

        rig_create(&rig, nth, 4096);
        fault_files_fail(rig.disk, nth, ENOSPC, 0);
        failed = !found(&rig);
        if (failed) {
            assert_int_equal(rig.error.errno_value, ENOSPC);
        }
        fault_files_kill(rig.disk);
        rig_close(&rig);
        if (!is_founded(&rig)) {
            assert_true(failed);
            assert_true(found(&rig));
        }
        rig_destroy(&rig);
    }
}

static void storage_founder_must_be_blank(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 4096);
    assert_true(found(&rig));
    rig_close(&rig);
    assert_false(found(&rig)); /* a member already */
    assert_int_equal(rig.error.errno_value, EEXIST);
    rig_destroy(&rig);
    rig_create(&rig, 1, 4096);
    rig_must_open(&rig);
    rig_batch(&rig, 1, 5);
    rig_close(&rig);
    assert_false(found(&rig)); /* it has a history */
    assert_int_equal(rig.error.errno_value, EEXIST);
    rig_close(&rig);
    rig_must_open(&rig); /* and still has it */
    t_u64_eq(rig.last_index, 1);
    rig_destroy(&rig);
}

static uint64_t cluster_of(struct storage_rig *rig)
{
    rig_close(rig);
    rig_must_open(rig);
    return storage_identity(rig->storage)->cluster_id;
}

static void storage_joins_one_cluster_for_ever(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 4096);
    rig_must_open(&rig);
    const raft_server_id id = storage_identity(rig.storage)->server_id;

    assert_int_equal(storage_join_cluster(rig.storage, 0, &rig.error), -1);
    assert_int_equal(rig.error.errno_value, EINVAL);
    assert_int_equal(storage_join_cluster(rig.storage, 5, &rig.error), 0);
    t_u64_eq(cluster_of(&rig), 5);
    t_u64_eq(storage_identity(rig.storage)->server_id, id);
    assert_int_equal(storage_join_cluster(rig.storage, 5, &rig.error), 0);
    assert_int_equal(storage_join_cluster(rig.storage, 6, &rig.error), -1);
    assert_int_equal(rig.error.problem, STORAGE_EIO);
    assert_int_equal(rig.error.errno_value, EEXIST);
    t_u64_eq(cluster_of(&rig), 5);
    rig_destroy(&rig);
}

static void storage_join_is_durable_when_it_returns(void **state)
{
    (void)state;
    for (uint64_t how = 0; how < FAULT_WAYS; how++) {
        bool joined = false;

        for (uint64_t nth = 1; !joined; nth++) {
            struct storage_rig rig;

            rig_create(&rig, nth, 4096);
            rig_must_open(&rig);
            fault_files_cut_power(rig.disk, nth);
            joined = storage_join_cluster(rig.storage, 5, &rig.error) == 0;
            fault_files_crash_way(rig.disk, how);
            const uint64_t cluster_id = cluster_of(&rig);

            assert_true(cluster_id == 5 || (cluster_id == 0 && !joined));
            rig_destroy(&rig);
        }
    }
}

static void put_snapshot(struct storage_rig *rig)
{
    struct raft_snapshot of;
    uint8_t *const bytes = body_file(15, 1, &of);

    fault_files_put(rig->disk, "snapshot-000000000000000f", bytes,
                    (size_t)of.byte_count);
    free(bytes);
}

/* Nobody becomes a server, or founds a cluster, on somebody's snapshot. */
static void storage_snapshot_alone_makes_no_server(void **state)
{
    const struct raft_entry first = {.term = 1, .type = RAFT_ENTRY_NO_OP};
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 512);
    put_snapshot(&rig);
    rig_must_refuse(&rig, "identity", 0);
    fault_files_flip(rig.disk, "snapshot-000000000000000f", 90, 1);
    rig_must_refuse(&rig, "identity", 0); /* whole or not */
    fault_files_remove(rig.disk, "snapshot-000000000000000f");
    rig_must_open(&rig);
    rig_close(&rig);
    put_snapshot(&rig);
    rig.storage =
        storage_open("d", fault_files_ops(rig.disk), &rig.settings, &rig.error);
    assert_non_null(rig.storage);
    assert_int_equal(
        storage_found_cluster(rig.storage, 5, &first, false, &rig.error), -1);
    assert_int_equal(rig.error.errno_value, EEXIST);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(storage_founding_is_all_or_nothing),
    cmocka_unit_test(storage_founding_that_fails_can_be_repeated),
    cmocka_unit_test(storage_founder_must_be_blank),
    cmocka_unit_test(storage_joins_one_cluster_for_ever),
    cmocka_unit_test(storage_join_is_durable_when_it_returns),
    cmocka_unit_test(storage_snapshot_alone_makes_no_server),
};

T_MAIN(tests)
