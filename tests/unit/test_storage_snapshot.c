/* SPDX-License-Identifier: MIT
 *
 * test_storage_snapshot.c - snapshot files: written, received, read, replaced.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "raft/bytes.h"
#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_rig.h"

/* Format version 1, byte by byte. */
static const uint8_t golden[] = {
    'R',  'A',  'F',  'T',  'S',  'N',  'A',  'P',           /* magic */
    1,    0,    0,    0,    0x36, 0x49, 0xc6, 0x76,          /* version, crc */
    0x08, 0x07, 0x06, 0x05, 0x04, 0x03, 0x02, 0x01,          /* last index */
    9,    0,    0,    0,    0,    0,    0,    0,             /* last term */
    5,    0,    0,    0,    0,    0,    0,    0,             /* config index */
    3,    0,    0,    0,    0,    0,    0,    0,             /* body bytes */
    0xb7, 0x3f, 0x4b, 0x36, 16,   0,    0,    0,             /* their crc */
    0x93, 0xe3, 0x91, 0x0a, 0,    0,    0,    0,             /* config crc */
    1,    0,    1,    7,    0,    0,    0,    0,    0, 0, 0, /* config */
    1,    3,    'h',  ':',  '1',                             /* voter 7 */
    'a',  'b',  'c',                                         /* body */
};

static const struct raft_snapshot golden_of = {
    .last_index = 0x0102030405060708,
    .last_term = 9,
    .config = {.index = 5,
               .member_count = 1,
               .members = {{.id = 7, .in_old = true, .address = "h:1"}}}};

static void snapshot_bytes_of_version_1(void **state)
{
    struct storage_rig rig;
    struct raft_snapshot done;

    (void)state;
    rig_create(&rig, 1, 512);
    rig_must_open(&rig);
    struct snapshot_file_writer *const w =
        snapshot_file_create(rig.storage, &golden_of, &rig.error);

    assert_non_null(w);
    assert_int_equal(snapshot_file_write(w, "ab", 2, &rig.error), 0);
    assert_int_equal(snapshot_file_write(w, "c", 1, &rig.error), 0);
    assert_int_equal(snapshot_file_finish(w, &done, &rig.error), 0);
    t_u64_eq(done.byte_count, sizeof golden);
    for (size_t at = 0; at < sizeof golden; at++) {
        t_u64_eq(fault_files_byte(rig.disk, "snapshot-0102030405060708", at),
                 golden[at]);
    }
    t_u64_eq(done.checksum, get_u32(golden + 12));
    rig_destroy(&rig);
}

static void start(struct storage_rig *rig)
{
    rig_create(rig, 1, 512);
    rig_must_open(rig);
    rig_batch(rig, 4, 30);
}

/* Everything about it is known again after a restart. */
static void snapshot_is_found_at_start(void **state)
{
    struct storage_rig rig;
    struct raft_snapshot done;

    (void)state;
    start(&rig);
    body_must_not_be(rig.storage);
    assert_true(body_take(rig.storage, 3, 1, &done, &rig.error));
    body_must_be(rig.storage, 3, 1);
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    rig_must_open(&rig);
    assert_memory_equal(&rig.snapshot, &done, sizeof done);
    assert_null(storage_set_aside(rig.storage));
    body_must_be(rig.storage, 3, 1);
    rig_destroy(&rig);
}

static void snapshot_without_bytes_or_members(void **state)
{
    const struct raft_snapshot of = {.last_index = 2, .last_term = 1};
    struct storage_rig rig;
    struct raft_snapshot done;

    (void)state;
    start(&rig);
    struct snapshot_file_writer *const w =
        snapshot_file_create(rig.storage, &of, &rig.error);

    assert_non_null(w);
    assert_int_equal(snapshot_file_finish(w, &done, &rig.error), 0);
    t_u64_eq(done.byte_count, 64);
    rig_close(&rig);
    rig_must_open(&rig);
    assert_memory_equal(&rig.snapshot, &done, sizeof done);
    rig_destroy(&rig);
}

/* The newest stays and no other; whoever reads an older one is not disturbed.
 */
static void snapshot_newer_one_takes_its_place(void **state)
{
    struct storage_rig rig;
    struct raft_snapshot done;
    uint8_t byte;

    (void)state;
    start(&rig);
    assert_true(body_take(rig.storage, 2, 1, &done, &rig.error));
    struct snapshot_file_reader *const reader =
        snapshot_file_open(rig.storage, &rig.error);

    assert_non_null(reader);
    assert_true(body_receive(rig.storage, 9, 1, &done, &rig.error));
    assert_true(body_take(rig.storage, 16, 1, &done, &rig.error));
    assert_int_equal(fault_files_size(rig.disk, "snapshot-0000000000000002"),
                     -1);
    assert_int_equal(fault_files_size(rig.disk, "snapshot-0000000000000009"),
                     -1);
    body_must_be(rig.storage, 16, 1);
    t_u64_eq(snapshot_file_of(reader)->last_index, 2);
    assert_int_equal(snapshot_file_read(reader, 0, &byte, 1, &rig.error), 0);
    t_u64_eq(byte, 'R');
    snapshot_file_close(reader);
    rig_destroy(&rig);
}

