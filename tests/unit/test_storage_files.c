/* SPDX-License-Identifier: MIT
 *
 * test_storage_files.c - whole files short, missing, exchanged, foreign, of a
 * later version, or of random bytes.
 */
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "tests/t.h"
#include "tests/unit/storage_rig.h"

enum { HEADER = 64 };

/* P17: files that end early. */
static void p17_every_prefix_of_every_file(void **state)
{
    static const char *const names[] = {"term", "identity", "log-00000001",
                                        "log-00000002"};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        for (size_t size = 0; size < (i < 2 ? 64u : 512u); size++) {
            struct storage_rig rig;

            rig_create_log(&rig, 512);
            fault_files_shorten(rig.disk, names[i], size);
            if (i == 3 && size >= HEADER) {
                rig.acked_count = 0; /* an end like that of a crash */
                rig_must_open(&rig);
                assert_true(rig.last_index >= 7);
            } else {
                rig_must_refuse(&rig, names[i],
                                size < HEADER ? size : size / 64 * 64);
            }
            rig_destroy(&rig);
        }
    }
}

static void missing_is_refused(const char *name)
{
    struct storage_rig rig;

    rig_create_log(&rig, 512);
    fault_files_remove(rig.disk, name);
    rig_must_refuse(&rig, name, 0);
    rig_destroy(&rig);
}

static void storage_missing_files_are_refused(void **state)
{
    struct storage_rig rig;

    (void)state;
    missing_is_refused("term");
    missing_is_refused("identity");
    missing_is_refused("log-00000001");
    rig_create_log(&rig, 4096); /* the only segment */
    fault_files_remove(rig.disk, "log-00000001");
    rig_must_refuse(&rig, "log-00000001", 0);
    rig_destroy(&rig);
}

/* Segment 1 holds seven records, 2 the eighth; then the term is written. */
static void create_two_segments(struct storage_rig *rig)
{
    rig_create_log(rig, 512);
    rig_must_open(rig);
    assert_true(rig_hard_state(rig, 3, 1));
    assert_true(rig_sync(rig));
    fault_files_kill(rig->disk); /* no mark after it */
    rig_close(rig);
}

/* The term names how far the log went when it was written. */
static void storage_log_shorter_than_the_term_says_is_refused(void **state)
{
    struct storage_rig rig;

    (void)state;
    for (size_t size = HEADER; size < HEADER + 64 + 40; size++) {
        create_two_segments(&rig);
        fault_files_shorten(rig.disk, "log-00000002", size);
        rig_must_refuse(&rig, "log-00000002", size / 64 * 64);
        rig_destroy(&rig);
    }
    create_two_segments(&rig);
    fault_files_shorten(rig.disk, "log-00000002", HEADER + 64 + 40);
    rig_must_open(&rig); /* no more than that is missing */
    rig_destroy(&rig);
    create_two_segments(&rig);
    fault_files_remove(rig.disk, "log-00000002");
    rig_must_refuse(&rig, "log-00000002", 0);
    rig_destroy(&rig);
}

static void copy_file(struct storage_rig *rig, const char *from, const char *to)
{
    uint8_t bytes[4096];
    const size_t size = (size_t)fault_files_size(rig->disk, from);

    assert_true(size <= sizeof bytes);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = fault_files_byte(rig->disk, from, i);
    }
    fault_files_put(rig->disk, to, bytes, size);
}

static void storage_files_in_each_others_place_are_refused(void **state)
{
    struct storage_rig rig;

    (void)state;
    rig_create_log(&rig, 512);
    copy_file(&rig, "log-00000001", "log-00000003");
    rig_must_refuse(&rig, "log-00000003", 16);
    fault_files_remove(rig.disk, "log-00000003");
    copy_file(&rig, "log-00000001", "log-00000002");
    rig_must_refuse(&rig, "log-00000002", 16);
    rig_destroy(&rig);
    rig_create_log(&rig, 4096);
    copy_file(&rig, "identity", "term");
    rig_must_refuse(&rig, "term", 0);
    rig_destroy(&rig);
}

static void storage_newer_version_is_refused_naming_both(void **state)
{
    static const struct {
        const char *name;
        uint32_t newer;
        const char *says;
    } files[] = {
        {"term", 2, "format version 2, this program reads version 1"},
        {"identity", 3, "version 3, this program reads version 1 and 2"},
        {"log-00000001", 3, "version 3, this program reads version 1 and 2"}};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct storage_rig rig;
        uint8_t block[HEADER];

        rig_create_log(&rig, 4096);
        for (size_t at = 0; at < HEADER; at++) {
            block[at] = fault_files_byte(rig.disk, files[i].name, at);
        }
        put_u32(block + 8, files[i].newer);
        put_u32(block + 12, crc32c(crc32c(0, block, 12), block + 16, 48));
        for (size_t at = 0; at < HEADER; at++) {
            const uint8_t is = fault_files_byte(rig.disk, files[i].name, at);

            fault_files_flip(rig.disk, files[i].name, at, is ^ block[at]);
        }
        assert_false(rig_open(&rig));
        assert_int_equal(rig.error.problem, STORAGE_EVERSION);
        assert_non_null(strstr(rig.error.text, files[i].name));
        assert_non_null(strstr(rig.error.text, files[i].says));
        rig_destroy(&rig);
    }
}

static void storage_foreign_files_do_no_harm(void **state)
{
    static const char *const names[] = {
        "notes.txt",    "log-9", "log-0000000g", "log-00000001.bak",
        "LOG-00000002", "term~", "log-0000000",  "log-00000000"};
    struct storage_rig rig;

    (void)state;
    rig_create_log(&rig, 512);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        fault_files_put(rig.disk, names[i], "not ours", 8);
    }
    fault_files_put(rig.disk, "log.new", "half a segment", 14);
    fault_files_put(rig.disk, "term.new", "", 0);
    rig_must_open(&rig);
    rig_batch(&rig, 5, 300);
    rig_close(&rig);
    rig_must_open(&rig);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        t_u64_eq(fault_files_size(rig.disk, names[i]), 8);
    }
    rig_destroy(&rig);
}

/* Any bytes at all: refused, or a prefix; never a crash. */
static void storage_random_damage_is_survived(void **state)
{
    static const char *const names[] = {"term", "identity", "log-00000001",
                                        "log-00000002"};
    uint64_t refused = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct storage_rig rig;

        rig_create_log(&rig, 512);
        rig.random = seed;
        const char *const name = names[rig_random(&rig, 4)];
        const size_t size = (size_t)fault_files_size(rig.disk, name);
        const size_t from = (size_t)rig_random(&rig, size);

        for (size_t at = from; at < size; at++) {
            fault_files_flip(rig.disk, name, at,
                             (uint8_t)rig_random(&rig, 256));
        }
        rig.acked_count = 0; /* the end of the log may be gone */
        refused += rig_open(&rig) ? 0 : 1;
        rig_destroy(&rig);
    }
    assert_true(refused > 100);
    assert_true(refused < 300);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(p17_every_prefix_of_every_file),
    cmocka_unit_test(storage_missing_files_are_refused),
    cmocka_unit_test(storage_log_shorter_than_the_term_says_is_refused),
    cmocka_unit_test(storage_files_in_each_others_place_are_refused),
    cmocka_unit_test(storage_newer_version_is_refused_naming_both),
    cmocka_unit_test(storage_foreign_files_do_no_harm),
    cmocka_unit_test(storage_random_damage_is_survived),
};

T_MAIN(tests)
