/* SPDX-License-Identifier: MIT
 *
 * test_raftd_force.c - `raftd --force-new-cluster`: what it says, what it
 * makes, and what it leaves alone.
 */
#include "tests/t.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/force_rig.h"
#include "tests/unit/storage_bodies.h"

static void report_has(const struct force_rig *rig, const char *words)
{
    if (strstr(rig->report, words) == NULL) {
        fail_msg("\"%s\" is not in:\n%s", words, rig->report);
    }
}

static void report_has_not(const struct force_rig *rig, const char *words)
{
    if (strstr(rig->report, words) != NULL) {
        fail_msg("\"%s\" is in:\n%s", words, rig->report);
    }
}

static void report_has_id(const struct force_rig *rig, const char *before,
                          uint64_t id)
{
    char words[128];

    (void)snprintf(words, sizeof words, "%s%016" PRIx64, before, id);
    report_has(rig, words);
}

/* ---- Looking ------------------------------------------------------------ */

static void force_without_confirmation_tells_what_is_known(void **state)
{
    struct force_rig rig;

    (void)state;
    force_create(&rig, 1);
    assert_int_equal(force_run(&rig, false), EXIT_USAGE);
    report_has(&rig, "directory   d\n");
    report_has_id(&rig, "server      ", rig.id);
    report_has_id(&rig, "cluster     ", FORCE_CLUSTER);
    report_has(&rig, "term        3\n");
    report_has(&rig, "snapshot    none\n");
    report_has(&rig, "entries 1 to 5, the last of term 2\n");
    report_has(&rig, "index 1:\n");
    report_has_id(&rig, "            ", rig.id);
    report_has(&rig, " one:1 voter, this server\n");
    report_has(&rig, "0000000000000003 three:3 voter\n");
    report_has(&rig, "0000000000000004 four:4 voter\n");
    report_has(&rig, "at\none:1.\n");
    report_has(&rig, "last term 2, last index 5\n");
    report_has(&rig, "--force-new-cluster --confirm-data-loss d\n");
    assert_non_null(strstr(rig.said, "--confirm-data-loss"));
    force_destroy(&rig);
}

/* Whatever a start would repair or remove: it is only looked at. */
static void force_without_confirmation_changes_no_byte(void **state)
{
    struct force_rig rig;

    (void)state;
    force_create(&rig, 1);
    fault_files_put(rig.disk, "identity.new", "left", 4);
    fault_files_put(rig.disk, "snapshot.new", "left", 4);
    fault_files_flip(rig.disk, "log-00000001", 2000, 0xff); /* a torn tail */
    const uint64_t files = force_files(&rig);

    for (int times = 0; times < 3; times++) {
        assert_int_equal(force_run(&rig, false), EXIT_USAGE);
        t_u64_eq(force_files(&rig), files);
    }
    assert_int_equal(force_state(&rig), FORCE_OLD);
    assert_true(force_files(&rig) != files); /* a start does change them */
    force_destroy(&rig);
}

/* ---- Doing -------------------------------------------------------------- */

static void force_confirmed_makes_a_cluster_of_this_server(void **state)
{
    struct force_rig rig;

    (void)state;
    force_create(&rig, 1);
    assert_int_equal(force_run(&rig, true), 0);
    assert_string_equal(rig.said, "");
    report_has_id(&rig, "old cluster ", FORCE_CLUSTER);
    report_has(&rig, "members     of entry 6, term 4:\n");
    report_has(&rig, "without --force-new-cluster");
    assert_int_equal(force_state(&rig), FORCE_NEW);
    force_open(&rig);
    report_has_id(&rig, "new cluster ",
                  storage_identity(rig.storage)->cluster_id);
    force_close(&rig);
    force_is_refused(&rig, EXIT_CONFIG,
                     "only voter"); /* nothing is left to do */
    force_destroy(&rig);
}

static void config_is_at(struct force_rig *rig, raft_index index,
                         const char *address)
{
    struct raft_start start;
    struct raft_config config;

    force_open(rig);
    force_load(rig, &start);
    t_u64_eq(start.log.first_index + start.log.count - 1, index);
    const struct raft_entry *const entry =
        &start.log.entries[start.log.count - 1];

    assert_true(raft_config_decode(entry->bytes, entry->byte_count, &config));
    assert_string_equal(config.members[0].address, address);
    force_close(rig);
}

static void force_at_another_address(void **state)
{
    struct force_rig rig;

    (void)state;
    force_create(&rig, 1);
    rig.options.names_raft_address = true;
    (void)snprintf(rig.options.raft_advertise, ADDRESS_BYTES, "new:7");
    assert_int_equal(force_run(&rig, false), EXIT_USAGE);
    report_has(&rig, "--confirm-data-loss --raft-advertise new:7 d\n");
    assert_int_equal(force_run(&rig, true), 0);
    config_is_at(&rig, 6, "new:7");
    force_destroy(&rig);
}

/* A member of the others' configuration only: where would it be found? */
static void force_on_no_member_needs_an_address(void **state)
{
    struct raft_config config = force_config();
    struct force_rig rig;

    (void)state;
    config.members[0].id = 2;
    force_create_with(&rig, 1, config);
    force_is_refused(&rig, EXIT_USAGE, "--raft-advertise");
    rig.options.names_raft_address = true;
    (void)snprintf(rig.options.raft_advertise, ADDRESS_BYTES, "new:7");
    assert_int_equal(force_run(&rig, false), EXIT_USAGE);
    report_has(&rig, "no member");
    assert_int_equal(force_run(&rig, true), 0);
    assert_int_equal(force_state(&rig), FORCE_NEW);
    config_is_at(&rig, 6, "new:7");
    force_destroy(&rig);
}

