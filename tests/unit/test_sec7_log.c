/* SPDX-License-Identifier: MIT
 *
 * test_sec7_log.c - section 7, Figure 12: the log in memory with a base, by
 * itself.
 */
#include "tests/unit/core_snapshot.h"

#include <string.h>

/* Entry i is written by write 100 + i and has i payload bytes, and i in them.
 */
static void fill(struct raft_log *log, raft_index first, size_t count,
                 raft_term term)
{
    uint8_t bytes[256];

    for (raft_index i = first; i < first + count; i++) {
        memset(bytes, (int)i, sizeof(bytes));
        const struct raft_entry entry = {.term = term,
                                         .type = RAFT_ENTRY_COMMAND,
                                         .byte_count = (uint32_t)i,
                                         .bytes = bytes};

        assert_int_equal(raft_log_reserve(log, &entry, 1), RAFT_OK);
        raft_log_append_reserved(log);
        raft_log_mark_written(log, i, 100 + i);
    }
}

static uint64_t sum(raft_index first, raft_index last)
{
    uint64_t bytes = 0;

    for (raft_index i = first; i <= last; i++) {
        bytes += i;
    }
    return bytes;
}

static void then_entries_are(const struct raft_log *log, raft_index first,
                             raft_index last)
{
    t_u64_eq(log->base_index, first - 1);
    t_u64_eq(raft_log_last_index(log), last);
    for (raft_index i = first; i <= last; i++) {
        const struct raft_entry *entry = raft_log_at(log, i);

        t_u64_eq(entry->byte_count, i);
        t_u64_eq(entry->bytes[i - 1], i & 0xff);
        t_u64_eq(raft_log_written_by(log, i), 100 + i);
        for (raft_index to = i; to <= last; to++) {
            t_u64_eq(raft_log_bytes_between(log, i - 1, to), sum(i, to));
        }
    }
}

static void compacted_log_keeps_what_follows(void **state)
{
    struct raft_log log = {0};

    (void)state;
    fill(&log, 1, 10, 3);
    fill(&log, 11, 20, 4);
    raft_log_compact(&log, 0); /* nothing */
    then_entries_are(&log, 1, 30);
    raft_log_compact(&log, 10);
    then_entries_are(&log, 11, 30);
    t_u64_eq(raft_log_term_at(&log, 10), 3);
    raft_log_compact(&log, 11);
    raft_log_compact(&log, 11); /* again: nothing */
    then_entries_are(&log, 12, 30);
    t_u64_eq(raft_log_term_at(&log, 11), 4);
    fill(&log, 31, 5, 6);
    then_entries_are(&log, 12, 35);
    raft_log_destroy(&log);
}

static void compacted_log_may_be_empty_and_grows_again(void **state)
{
    struct raft_log log = {0};

    (void)state;
    fill(&log, 1, 20, 7);
    raft_log_compact(&log, 20);
    t_u64_eq(log.count, 0);
    t_u64_eq(raft_log_last_index(&log), 20);
    t_u64_eq(raft_log_last_term(&log), 7);
    t_u64_eq(raft_log_bytes_between(&log, 20, 20), 0);
    fill(&log, 21, 20, 8);
    then_entries_are(&log, 21, 40);
    raft_log_destroy(&log);
}

static void what_is_before_the_base_is_not_known(void **state)
{
    struct raft_log log = {0};

    (void)state;
    fill(&log, 1, 20, 7);
    raft_log_compact(&log, 9);
    assert_false(raft_log_has(&log, 8, 7));
    assert_false(raft_log_has(&log, 0, 0));
    assert_true(raft_log_has(&log, 9, 7));
    assert_false(raft_log_has(&log, 9, 6));
    t_u64_eq(raft_log_written_by(&log, 9), 0); /* durable in the snapshot */
    t_u64_eq(raft_log_written_by(&log, 3), 0);
    t_u64_eq(raft_log_bytes_between(&log, 0, 12), sum(10, 12));
    t_u64_eq(raft_log_bytes_between(&log, 4, 9), 0);
    t_u64_eq(raft_log_bytes_between(&log, 2, 4), 0);
    raft_log_destroy(&log);
}

/* With entries reserved behind it, as AE.3 and AE.4 do. */
static void compacted_log_is_truncated_at_the_right_place(void **state)
{
    const uint8_t bytes[32] = {0};
    const struct raft_entry entry = {.term = 9,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = 16,
                                     .bytes = bytes};
    struct raft_log log = {0};

    (void)state;
    fill(&log, 1, 30, 7);
    raft_log_compact(&log, 12);
    assert_int_equal(raft_log_reserve(&log, &entry, 1), RAFT_OK);
    raft_log_truncate_from(&log, 16);
    then_entries_are(&log, 13, 15);
    raft_log_append_reserved(&log);
    t_u64_eq(raft_log_last_index(&log), 16);
    t_u64_eq(raft_log_last_term(&log), 9);
    t_u64_eq(raft_log_bytes_between(&log, 12, 16), sum(13, 15) + 16);
    raft_log_truncate_from(&log, 13);
    t_u64_eq(raft_log_last_index(&log), 12);
    t_u64_eq(raft_log_last_term(&log), 7);
    raft_log_destroy(&log);
}

static void reset_log_begins_anywhere(void **state)
{
    struct raft_log log = {0};

    (void)state;
    fill(&log, 1, 30, 7);
    raft_log_reset(&log, 100, 9);
    t_u64_eq(raft_log_last_index(&log), 100);
    t_u64_eq(raft_log_last_term(&log), 9);
    assert_false(raft_log_has(&log, 30, 7));
    fill(&log, 101, 20, 9);
    then_entries_are(&log, 101, 120);
    raft_log_reset(&log, 5, 2); /* behind what it held */
    t_u64_eq(raft_log_last_index(&log), 5);
    raft_log_destroy(&log);
}

/* A long log must not keep its room for ever. */
static void compacted_log_gives_room_back(void **state)
{
    const struct raft_entry empty = {.term = 1, .type = RAFT_ENTRY_NO_OP};
    struct raft_log log = {0};

    (void)state;
    for (int i = 0; i < 5000; i++) {
        assert_int_equal(raft_log_reserve(&log, &empty, 1), RAFT_OK);
        raft_log_append_reserved(&log);
    }
    assert_true(log.capacity >= 5000);
    raft_log_compact(&log, 4900);
    assert_true(log.capacity >= 100);
    assert_true(log.capacity <= 512);
    raft_log_reset(&log, 6000, 1);
    assert_true(log.capacity <= 16);
    raft_log_destroy(&log);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(compacted_log_keeps_what_follows),
    cmocka_unit_test(compacted_log_may_be_empty_and_grows_again),
    cmocka_unit_test(what_is_before_the_base_is_not_known),
    cmocka_unit_test(compacted_log_is_truncated_at_the_right_place),
    cmocka_unit_test(reset_log_begins_anywhere),
    cmocka_unit_test(compacted_log_gives_room_back),
};

T_MAIN(tests)
