/* SPDX-License-Identifier: MIT
 *
 * test_fig2_candidates.c - Figure 2, "Rules for Servers": candidates; and the
 * random time-outs of section 5.2.
 */
#include "tests/unit/core_harness.h"

static void fig2_cnd1_new_term_own_vote_and_requests_to_all(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 4, .voted_for = 3, .log_terms = "1 1 4"});
    when_election_times_out(s);

    t_u64_eq(fired(s, CND_1), 1);
    t_u64_eq(s->raft->current_term, 5);
    t_u64_eq(s->raft->voted_for, 1);
    t_u64_eq(s->effects.current_term, 5);
    t_u64_eq(s->effects.voted_for, 1);
    assert_true(s->raft->election_ticks_left >= TEST_ELECTION_TICKS_MIN);
    t_u64_eq(s->effects.message_count, 2);
    for (raft_server_id to = 2; to <= 3; to++) {
        const struct raft_message *m = sent(s, RAFT_REQUEST_VOTE, to);

        t_u64_eq(m->term, 5);
        t_u64_eq(m->request_vote.candidate_id, 1);
        t_u64_eq(m->request_vote.last_log_index, 3);
        t_u64_eq(m->request_vote.last_log_term, 4);
        assert_false(m->request_vote.pre_vote);
    }
}

static void fig2_cnd1_learners_are_not_asked(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(4);

    config.members[3].in_old = false;
    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 1, .config = &config});
    t_u64_eq(sent_count(s, RAFT_REQUEST_VOTE, 4), 0);
    t_u64_eq(sent_count(s, RAFT_REQUEST_VOTE, RAFT_NO_SERVER), 2);
}

static void fig2_cnd2_majority_makes_a_leader(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 5, .voter_count = 5});
    when_all_persisted(s); /* its own vote */
    when_vote(s, 2, 5, true);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    t_u64_eq(declined(s, CND_2), 1);

    when_vote(s, 4, 5, true);
    assert_int_equal(s->raft->role, RAFT_LEADER);
    t_u64_eq(fired(s, CND_2), 1);
    t_u64_eq(s->raft->leader_id, 1);
    t_u64_eq(s->raft->election_ticks_left, 0); /* it waits for nobody */
}

/* Bug E1 (xraft #27, akka-raft #45): voters are counted, not votes. */
static void fig2_cnd2_one_voter_counts_once(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 5, .voter_count = 5});
    when_all_persisted(s);
    for (int i = 0; i < 5; i++) {
        when_vote(s, 2, 5, true);
    }
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
}

/* Bug E2 (little-raft #44). */
static void fig2_cnd2_vote_of_an_earlier_term_does_not_count(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 1});
    when_election_times_out(s);
    t_u64_eq(s->raft->current_term, 2);
    when_all_persisted(s);
    when_vote(s, 2, /* term */ 1, true);

    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
}

/* The voter may have gone on since: the answer names what was asked. */
static void fig2_cnd2_vote_asked_for_earlier_does_not_count(void **state)
{
    struct test_server *s = *state;
    struct raft_message m = {
        .type = RAFT_REQUEST_VOTE_RESULT,
        .from = 2,
        .to = 1,
        .term = 2,
        .request_vote_result = {.vote_granted = true, .asked_term = 1}};

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 2});
    when_all_persisted(s);
    when_message(s, &m);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);

    m.request_vote_result.asked_term = 2;
    when_message(s, &m);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

static void fig2_cnd2_refusals_and_strangers_do_not_count(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(4);

    config.members[3].in_old = false;
    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 5, .config = &config});
    when_all_persisted(s);
    when_vote(s, 2, 5, false);
    when_vote(s, 77, 5, true); /* no member */
    when_vote(s, 4, 5, true);  /* a learner */
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
}

static void fig2_cnd2_answer_to_a_pre_vote_is_no_vote(void **state)
{
    struct test_server *s = *state;
    const struct raft_message m = {.type = RAFT_REQUEST_VOTE_RESULT,
                                   .from = 2,
                                   .to = 1,
                                   .term = 5,
                                   .request_vote_result = {.vote_granted = true,
                                                           .asked_term = 5,
                                                           .pre_vote = true}};

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    when_all_persisted(s);
    when_message(s, &m);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
}

static void fig2_cnd3_leader_of_the_term_is_followed(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    when_append_entries(s, 3, 5, 0, 0, "", 0);

    t_u64_eq(fired(s, CND_3), 1);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    t_u64_eq(s->raft->leader_id, 3);
    t_u64_eq(s->raft->current_term, 5);
    assert_true(append_reply(s)->success);
}

