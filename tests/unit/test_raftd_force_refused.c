/* SPDX-License-Identifier: MIT
 *
 * test_raftd_force_refused.c - directories that `raftd --force-new-cluster`
 * can make nothing of: it says why, confirmed or not, and changes no byte.
 */
#include "tests/t.h"

#include <string.h>

#include "tests/unit/force_rig.h"

static void force_refuses_a_blank_directory(void **state)
{
    struct force_rig rig;
    struct storage_error error;

    (void)state;
    force_create_blank(&rig, 1);
    force_is_refused(&rig, EXIT_CONFIG, "no data of a cluster");
    force_open(&rig); /* invited, and nothing received yet */
    assert_int_equal(storage_join_cluster(rig.storage, FORCE_CLUSTER, &error),
                     0);
    force_close(&rig);
    force_is_refused(&rig, EXIT_CONFIG, "no log and no snapshot");
    force_destroy(&rig);
}

static void force_refuses_what_never_was_a_server(void **state)
{
    struct force_rig rig = {.disk = fault_files_create(1)};

    (void)state;
    (void)strcpy(rig.options.directory, "d");
    fault_files_put(rig.disk, "lock", "", 0);
    fault_files_put(rig.disk, "letters", "dear", 4);
    force_is_refused(&rig, EXIT_CONFIG, "no data of a cluster");
    force_destroy(&rig);
}

/* A start would empty it: what it still holds is of a cluster it has left. */
static void force_refuses_what_is_leaving(void **state)
{
    struct raft_config config = {.member_count = 1};
    struct force_rig rig;
    struct storage_error error;
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];

    (void)state;
    force_create_blank(&rig, 1);
    config.members[0] =
        (struct raft_member){.id = rig.id, .in_old = true, .address = "one:1"};
    const struct raft_entry first = {
        .term = 1,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(&config, bytes),
        .bytes = bytes};

    force_open(&rig);
    assert_int_equal(
        storage_found_cluster(rig.storage, FORCE_CLUSTER, &first, true, &error),
        0);
    force_close(&rig);
    force_is_refused(&rig, EXIT_CONFIG, "only voter"); /* provisional */
    force_open(&rig);
    assert_int_equal(storage_leave_for(rig.storage, 78, &error), 0);
    force_close(&rig);
    force_is_refused(&rig, EXIT_CONFIG, "no data of a cluster");
    force_destroy(&rig);
}

/* Whoever is the only voter has a majority. */
static void force_refuses_the_only_voter(void **state)
{
    struct raft_config config = force_config();
    struct force_rig rig;

    (void)state;
    config.members[1].in_old = false; /* learners */
    config.members[2].in_old = false;
    force_create_with(&rig, 1, config);
    force_is_refused(&rig, EXIT_CONFIG, "only voter");
    force_destroy(&rig);
}

/* Section 6: the majority of C_new is needed as well, and it is gone. */
static void force_takes_the_only_voter_of_c_old(void **state)
{
    struct raft_config config = force_config();
    struct force_rig rig;

    (void)state;
    config.is_joint = true;
    config.members[0].in_new = true;
    for (size_t slot = 1; slot < 3; slot++) {
        config.members[slot].in_old = false;
        config.members[slot].in_new = true;
    }
    force_create_with(&rig, 1, config);
    assert_int_equal(force_run(&rig, true), 0);
    assert_non_null(strstr(rig.report, "one:1 voter, this server\n"));
    assert_non_null(strstr(rig.report, "three:3 voter, joining\n"));
    assert_int_equal(force_state(&rig), FORCE_NEW);
    force_destroy(&rig);
}

static void force_refuses_a_directory_in_use(void **state)
{
    struct force_rig rig;

    (void)state;
    force_create(&rig, 1);
    force_open(&rig);
    force_is_refused(&rig, EXIT_IN_USE, "in use");
    force_close(&rig);
    assert_int_equal(force_state(&rig), FORCE_OLD);
    force_destroy(&rig);
}

static void force_refuses_damage(void **state)
{
    static const char *const names[] = {"identity", "term", "log-00000001"};

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct force_rig rig;

        force_create(&rig, 1);
        fault_files_flip(rig.disk, names[i], 40, 1);
        force_is_refused(&rig, EXIT_CORRUPT, names[i]);
        fault_files_remove(rig.disk, names[i]);
        force_is_refused(&rig, EXIT_CORRUPT, names[i]);
        force_destroy(&rig);
    }
}

/* Its checksum is right, and still it says nothing. */
static void force_refuses_a_configuration_it_cannot_read(void **state)
{
    const struct raft_entry entry = {.term = 2,
                                     .type = RAFT_ENTRY_CONFIG,
                                     .byte_count = 5,
                                     .bytes = (const uint8_t *)"bytes"};
    const struct raft_slice slice = {FORCE_ENTRIES + 1, 1, &entry};
    struct force_rig rig;
    struct storage_error error;
    struct raft_start start;
    raft_write_seq done;

    (void)state;
    force_create(&rig, 1);
    force_open(&rig);
    force_load(&rig, &start);
    const struct raft_storage face = storage_interface(rig.storage);

    assert_int_equal(face.append(face.self, 1, &slice), 0);
    assert_int_equal(storage_write_queued(rig.storage, &done, &error), 0);
    force_close(&rig);
    force_is_refused(&rig, EXIT_CORRUPT, "entry 6 is no configuration");
    force_destroy(&rig);
}

/* It came from other servers, and goes to a terminal. */
static void force_shows_no_control_bytes(void **state)
{
    struct raft_config config = force_config();
    struct force_rig rig;

    (void)state;
    (void)strcpy(config.members[0].address, "o\033[2Jne:1");
    (void)strcpy(config.members[1].address, "th\033[2Jree:3");
    force_create_with(&rig, 1, config);
    assert_int_equal(force_run(&rig, false), EXIT_USAGE);
    assert_null(strchr(rig.report, '\033'));
    assert_non_null(strstr(rig.report, " th?[2Jree:3 voter\n"));
    assert_non_null(strstr(rig.report, "at\no?[2Jne:1.\n"));
    force_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(force_refuses_a_blank_directory),
    cmocka_unit_test(force_refuses_what_never_was_a_server),
    cmocka_unit_test(force_refuses_what_is_leaving),
    cmocka_unit_test(force_refuses_the_only_voter),
    cmocka_unit_test(force_takes_the_only_voter_of_c_old),
    cmocka_unit_test(force_refuses_a_directory_in_use),
    cmocka_unit_test(force_refuses_damage),
    cmocka_unit_test(force_refuses_a_configuration_it_cannot_read),
    cmocka_unit_test(force_shows_no_control_bytes),
};

T_MAIN(tests)
