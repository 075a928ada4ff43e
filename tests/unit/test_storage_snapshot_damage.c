/* SPDX-License-Identifier: MIT
 *
 * test_storage_snapshot_damage.c - snapshot files that are not whole: refused,
 * and an older one or the log alone stands in, or the server does not start.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_rig.h"

enum { HEADER = 64 };

static void put_snapshot(struct storage_rig *rig, raft_index index)
{
    struct raft_snapshot of;
    uint8_t *const bytes = body_file(index, 1, &of);
    char name[32];

    (void)snprintf(name, sizeof name, "snapshot-%016llx",
                   (unsigned long long)index);
    fault_files_put(rig->disk, name, bytes, (size_t)of.byte_count);
    free(bytes);
}

/* A log of eight entries from index 1 on, closed in good order. */
static void start(struct storage_rig *rig)
{
    rig_create_log(rig, 512);
}

static void opens_with(struct storage_rig *rig, raft_index index)
{
    rig_must_open(rig);
    t_u64_eq(rig->snapshot.last_index, index);
    t_u64_eq(rig->last_index, 8); /* nothing of the log is gone */
    if (index == 0) {
        body_must_not_be(rig->storage);
    } else {
        body_must_be(rig->storage, index, 1);
    }
}

/* P17: every prefix of the newest; the older one is used. */
static void p17_every_prefix_gives_way_to_the_older_one(void **state)
{
    struct raft_snapshot of;
    uint8_t *const bytes = body_file(5, 1, &of);

    (void)state;
    for (size_t size = 0; size < of.byte_count; size++) {
        struct storage_rig rig;

        start(&rig);
        put_snapshot(&rig, 3);
        fault_files_put(rig.disk, "snapshot-0000000000000005", bytes, size);
        opens_with(&rig, 3);
        assert_non_null(storage_set_aside(rig.storage));
        assert_non_null(strstr(storage_set_aside(rig.storage)->text,
                               "d/snapshot-0000000000000005 at offset "));
        t_u64_eq(fault_files_size(rig.disk, "snapshot.damaged"), size);
        assert_int_equal(
            fault_files_size(rig.disk, "snapshot-0000000000000005"), -1);
        rig_destroy(&rig);
    }
    free(bytes);
}

/* Every byte of it, one bit: the log alone is used. */
static void p14_every_damaged_byte_is_seen(void **state)
{
    struct raft_snapshot of;
    uint8_t *const bytes = body_file(5, 1, &of);

    (void)state;
    for (size_t at = 0; at < of.byte_count; at++) {
        struct storage_rig rig;

        start(&rig);
        bytes[at] ^= (uint8_t)(1u << at % 8);
        fault_files_put(rig.disk, "snapshot-0000000000000005", bytes,
                        (size_t)of.byte_count);
        bytes[at] ^= (uint8_t)(1u << at % 8);
        opens_with(&rig, 0);
        rig_destroy(&rig);
    }
    free(bytes);
}

/* One that was set aside does not count as the newest ever after. */
static void s6_damaged_one_does_not_outlive_newer_ones(void **state)
{
    struct storage_rig rig;
    struct raft_snapshot done;

    (void)state;
    start(&rig);
    fault_files_put(rig.disk, "snapshot-00000000000000ff", "", 0);
    fault_files_put(rig.disk, "snapshot-0000000000000007", "x", 1);
    opens_with(&rig, 0);
    assert_true(body_take(rig.storage, 4, 1, &done, &rig.error));
    rig_close(&rig);
    opens_with(&rig, 4);
    assert_null(storage_set_aside(rig.storage));
    rig_destroy(&rig);
}

/* S6: the highest number, whatever its digits; names of others do not count. */
static void s6_newest_has_the_highest_index(void **state)
{
    static const char *const foreign[] = {
        "snapshot-00000000000000f0.bak", "snapshot-000000000000000g",
        "snapshot-00000000000000F0",     "snapshot-f0",
        "snapshot-0000000000000000",     "snapshot-ffffffffffffffff"};
    static const raft_index indexes[] = {9, 10, 15, 16, 99, 100, 255, 256};
    struct storage_rig rig;

    (void)state;
    start(&rig);
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        fault_files_put(rig.disk, foreign[i], "not ours", 8);
    }
    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
        put_snapshot(&rig, indexes[i]);
        put_snapshot(&rig, indexes[i] - 2);
        opens_with(&rig, indexes[i]);
        rig_close(&rig);
    }
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        t_u64_eq(fault_files_size(rig.disk, foreign[i]), 8);
    }
    rig_destroy(&rig);
}

/* A name and its contents must agree. */
static void s6_renamed_snapshot_is_damaged(void **state)
{
    struct storage_rig rig;
    struct raft_snapshot of;
    uint8_t *const bytes = body_file(5, 1, &of);

    (void)state;
    start(&rig);
    fault_files_put(rig.disk, "snapshot-0000000000000006", bytes,
                    (size_t)of.byte_count);
    opens_with(&rig, 0);
    free(bytes);
    rig_destroy(&rig);
}