static void fig2_cnd3_leader_of_an_older_term_is_not(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    when_append_entries(s, 3, 4, 0, 0, "", 0);

    t_u64_eq(fired(s, CND_3), 0);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
}

static void fig2_cnd4_split_vote_leads_to_a_new_election(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    when_vote(s, 2, 5, false);
    when_election_times_out(s);

    t_u64_eq(fired(s, CND_4), 1);
    t_u64_eq(fired(s, CND_1), 1);
    t_u64_eq(s->raft->current_term, 6);
    t_u64_eq(sent_count(s, RAFT_REQUEST_VOTE, RAFT_NO_SERVER), 2);
}

/* Votes of the lost election must not be carried into the next. */
static void fig2_cnd4_votes_start_again_from_nothing(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 5, .voter_count = 5});
    when_all_persisted(s);
    when_vote(s, 2, 5, true);
    when_election_times_out(s);
    when_all_persisted(s);
    when_vote(s, 3, 6, true);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);

    when_vote(s, 4, 6, true);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

static void fig2_cnd4_not_before_the_time_is_up(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    when_ticks(s, TEST_ELECTION_TICKS_MIN - 1);

    t_u64_eq(fired(s, CND_4), 0);
    t_u64_eq(s->raft->current_term, 5);
}

/* All of min..max occur, nothing else does, and no two in a row for long. */
static void sec52_rt1_timeouts_come_from_the_whole_range(void **state)
{
    struct test_server *s = *state;
    size_t drawn[TEST_ELECTION_TICKS_MAX + 1] = {0};

    given(s, &(struct given){.current_term = 1});
    for (int i = 0; i < 1000; i++) {
        when_append_entries(s, 2, 1, 0, 0, "", 0);
        t_u64_eq(fired(s, RT_1), 1);
        const uint32_t ticks = s->raft->election_ticks_left;

        assert_true(ticks >= TEST_ELECTION_TICKS_MIN);
        assert_true(ticks <= TEST_ELECTION_TICKS_MAX);
        drawn[ticks]++;
    }
    for (size_t i = TEST_ELECTION_TICKS_MIN; i <= TEST_ELECTION_TICKS_MAX;
         i++) {
        assert_true(drawn[i] > 1000 / 11 / 2);
    }
}

/* Bug E13 (hashicorp cda1ee8): one seed for all must not mean one draw. */
static void sec52_rt1_servers_of_one_seed_draw_differently(void **state)
{
    struct test_server *s = *state;
    size_t different = 0;

    for (uint64_t seed = 0; seed < 100; seed++) {
        uint32_t ticks[2] = {0};

        given(s, &(struct given){.current_term = 1}); /* fills in settings */
        for (size_t i = 0; i < 2; i++) {
            raft_destroy(s->raft);
            s->settings.random_seed = seed;
            s->settings.id = i + 1;
            s->raft = raft_create(&s->settings);
            when(s,
                 &(struct raft_input){.type = RAFT_IN_START,
                                      .start = {.initial_config = &s->config}});
            ticks[i] = s->raft->election_ticks_left;
        }
        different += ticks[0] != ticks[1] ? 1 : 0;
    }
    assert_true(different >= 80); /* 10 of 11 when drawn independently */
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_cnd1_new_term_own_vote_and_requests_to_all),
    T_SERVER(fig2_cnd1_learners_are_not_asked),
    T_SERVER(fig2_cnd2_majority_makes_a_leader),
    T_SERVER(fig2_cnd2_one_voter_counts_once),
    T_SERVER(fig2_cnd2_vote_of_an_earlier_term_does_not_count),
    T_SERVER(fig2_cnd2_vote_asked_for_earlier_does_not_count),
    T_SERVER(fig2_cnd2_refusals_and_strangers_do_not_count),
    T_SERVER(fig2_cnd2_answer_to_a_pre_vote_is_no_vote),
    T_SERVER(fig2_cnd3_leader_of_the_term_is_followed),
    T_SERVER(fig2_cnd3_leader_of_an_older_term_is_not),
    T_SERVER(fig2_cnd4_split_vote_leads_to_a_new_election),
    T_SERVER(fig2_cnd4_votes_start_again_from_nothing),
    T_SERVER(fig2_cnd4_not_before_the_time_is_up),
    T_SERVER(sec52_rt1_timeouts_come_from_the_whole_range),
    T_SERVER(sec52_rt1_servers_of_one_seed_draw_differently),
};

T_MAIN(tests)
