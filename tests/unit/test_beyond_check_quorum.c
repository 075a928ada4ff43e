/* SPDX-License-Identifier: MIT
 *
 * test_beyond_check_quorum.c - beyond the paper: CheckQuorum (dissertation
 * 6.2) and reads under a lease (6.4.1).
 */
#include "tests/unit/core_harness.h"

static const struct raft_options quorum = {.check_quorum = true};
static const struct raft_options leases = {
    .stickiness = true, .check_quorum = true, .no_op = true, .lease = true};

/* A whole election time-out, heartbeat by heartbeat. */
static void when_time_passes(struct test_server *s, raft_server_id answering)
{
    for (uint32_t ticks = 0; ticks <= TEST_ELECTION_TICKS_MAX;
         ticks += TEST_HEARTBEAT_TICKS) {
        when_heartbeat_is_due(s);
        if (answering != RAFT_NO_SERVER) {
            when_append_succeeds(s, answering, 0);
        }
    }
}

static void d62_cq1_leader_nobody_answers_steps_down(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &quorum});
    for (int i = 0; i < 10 && s->raft->role == RAFT_LEADER; i++) {
        when_heartbeat_is_due(s);
        assert_true(s->raft->peer[1].ticks_silent <= TEST_ELECTION_TICKS_MAX);
    }
    t_u64_eq(fired(s, CQ_1), 1);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    t_u64_eq(s->raft->current_term, 5); /* and no vote is free again */
    t_u64_eq(s->raft->voted_for, 1);
    t_u64_eq(s->raft->leader_id, RAFT_NO_SERVER);
}

static void d62_cq1_majority_that_answers_keeps_it(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &quorum});
    for (int i = 0; i < 10; i++) {
        when_time_passes(s, 2);
        assert_int_equal(s->raft->role, RAFT_LEADER);
    }
}

static void d62_cq1_minority_that_answers_does_not(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .voter_count = 5,
                             .options = &quorum});
    when_time_passes(s, 2);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
}

static void d62_cq1_switched_off_it_leads_on(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_time_passes(s, RAFT_NO_SERVER);
    when_time_passes(s, RAFT_NO_SERVER);
    assert_int_equal(s->raft->role, RAFT_LEADER);
    t_u64_eq(declined(s, CQ_1), 0);
}

/* Its no-op, entry 1, committed and applied. */
static void given_leader_with_lease(struct test_server *s)
{
    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &leases});
    when_all_persisted(s);
    when_heartbeat_is_due(s);
    when_append_succeeds(s, 2, 1);
    when_applied(s);
    assert_true(raft_has_lease(s->raft));
}

static void d64_ls1_under_a_lease_reads_need_no_round(void **state)
{
    struct test_server *s = *state;

    given_leader_with_lease(s);
    when_read(s, 7, RAFT_READ_LEASE);
    t_u64_eq(fired(s, LS_1), 1);
    t_u64_eq(s->effects.message_count, 0);
    t_u64_eq(s->effects.read_count, 1);
    assert_true(s->effects.reads[0].confirmed);
}

static void d64_ls1_consistent_reads_always_take_one(void **state)
{
    struct test_server *s = *state;

    given_leader_with_lease(s);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    t_u64_eq(s->effects.read_count, 0);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, RAFT_NO_SERVER), 2);
}

/* Under 0.8 of the minimum election time-out, from when the round was sent. */
static void d64_ls1_lease_runs_out(void **state)
{
    struct test_server *s = *state;

    given_leader_with_lease(s);
    for (uint32_t i = 0; i < TEST_ELECTION_TICKS_MIN * 8 / 10; i++) {
        when_ticks(s, 1);
    }
    assert_int_equal(s->raft->role, RAFT_LEADER);
    assert_false(raft_has_lease(s->raft));
    when_read(s, 7, RAFT_READ_LEASE);
    t_u64_eq(declined(s, LS_1), 1);
    t_u64_eq(s->effects.read_count, 0); /* falls back to a round */
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, RAFT_NO_SERVER), 2);
}

/* Not from when the answer came: it may have been on its way for long. */
static void d64_ls1_lease_counts_from_the_sending(void **state)
{
    struct test_server *s = *state;

    given_leader_with_lease(s);
    when_heartbeat_is_due(s);
    const struct raft_message old = *sent(s, RAFT_APPEND_ENTRIES, 2);
    for (uint32_t i = 0; i < TEST_ELECTION_TICKS_MIN; i++) {
        when_ticks(s, 1);
    }
    when_answered(s, 2, &old);
    assert_false(raft_has_lease(s->raft));
}