/* The log begins behind the snapshot: nothing can stand in for it. */
static void start_compacted(struct storage_rig *rig)
{
    struct raft_snapshot done;

    rig_create(rig, 1, 512);
    rig_must_open(rig);
    for (int i = 0; i < 10; i++) {
        rig_batch(rig, 2, 100);
    }
    assert_true(body_take(rig->storage, 15, 1, &done, &rig->error));
    assert_true(rig_compact(rig, 15));
    assert_true(rig_sync(rig));
    rig_close(rig);
    rig_must_open(rig);
    assert_true(rig->first_index > 1);
    rig_close(rig);
}

static void p14_damaged_snapshot_that_is_needed_is_refused(void **state)
{
    struct storage_rig rig;
    int64_t size;

    (void)state;
    start_compacted(&rig);
    size = fault_files_size(rig.disk, "snapshot-000000000000000f");
    for (int64_t at = 0; at < size; at += 7) {
        fault_files_flip(rig.disk, "snapshot-000000000000000f", (size_t)at, 4);
        assert_false(rig_open(&rig));
        assert_int_equal(rig.error.problem, STORAGE_ECORRUPT);
        assert_non_null(
            strstr(rig.error.text, "d/snapshot-000000000000000f at offset "));
        assert_non_null(strstr(rig.error.text, "; the log alone begins only"));
        fault_files_flip(rig.disk, "snapshot-000000000000000f", (size_t)at, 4);
    }
    /* An older one does not reach far enough either. */
    put_snapshot(&rig, 2);
    fault_files_flip(rig.disk, "snapshot-000000000000000f", 70, 1);
    assert_false(rig_open(&rig));
    assert_non_null(strstr(rig.error.text, "snapshot-000000000000000f"));
    fault_files_flip(rig.disk, "snapshot-000000000000000f", 70, 1);
    rig_must_open(&rig); /* having refused has changed nothing */
    body_must_be(rig.storage, 15, 1);
    rig_destroy(&rig);
}

static void p14_missing_snapshot_that_is_needed_is_refused(void **state)
{
    struct storage_rig rig;

    (void)state;
    start_compacted(&rig);
    fault_files_remove(rig.disk, "snapshot-000000000000000f");
    assert_false(rig_open(&rig));
    assert_int_equal(rig.error.problem, STORAGE_ECORRUPT);
    assert_non_null(strstr(rig.error.text, "is missing"));
    rig_destroy(&rig);
}

/* A file that cannot be read now may be whole: no older one instead. */
static void snapshot_that_cannot_be_read_is_refused(void **state)
{
    uint64_t failed = 0;

    (void)state;
    for (uint64_t nth = 1; nth <= 60; nth++) {
        struct storage_rig rig;

        start(&rig);
        put_snapshot(&rig, 3);
        put_snapshot(&rig, 5);
        fault_files_fail(rig.disk, nth, EIO, 0);
        if (rig_open(&rig)) {
            t_u64_eq(rig.snapshot.last_index, 5);
            rig_close(&rig);
        } else {
            assert_int_equal(rig.error.errno_value, EIO);
            failed++;
        }
        fault_files_kill(rig.disk);
        opens_with(&rig, 5);
        rig_destroy(&rig);
    }
    assert_true(failed > 20);
}

static void seal_as(uint8_t *block, uint32_t version)
{
    put_u32(block + 8, version);
    put_u32(block + 12, crc32c(crc32c(0, block, 12), block + 16, HEADER - 16));
}

/* Not damage, so nothing stands in for it. */
static void snapshot_of_another_version_is_refused_naming_both(void **state)
{
    struct storage_rig rig;
    struct raft_snapshot of;
    struct raft_snapshot done;
    uint8_t *const bytes = body_file(5, 1, &of);

    (void)state;
    start(&rig);
    for (uint32_t version = 0; version <= 2; version += 2) {
        seal_as(bytes, version);
        of.checksum = get_u32(bytes + 12);
        rig_must_open(&rig);
        assert_false(body_receive_bytes(
            rig.storage, &of, bytes, (size_t)of.byte_count, &done, &rig.error));
        assert_int_equal(rig.error.problem, STORAGE_EVERSION);
        rig_close(&rig);
        fault_files_put(rig.disk, "snapshot-0000000000000005", bytes,
                        (size_t)of.byte_count);
        assert_false(rig_open(&rig));
        assert_int_equal(rig.error.problem, STORAGE_EVERSION);
        assert_non_null(strstr(rig.error.text, version == 0
                                                   ? "format version 0"
                                                   : "format version 2"));
        assert_non_null(strstr(rig.error.text, "reads version 1"));
        fault_files_remove(rig.disk, "snapshot-0000000000000005");
    }
    free(bytes);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(p17_every_prefix_gives_way_to_the_older_one),
    cmocka_unit_test(p14_every_damaged_byte_is_seen),
    cmocka_unit_test(s6_damaged_one_does_not_outlive_newer_ones),
    cmocka_unit_test(s6_newest_has_the_highest_index),
    cmocka_unit_test(s6_renamed_snapshot_is_damaged),
    cmocka_unit_test(p14_damaged_snapshot_that_is_needed_is_refused),
    cmocka_unit_test(p14_missing_snapshot_that_is_needed_is_refused),
    cmocka_unit_test(snapshot_that_cannot_be_read_is_refused),
    cmocka_unit_test(snapshot_of_another_version_is_refused_naming_both),
};

T_MAIN(tests)
