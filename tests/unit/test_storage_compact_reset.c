/* SPDX-License-Identifier: MIT
 *
 * test_storage_compact_reset.c - a log that begins anew behind a snapshot
 * (Figure 13, rule 7).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_rig.h"

enum { HEADER = 64 };

static void received(struct storage_rig *rig, raft_index index, raft_term term)
{
    struct raft_snapshot done;

    assert_true(body_receive(rig->storage, index, term, &done, &rig->error));
}

static void start(struct storage_rig *rig, uint32_t segment_bytes)
{
    rig_create(rig, 1, segment_bytes);
    rig_must_open(rig);
    for (int i = 0; i < 5; i++) {
        rig_batch(rig, 2, 140);
    }
}

static void reopen(struct storage_rig *rig)
{
    fault_files_crash(rig->disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(rig);
    rig_must_open(rig);
}

static void reset_empties_the_log(void **state)
{
    struct storage_rig rig;
    struct storage_stats stats;

    (void)state;
    start(&rig, 512);
    received(&rig, 100, 3);
    assert_true(rig_reset(&rig, 100, 3));
    assert_true(rig_sync(&rig));
    for (uint32_t number = 1; number <= 5; number++) {
        char name[16];

        (void)snprintf(name, sizeof name, "log-%08x", (unsigned)number);
        assert_int_equal(fault_files_size(rig.disk, name), -1);
    }
    storage_stats(rig.storage, &stats);
    t_u64_eq(stats.log_bytes, 512);
    reopen(&rig);
    t_u64_eq(rig.first_index, 101);
    t_u64_eq(rig.last_index, 100);
    t_u64_eq(rig.snapshot.last_term, 3);
    rig_batch(&rig, 3, 140);
    reopen(&rig);
    t_u64_eq(rig.first_index, 101);
    t_u64_eq(rig.last_index, 103);
    rig_destroy(&rig);
}

/* The log may be longer than the snapshot, and of another history. */
static void reset_goes_back_too(void **state)
{
    struct storage_rig rig;

    (void)state;
    start(&rig, 4096);
    received(&rig, 4, 7);
    assert_true(rig_reset(&rig, 4, 7));
    assert_true(rig_append(&rig, 2, 20)); /* in the same batch */
    assert_true(rig_sync(&rig));
    reopen(&rig);
    t_u64_eq(rig.first_index, 5);
    t_u64_eq(rig.last_index, 6);
    assert_true(rig_truncate(&rig, 6));
    assert_true(rig_append(&rig, 1, 20));
    assert_true(rig_truncate(&rig, 5));
    assert_true(rig_sync(&rig));
    assert_false(rig_truncate(&rig, 4)); /* is the snapshot's */
    assert_int_equal(errno, EINVAL);
    reopen(&rig);
    t_u64_eq(rig.first_index, 5);
    t_u64_eq(rig.last_index, 4);
    rig_destroy(&rig);
}

/* What follows must follow: index by index, terms that do not fall. */
static void reset_sets_what_comes_next(void **state)
{
    static const raft_index wrong[] = {10, 11, 20, 22};
    const struct raft_entry older = {.term = 4, .type = RAFT_ENTRY_NO_OP};
    const struct raft_entry entry = {.term = 5, .type = RAFT_ENTRY_NO_OP};
    struct storage_rig rig;

    (void)state;
    start(&rig, 4096);
    received(&rig, 20, 5);
    assert_true(rig_reset(&rig, 20, 5));
    assert_int_equal(rig.face.truncate(rig.face.self, 99, 20), -1);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const struct raft_slice slice = {
            .first_index = wrong[i], .count = 1, .entries = &entry};

        assert_int_equal(rig.face.append(rig.face.self, 99, &slice), -1);
    }
    const struct raft_slice falls = {
        .first_index = 21, .count = 1, .entries = &older};

    assert_int_equal(rig.face.append(rig.face.self, 99, &falls), -1);
    assert_true(rig_append(&rig, 1, 10));
    assert_true(rig_sync(&rig));
    reopen(&rig);
    t_u64_eq(rig.last_index, 21);
    rig_destroy(&rig);
}

