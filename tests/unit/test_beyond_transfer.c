/* SPDX-License-Identifier: MIT
 *
 * test_beyond_transfer.c - beyond the paper: handing over leadership
 * (dissertation 3.10).
 */
#include "tests/unit/core_harness.h"

static void when_timeout_now(struct test_server *s, raft_server_id from,
                             raft_term term)
{
    const struct raft_message m = {
        .type = RAFT_TIMEOUT_NOW, .from = from, .to = 1, .term = term};
    when_message(s, &m);
}

static void d310_tr1_target_that_has_all_is_told_at_once(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 4"});
    when_append_succeeds(s, 2, 2);
    when_transfer(s, 2);

    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(fired(s, TR_1), 1);
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, 2), 1);
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, RAFT_NO_SERVER), 1);
}

static void d310_tr1_target_is_brought_up_to_date_first(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 4"});
    when_transfer(s, 2);
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, RAFT_NO_SERVER), 0);
    when_append_succeeds(s, 3, 2); /* not the target */
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, RAFT_NO_SERVER), 0);
    when_append_succeeds(s, 2, 1); /* not all */
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, RAFT_NO_SERVER), 0);

    when_append_succeeds(s, 2, 2);
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, 2), 1);
}

static void d310_tr1_no_requests_are_taken_meanwhile(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 4"});
    when_transfer(s, 2);
    when_proposed(s, 1, 8);
    assert_int_equal(s->error, RAFT_EBUSY);
    then_log_is(s, "1 4");
    when_transfer(s, 3);
    assert_int_equal(s->error, RAFT_EBUSY);
}

static void d310_tr1_target_has_an_election_timeout_to_catch_up(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 4"});
    when_transfer(s, 2);
    when_ticks(s, TEST_ELECTION_TICKS_MAX - 1);
    when_append_succeeds(s, 2, 2);
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, 2), 1);
}

static void d310_tr1_without_a_name_the_most_up_to_date_is_chosen(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 4"});
    when_append_succeeds(s, 3, 2);
    when_transfer(s, RAFT_NO_SERVER);
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, 3), 1);
}

/* Whatever slot it has, and learners do not count. */
static void d310_tr1_the_most_up_to_date_voter_is_chosen(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(4);

    config.members[3].in_old = false;
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 4",
                             .config = &config});
    when_append_succeeds(s, 2, 1);
    when_append_succeeds(s, 3, 0);
    when_append_succeeds(s, 4, 2);
    when_transfer(s, RAFT_NO_SERVER);
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(s->raft->transfer_to, 2);
}

/* The one that is up to date but dead would only cost time. */
static void d310_tr1_silent_servers_are_not_chosen(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 4"});
    when_append_succeeds(s, 3, 2);
    for (uint32_t i = 0; i < TEST_ELECTION_TICKS_MIN; i++) {
        when_ticks(s, 1);
        when_append_succeeds(s, 2, 1);
    }
    when_transfer(s, RAFT_NO_SERVER);
    t_u64_eq(s->raft->transfer_to, 2);

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 4"});
    when_ticks(s, TEST_ELECTION_TICKS_MIN);
    when_transfer(s, RAFT_NO_SERVER);
    assert_int_equal(s->error, RAFT_EBUSY);
    t_u64_eq(s->raft->transfer_to, RAFT_NO_SERVER);
}

static void d310_tr1_only_another_voter_can_be_the_target(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(4);
    const raft_server_id bad[] = {1, 4, 77};

    config.members[3].in_old = false;
    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .config = &config});
    for (size_t i = 0; i < 3; i++) {
        when_transfer(s, bad[i]);
        assert_int_equal(s->error, RAFT_EINVALID);
        t_u64_eq(fired(s, TR_1), 0);
    }
    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .voter_count = 1});
    when_transfer(s, RAFT_NO_SERVER); /* nobody to hand over to */
    assert_int_equal(s->error, RAFT_EBUSY);
}

