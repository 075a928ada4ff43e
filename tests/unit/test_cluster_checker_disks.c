/* SPDX-License-Identifier: MIT
 *
 * test_cluster_checker_disks.c - the checker sees what disks do not hold, and
 * who says or believes that they do.
 */
#include "tests/unit/loner.h"

static void fig2_ldr4_a_commitment_without_disks_is_seen(void **state)
{
    struct checker *checker = checker_create();
    /* Of a newer term: it says nothing against match_index. */
    const struct sim_disk empty = {.current_term = 9};
    struct loner loner;

    (void)state;
    loner_live(&loner, checker, 0, 0, &empty);
    loner_commit(&loner, "a");
    raft_destroy(loner.core);
    checker_must_say(checker,
                     "Fig2:LDR.4: S1 committed 1, which is on no majority");
}

static void fig2_ldr3a_a_match_without_a_disk_is_seen(void **state)
{
    struct checker *checker = checker_create();
    const struct sim_disk empty = {.current_term = 1};
    struct loner loner;

    (void)state;
    loner_live(&loner, checker, 0, 0, &empty);
    loner_commit(&loner, "a");
    raft_destroy(loner.core);
    checker_must_say(checker,
                     "Fig2:LDR.3a: S1 counts on S1's disk up to 1: it is");
}

/* The disk holds as many entries, but not the one that was acknowledged. */
static void fig2_ps1_another_entry_on_disk_is_seen(void **state)
{
    const raft_term terms[] = {1, 7};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct checker *checker = checker_create();
        struct sim_disk disk = {.current_term = 1, .done = 99};
        const struct raft_entry on_disk = loner_entry(terms[i], "a");
        const struct raft_entry entry = loner_entry(0, "a");
        struct loner loner;

        sim_disk_add_entry(&disk, &on_disk);
        loner_live(&loner, checker, 0, 0, &disk);
        loner_step(&loner, &(struct raft_input){
                               .type = RAFT_IN_PROPOSE,
                               .propose = {.entries = &entry, .count = 1}});
        checker_send(
            checker, 0,
            &(struct raft_message){
                .type = RAFT_APPEND_ENTRIES_RESULT,
                .from = 1,
                .to = 2,
                .term = 1,
                .append_entries_result = {.success = true, .match_index = 1}});
        raft_destroy(loner.core);
        checker_must_say(checker, terms[i] == 1
                                      ? NULL
                                      : "Fig2:PS.1: S1 sends to S2, but the "
                                        "entries it acknowledges");
        sim_disk_wipe(&disk);
    }
}

static void an_acknowledged_entry_that_is_gone_is_found(void **state)
{
    struct checker *checker = checker_create();
    struct sim_disk disk = {.current_term = 1};
    const struct raft_entry entry = loner_entry(1, "a");
    struct loner loner;

    (void)state;
    sim_disk_add_entry(&disk, &entry);
    loner_live(&loner, checker, 0, 0, &disk);
    loner_commit(&loner, "a");
    checker_acknowledged(checker, 1);
    t_u64_eq(checker_lost_index(checker), 0);
    sim_disk_wipe(&disk);
    t_u64_eq(checker_lost_index(checker), 1);
    raft_destroy(loner.core);
    checker_must_say(checker, NULL);
}

/* S2 takes AppendEntries of S1 and believes what it says of commit_index. */
static void fig2_ae5_a_follower_that_commits_first_is_seen(void **state)
{
    struct checker *checker = checker_create();
    const struct raft_settings settings = {.id = 2,
                                           .election_ticks_min = 10,
                                           .election_ticks_max = 20,
                                           .heartbeat_ticks = 3};
    const struct raft_config config = {
        .member_count = 2,
        .members = {{.id = 1, .in_old = true, .address = "x"},
                    {.id = 2, .in_old = true, .address = "y"}}};
    const struct raft_start from = {.initial_config = &config};
    const struct raft_entry entry = loner_entry(1, "a");
    struct loner follower = {
        .core = raft_create(&settings), .place = 1, .checker = checker};

    (void)state;
    assert_non_null(follower.core);
    checker_start(checker, 1, 2, NULL, &from);
    loner_step(&follower,
               &(struct raft_input){.type = RAFT_IN_START, .start = from});
    loner_step(&follower,
               &(struct raft_input){
                   .type = RAFT_IN_MESSAGE,
                   .message = {.type = RAFT_APPEND_ENTRIES,
                               .from = 1,
                               .to = 2,
                               .term = 1,
                               .append_entries = {.leader_id = 1,
                                                  .entries = &entry,
                                                  .entry_count = 1,
                                                  .leader_commit = 1}}});
    raft_destroy(follower.core);
    checker_must_say(checker,
                     "Fig2:AE.5: S2 committed 1 before any leader did");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fig2_ldr4_a_commitment_without_disks_is_seen),
    cmocka_unit_test(fig2_ldr3a_a_match_without_a_disk_is_seen),
    cmocka_unit_test(fig2_ps1_another_entry_on_disk_is_seen),
    cmocka_unit_test(an_acknowledged_entry_that_is_gone_is_found),
    cmocka_unit_test(fig2_ae5_a_follower_that_commits_first_is_seen),
};

T_MAIN(tests)
