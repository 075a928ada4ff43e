/* SPDX-License-Identifier: MIT
 *
 * test_fig2_candidates_begin.c - Figure 2, "Rules for Servers": an election
 * begins with a clean slate, wherever its candidate comes from.
 */
#include "tests/unit/core_harness.h"

/* Told by the leader to stand, it had one until now. */
static void fig2_cnd1_candidate_knows_no_leader(void **state)
{
    struct test_server *s = *state;
    struct raft_status status;

    given(s, &(struct given){.current_term = 4});
    when_append_entries(s, 2, 4, 0, 0, "", 0);
    when_message(s,
                 &(struct raft_message){
                     .type = RAFT_TIMEOUT_NOW, .from = 2, .to = 1, .term = 4});
    t_u64_eq(fired(s, CND_1), 1);
    raft_status(s->raft, &status);
    t_u64_eq(status.leader_id, RAFT_NO_SERVER);

    when_append_entries(s, 3, 5, 0, 0, "", 0); /* another won the term */
    t_u64_eq(s->raft->leader_id, 3);
}

static void fig2_cnd1_election_ends_the_pre_vote(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.pre_vote = true};

    given(s, &(struct given){.current_term = 4, .options = &options});
    when_election_times_out(s);
    assert_true(s->raft->pre_voting);
    when_message(
        s, &(struct raft_message){.type = RAFT_REQUEST_VOTE_RESULT,
                                  .from = 2,
                                  .to = 1,
                                  .term = 4,
                                  .request_vote_result = {.vote_granted = true,
                                                          .asked_term = 5,
                                                          .pre_vote = true}});
    t_u64_eq(fired(s, CND_1), 1);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    assert_false(s->raft->pre_voting);
}

static void fig2_cnd1_votes_of_the_last_term_are_forgotten(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 5, .voter_count = 5});
    when_all_persisted(s);
    when_vote(s, 2, 5, true); /* two of five */
    when_election_times_out(s);
    t_u64_eq(fired(s, CND_1), 1);
    when_vote(s, 3, 6, true);
    when_all_persisted(s); /* two of five again */
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_cnd1_candidate_knows_no_leader),
    T_SERVER(fig2_cnd1_election_ends_the_pre_vote),
    T_SERVER(fig2_cnd1_votes_of_the_last_term_are_forgotten),
};

T_MAIN(tests)
