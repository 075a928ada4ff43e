/* SPDX-License-Identifier: MIT
 *
 * test_sec6_joint_quorums.c - section 6: under C_old,new both majorities decide
 * on everything: votes, commits, reads, leases, and whether a leader still is
 * one. Learners decide on nothing.
 */
#include "tests/unit/core_harness.h"

enum { MIN = TEST_ELECTION_TICKS_MIN, MAX = TEST_ELECTION_TICKS_MAX };

/* A leader of 1 2 3 in term 5 that has begun to replace 2 and 3 by 4 and 5;
 * C_old,new is entry 2 and on every disk but not committed. */
static void given_joint_leader(struct test_server *s,
                               const struct raft_options *options)
{
    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = options});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_change(s, 7, "1 4 5");
    when_all_persisted(s);
    then_config_is(s->raft, "1b 2o 3o 4n 5n *");
}

/* ---- Counting ------------------------------------------------------------ */

/* By the book: the highest value that most of C_old and most of C_new have. */
static uint64_t counted(const struct raft_config *config,
                        const uint64_t values[])
{
    for (uint64_t value = 2; value > 0; value--) {
        size_t voters_of[2] = {0, 0};
        size_t reached[2] = {0, 0};

        for (size_t i = 0; i < config->member_count; i++) {
            const struct raft_member *m = &config->members[i];

            voters_of[0] += m->in_old ? 1 : 0;
            voters_of[1] += m->in_new ? 1 : 0;
            reached[0] += m->in_old && values[i] >= value ? 1 : 0;
            reached[1] += m->in_new && values[i] >= value ? 1 : 0;
        }
        if (2 * reached[0] > voters_of[0] &&
            (!config->is_joint || 2 * reached[1] > voters_of[1])) {
            return value;
        }
    }
    return 0;
}

/* Bug M6 (camunda #57387): every part that 5 members can play, and every
 * index of 0, 1 and 2 that each can have reached. */
static void sec6_mb5_commits_count_every_part_rightly(void **state)
{
    (void)state;
    for (uint32_t parts = 0; parts < 1u << 10; parts++) {
        struct raft_config config = voters(5);

        for (size_t i = 0; i < 5; i++) {
            config.members[i].in_old = ((parts >> (2 * i)) & 1) != 0;
            config.members[i].in_new = ((parts >> (2 * i)) & 2) != 0;
            config.is_joint = config.is_joint || config.members[i].in_new;
        }
        for (uint32_t reached = 0; reached < 3 * 3 * 3 * 3 * 3; reached++) {
            uint64_t values[RAFT_MAX_SLOTS] = {0};
            uint32_t left = reached;

            for (size_t i = 0; i < 5; i++, left /= 3) {
                values[i] = left % 3;
            }
            t_u64_eq(raft_quorum_value(&config, values),
                     counted(&config, values));
        }
    }
}

/* ---- Votes --------------------------------------------------------------- */

static void sec6_mb5_joint_candidate_needs_most_of_c_new(void **state)
{
    struct test_server *s = *state;

    given_joint_leader(s, &(struct raft_options){.no_op = true});
    when_vote(s, 3, 6, false); /* deposed; stands again */
    when_election_times_out(s);
    t_u64_eq(sent_count(s, RAFT_REQUEST_VOTE, RAFT_NO_SERVER), 4);
    when_all_persisted(s);
    when_vote(s, 2, 7, true);
    when_vote(s, 3, 7, true);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    when_vote(s, 4, 7, true);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

static void learner_is_not_asked_and_its_vote_does_not_count(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(5);

    config.members[3].in_old = config.members[4].in_old = false;
    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 4, .config = &config});
    t_u64_eq(sent_count(s, RAFT_REQUEST_VOTE, RAFT_NO_SERVER), 2);
    when_all_persisted(s);
    when_vote(s, 4, 4, true);
    when_vote(s, 5, 4, true);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    when_vote(s, 3, 4, true);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

/* Bug M5 (camunda #57386): what the voter's own configuration says of the
 * candidate, or of the voter, is no reason. */
static void fig2_rv2_configuration_is_no_reason_to_refuse(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(3);
    const struct raft_config nobody = {0};

    given(s, &(struct given){.current_term = 4});
    when_request_vote(s, 9, 5, 0, 0); /* 9 is in no configuration of ours */
    assert_true(vote_reply(s)->vote_granted);

    config.members[0].in_old = false; /* we are a learner */
    given(s, &(struct given){.current_term = 4, .config = &config});
    when_request_vote(s, 2, 5, 0, 0);
    assert_true(vote_reply(s)->vote_granted);

    given(s, &(struct given){.current_term = 4, .config = &nobody});
    when_request_vote(s, 2, 5, 0, 0);
    assert_true(vote_reply(s)->vote_granted);
}

/* ---- Is the leader still one? -------------------------------------------- */

