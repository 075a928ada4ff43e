/* SPDX-License-Identifier: MIT
 *
 * test_storage_descriptors.c - connections have taken all descriptors; the
 * log and the term are written all the same.
 */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/storage_place.h"
#include "tests/unit/storage_rig.h"

enum { LIMIT = 64, SEGMENT = 1024 };

/* All that are left up to LIMIT; how many. */
static size_t take_all(int taken[LIMIT])
{
    size_t count = 0;

    while (count < LIMIT && (taken[count] = dup(0)) >= 0) {
        count++;
    }
    assert_true(count > 0 && count < LIMIT);
    assert_int_equal(errno, EMFILE);
    return count;
}

/* Both more than once: the descriptor given up must come back. */
static void write_terms_and_segments(struct storage *s)
{
    static const uint8_t bytes[SEGMENT - 64 - 40] = {1}; /* fills one */
    const struct raft_entry entry = {.term = 1,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = sizeof bytes,
                                     .bytes = bytes};
    const struct raft_storage face = storage_interface(s);
    struct storage_error error;
    raft_write_seq done;

    for (uint64_t i = 1; i <= 10; i++) {
        const struct raft_slice slice = {
            .first_index = i, .count = 1, .entries = &entry};

        assert_int_equal(face.append(face.self, 2 * i, &slice), 0);
        assert_int_equal(face.save_hard_state(face.self, 2 * i + 1, i, 1), 0);
        if (storage_write_queued(s, &done, &error) != 0) {
            print_error("%s\n", error.text);
            fail();
        }
    }
}

static void storage_needs_no_descriptor_from_others(void **state)
{
    const struct place *const place = *state;
    const struct storage_settings settings = {.segment_bytes = SEGMENT};
    struct storage_error error;
    struct storage *s =
        storage_open(place->path, &file_ops_posix, &settings, &error);
    struct rlimit before;
    int taken[LIMIT];

    assert_non_null(s);
    t_u64_eq(place_load(s), 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    const struct rlimit low = {.rlim_cur = LIMIT, .rlim_max = before.rlim_max};

    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    const size_t count = take_all(taken);

    write_terms_and_segments(s);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(close(taken[i]), 0);
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    storage_close(s);
    s = place_open(place->path);
    t_u64_eq(place_load(s), 10);
    storage_close(s);
}

/* What was given up is taken back before others see it. */
static void storage_keeps_its_descriptor_in_a_crowd(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 512);
    rig_must_open(&rig);
    fault_files_crowd(rig.disk, true);
    for (uint64_t term = 1; term < 4; term++) {
        assert_true(rig_hard_state(&rig, term, 2));
        assert_true(rig_sync(&rig));
    }
    for (int i = 0; i < 3; i++) {
        assert_true(rig_append(&rig, 1, 480)); /* a segment each */
    }
    assert_true(rig_sync(&rig));
    rig_destroy(&rig);
}

/* Had there been none to take back, any later batch looks for one. */
static void storage_looks_for_a_descriptor_again(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 0);
    rig_must_open(&rig);
    fault_files_refuse_handles(rig.disk, 1);
    assert_true(rig_hard_state(&rig, 1, 2));
    fault_files_fail(rig.disk, 8, EMFILE, 0); /* the spare one's open */
    assert_true(rig_sync(&rig));
    rig_batch(&rig, 1, 10);
    fault_files_crowd(rig.disk, true);
    assert_true(rig_hard_state(&rig, 2, 2));
    assert_true(rig_sync(&rig));
    rig_destroy(&rig);
}

/* Others are quicker to take the one that was given up. */
static void storage_waits_for_a_descriptor(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 512);
    rig_must_open(&rig);
    for (uint64_t refused = 1; refused < 6; refused++) {
        fault_files_refuse_handles(rig.disk, refused);
        assert_true(rig_hard_state(&rig, refused, 2));
        assert_true(rig_sync(&rig));
        fault_files_refuse_handles(rig.disk, refused);
        rig_batch(&rig, 1, 480); /* a segment each */
    }
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    rig_must_open(&rig);
    t_u64_eq(rig.last_index, 5);
    rig_destroy(&rig);
}

/* Not for ever; and then it says what was missing. */
static void storage_without_descriptors_says_so(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 512);
    rig_must_open(&rig);
    rig_batch(&rig, 1, 480);
    const size_t acked = rig.step_count;

    fault_files_refuse_handles(rig.disk, UINT64_MAX);
    assert_true(rig_append(&rig, 1, 480));
    assert_false(rig_sync(&rig));
    assert_int_equal(rig.error.errno_value, EMFILE);
    assert_non_null(strstr(rig.error.text, "log.new: open: Too many open"));
    rig_close(&rig);
    fault_files_refuse_handles(rig.disk, 0);
    rig.acked_count = acked;
    rig_must_open(&rig);
    t_u64_eq(rig.last_index, 1);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(storage_needs_no_descriptor_from_others,
                                    place_create, place_remove),
    cmocka_unit_test(storage_keeps_its_descriptor_in_a_crowd),
    cmocka_unit_test(storage_looks_for_a_descriptor_again),
    cmocka_unit_test(storage_waits_for_a_descriptor),
    cmocka_unit_test(storage_without_descriptors_says_so),
};

T_MAIN(tests)
