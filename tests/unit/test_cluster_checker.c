/* SPDX-License-Identifier: MIT
 *
 * test_cluster_checker.c - the checker sees what it is there to see.
 *
 * A checker that never complains proves nothing; so here it is shown each
 * violation once, made by hand.
 */
#include "tests/unit/loner.h"

static const struct raft_start blank;

/* ---- Messages ------------------------------------------------------------ */

static struct raft_message vote_for(raft_server_id candidate, raft_term term)
{
    return (struct raft_message){
        .type = RAFT_REQUEST_VOTE_RESULT,
        .from = 1,
        .to = candidate,
        .term = term,
        .request_vote_result = {.vote_granted = true, .asked_term = term}};
}

static void votes(raft_term second_term, raft_server_id second,
                  const char *expected)
{
    struct checker *checker = checker_create();
    const struct raft_message one = vote_for(2, 5);
    const struct raft_message two = vote_for(second, second_term);

    checker_start(checker, 0, 1, NULL, &blank);
    checker_send(checker, 0, &one);
    checker_stop(checker, 0);
    checker_start(checker, 0, 1, NULL, &blank); /* after a restart, too */
    checker_send(checker, 0, &two);
    checker_must_say(checker, expected);
}

static void fig3_es_two_votes_in_a_term_are_seen(void **state)
{
    (void)state;
    votes(5, 3, "Fig3:ES: S1 voted for S2 and for S3 in term 5");
    votes(5, 2, NULL); /* the same again */
    votes(6, 3, NULL);
}

static void send_with_disk(const struct raft_message *message,
                           const struct sim_disk *disk, const char *expected)
{
    struct checker *checker = checker_create();

    checker_start(checker, 0, 1, disk, &blank);
    checker_send(checker, 0, message);
    checker_must_say(checker, expected);
}

static void fig2_ps1_what_is_not_on_disk_is_seen(void **state)
{
    const struct raft_message vote = vote_for(2, 5);
    const struct raft_message numbered = {.type = RAFT_APPEND_ENTRIES_RESULT,
                                          .from = 1,
                                          .to = 2,
                                          .needs_write = 4};
    const struct raft_message acknowledged = {
        .type = RAFT_APPEND_ENTRIES_RESULT,
        .from = 1,
        .to = 2,
        .term = 5,
        .append_entries_result = {.success = true, .match_index = 1}};
    const struct sim_disk old_term = {.current_term = 4};
    const struct sim_disk no_vote = {.current_term = 5};
    const struct sim_disk other_vote = {.current_term = 5, .voted_for = 3};
    const struct sim_disk all = {.current_term = 5, .voted_for = 2, .done = 4};
    const struct sim_disk later = {.current_term = 6};

    (void)state;
    send_with_disk(&vote, &old_term, "Fig2:PS.1: S1 sends to S2, but its term");
    send_with_disk(&vote, &no_vote, "Fig2:PS.1: S1 sends to S2, but its vote");
    send_with_disk(&vote, &other_vote, "Fig2:PS.1: S1 sends to S2, but its vo");
    send_with_disk(&vote, &all, NULL);
    send_with_disk(&vote, &later, NULL);
    send_with_disk(&numbered, &old_term,
                   "Fig2:PS.1: S1 sends to S2, but the w");
    send_with_disk(&numbered, &all, NULL);
    send_with_disk(&acknowledged, &all, "Fig2:PS.1: S1 sends to S2, but the e");
}

/* ---- Logs ------------------------------------------------------------------
 */

static void two_logs(const struct raft_entry *one, const struct raft_entry *two,
                     const char *expected)
{
    struct checker *checker = checker_create();
    const struct raft_start first = {.log = {1, 2, one}};
    const struct raft_start second = {.log = {1, 2, two}};

    checker_start(checker, 0, 1, NULL, &first);
    checker_start(checker, 1, 2, NULL, &second);
    checker_must_say(checker, expected);
}

static void fig3_lm_logs_that_do_not_match_are_seen(void **state)
{
    const struct raft_entry a[] = {loner_entry(1, "a"), loner_entry(2, "b")};
    const struct raft_entry other_bytes[] = {loner_entry(1, "a"),
                                             loner_entry(2, "c")};
    const struct raft_entry other_before[] = {loner_entry(2, "a"),
                                              loner_entry(2, "b")};
    const struct raft_entry other_term[] = {loner_entry(1, "a"),
                                            loner_entry(3, "c")};
    const struct raft_entry backwards[] = {loner_entry(4, "a"),
                                           loner_entry(3, "c")};

    (void)state;
    two_logs(a, a, NULL);
    two_logs(a, other_term, NULL);
    two_logs(a, other_bytes, "Fig3:LM: S2 has another entry 2 of term 2");
    two_logs(a, other_before, "Fig3:LM: S2 has another log before entry 2");
    two_logs(a, backwards, "Fig3:LM: in the log of S2 terms go back at 2");
}

/* ---- The state machine and its readers
 * ----------------------------------------- */

static void what_is_not_committed_must_not_be_applied(void **state)
{
    struct checker *checker = checker_create();
    const struct raft_entry entry = loner_entry(1, "a");

    (void)state;
    checker_start(checker, 0, 1, NULL, &blank);
    checker_apply(checker, 0, 1, &entry);
    checker_must_say(checker, "Fig3:SMS: S1 applied 1, which is not committed");
}

static void sec8_a_read_of_the_past_is_seen(void **state)
{
    struct checker *checker = checker_create();
    const raft_index before = checker_read_issued(checker);

    (void)state;
    checker_start(checker, 0, 1, NULL, &blank);
    checker_acknowledged(checker, 1);
    checker_read_answered(checker, 0, before); /* asked before: may be old */
    assert_null(checker_violation(checker));
    checker_read_answered(checker, 0, checker_read_issued(checker));
    checker_must_say(checker, "Sec8: S1 answered a read from its state at 0");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fig3_es_two_votes_in_a_term_are_seen),
    cmocka_unit_test(fig2_ps1_what_is_not_on_disk_is_seen),
    cmocka_unit_test(fig3_lm_logs_that_do_not_match_are_seen),
    cmocka_unit_test(what_is_not_committed_must_not_be_applied),
    cmocka_unit_test(sec8_a_read_of_the_past_is_seen),
};

T_MAIN(tests)