/* P10: neither a reset nor a compaction touches term and vote. */
static void p10_reset_keeps_term_and_vote(void **state)
{
    struct storage_rig rig;

    (void)state;
    start(&rig, 512);
    received(&rig, 30, 6);
    assert_true(rig_hard_state(&rig, 8, 2));
    assert_true(rig_reset(&rig, 30, 6));
    assert_true(rig_hard_state(&rig, 9, 3));
    assert_true(rig_sync(&rig));
    reopen(&rig); /* compares both */
    assert_true(rig_hard_state(&rig, 10, 1));
    rig_batch(&rig, 4, 140);
    received(&rig, 33, 6);
    assert_true(rig_compact(&rig, 33));
    assert_true(rig_sync(&rig));
    reopen(&rig);
    rig_destroy(&rig);
}

/* Of a log that was dropped nothing is looked at, even where it came back. */
static void reset_older_segments_are_void(void **state)
{
    struct storage_rig rig;
    uint8_t bytes[512];

    (void)state;
    start(&rig, 512);
    for (size_t at = 0; at < sizeof bytes; at++) {
        bytes[at] = fault_files_byte(rig.disk, "log-00000005", at);
    }
    received(&rig, 8, 9);
    assert_true(rig_reset(&rig, 8, 9));
    rig_batch(&rig, 1, 10);
    rig_close(&rig);
    bytes[70] ^= 1; /* its first record */
    fault_files_put(rig.disk, "log-00000005", bytes, sizeof bytes);
    fault_files_put(rig.disk, "log-00000003", "not even a header", 17);
    rig_must_open(&rig);
    t_u64_eq(rig.first_index, 9);
    t_u64_eq(rig.last_index, 9);
    assert_int_equal(fault_files_size(rig.disk, "log-00000005"), -1);
    assert_int_equal(fault_files_size(rig.disk, "log-00000003"), -1);
    rig_destroy(&rig);
}

/* It follows a snapshot, so that one must be there. */
static void p13_reset_log_without_its_snapshot_is_refused(void **state)
{
    struct storage_rig rig;

    (void)state;
    start(&rig, 512);
    received(&rig, 40, 2);
    assert_true(rig_reset(&rig, 40, 2));
    assert_true(rig_sync(&rig));
    rig_close(&rig);
    fault_files_remove(rig.disk, "snapshot-0000000000000028");
    rig_must_refuse(&rig, "log-00000006", 16);
    assert_non_null(strstr(rig.error.text, "snapshot"));
    rig_destroy(&rig);
}

/* Version 1 of a segment cannot begin the log anew; else it is the same. */
static void lg_log_of_version_1_is_read(void **state)
{
    struct storage_rig rig;

    (void)state;
    start(&rig, 512);
    rig_close(&rig);
    for (uint32_t number = 1; number <= 5; number++) {
        uint8_t block[HEADER];
        char name[16];

        (void)snprintf(name, sizeof name, "log-%08x", (unsigned)number);
        for (size_t at = 0; at < HEADER; at++) {
            block[at] = fault_files_byte(rig.disk, name, at);
        }
        t_u64_eq(get_u32(block + 8), 2);
        put_u32(block + 8, 1);
        put_u32(block + 12, crc32c(crc32c(0, block, 12), block + 16, 48));
        for (size_t at = 8; at < 16; at++) {
            fault_files_flip(rig.disk, name, at,
                             fault_files_byte(rig.disk, name, at) ^ block[at]);
        }
    }
    rig_must_open(&rig);
    t_u64_eq(rig.last_index, 10);
    rig_batch(&rig, 2, 140);
    received(&rig, 60, 9);
    assert_true(rig_reset(&rig, 60, 9));
    rig_batch(&rig, 2, 140);
    reopen(&rig);
    t_u64_eq(rig.first_index, 61);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(reset_empties_the_log),
    cmocka_unit_test(reset_goes_back_too),
    cmocka_unit_test(reset_sets_what_comes_next),
    cmocka_unit_test(p10_reset_keeps_term_and_vote),
    cmocka_unit_test(reset_older_segments_are_void),
    cmocka_unit_test(p13_reset_log_without_its_snapshot_is_refused),
    cmocka_unit_test(lg_log_of_version_1_is_read),
};

T_MAIN(tests)