static void d62_cq1_joint_leader_must_hear_both(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.no_op = true, .check_quorum = true};

    given_joint_leader(s, &options);
    for (int i = 0; i < 5; i++) {
        when_append_succeeds(s, 2, 2);
        when_append_succeeds(s, 3, 1);
        assert_int_equal(s->raft->role, RAFT_LEADER);
        when_ticks(s, MIN);
        if (s->raft->role != RAFT_LEADER) {
            break;
        }
    }
    t_u64_eq(fired(s, CQ_1), 1); /* nobody of C_new but itself */
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_UNKNOWN);

    given_joint_leader(s, &options);
    for (int i = 0; i < 5; i++) {
        when_append_succeeds(s, 2, 1);
        when_append_succeeds(s, 5, 1);
        when_ticks(s, MIN);
        t_u64_eq(fired(s, CQ_1), 0);
    }
}

/* The new ones are given time to be heard from. */
static void d62_cq1_new_voters_are_not_silent_from_the_start(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.no_op = true, .check_quorum = true};

    given_joint_leader(s, &options);
    when_ticks(s, MAX - 1);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

static void d62_cq1_silent_learner_deposes_nobody(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {
        .no_op = true, .check_quorum = true, .catch_up_rounds = 10};

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &options});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_change(s, 7, "1 2 3 4 5 6");
    for (int i = 0; i < 10; i++) {
        when_append_succeeds(s, 2, 1);
        when_ticks(s, MIN);
    }
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

/* A leader outside C_new does not hear itself. */
static void d62_cq1_leader_outside_c_new_is_no_quorum(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.no_op = true, .check_quorum = true};

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .voter_count = 2,
                             .options = &options});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_change(s, 7, "2");
    when_all_persisted(s);
    when_append_succeeds(s, 2, 2);
    then_config_is(s->raft, "2o *");
    when_ticks(s, MAX);
    t_u64_eq(fired(s, CQ_1), 1);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
}

/* ---- Reads --------------------------------------------------------------- */

static void sec8_cl4_read_under_joint_waits_for_both(void **state)
{
    struct test_server *s = *state;

    given_joint_leader(s, &(struct raft_options){.no_op = true});
    when_applied(s);
    when_read(s, 9, RAFT_READ_CONSISTENT);
    when_append_succeeds(s, 2, 1);
    when_append_succeeds(s, 3, 1);
    t_u64_eq(s->effects.read_count, 0);
    t_u64_eq(declined(s, CL_4), 1);
    when_append_succeeds(s, 5, 0);
    t_u64_eq(s->effects.read_count, 1);
    assert_true(s->effects.reads[0].confirmed);
}

static void d64_ls1_lease_under_joint_is_given_by_both(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {
        .no_op = true, .stickiness = true, .lease = true};

    given_joint_leader(s, &options);
    when_append_succeeds(s, 2, 1); /* confirms what C_old can confirm */
    when_append_succeeds(s, 3, 1);
    assert_false(raft_has_lease(s->raft));
    when_append_succeeds(s, 4, 1);
    assert_true(raft_has_lease(s->raft));
    when_ticks(s, MIN); /* too long ago */
    assert_false(raft_has_lease(s->raft));
    when_append_succeeds(s, 4, 1);
    when_append_succeeds(s, 5, 1); /* all of C_new */
    assert_false(raft_has_lease(s->raft));
}

static void d64_ls1_leader_outside_c_new_gives_itself_none(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {
        .no_op = true, .stickiness = true, .lease = true};

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &options});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_change(s, 7, "2 3");
    when_all_persisted(s);
    when_append_succeeds(s, 2, 2);
    when_append_succeeds(s, 3, 2);
    then_config_is(s->raft, "2o 3o *");
    assert_true(raft_has_lease(s->raft)); /* 2 and 3 have just answered */
    when_ticks(s, MIN);
    when_append_succeeds(s, 2, 2); /* one of two */
    assert_false(raft_has_lease(s->raft));
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec6_mb5_commits_count_every_part_rightly),
    T_SERVER(sec6_mb5_joint_candidate_needs_most_of_c_new),
    T_SERVER(learner_is_not_asked_and_its_vote_does_not_count),
    T_SERVER(fig2_rv2_configuration_is_no_reason_to_refuse),
    T_SERVER(d62_cq1_joint_leader_must_hear_both),
    T_SERVER(d62_cq1_new_voters_are_not_silent_from_the_start),
    T_SERVER(d62_cq1_silent_learner_deposes_nobody),
    T_SERVER(d62_cq1_leader_outside_c_new_is_no_quorum),
    T_SERVER(sec8_cl4_read_under_joint_waits_for_both),
    T_SERVER(d64_ls1_lease_under_joint_is_given_by_both),
    T_SERVER(d64_ls1_leader_outside_c_new_gives_itself_none),
};

T_MAIN(tests)
