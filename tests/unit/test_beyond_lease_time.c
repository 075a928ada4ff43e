/* SPDX-License-Identifier: MIT
 *
 * test_beyond_lease_time.c - beyond the paper: how a server counts time, for
 * leases (dissertation 6.4.1) and stickiness (section 6).
 */
#include "tests/unit/core_harness.h"

static const struct raft_options sticky = {.stickiness = true};
static const struct raft_options leases = {
    .stickiness = true, .check_quorum = true, .no_op = true, .lease = true};

static void given_leader_with_lease(struct test_server *s)
{
    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &leases});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    assert_true(raft_has_lease(s->raft));
}

/* A server that was busy gets them in one piece. */
static void d64_ls1_many_ticks_at_once_end_a_lease_too(void **state)
{
    struct test_server *s = *state;

    given_leader_with_lease(s);
    when_ticks(s, TEST_ELECTION_TICKS_MIN * 8 / 10 - 2);
    assert_true(raft_has_lease(s->raft));

    given_leader_with_lease(s); /* one tick less than 0.8: not yet seen */
    when_ticks(s, TEST_ELECTION_TICKS_MIN * 8 / 10 - 1);
    assert_int_equal(s->raft->role, RAFT_LEADER);
    assert_false(raft_has_lease(s->raft));
}

static void d64_ls1_late_answer_takes_no_lease_back(void **state)
{
    struct test_server *s = *state;

    given_leader_with_lease(s);
    when_heartbeat_is_due(s);
    const struct raft_message older = *sent(s, RAFT_APPEND_ENTRIES, 2);

    when_heartbeat_is_due(s);
    const struct raft_message newer = *sent(s, RAFT_APPEND_ENTRIES, 2);

    when_answered(s, 2, &newer);
    when_answered(s, 2, &older);
    when_ticks(s, TEST_ELECTION_TICKS_MIN * 8 / 10 - TEST_HEARTBEAT_TICKS);
    assert_true(raft_has_lease(s->raft));
}

/* Equal servers stay equal: the exhaustive search lives on that. */
static void d64_ls1_without_leases_nothing_is_dated(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    const raft_tick before = s->raft->now;

    when_heartbeat_is_due(s);
    t_u64_eq(s->raft->now, before);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.sent_tick, before);
}

static void
d64_ls2_without_leases_a_restarted_server_votes_at_once(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &sticky});
    raft_destroy(s->raft);
    s->raft = raft_create(&s->settings);
    when(s, &(struct raft_input){
                .type = RAFT_IN_START,
                .start = {.current_term = 4, .initial_config = &s->config}});
    when_request_vote(s, 2, 5, 0, 0);
    t_u64_eq(fired(s, LS_2) + fired(s, MB_8), 0);
    assert_true(vote_reply(s)->vote_granted);
}

/* Its clock stands still: without this guard a lease would never end. */
static void d64_ls1_switched_off_such_reads_take_a_round(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.stickiness = true, .no_op = true};

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &options});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_applied(s);
    when_read(s, 7, RAFT_READ_LEASE);
    t_u64_eq(declined(s, LS_1), 1);
    t_u64_eq(s->effects.read_count, 0);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, RAFT_NO_SERVER), 2);
}

/* The count of silent ticks stops; it does not begin again. */
static void sec6_mb8_endless_silence_is_silence(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &sticky});
    when_append_entries(s, 2, 4, 0, 0, "", 0);
    when_ticks(s, UINT32_MAX);
    when_ticks(s, 1);
    when_request_vote(s, 3, 9, 0, 0);
    t_u64_eq(declined(s, MB_8), 1);
    assert_true(vote_reply(s)->vote_granted);
}

static void d62_cq1_endless_silence_deposes_the_leader(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.check_quorum = true};

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &options});
    when_ticks(s, 1);
    when_ticks(s, UINT32_MAX); /* would wrap to nothing */
    t_u64_eq(fired(s, CQ_1), 1);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(d64_ls1_many_ticks_at_once_end_a_lease_too),
    T_SERVER(d64_ls1_late_answer_takes_no_lease_back),
    T_SERVER(d64_ls1_without_leases_nothing_is_dated),
    T_SERVER(d64_ls1_switched_off_such_reads_take_a_round),
    T_SERVER(d64_ls2_without_leases_a_restarted_server_votes_at_once),
    T_SERVER(sec6_mb8_endless_silence_is_silence),
    T_SERVER(d62_cq1_endless_silence_deposes_the_leader),
};

T_MAIN(tests)
