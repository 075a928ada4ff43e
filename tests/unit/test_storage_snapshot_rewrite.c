/* SPDX-License-Identifier: MIT
 *
 * test_storage_snapshot_rewrite.c - the newest snapshot's file goes bad while
 * the server runs: that is found, and it is replaced by an equal one.
 */
#include <errno.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_rig.h"

static const char name[] = "snapshot-000000000000000f";
enum { INDEX = 15 };

/* The log begins behind it, unless a crash brings segments back that were
 * removed. One bit of its body is wrong. */
static void start(struct storage_rig *rig, struct raft_snapshot *of)
{
    rig_create(rig, 1, 512);
    rig_must_open(rig);
    for (int i = 0; i < 10; i++) {
        rig_batch(rig, 2, 100);
    }
    assert_true(body_take(rig->storage, INDEX, 1, of, &rig->error));
    assert_true(rig_compact(rig, INDEX));
    assert_true(rig_sync(rig));
    fault_files_flip(rig->disk, name, (size_t)of->byte_count - 1, 4);
}

/* false: *error of the rig. */
static bool is_sound(struct storage_rig *rig)
{
    struct snapshot_file_reader *const reader =
        snapshot_file_open(rig->storage, &rig->error);
    const bool result =
        reader != NULL && snapshot_file_check(reader, &rig->error) == 0;

    snapshot_file_close(reader);
    return result;
}

/* The body of some index as that of the newest; false: *error of the rig. */
static bool rewrite(struct storage_rig *rig, const struct raft_snapshot *of,
                    raft_index body)
{
    uint8_t bytes[BODY_MAX_BYTES];
    const size_t byte_count = body_fill(body, bytes);
    struct raft_snapshot done;
    struct snapshot_file_writer *const w =
        snapshot_file_rewrite(rig->storage, of, &rig->error);

    if (w == NULL) {
        return false;
    }
    if (snapshot_file_write(w, bytes, byte_count, &rig->error) != 0) {
        snapshot_file_abandon(w);
        return false;
    }
    if (snapshot_file_finish(w, &done, &rig->error) != 0) {
        return false;
    }
    t_u64_eq(done.last_index, of->last_index);
    t_u64_eq(done.byte_count, of->byte_count);
    t_u64_eq(done.checksum, of->checksum);
    return true;
}

static void damage_is_found_and_mended(void **state)
{
    struct raft_snapshot of;
    struct storage_rig rig;

    (void)state;
    start(&rig, &of);
    assert_false(is_sound(&rig));
    assert_int_equal(rig.error.problem, STORAGE_ECORRUPT);
    assert_non_null(strstr(rig.error.text, name));
    assert_true(rewrite(&rig, &of, INDEX));
    assert_true(is_sound(&rig));
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    rig_must_open(&rig);
    body_must_be(rig.storage, INDEX, 1);
    rig_destroy(&rig);
}

/* Others may have a part of it. */
static void what_is_not_equal_does_not_take_its_place(void **state)
{
    struct raft_snapshot of;
    struct storage_rig rig;

    (void)state;
    start(&rig, &of);
    assert_false(rewrite(&rig, &of, INDEX + 1)); /* longer */
    assert_int_equal(rig.error.problem, STORAGE_ECORRUPT);
    of.checksum ^= 1;
    assert_false(rewrite(&rig, &of, INDEX));
    assert_int_equal(rig.error.problem, STORAGE_ECORRUPT);
    of.checksum ^= 1;
    assert_int_equal(fault_files_size(rig.disk, "snapshot.new"), -1);
    t_u64_eq(fault_files_size(rig.disk, name), of.byte_count);
    assert_true(rewrite(&rig, &of, INDEX));
    rig_destroy(&rig);
}

/* The log needs its room more than the file its repair. */
static void full_disk_is_not_made_fuller(void **state)
{
    struct raft_snapshot of;
    struct storage_rig rig;

    (void)state;
    start(&rig, &of);
    fault_files_say_room(rig.disk, (int64_t)of.byte_count);
    assert_false(rewrite(&rig, &of, INDEX));
    assert_int_equal(rig.error.errno_value, ENOSPC);
    assert_int_equal(fault_files_size(rig.disk, "snapshot.new"), -1);
    fault_files_say_room(rig.disk, -1);
    assert_true(rewrite(&rig, &of, INDEX));
    rig_destroy(&rig);
}

static void newer_one_that_came_meanwhile_stays(void **state)
{
    struct raft_snapshot of;
    struct raft_snapshot done;
    struct storage_rig rig;

    (void)state;
    start(&rig, &of);
    assert_true(body_receive(rig.storage, INDEX + 1, 1, &done, &rig.error));
    assert_true(rewrite(&rig, &of, INDEX));
    body_must_be(rig.storage, INDEX + 1, 1);
    assert_int_equal(fault_files_size(rig.disk, "snapshot.new"), -1);
    assert_int_equal(fault_files_size(rig.disk, name), -1);
    rig_destroy(&rig);
}

/* Whenever the power fails: the damaged file is there, or the sound one. */
static void p13_crash_at_every_step(void **state)
{
    int mended = 0;
    int damaged = 0;

    (void)state;
    for (uint64_t at = 0; at < 12 * FAULT_WAYS; at++) {
        struct raft_snapshot of;
        struct storage_rig rig;

        start(&rig, &of);
        fault_files_cut_power(rig.disk, 1 + at / FAULT_WAYS);
        const bool done = rewrite(&rig, &of, INDEX);

        rig_close(&rig);
        fault_files_crash_way(rig.disk, at % FAULT_WAYS);
        const bool opened = rig_open(&rig);

        if (opened && storage_set_aside(rig.storage) == NULL) {
            body_must_be(rig.storage, INDEX, 1);
            mended++;
        } else {
            assert_false(done);
            assert_non_null(strstr(opened ? storage_set_aside(rig.storage)->text
                                          : rig.error.text,
                                   name));
            damaged++;
        }
        rig_destroy(&rig);
    }
    assert_true(mended > 10);
    assert_true(damaged > 10);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(damage_is_found_and_mended),
    cmocka_unit_test(what_is_not_equal_does_not_take_its_place),
    cmocka_unit_test(full_disk_is_not_made_fuller),
    cmocka_unit_test(newer_one_that_came_meanwhile_stays),
    cmocka_unit_test(p13_crash_at_every_step),
};

T_MAIN(tests)
