/* SPDX-License-Identifier: MIT
 *
 * test_storage_golden_log.c - segments and records, byte for byte, as they must
 * stay: a log outlives the program that wrote it.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "raft/storage/internal.h"
#include "tests/unit/golden_hex.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_rig.h"

#define SALT 0x41424344u

/* The first one, of both versions; the third, which resets the log to 16. */
static const char segment_1[] =
    "524146545345474d01000000d531809701000000444342410000000000000000"
    "0100000000000000000000000000000000000000000000000000000000000000";
static const char segment_2[] =
    "524146545345474d02000000da5adf7e01000000444342410000000000000000"
    "0100000000000000000000000000000000000000000000000000000000000000";
static const char segment_reset[] =
    "524146545345474d0200000077e7be4403000000444342418002000000000000"
    "1000000000000000010000000000000000000000000000000000000000000000";

/* One of each kind, as they can follow each other. */
static const struct {
    struct record record;
    const char *payload;
    const char *hex;
} records[] = {
    {{.type = RECORD_ENTRY,
      .entry_type = RAFT_ENTRY_NO_OP,
      .term = 7,
      .index = 1},
     "",
     "ef93354b00000000000000000101000001000000400000000700000000000000"
     "0100000000000000"},
    {{.type = RECORD_ENTRY,
      .entry_type = RAFT_ENTRY_COMMAND,
      .length = 7,
      .term = 7,
      .index = 2},
     "set k v",
     "6e5b4743d1b1ee46070000000102000001000000400000000700000000000000"
     "0200000000000000736574206b207600"},
    {{.type = RECORD_ENTRY,
      .entry_type = RAFT_ENTRY_CONFIG,
      .length = 8,
      .term = 8,
      .index = 3},
     "\1\2\3\4\5\6\7\10",
     "30c002b4811f8946080000000103000001000000400000000800000000000000"
     "03000000000000000102030405060708"},
    {{.type = RECORD_TRUNCATE, .index = 3},
     "",
     "b4dc5db100000000000000000200000001000000400000000000000000000000"
     "0300000000000000"},
    {{.type = RECORD_MARK},
     "",
     "e9d00cc800000000000000000300000001000000400000000000000000000000"
     "0000000000000000"},
};

enum { RECORD_COUNT = sizeof records / sizeof records[0] };

static void records_are_written_as_ever(void **state)
{
    (void)state;
    for (size_t i = 0; i < RECORD_COUNT; i++) {
        uint8_t bytes[GOLDEN_ROOM];

        record_encode(bytes, &records[i].record, records[i].payload);
        record_seal(bytes, SALT, 1, BLOCK_BYTES);
        is_golden(records[i].hex, bytes,
                  record_bytes(records[i].record.length));
    }
}

/* All but salt and checksum; and then with that salt. */
static void header_is(struct storage_rig *rig, const char *name,
                      const char *hex)
{
    uint8_t block[BLOCK_BYTES];

    for (size_t at = 0; at < BLOCK_BYTES; at++) {
        block[at] = fault_files_byte(rig->disk, name, at);
    }
    t_u64_eq(get_u32(block + 12),
             crc32c(crc32c(0, block, 12), block + 16, BLOCK_BYTES - 16));
    put_u32(block + 20, SALT);
    put_u32(block + 12,
            crc32c(crc32c(0, block, 12), block + 16, BLOCK_BYTES - 16));
    is_golden(hex, block, BLOCK_BYTES);
}

static void headers_are_written_as_ever(void **state)
{
    struct storage_rig rig;
    struct raft_snapshot done;

    (void)state;
    rig_create(&rig, 1, 640);
    rig_must_open(&rig);
    header_is(&rig, "log-00000001", segment_2);
    rig_batch(&rig, 1, 600 - 64); /* fills it, to 640 */
    rig_batch(&rig, 1, 640 - 64 - 40);
    t_u64_eq(fault_files_size(rig.disk, "log-00000002"), 640);
    assert_true(body_receive(rig.storage, 15, 9, &done, &rig.error));
    assert_true(rig_reset(&rig, 15, 9));
    assert_true(rig_sync(&rig));
    header_is(&rig, "log-00000003", segment_reset);
    rig_destroy(&rig);
}

/* A whole file of them; the truncation takes the third entry back. */
static void log_is_read_as_ever(const char *header)
{
    struct storage_rig rig;
    struct raft_start start;
    uint8_t bytes[GOLDEN_ROOM] = {0};
    size_t at = golden_bytes(header, bytes);

    for (size_t i = 0; i < RECORD_COUNT; i++) {
        at += golden_bytes(records[i].hex, bytes + at);
    }
    rig_create(&rig, 1, GOLDEN_ROOM);
    rig_must_open(&rig);
    rig_close(&rig);
    fault_files_put(rig.disk, "log-00000001", bytes, sizeof bytes);
    rig.storage =
        storage_open("d", fault_files_ops(rig.disk), &rig.settings, &rig.error);
    assert_non_null(rig.storage);
    assert_int_equal(storage_load(rig.storage, &start, &rig.error), 0);
    t_u64_eq(start.log.first_index, 1);
    t_u64_eq(start.log.count, 2);
    for (size_t i = 0; i < 2; i++) {
        const struct raft_entry *const entry = &start.log.entries[i];

        t_u64_eq(entry->term, 7);
        assert_int_equal(entry->type, records[i].record.entry_type);
        t_u64_eq(entry->byte_count, records[i].record.length);
    }
    assert_memory_equal(start.log.entries[1].bytes, "set k v", 7);
    t_u64_eq(fault_files_byte(rig.disk, "log-00000001", 8), bytes[8]);
    rig_destroy(&rig);
}

static void logs_of_both_versions_are_read_as_ever(void **state)
{
    (void)state;
    log_is_read_as_ever(segment_1);
    log_is_read_as_ever(segment_2);
}

/* It begins behind the snapshot, whatever came before. */
static void reset_is_read_as_ever(void **state)
{
    struct storage_rig rig;
    struct raft_start start;
    struct raft_snapshot of;
    uint8_t bytes[GOLDEN_ROOM] = {0};
    uint8_t *const file = body_file(15, 9, &of);

    (void)state;
    rig_create(&rig, 1, GOLDEN_ROOM);
    rig_must_open(&rig);
    rig_close(&rig);
    (void)golden_bytes(segment_reset, bytes);
    fault_files_put(rig.disk, "log-00000003", bytes, sizeof bytes);
    fault_files_put(rig.disk, "snapshot-000000000000000f", file,
                    (size_t)of.byte_count);
    free(file);
    rig.storage =
        storage_open("d", fault_files_ops(rig.disk), &rig.settings, &rig.error);
    assert_non_null(rig.storage);
    assert_int_equal(storage_load(rig.storage, &start, &rig.error), 0);
    t_u64_eq(start.log.first_index, 16);
    t_u64_eq(start.log.count, 0);
    assert_non_null(start.snapshot);
    t_u64_eq(start.snapshot->last_index, 15);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(records_are_written_as_ever),
    cmocka_unit_test(headers_are_written_as_ever),
    cmocka_unit_test(logs_of_both_versions_are_read_as_ever),
    cmocka_unit_test(reset_is_read_as_ever),
};

T_MAIN(tests)
