/* SPDX-License-Identifier: MIT
 *
 * test_storage_damage.c - bytes that changed by themselves (P14): what may
 * have been acknowledged is never dropped in silence.
 */
#include <errno.h>
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "tests/t.h"
#include "tests/unit/storage_rig.h"

enum { HEADER = 64, RECORD = 40 };

/* (a) The last batch, its sync not done: any bit of it may be wrong. */
static void p14_damage_in_unsynced_batch_is_cut(void **state)
{
    (void)state;
    for (size_t at = 0; at < 2 * 64; at++) {
        struct storage_rig rig;

        rig_create(&rig, at, 4096);
        rig_must_open(&rig);
        rig_batch(&rig, 2, 64 - RECORD);
        const size_t acked = rig.acked_count;

        assert_true(rig_append(&rig, 2, 64 - RECORD));
        fault_files_fail(rig.disk, 2, EIO, 0);
        assert_false(rig_sync(&rig));
        rig_close(&rig);
        fault_files_kill(rig.disk);
        fault_files_flip(rig.disk, "log-00000001", HEADER + 2 * 64 + at,
                         (uint8_t)(1 << at % 8));
        rig_must_open(&rig);
        t_u64_eq(rig.step_count, acked + at / 64);
        rig_destroy(&rig);
    }
}

/* What was cut must not come back behind a new record of the same size. */
static void storage_cut_records_stay_away(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        struct storage_rig rig;

        rig_create(&rig, seed, 4096);
        rig_must_open(&rig);
        assert_true(rig_append(&rig, 3, 512 - RECORD));
        fault_files_fail(rig.disk, 2, EIO, 0);
        assert_false(rig_sync(&rig));
        rig_close(&rig);
        fault_files_crash(rig.disk, FAULT_KEEP_ALL, FAULT_KEEP_ALL);
        fault_files_flip(rig.disk, "log-00000001", HEADER + 8, 1);
        rig_must_open(&rig);
        t_u64_eq(rig.last_index, 0);
        assert_true(rig_append(&rig, 1, 512 - RECORD));
        if (seed % 2 == 0) {
            assert_true(rig_sync(&rig));
        } else { /* nor when this one's sync does not happen */
            fault_files_cut_power(rig.disk, 2);
            assert_false(rig_sync(&rig));
        }
        fault_files_crash(rig.disk, FAULT_KEEP_SOME, FAULT_KEEP_SOME);
        rig_close(&rig);
        rig_must_open(&rig);
        rig_destroy(&rig);
    }
}

/* (b) A record that a later one names durable. */
static void p14_damage_in_the_middle_is_refused(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create_log(&rig, 4096);
    for (size_t at = 0; at < HEADER + 8 * 64; at++) {
        const uint8_t bit = (uint8_t)(1 << at % 8);

        fault_files_flip(rig.disk, "log-00000001", at, bit);
        rig_must_refuse(&rig, "log-00000001", at / 64 * 64);
        fault_files_flip(rig.disk, "log-00000001", at, bit);
    }
    for (size_t at = HEADER + 8 * 64; at < HEADER + 8 * 64 + RECORD; at++) {
        fault_files_flip(rig.disk, "log-00000001", at, 1); /* the mark */
        rig_must_open(&rig);
        rig_close(&rig);
    }
    rig_destroy(&rig);
}

/* Loaded once, entries may have been acknowledged: the start names them. */
static void p14_damage_after_a_restart_is_refused(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 4096);
    rig_must_open(&rig);
    rig_batch(&rig, 1, 64 - RECORD);
    fault_files_kill(rig.disk); /* before close: no mark yet */
    rig_close(&rig);
    rig_must_open(&rig);
    fault_files_kill(rig.disk);
    rig_close(&rig);
    fault_files_flip(rig.disk, "log-00000001", HEADER + 50, 1);
    rig_must_refuse(&rig, "log-00000001", HEADER);
    rig_destroy(&rig);
}

/* (c), (d) */
static void p14_damage_of_term_and_identity_is_refused(void **state)
{
    static const char *const names[] = {"term", "identity"};
    struct storage_rig rig;

    (void)state;
    rig_create_log(&rig, 4096);
    for (size_t i = 0; i < 2; i++) {
        for (size_t bit = 0; bit < 64 * 8; bit++) {
            const uint8_t bits = (uint8_t)(1 << bit % 8);

            fault_files_flip(rig.disk, names[i], bit / 8, bits);
            rig_must_refuse(&rig, names[i], 0);
            fault_files_flip(rig.disk, names[i], bit / 8, bits);
        }
    }
    rig_must_open(&rig);
    rig_destroy(&rig);
}

/* (e) Two records fill a segment of 512 bytes, seven of 64 do. */
static void p14_damage_in_older_segment_is_refused(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create_log(&rig, 512); /* 7 records; then the 8th and the mark */
    assert_true(fault_files_size(rig.disk, "log-00000002") > 0);
    for (size_t at = 0; at < 512; at++) {
        fault_files_flip(rig.disk, "log-00000001", at, 0x10);
        rig_must_refuse(&rig, "log-00000001", at / 64 * 64);
        fault_files_flip(rig.disk, "log-00000001", at, 0x10);
    }
    rig_must_open(&rig);
    rig_destroy(&rig);
}

/* A hostile client may write what looks like a record, but not our salt. */
static void storage_payload_cannot_pose_as_a_record(void **state)
{
    uint8_t payload[RECORD * 2] = {0};
    const struct raft_entry entry = {.term = 1,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = sizeof payload,
                                     .bytes = payload};
    const struct raft_slice slice = {
        .first_index = 1, .count = 1, .entries = &entry};
    struct storage_rig rig;

    (void)state;
    payload[12] = 3; /* a mark of segment 1 that names 4000 bytes durable */
    put_u32(payload + 16, 1);
    put_u32(payload + 20, 4000);
    put_u32(payload, crc32c(0, payload + 4, RECORD - 4));
    rig_create(&rig, 1, 4096);
    rig_must_open(&rig);
    assert_int_equal(rig.face.append(rig.face.self, 1, &slice), 0);
    fault_files_fail(rig.disk, 2, EIO, 0);
    assert_false(rig_sync(&rig));
    rig_close(&rig);
    fault_files_kill(rig.disk);
    fault_files_flip(rig.disk, "log-00000001", HEADER, 1);
    rig_must_open(&rig);
    t_u64_eq(rig.last_index, 0);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(p14_damage_in_unsynced_batch_is_cut),
    cmocka_unit_test(storage_cut_records_stay_away),
    cmocka_unit_test(p14_damage_in_the_middle_is_refused),
    cmocka_unit_test(p14_damage_after_a_restart_is_refused),
    cmocka_unit_test(p14_damage_of_term_and_identity_is_refused),
    cmocka_unit_test(p14_damage_in_older_segment_is_refused),
    cmocka_unit_test(storage_payload_cannot_pose_as_a_record),
};

T_MAIN(tests)
