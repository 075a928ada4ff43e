/* SPDX-License-Identifier: MIT
 *
 * test_storage_snapshot_crash.c - the power goes at every step of taking a
 * snapshot and compacting the log, and of receiving one and resetting it.
 *
 * After each the server starts. Nothing acknowledged is lost: a write is in
 * the log, or in the snapshot that the log follows; a snapshot that was
 * reported durable is there, or a newer one.
 */
#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_rig.h"

struct crash {
    struct storage_rig rig;
    raft_index acked; /* snapshot reported durable */
    raft_term terms[300];
    bool is_received[300];
};

static bool take(struct crash *c, raft_index index)
{
    struct storage_rig *const rig = &c->rig;
    const struct rig_step *const entry = rig_entry(rig, index);
    struct raft_snapshot done;

    assert_non_null(entry);
    c->terms[index] = entry->term;
    c->is_received[index] = false;
    if (!body_take(rig->storage, index, entry->term, &done, &rig->error)) {
        return false;
    }
    c->acked = index > c->acked ? index : c->acked;
    return true;
}

static bool receive(struct crash *c, raft_index index, raft_term term)
{
    struct storage_rig *const rig = &c->rig;
    struct raft_snapshot done;

    c->terms[index] = term;
    c->is_received[index] = true;
    if (!body_receive(rig->storage, index, term, &done, &rig->error)) {
        return false;
    }
    c->acked = index > c->acked ? index : c->acked;
    return true;
}

static bool batch(struct crash *c, size_t count)
{
    return rig_append(&c->rig, count, 120) && rig_sync(&c->rig);
}

static bool take_and_compact(struct crash *c)
{
    struct storage_rig *const rig = &c->rig;

    return batch(c, 3) && rig_hard_state(rig, 70, 2) && batch(c, 4) &&
           take(c, 5) && rig_compact(rig, 5) && batch(c, 3) && take(c, 10) &&
           rig_compact(rig, 7) && rig_truncate(rig, 11) && batch(c, 3) &&
           rig_compact(rig, 10) && rig_sync(rig) && batch(c, 2);
}

/* First one that ends before our log does, then one that is far ahead. */
static bool receive_and_reset(struct crash *c)
{
    struct storage_rig *const rig = &c->rig;

    return batch(c, 4) && batch(c, 4) && batch(c, 4) && take(c, 3) &&
           rig_compact(rig, 3) && rig_sync(rig) && receive(c, 9, 50) &&
           rig_reset(rig, 9, 50) && rig_hard_state(rig, 71, 1) && batch(c, 3) &&
           receive(c, 40, 60) && rig_reset(rig, 40, 60) && rig_sync(rig) &&
           batch(c, 2) && take(c, 41) && rig_compact(rig, 41) && batch(c, 3);
}

/*
 * Figure 13, rules 6 and 7, as the core does them at start: has the log an
 * entry like the snapshot's last one? Only one received can be of another
 * history (S1).
 */
static void settle(struct crash *c)
{
    struct storage_rig *const rig = &c->rig;
    const struct raft_snapshot *const snapshot = &rig->snapshot;
    const struct rig_step *const entry = rig_entry(rig, snapshot->last_index);

    if (snapshot->last_index == 0 ||
        rig->first_index == snapshot->last_index + 1 ||
        (entry != NULL && entry->term == snapshot->last_term)) {
        return;
    }
    assert_true(c->is_received[snapshot->last_index]);
    assert_true(rig_reset(rig, snapshot->last_index, snapshot->last_term));
}

static void must_have_kept_all(struct crash *c)
{
    struct storage_rig *const rig = &c->rig;
    const raft_index index = rig->snapshot.last_index;

    assert_true(index >= c->acked);
    assert_true(rig->first_index <= index + 1);
    assert_null(storage_set_aside(rig->storage));
    if (index > 0) {
        body_must_be(rig->storage, index, c->terms[index]);
    }
    c->acked = index;
}

