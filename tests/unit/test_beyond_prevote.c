/* SPDX-License-Identifier: MIT
 *
 * test_beyond_prevote.c - beyond the paper: PreVote (dissertation 9.6).
 */
#include "tests/unit/core_harness.h"

static const struct raft_options pre_vote = {.pre_vote = true};
static const struct raft_options both = {.pre_vote = true, .stickiness = true};

static void when_pre_vote_answered(struct test_server *s, raft_server_id from,
                                   raft_term term, raft_term asked_term,
                                   bool vote_granted)
{
    const struct raft_message m = {
        .type = RAFT_REQUEST_VOTE_RESULT,
        .from = from,
        .to = 1,
        .term = term,
        .request_vote_result = {.vote_granted = vote_granted,
                                .asked_term = asked_term,
                                .pre_vote = true}};
    when_message(s, &m);
}

static void d96_pv1_server_asks_before_it_raises_its_term(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 4, .log_terms = "1 4", .options = &pre_vote});
    when_election_times_out(s);

    t_u64_eq(fired(s, PV_1), 1);
    t_u64_eq(s->raft->current_term, 4);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    assert_true(s->raft->pre_voting);
    t_u64_eq(s->effects.save_hard_state_seq, 0); /* nothing to save */
    const struct raft_message *m = sent(s, RAFT_REQUEST_VOTE, 3);
    assert_true(m->request_vote.pre_vote);
    t_u64_eq(m->term, 4);
    t_u64_eq(m->request_vote.asked_term, 5);
    t_u64_eq(m->request_vote.last_log_index, 2);
    t_u64_eq(m->request_vote.last_log_term, 4);
    t_u64_eq(m->needs_write, 0);
}

static void d96_pv1_cut_off_server_never_raises_its_term(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &pre_vote});
    for (int i = 0; i < 100; i++) {
        when_election_times_out(s);
    }
    t_u64_eq(s->raft->current_term, 4);
}

static void d96_pv1_lost_candidate_asks_again_first(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_CANDIDATE,
                             .current_term = 5,
                             .options = &pre_vote});
    when_election_times_out(s);
    assert_true(s->raft->pre_voting);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    t_u64_eq(s->raft->current_term, 5);
    t_u64_eq(s->raft->voted_for, 1); /* bug E3: the vote of the term stays */
}

/* It is on no disk and need not be: nothing is promised by it. */
static void d96_pv1_own_wish_counts_at_once(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &pre_vote});
    when_election_times_out(s);
    when_pre_vote_answered(s, 2, 4, 5, true); /* with ours two of three */
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
}

static void d96_pv1_alone_it_need_not_ask(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 4, .voter_count = 1, .options = &pre_vote});
    when_election_times_out(s);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    t_u64_eq(s->raft->current_term, 5);
}

static void d96_pv2_granted_for_a_newer_term_and_good_log(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4,
                             .voted_for = 3,
                             .log_terms = "1 4",
                             .options = &pre_vote});
    const uint32_t ticks_left = s->raft->election_ticks_left;
    when_pre_vote(s, 2, /* its term */ 4, 2, 4);

    t_u64_eq(fired(s, PV_2), 1);
    assert_true(vote_reply(s)->vote_granted);
    assert_true(vote_reply(s)->pre_vote);
    t_u64_eq(vote_reply(s)->asked_term, 5);
    t_u64_eq(s->raft->voted_for, 3); /* an opinion, not a vote */
    t_u64_eq(s->raft->election_ticks_left, ticks_left);
    t_u64_eq(s->effects.save_hard_state_seq, 0);
}

static void d96_pv2_denied_when_the_log_is_behind(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 4, .log_terms = "1 4", .options = &pre_vote});
    when_pre_vote(s, 2, 4, 1, 1);
    assert_false(vote_reply(s)->vote_granted);
    t_u64_eq(declined(s, PV_2), 1);
}

/* Bugs E8 and E9 (openraft #1796): the asker must learn our term by it. */
static void d96_pv2_denial_tells_the_newer_term(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 9, .options = &pre_vote});
    when_pre_vote(s, 2, 4, 9, 4);
    assert_false(vote_reply(s)->vote_granted);
    t_u64_eq(sent(s, RAFT_REQUEST_VOTE_RESULT, 2)->term, 9);

    given(s, &(struct given){.current_term = 4, .options = &pre_vote});
    when_election_times_out(s);
    when_pre_vote_answered(s, 2, 9, 5, false);
    t_u64_eq(s->raft->current_term, 9);
    assert_false(s->raft->pre_voting);
}

static void d96_pv2_not_while_a_leader_is_heard(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &both});
    when_append_entries(s, 3, 4, 0, 0, "", 0);
    when_pre_vote(s, 2, 4, 9, 4);
    t_u64_eq(fired(s, MB_8), 1);
    t_u64_eq(s->effects.message_count, 0);
}