static void force_on_a_learner_says_that_it_may_lack_much(void **state)
{
    struct raft_config config = force_config();
    struct force_rig rig;

    (void)state;
    config.members[0].in_old = false;
    force_create_with(&rig, 1, config);
    assert_int_equal(force_run(&rig, false), EXIT_USAGE);
    report_has(&rig, "one:1 learner, this server\n");
    report_has(&rig, "may lack much");
    assert_int_equal(force_run(&rig, true), 0);
    assert_int_equal(force_state(&rig), FORCE_NEW);
    force_destroy(&rig);
}

static void begin(struct force_rig *rig)
{
    struct storage_error error;

    force_open(rig);
    assert_int_equal(storage_force_new_cluster(rig->storage, 99, &error), 0);
    force_close(rig);
}

static void force_interrupted_says_so_and_goes_on(void **state)
{
    struct force_rig rig;

    (void)state;
    force_create(&rig, 1);
    begin(&rig);
    const uint64_t files = force_files(&rig);

    assert_int_equal(force_run(&rig, false), EXIT_USAGE);
    t_u64_eq(force_files(&rig), files);
    report_has(&rig, "interrupted here");
    assert_int_equal(force_run(&rig, true), 0);
    report_has_not(&rig, "\nold cluster"); /* who knows */
    assert_int_equal(force_state(&rig), FORCE_NEW);
    begin(&rig); /* stopped when the entry was there */
    assert_int_equal(force_state(&rig), FORCE_UNFINISHED);
    assert_int_equal(force_run(&rig, true), 0);
    assert_int_equal(force_state(&rig), FORCE_NEW);
    force_destroy(&rig);
}

/* A snapshot was installed, and the log behind it not yet forgotten. */
static void force_behind_a_snapshot_drops_an_older_log(void **state)
{
    struct force_rig rig;
    struct raft_snapshot of;
    struct raft_start start;
    uint8_t *const bytes = body_file(15, 4, &of);

    (void)state;
    force_create(&rig, 1);
    fault_files_put(rig.disk, "snapshot-000000000000000f", bytes,
                    (size_t)of.byte_count);
    free(bytes);
    rig.options.names_raft_address = true;
    (void)snprintf(rig.options.raft_advertise, ADDRESS_BYTES, "new:7");
    assert_int_equal(force_run(&rig, false), EXIT_USAGE);
    report_has(&rig, "up to 15, the last of term 4\n");
    report_has(&rig, "no entries behind the snapshot\n");
    report_has(&rig, "last term 4, last index 15\n");
    assert_int_equal(force_run(&rig, true), 0);
    report_has(&rig, "of entry 16, term 5");
    force_open(&rig);
    force_load(&rig, &start);
    t_u64_eq(start.log.first_index, 16);
    t_u64_eq(start.snapshot->last_index, 15);
    t_u64_eq(start.current_term, 5);
    force_close(&rig);
    config_is_at(&rig, 16, "new:7");
    force_destroy(&rig);
}

/* Removed segments that a crash brought back: a start removes them again. */
static void force_looks_past_what_it_cannot_remove(void **state)
{
    static const uint8_t bytes[3000];
    const struct raft_entry entry = {.term = 3,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = sizeof bytes,
                                     .bytes = bytes};
    struct force_rig rig;
    struct raft_start start;
    struct raft_snapshot of;
    struct storage_error error;
    raft_write_seq seq = 0;
    char name[32];

    (void)state;
    force_create(&rig, 1);
    force_open(&rig);
    force_load(&rig, &start);
    const struct raft_storage face = storage_interface(rig.storage);

    for (raft_index index = 6; index <= 100; index++) { /* a segment each */
        const struct raft_slice slice = {index, 1, &entry};

        assert_int_equal(face.append(face.self, ++seq, &slice), 0);
    }
    assert_true(body_take(rig.storage, 100, 3, &of, &error));
    assert_int_equal(face.compact(face.self, 99), 0);
    assert_int_equal(storage_write_queued(rig.storage, &seq, &error), 0);
    force_close(&rig);
    assert_true(fault_files_size(rig.disk, "log-00000050") < 0);
    for (int number = 1; number <= 70; number++) {
        (void)snprintf(name, sizeof name, "log-%08x", number);
        fault_files_put(rig.disk, name, "old", 3);
    }
    rig.options.names_raft_address = true;
    (void)snprintf(rig.options.raft_advertise, ADDRESS_BYTES, "new:7");
    assert_int_equal(force_run(&rig, false), EXIT_USAGE);
    report_has(&rig, "last term 3, last index 100\n");
    force_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(force_looks_past_what_it_cannot_remove),
    cmocka_unit_test(force_without_confirmation_tells_what_is_known),
    cmocka_unit_test(force_without_confirmation_changes_no_byte),
    cmocka_unit_test(force_confirmed_makes_a_cluster_of_this_server),
    cmocka_unit_test(force_at_another_address),
    cmocka_unit_test(force_on_no_member_needs_an_address),
    cmocka_unit_test(force_on_a_learner_says_that_it_may_lack_much),
    cmocka_unit_test(force_interrupted_says_so_and_goes_on),
    cmocka_unit_test(force_behind_a_snapshot_drops_an_older_log),
};

T_MAIN(tests)