static void d310_tr2_target_stands_at_once(void **state)
{
    struct test_server *s = *state;
    struct raft_options options = {.pre_vote = true, .stickiness = true};

    given(s, &(struct given){.current_term = 5, .options = &options});
    when_append_entries(s, 2, 5, 0, 0, "", 0);
    when_timeout_now(s, 2, 5);

    t_u64_eq(fired(s, TR_2), 1);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    t_u64_eq(s->raft->current_term, 6);
    assert_true(sent(s, RAFT_REQUEST_VOTE, 3)->request_vote.by_transfer);
    assert_false(sent(s, RAFT_REQUEST_VOTE, 3)->request_vote.pre_vote);
}

static void d310_tr2_its_requests_override_stickiness(void **state)
{
    struct test_server *s = *state;
    const struct raft_options sticky = {.stickiness = true};
    struct raft_message m = {.type = RAFT_REQUEST_VOTE,
                             .from = 3,
                             .to = 1,
                             .term = 6,
                             .request_vote = {.candidate_id = 3,
                                              .asked_term = 6,
                                              .by_transfer = true}};

    given(s, &(struct given){.current_term = 5, .options = &sticky});
    when_append_entries(s, 2, 5, 0, 0, "", 0);
    when_message(s, &m);
    assert_true(vote_reply(s)->vote_granted);
}

/* Bug E16 (etcd-raft db54973), and late or repeated orders. */
static void d310_tr2_not_for_everyone_and_not_for_ever(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(3);

    config.members[0].in_old = false;
    given(s, &(struct given){.current_term = 5, .config = &config});
    when_timeout_now(s, 2, 5);
    t_u64_eq(fired(s, TR_2), 0);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);

    given(s, &(struct given){.current_term = 5});
    when_timeout_now(s, 2, /* an older term */ 4);
    t_u64_eq(fired(s, TR_2), 0);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_timeout_now(s, 2, 5);
    t_u64_eq(fired(s, TR_2), 0);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

static void d310_tr3_too_long_and_the_leader_leads_on(void **state)
{
    struct test_server *s = *state;
    struct raft_status status;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_transfer(s, 2);
    when_ticks(s, TEST_ELECTION_TICKS_MAX - 1);
    t_u64_eq(fired(s, TR_3), 0);
    raft_status(s->raft, &status);
    assert_true(status.transferring);
    when_ticks(s, 1);
    t_u64_eq(fired(s, TR_3), 1);
    when_ticks(s, 1);
    t_u64_eq(fired(s, TR_3), 0); /* there is none any more */

    when_proposed(s, 1, 8);
    assert_int_equal(s->error, RAFT_OK);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

/* Bug E12 (redpanda #31547): nothing of it outlives the leadership. */
static void d310_tr3_deposed_leader_forgets_the_transfer(void **state)
{
    struct test_server *s = *state;
    struct raft_status status;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_transfer(s, 2);
    when_request_vote(s, 2, 6, 0, 0);
    assert_true(vote_reply(s)->vote_granted);
    raft_status(s->raft, &status);
    assert_false(status.transferring);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(d310_tr1_target_that_has_all_is_told_at_once),
    T_SERVER(d310_tr1_target_is_brought_up_to_date_first),
    T_SERVER(d310_tr1_no_requests_are_taken_meanwhile),
    T_SERVER(d310_tr1_target_has_an_election_timeout_to_catch_up),
    T_SERVER(d310_tr1_without_a_name_the_most_up_to_date_is_chosen),
    T_SERVER(d310_tr1_the_most_up_to_date_voter_is_chosen),
    T_SERVER(d310_tr1_silent_servers_are_not_chosen),
    T_SERVER(d310_tr1_only_another_voter_can_be_the_target),
    T_SERVER(d310_tr2_target_stands_at_once),
    T_SERVER(d310_tr2_its_requests_override_stickiness),
    T_SERVER(d310_tr2_not_for_everyone_and_not_for_ever),
    T_SERVER(d310_tr3_too_long_and_the_leader_leads_on),
    T_SERVER(d310_tr3_deposed_leader_forgets_the_transfer),
};

T_MAIN(tests)
