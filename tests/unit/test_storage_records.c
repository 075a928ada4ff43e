/* SPDX-License-Identifier: MIT
 *
 * test_storage_records.c - logs with whole checksums that no server wrote.
 */
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "raft/storage/internal.h"
#include "tests/t.h"
#include "tests/unit/storage_rig.h"

enum { FIRST_AT = BLOCK_BYTES + 2 * RECORD_HEADER_BYTES };

static const struct record good[] = {
    {.type = RECORD_ENTRY,
     .entry_type = RAFT_ENTRY_NO_OP,
     .term = 3,
     .index = 1},
    {.type = RECORD_ENTRY,
     .entry_type = RAFT_ENTRY_NO_OP,
     .term = 3,
     .index = 2},
};

static size_t put(uint8_t *file, size_t at, const struct record *record,
                  uint32_t durable)
{
    record_encode(file + at, record, NULL);
    record_seal(file + at, 99, 1, durable);
    return at + RECORD_HEADER_BYTES;
}

static size_t put_header(uint8_t *file, uint32_t number, raft_index first_index)
{
    put_u32(file + 16, number);
    put_u32(file + 20, 99);
    put_u64(file + 32, first_index);
    block_seal(file, segment_magic);
    return BLOCK_BYTES;
}

/* Two good entries and one more record, as the only segment. */
static void create_with(struct storage_rig *rig, const struct record *third,
                        uint32_t durable)
{
    uint8_t file[4096] = {0};
    size_t at = put_header(file, 1, 1);

    rig_create(rig, 1, 4096);
    rig_must_open(rig);
    rig_close(rig);
    for (size_t i = 0; i < 2; i++) {
        at = put(file, at, &good[i], BLOCK_BYTES);
    }
    (void)put(file, at, third, durable);
    fault_files_put(rig->disk, "log-00000001", file, sizeof file);
}

static void refused(const struct record *third, uint32_t durable,
                    const char *why)
{
    struct storage_rig rig;

    create_with(&rig, third, durable);
    rig_must_refuse(&rig, "log-00000001", FIRST_AT);
    assert_non_null(strstr(rig.error.text, why));
    rig_destroy(&rig);
}

static size_t entries_with(const struct record *third)
{
    struct storage_rig rig;
    struct raft_start start;

    create_with(&rig, third, BLOCK_BYTES);
    rig.storage =
        storage_open("d", fault_files_ops(rig.disk), &rig.settings, &rig.error);
    assert_non_null(rig.storage);
    assert_int_equal(storage_load(rig.storage, &start, &rig.error), 0);
    const size_t count = start.log.count;

    rig_destroy(&rig);
    return count;
}

static void storage_loads_each_type_of_record(void **state)
{
    struct record third = good[1];

    (void)state;
    third.index = 3;
    t_u64_eq(entries_with(&third), 3);
    third = (struct record){.type = RECORD_MARK};
    t_u64_eq(entries_with(&third), 2);
    third = (struct record){.type = RECORD_TRUNCATE, .index = 3};
    t_u64_eq(entries_with(&third), 2);
    third.index = 1;
    t_u64_eq(entries_with(&third), 0);
}

static void lg_entries_are_contiguous_and_terms_do_not_fall(void **state)
{
    struct record third = good[1];

    (void)state;
    refused(&third, BLOCK_BYTES, "out of order"); /* index 2 again */
    third.index = 4;
    refused(&third, BLOCK_BYTES, "out of order");
    third.index = 0;
    refused(&third, BLOCK_BYTES, "out of order");
    third.index = 3;
    third.term = 2;
    refused(&third, BLOCK_BYTES, "term lower");
    third.term = 0;
    refused(&third, BLOCK_BYTES, "term lower");
}

static void storage_unknown_records_are_refused(void **state)
{
    struct record third = good[1];

    (void)state;
    third.index = 3;
    third.entry_type = (enum raft_entry_type)0;
    refused(&third, BLOCK_BYTES, "unknown type of entry");
    third.entry_type = (enum raft_entry_type)4;
    refused(&third, BLOCK_BYTES, "unknown type of entry");
    third = (struct record){.type = RECORD_HARD_STATE};
    refused(&third, BLOCK_BYTES, "unknown type of record");
    third.type = (enum record_type)0;
    refused(&third, BLOCK_BYTES, "unknown type of record");
    third.type = (enum record_type)255;
    refused(&third, BLOCK_BYTES, "unknown type of record");
}

static void storage_impossible_truncations_are_refused(void **state)
{
    struct record third = {.type = RECORD_TRUNCATE, .index = 0};

    (void)state;
    refused(&third, BLOCK_BYTES, "truncation past the end");
    third.index = 4;
    refused(&third, BLOCK_BYTES, "truncation past the end");
    third.index = UINT64_MAX;
    refused(&third, BLOCK_BYTES, "truncation past the end");
}

static void storage_impossible_durable_offsets_are_refused(void **state)
{
    const struct record mark = {.type = RECORD_MARK};

    (void)state;
    refused(&mark, 0, "names bytes durable");
    refused(&mark, FIRST_AT + 8, "names bytes durable");
    refused(&mark, UINT32_MAX, "names bytes durable");
}

static void header_refused(uint32_t number, raft_index first_index)
{
    uint8_t file[4096] = {0};
    struct storage_rig rig;

    (void)put_header(file, number, first_index);
    rig_create(&rig, 1, 4096);
    rig_must_open(&rig);
    rig_close(&rig);
    fault_files_put(rig.disk, "log-00000001", file, sizeof file);
    rig_must_refuse(&rig, "log-00000001", BLOCK_FIELDS);
    rig_destroy(&rig);
}

static void storage_headers_of_another_place_are_refused(void **state)
{
    (void)state;
    header_refused(2, 1);
    header_refused(0, 1);
    header_refused(1, 2);
    header_refused(1, 0);
}

/* A length that passes the end of the file is never believed. */
static void storage_lengths_past_the_end_are_not_followed(void **state)
{
    static const uint32_t lengths[] = {4096, 1u << 31, UINT32_MAX - 7,
                                       UINT32_MAX};

    (void)state;
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        uint8_t file[4096] = {0};
        struct storage_rig rig;
        uint8_t *const at = file + put_header(file, 1, 1);

        rig_create(&rig, 1, 4096);
        rig_must_open(&rig);
        rig_close(&rig);
        (void)put(file, BLOCK_BYTES, &good[0], BLOCK_BYTES);
        put_u32(at + 8, lengths[i]);
        put_u32(at, crc32c(99, at + 4, RECORD_HEADER_BYTES - 4));
        fault_files_put(rig.disk, "log-00000001", file, sizeof file);
        rig_must_open(&rig);
        t_u64_eq(rig.last_index, 0);
        rig_destroy(&rig);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(storage_loads_each_type_of_record),
    cmocka_unit_test(lg_entries_are_contiguous_and_terms_do_not_fall),
    cmocka_unit_test(storage_unknown_records_are_refused),
    cmocka_unit_test(storage_impossible_truncations_are_refused),
    cmocka_unit_test(storage_impossible_durable_offsets_are_refused),
    cmocka_unit_test(storage_headers_of_another_place_are_refused),
    cmocka_unit_test(storage_lengths_past_the_end_are_not_followed),
};

T_MAIN(tests)