static void d64_ls1_minority_gives_no_lease(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .voter_count = 5,
                             .options = &leases});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_append_succeeds(s, 3, 1);
    t_u64_eq(s->raft->commit_index, 1);
    assert_true(raft_has_lease(s->raft));
    for (uint32_t i = 0; i < TEST_ELECTION_TICKS_MIN; i++) {
        when_ticks(s, 1);
        when_append_succeeds(s, 2, 1);
    }
    assert_false(raft_has_lease(s->raft));
}

/* Nothing of its term is committed yet: bug Q1 under a lease. */
static void d64_ls1_no_lease_before_an_entry_of_the_term(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &leases});
    when_append_succeeds(s, 2, 0);
    when_append_succeeds(s, 3, 0);
    assert_false(raft_has_lease(s->raft));
}

/* Bug Q5 (raft-rs #234): the order to stand may arrive at any time. */
static void d64_ls1_transfer_ends_the_lease_of_the_term(void **state)
{
    struct test_server *s = *state;

    given_leader_with_lease(s);
    when_transfer(s, 2);
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, 2), 1);
    assert_false(raft_has_lease(s->raft));
    for (uint32_t i = 0; i <= TEST_ELECTION_TICKS_MAX; i++) {
        when_ticks(s, 1);
        when_append_succeeds(s, 2, 1);
    }
    t_u64_eq(s->raft->transfer_to, RAFT_NO_SERVER); /* given up */
    assert_false(raft_has_lease(s->raft));
}

/* ... and from the moment it starts, when the target still lacks entries. */
static void d64_ls1_transfer_under_way_means_no_lease(void **state)
{
    struct test_server *s = *state;

    given_leader_with_lease(s);
    when_transfer(s, 3);
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, RAFT_NO_SERVER), 0);
    assert_false(raft_has_lease(s->raft));
}

static void d64_ls1_next_leadership_may_have_one_again(void **state)
{
    struct test_server *s = *state;

    given_leader_with_lease(s);
    when_transfer(s, 2);
    when_append_entries(s, 2, 6, 0, 0, "", 0);
    when_election_times_out(s);
    when_all_persisted(s);
    when_vote(s, 3, 7, true);
    assert_int_equal(s->raft->role, RAFT_LEADER);
    when_all_persisted(s);
    when_append_succeeds(s, 2, raft_log_last_index(&s->raft->log));
    assert_true(raft_has_lease(s->raft));
}

static void d64_ls1_requests_carry_the_time_of_their_sending(void **state)
{
    struct test_server *s = *state;

    given_leader_with_lease(s);
    for (int i = 0; i < 5; i++) {
        when_heartbeat_is_due(s);
        t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 3)->append_entries.sent_tick,
                 s->raft->now);
    }
}

/* It may have promised, before the crash, not to vote for anybody. */
static void d64_ls2_restarted_server_holds_its_vote_back(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .options = &leases});
    raft_destroy(s->raft);
    s->raft = raft_create(&s->settings);
    when(s, &(struct raft_input){
                .type = RAFT_IN_START,
                .start = {.current_term = 5, .initial_config = &s->config}});
    t_u64_eq(fired(s, LS_2), 1);
    when_ticks(s, TEST_ELECTION_TICKS_MIN - 1);
    when_request_vote(s, 2, 6, 0, 0);
    t_u64_eq(s->effects.message_count, 0);
    t_u64_eq(s->raft->current_term, 5);

    when_ticks(s, 1);
    when_request_vote(s, 2, 7, 0, 0);
    assert_true(vote_reply(s)->vote_granted);
}

static void d64_ls2_new_server_has_promised_nothing(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.options = &leases});
    t_u64_eq(fired(s, LS_2), 0);
    when_request_vote(s, 2, 1, 0, 0);
    assert_true(vote_reply(s)->vote_granted);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(d62_cq1_leader_nobody_answers_steps_down),
    T_SERVER(d62_cq1_majority_that_answers_keeps_it),
    T_SERVER(d62_cq1_minority_that_answers_does_not),
    T_SERVER(d62_cq1_switched_off_it_leads_on),
    T_SERVER(d64_ls1_under_a_lease_reads_need_no_round),
    T_SERVER(d64_ls1_consistent_reads_always_take_one),
    T_SERVER(d64_ls1_lease_runs_out),
    T_SERVER(d64_ls1_lease_counts_from_the_sending),
    T_SERVER(d64_ls1_minority_gives_no_lease),
    T_SERVER(d64_ls1_no_lease_before_an_entry_of_the_term),
    T_SERVER(d64_ls1_transfer_ends_the_lease_of_the_term),
    T_SERVER(d64_ls1_transfer_under_way_means_no_lease),
    T_SERVER(d64_ls1_next_leadership_may_have_one_again),
    T_SERVER(d64_ls1_requests_carry_the_time_of_their_sending),
    T_SERVER(d64_ls2_restarted_server_holds_its_vote_back),
    T_SERVER(d64_ls2_new_server_has_promised_nothing),
};

T_MAIN(tests)
