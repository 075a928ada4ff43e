/* SPDX-License-Identifier: MIT
 *
 * test_fig2_request_vote.c - Figure 2, "RequestVote RPC", the receiver, with
 * the election restriction of section 5.4.1.
 */
#include "tests/unit/core_harness.h"

static void fig2_rv1_older_term_is_refused(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when_request_vote(s, 2, /* term */ 4, /* last log */ 9, 4);

    assert_false(vote_reply(s)->vote_granted);
    t_u64_eq(sent(s, RAFT_REQUEST_VOTE_RESULT, 2)->term, 5);
    t_u64_eq(fired(s, RV_1), 1);
    t_u64_eq(s->raft->voted_for, RAFT_NO_SERVER);
}

static void fig2_rv1_own_term_is_considered(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when_request_vote(s, 2, 5, 0, 0);

    assert_true(vote_reply(s)->vote_granted);
    t_u64_eq(declined(s, RV_1), 1);
}

static void fig2_rv2_free_vote_is_granted(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1 4"});
    when_request_vote(s, 3, 5, 3, 4);

    assert_true(vote_reply(s)->vote_granted);
    t_u64_eq(fired(s, RV_2), 1);
    t_u64_eq(s->raft->voted_for, 3);
    assert_true(s->effects.save_hard_state_seq > 0);
    t_u64_eq(s->effects.current_term, 5);
    t_u64_eq(s->effects.voted_for, 3);
}

static void fig2_rv2_vote_given_away_is_not_given_again(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 5, .voted_for = 2, .log_terms = "1 1 4"});
    when_request_vote(s, 3, 5, 9, 5);

    assert_false(vote_reply(s)->vote_granted);
    t_u64_eq(declined(s, RV_2), 1);
    t_u64_eq(s->raft->voted_for, 2);
    t_u64_eq(s->effects.save_hard_state_seq, 0);
}

/* Bug E7 (nebula #2419): the first answer may have been lost. */
static void fig2_rv2_same_candidate_asking_twice_is_granted(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 5, .voted_for = 2, .log_terms = "1 1 4"});
    when_request_vote(s, 2, /* term */ 5, /* last log */ 3, 4);

    assert_true(vote_reply(s)->vote_granted);
    t_u64_eq(s->raft->voted_for, 2);
    t_u64_eq(s->effects.save_hard_state_seq, 0);
}

/* Bug E4 (nebula #3415). */
static void fig2_rv2_candidate_has_voted_for_itself(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 5, .voter_count = 5});
    t_u64_eq(s->raft->voted_for, 1);
    when_request_vote(s, 5, 5, 9, 4);

    assert_false(vote_reply(s)->vote_granted);
    t_u64_eq(s->raft->voted_for, 1);
}

/* ... nor after a restart: the vote was on its disk. */
static void fig2_rv2_vote_survives_a_restart(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 5, .voter_count = 5});
    const raft_term saved_term = s->raft->current_term;
    const raft_server_id saved_vote = s->raft->voted_for;

    given(s, &(struct given){.current_term = saved_term,
                             .voted_for = saved_vote,
                             .voter_count = 5});
    when_request_vote(s, 5, 5, 9, 4);
    assert_false(vote_reply(s)->vote_granted);
}

/* Bug E3 (CCF #8094): stepping down within the term keeps the vote. */
static void fig2_rv2_vote_outlives_stepping_down_in_its_term(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 5, .log_terms = "1"});
    when_append_entries(s, 2, 5, /* prev: not ours */ 7, 4, "", 0);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    assert_false(append_reply(s)->success);

    when_request_vote(s, 3, 5, 9, 4);
    assert_false(vote_reply(s)->vote_granted);
    t_u64_eq(s->raft->voted_for, 1);
}

static void fig2_rv2_vote_for_another_outlives_a_failed_append(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when_request_vote(s, 2, 5, 0, 0);
    when_append_entries(s, 2, 5, 7, 4, "", 0);
    when_request_vote(s, 3, 5, 9, 4);

    assert_false(vote_reply(s)->vote_granted);
    t_u64_eq(s->raft->voted_for, 2);
}

static void fig2_rv2_newer_term_frees_the_vote(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .voted_for = 2});
    when_request_vote(s, 3, 6, 0, 0);

    assert_true(vote_reply(s)->vote_granted);
    t_u64_eq(s->effects.current_term, 6);
    t_u64_eq(s->effects.voted_for, 3);
}

/* Bug E5 (noraft #22, akka-raft #30): the length alone says nothing. */
static void sec541_up1_longer_log_of_older_term_loses(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 6, .log_terms = "1 1 5"});
    when_request_vote(s, 2, 6, /* last log */ 9, /* of term */ 4);

    assert_false(vote_reply(s)->vote_granted);
    t_u64_eq(declined(s, UP_1), 1);
    t_u64_eq(s->raft->voted_for, RAFT_NO_SERVER);
}

static void sec541_up1_shorter_log_of_newer_term_wins(void **state)
{
    struct test_server *s = *state;

    given(s,
          &(struct given){.current_term = 6, .log_terms = "1 1 4 4 4 4 4 4 4"});
    when_request_vote(s, 2, 6, /* last log */ 3, /* of term */ 5);

    assert_true(vote_reply(s)->vote_granted);
    t_u64_eq(fired(s, UP_1), 1);
}

static void sec541_up1_in_one_term_the_shorter_log_loses(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 6, .log_terms = "1 4 4"});
    when_request_vote(s, 2, 6, 2, 4);
    assert_false(vote_reply(s)->vote_granted);

    when_request_vote(s, 3, 6, 4, 4);
    assert_true(vote_reply(s)->vote_granted);
}

static void sec541_up1_equal_logs_are_up_to_date(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 6, .log_terms = "1 4 4"});
    when_request_vote(s, 2, 6, 3, 4);

    assert_true(vote_reply(s)->vote_granted);
}

static void sec541_up1_empty_log_loses_against_any_entry(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 1, .log_terms = "1"});
    when_request_vote(s, 2, 2, 0, 0);

    assert_false(vote_reply(s)->vote_granted);
    t_u64_eq(s->raft->current_term, 2); /* the term is learned all the same */
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_rv1_older_term_is_refused),
    T_SERVER(fig2_rv1_own_term_is_considered),
    T_SERVER(fig2_rv2_free_vote_is_granted),
    T_SERVER(fig2_rv2_vote_given_away_is_not_given_again),
    T_SERVER(fig2_rv2_same_candidate_asking_twice_is_granted),
    T_SERVER(fig2_rv2_candidate_has_voted_for_itself),
    T_SERVER(fig2_rv2_vote_survives_a_restart),
    T_SERVER(fig2_rv2_vote_outlives_stepping_down_in_its_term),
    T_SERVER(fig2_rv2_vote_for_another_outlives_a_failed_append),
    T_SERVER(fig2_rv2_newer_term_frees_the_vote),
    T_SERVER(sec541_up1_longer_log_of_older_term_loses),
    T_SERVER(sec541_up1_shorter_log_of_newer_term_wins),
    T_SERVER(sec541_up1_in_one_term_the_shorter_log_loses),
    T_SERVER(sec541_up1_equal_logs_are_up_to_date),
    T_SERVER(sec541_up1_empty_log_loses_against_any_entry),
};

T_MAIN(tests)