static void d96_pv3_majority_starts_the_real_election(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 4, .voter_count = 5, .options = &pre_vote});
    when_election_times_out(s);
    when_pre_vote_answered(s, 2, 4, 5, true);
    t_u64_eq(declined(s, PV_3), 1);
    assert_true(s->raft->pre_voting);

    when_pre_vote_answered(s, 3, 4, 5, true);
    t_u64_eq(fired(s, PV_3), 1);
    t_u64_eq(fired(s, CND_1), 1);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    t_u64_eq(s->raft->current_term, 5);
    assert_false(sent(s, RAFT_REQUEST_VOTE, 4)->request_vote.pre_vote);
}

/* Bug E1 again: a wish counts once, and no wish is a vote. */
static void d96_pv3_one_voter_counts_once(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 4, .voter_count = 5, .options = &pre_vote});
    when_election_times_out(s);
    for (int i = 0; i < 5; i++) {
        when_pre_vote_answered(s, 2, 4, 5, true);
        when_pre_vote_answered(s, 77, 4, 5, true);
        when_pre_vote_answered(s, 3, 4, 5, false);
    }
    assert_true(s->raft->pre_voting);
}

static void d96_pv3_wishes_are_not_votes_of_the_election(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 4, .voter_count = 5, .options = &pre_vote});
    when_election_times_out(s);
    when_pre_vote_answered(s, 2, 4, 5, true);
    when_pre_vote_answered(s, 3, 4, 5, true);
    when_all_persisted(s);
    when_vote(s, 2, 5, true);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE); /* two of five */
}

static void d96_pv3_answer_to_an_earlier_question_does_not_count(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &pre_vote});
    when_election_times_out(s);
    when_pre_vote_answered(s, 2, 4, /* asked */ 4, true);
    assert_true(s->raft->pre_voting);
}

static void d96_pv1_word_from_a_leader_ends_it(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &pre_vote});
    when_election_times_out(s);
    when_append_entries(s, 3, 4, 0, 0, "", 0);
    assert_false(s->raft->pre_voting);
    when_pre_vote_answered(s, 2, 4, 5, true);
    when_pre_vote_answered(s, 3, 4, 5, true);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    t_u64_eq(s->raft->leader_id, 3);
}

/* Only an opinion is asked for: it need not wait for a vote being written. */
static void d96_pv1_question_waits_for_no_write(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &pre_vote});
    when_request_vote(s, 2, 4, 0, 0);
    assert_true(s->effects.save_hard_state_seq > 0);
    when_election_times_out(s);
    t_u64_eq(sent(s, RAFT_REQUEST_VOTE, 2)->needs_write, 0);
}

static void d96_pv1_round_begins_anew(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 4, .voter_count = 5, .options = &pre_vote});
    when_append_entries(s, 3, 4, 0, 0, "", 0);
    when_election_times_out(s);
    t_u64_eq(s->raft->leader_id, RAFT_NO_SERVER);
    assert_true(s->raft->election_ticks_left >= TEST_ELECTION_TICKS_MIN);
    when_pre_vote_answered(s, 2, 4, 5, true);
    when_election_times_out(s);
    when_pre_vote_answered(s, 3, 4, 5, true);
    assert_true(s->raft->pre_voting); /* two of five in either round */
}

static void d96_pv1_granting_a_vote_ends_it(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &pre_vote});
    when_election_times_out(s);
    when_request_vote(s, 2, 4, 0, 0);
    assert_true(vote_reply(s)->vote_granted);
    assert_false(s->raft->pre_voting);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(d96_pv1_server_asks_before_it_raises_its_term),
    T_SERVER(d96_pv1_cut_off_server_never_raises_its_term),
    T_SERVER(d96_pv1_lost_candidate_asks_again_first),
    T_SERVER(d96_pv1_own_wish_counts_at_once),
    T_SERVER(d96_pv1_alone_it_need_not_ask),
    T_SERVER(d96_pv2_granted_for_a_newer_term_and_good_log),
    T_SERVER(d96_pv2_denied_when_the_log_is_behind),
    T_SERVER(d96_pv2_denial_tells_the_newer_term),
    T_SERVER(d96_pv2_not_while_a_leader_is_heard),
    T_SERVER(d96_pv3_majority_starts_the_real_election),
    T_SERVER(d96_pv3_one_voter_counts_once),
    T_SERVER(d96_pv3_wishes_are_not_votes_of_the_election),
    T_SERVER(d96_pv3_answer_to_an_earlier_question_does_not_count),
    T_SERVER(d96_pv1_word_from_a_leader_ends_it),
    T_SERVER(d96_pv1_question_waits_for_no_write),
    T_SERVER(d96_pv1_round_begins_anew),
    T_SERVER(d96_pv1_granting_a_vote_ends_it),
};

T_MAIN(tests)