/* And it goes on from there. */
static void restart(struct crash *c)
{
    struct storage_rig *const rig = &c->rig;

    rig_must_open(rig);
    must_have_kept_all(c);
    settle(c);
    assert_true(batch(c, 2));
    if (rig->last_index < 200) {
        assert_true(take(c, rig->last_index));
        assert_true(rig_compact(rig, rig->last_index));
    }
    assert_true(rig_sync(rig));
    fault_files_crash(rig->disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(rig);
    rig_must_open(rig);
    must_have_kept_all(c);
    rig_close(rig);
}

static uint64_t operations_of(bool (*work)(struct crash *))
{
    struct crash c = {0};

    rig_create(&c.rig, 1, 512);
    rig_must_open(&c.rig);
    assert_true(work(&c));
    rig_close(&c.rig);
    const uint64_t operations = fault_files_operations(c.rig.disk);

    rig_destroy(&c.rig);
    return operations;
}

static void crash_at(bool (*work)(struct crash *), uint64_t nth, uint64_t how,
                     uint64_t seed)
{
    struct crash c = {0};

    rig_create(&c.rig, seed * 1000 + nth, 512);
    fault_files_cut_power(c.rig.disk, nth);
    if (rig_open(&c.rig)) {
        (void)work(&c);
    }
    fault_files_crash_way(c.rig.disk, how);
    rig_close(&c.rig);
    restart(&c);
    rig_destroy(&c.rig);
}

static void crash_everywhere(bool (*work)(struct crash *))
{
    const uint64_t operations = operations_of(work);

    assert_true(operations > 100);
    for (uint64_t nth = 1; nth <= operations + 1; nth++) {
        for (uint64_t how = 0; how < FAULT_WAYS; how++) {
            const bool chance = how % 3 == 1 || how / 3 == 1;

            for (uint64_t seed = 0; seed < (chance ? 6u : 1u); seed++) {
                crash_at(work, nth, how, seed);
            }
        }
    }
}

/* P13 P16 P17 P10. */
static void p13_crash_while_taking_and_compacting(void **state)
{
    (void)state;
    crash_everywhere(take_and_compact);
}

/* S1 S2 P13 P17. */
static void s2_crash_while_receiving_and_resetting(void **state)
{
    (void)state;
    crash_everywhere(receive_and_reset);
}

/* Of our history, or of another. */
static bool receive_something(struct crash *c)
{
    struct storage_rig *const rig = &c->rig;
    const raft_index index = c->acked + 1 + rig_random(rig, 20);
    const struct rig_step *const entry = rig_entry(rig, index);
    const raft_term term = entry != NULL && rig_random(rig, 2) == 0
                               ? entry->term
                               : rig->last_term + 1;

    if (index > 250) {
        return true;
    }
    if (!receive(c, index, term)) {
        return false;
    }
    rig->snapshot.last_index = index;
    rig->snapshot.last_term = term;
    settle(c);
    return rig_sync(rig);
}

/* One thing of all there is to do, at random; false: the power went. */
static bool do_something(struct crash *c)
{
    struct storage_rig *const rig = &c->rig;
    const raft_index safe = c->acked;

    switch (rig_random(rig, 8)) {
    case 0:
        return rig->last_index <= safe || rig->last_index > 250 ||
               take(c, safe + 1 + rig_random(rig, rig->last_index - safe));
    case 1:
        return safe == 0 || rig_compact(rig, 1 + rig_random(rig, safe));
    case 2:
        return rig->last_index <= safe ||
               (rig_truncate(
                    rig, safe + 1 + rig_random(rig, rig->last_index - safe)) &&
                rig_sync(rig));
    case 3:
        return rig_hard_state(rig, 80, rig_random(rig, 9)) && rig_sync(rig);
    case 4:
        return rig_random(rig, 3) != 0 || receive_something(c);
    default:
        return batch(c, 1 + (size_t)rig_random(rig, 3));
    }
}

/* Crashes in the middle of recovery too: as often as it takes. */
static void recover(struct crash *c)
{
    struct storage_rig *const rig = &c->rig;

    while (rig_random(rig, 2) == 0) {
        fault_files_cut_power(rig->disk, 1 + rig_random(rig, 40));
        if (!rig_open(rig)) {
            assert_int_equal(rig->error.problem, STORAGE_EIO);
        }
        fault_files_crash_way(rig->disk, rig_random(rig, FAULT_WAYS));
        rig_close(rig);
    }
    rig_must_open(rig);
    must_have_kept_all(c);
    settle(c);
    assert_true(rig_sync(rig));
}

static void p13_many_crashes_of_one_server(void **state)
{
    raft_index snapshots = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        struct crash c = {0};

        rig_create(&c.rig, seed, seed % 3 == 0 ? 4096 : 600);
        fault_files_chop(c.rig.disk, seed % 4 == 0);
        for (int crash = 0; crash < 12; crash++) {
            recover(&c);
            fault_files_cut_power(c.rig.disk, 1 + rig_random(&c.rig, 150));
            while (do_something(&c)) {
            }
            fault_files_crash_way(c.rig.disk, rig_random(&c.rig, FAULT_WAYS));
            rig_close(&c.rig);
        }
        snapshots += c.acked;
        rig_destroy(&c.rig);
    }
    assert_true(snapshots > 150 * 10); /* the runs got somewhere */
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(p13_crash_while_taking_and_compacting),
    cmocka_unit_test(s2_crash_while_receiving_and_resetting),
    cmocka_unit_test(p13_many_crashes_of_one_server),
};

T_MAIN(tests)