/* S5: one of our own is overtaken by one received, and ends later. */
static void s5_newest_never_goes_back(void **state)
{
    const struct raft_snapshot of = body_of(3, 1);
    struct storage_rig rig;
    struct raft_snapshot done;

    (void)state;
    start(&rig);
    struct snapshot_file_writer *const w =
        snapshot_file_create(rig.storage, &of, &rig.error);

    assert_non_null(w);
    assert_true(body_receive(rig.storage, 8, 2, &done, &rig.error));
    assert_int_equal(snapshot_file_write(w, "older", 5, &rig.error), 0);
    assert_int_equal(snapshot_file_finish(w, &done, &rig.error), 0);
    t_u64_eq(done.last_index, 3);
    body_must_be(rig.storage, 8, 2);
    assert_int_equal(fault_files_size(rig.disk, "snapshot-0000000000000003"),
                     -1);
    assert_int_equal(fault_files_size(rig.disk, "snapshot.new"), -1);
    /* Nor is one of the same index exchanged: its checksum is known by now. */
    assert_true(body_take(rig.storage, 8, 3, &done, &rig.error));
    body_must_be(rig.storage, 8, 2);
    rig_destroy(&rig);
}

static void snapshot_one_of_each_kind_at_a_time(void **state)
{
    struct raft_snapshot of = body_of(3, 1);
    struct storage_rig rig;

    (void)state;
    start(&rig);
    of.byte_count = 100;
    struct snapshot_file_writer *const taken =
        snapshot_file_create(rig.storage, &of, &rig.error);
    struct snapshot_file_writer *const received =
        snapshot_file_receive(rig.storage, &of, &rig.error);

    assert_non_null(taken);
    assert_non_null(received);
    assert_null(snapshot_file_create(rig.storage, &of, &rig.error));
    assert_int_equal(rig.error.errno_value, EBUSY);
    assert_null(snapshot_file_receive(rig.storage, &of, &rig.error));
    assert_int_equal(rig.error.errno_value, EBUSY);
    snapshot_file_abandon(taken);
    snapshot_file_abandon(received);
    snapshot_file_abandon(NULL);
    assert_int_equal(fault_files_size(rig.disk, "snapshot.new"), -1);
    assert_int_equal(fault_files_size(rig.disk, "snapshot.received"), -1);
    body_must_not_be(rig.storage);
    snapshot_file_abandon(snapshot_file_create(rig.storage, &of, &rig.error));
    rig_destroy(&rig);
}

/* P16: what a stop left of one is not looked at. */
static void p16_half_a_snapshot_is_removed_at_start(void **state)
{
    struct storage_rig rig;

    (void)state;
    start(&rig);
    rig_close(&rig);
    fault_files_put(rig.disk, "snapshot.new", golden, sizeof golden);
    fault_files_put(rig.disk, "snapshot.received", "", 0);
    rig_must_open(&rig);
    t_u64_eq(rig.snapshot.last_index, 0);
    assert_int_equal(fault_files_size(rig.disk, "snapshot.new"), -1);
    assert_int_equal(fault_files_size(rig.disk, "snapshot.received"), -1);
    rig_destroy(&rig);
}

static void impossible(struct storage_rig *rig, const struct raft_snapshot *of)
{
    assert_null(snapshot_file_create(rig->storage, of, &rig->error));
    assert_int_equal(rig->error.errno_value, EINVAL);
}

static void snapshot_of_nothing_is_refused(void **state)
{
    struct raft_snapshot of = body_of(0, 1);
    struct storage_rig rig;

    (void)state;
    start(&rig);
    impossible(&rig, &of);
    of = body_of(3, 0);
    impossible(&rig, &of);
    of = body_of(UINT64_MAX, 1);
    impossible(&rig, &of);
    of = body_of(3, 1);
    of.config.index = 4;
    impossible(&rig, &of);
    of.byte_count = 63; /* less than a header */
    assert_null(snapshot_file_receive(rig.storage, &of, &rig.error));
    assert_int_equal(rig.error.errno_value, EINVAL);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(snapshot_bytes_of_version_1),
    cmocka_unit_test(snapshot_is_found_at_start),
    cmocka_unit_test(snapshot_without_bytes_or_members),
    cmocka_unit_test(snapshot_newer_one_takes_its_place),
    cmocka_unit_test(s5_newest_never_goes_back),
    cmocka_unit_test(snapshot_one_of_each_kind_at_a_time),
    cmocka_unit_test(p16_half_a_snapshot_is_removed_at_start),
    cmocka_unit_test(snapshot_of_nothing_is_refused),
};

T_MAIN(tests)
