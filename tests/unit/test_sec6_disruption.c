/* SPDX-License-Identifier: MIT
 *
 * test_sec6_disruption.c - section 6, last paragraph: while a leader is heard,
 * vote requests are disregarded.
 */
#include "tests/unit/core_harness.h"

static const struct raft_options sticky = {.stickiness = true};

static void
sec6_mb8_request_is_disregarded_while_a_leader_is_heard(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &sticky});
    when_append_entries(s, 2, 4, 0, 0, "", 0);
    when_ticks(s, TEST_ELECTION_TICKS_MIN - 1);
    when_request_vote(s, 3, 9, 9, 8);

    t_u64_eq(fired(s, MB_8), 1);
    t_u64_eq(s->effects.message_count, 0);
    t_u64_eq(s->raft->current_term, 4); /* term and all */
}

static void sec6_mb8_silent_leader_is_no_reason(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &sticky});
    when_append_entries(s, 2, 4, 0, 0, "", 0);
    s->raft->election_ticks_left = TEST_ELECTION_TICKS_MAX; /* a late one */
    when_ticks(s, TEST_ELECTION_TICKS_MIN);
    when_request_vote(s, 3, 9, 9, 8);

    t_u64_eq(declined(s, MB_8), 1);
    assert_true(vote_reply(s)->vote_granted);
    t_u64_eq(s->raft->current_term, 9);
}

static void sec6_mb8_every_word_of_the_leader_counts(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &sticky});
    for (int i = 0; i < 5; i++) {
        when_append_entries(s, 2, 4, 0, 0, "", 0);
        when_ticks(s, TEST_ELECTION_TICKS_MIN / 2);
    }
    when_request_vote(s, 3, 9, 9, 8);
    t_u64_eq(fired(s, MB_8), 1);
}

/* What was promised to a leader outlives its term: its lease may, too. */
static void sec6_mb8_newer_term_does_not_end_the_promise(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .options = &sticky});
    when_append_entries(s, 2, 4, 0, 0, "", 0);
    when_vote(s, 3, 5, false); /* somebody is in term 5 */
    t_u64_eq(s->raft->current_term, 5);
    when_request_vote(s, 3, 5, 9, 4);
    t_u64_eq(fired(s, MB_8), 1);
    t_u64_eq(s->raft->voted_for, RAFT_NO_SERVER);
}

/* With CheckQuorum a leader knows that it is one; without, it may not. */
static void
sec6_mb8_leader_that_checks_its_quorum_is_not_disturbed(void **state)
{
    struct test_server *s = *state;
    struct raft_options options = {.stickiness = true, .check_quorum = true};

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 4, .options = &options});
    when_request_vote(s, 3, 9, 9, 8);
    t_u64_eq(fired(s, MB_8), 1);
    assert_int_equal(s->raft->role, RAFT_LEADER);

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 4, .options = &sticky});
    when_request_vote(s, 3, 9, 9, 8);
    t_u64_eq(declined(s, MB_8), 1);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
}

static void sec6_mb8_switched_off_every_request_is_heard(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4});
    when_append_entries(s, 2, 4, 0, 0, "", 0);
    when_request_vote(s, 3, 9, 9, 8);
    assert_true(vote_reply(s)->vote_granted);
}

/* Its own leadership is over, and no promise to the one before is left. */
static void sec6_mb8_deposed_leader_has_promised_nothing(void **state)
{
    struct test_server *s = *state;
    const struct raft_message stand = {
        .type = RAFT_TIMEOUT_NOW, .from = 2, .to = 1, .term = 4};

    given(s, &(struct given){.current_term = 4, .options = &sticky});
    when_append_entries(s, 2, 4, 0, 0, "", 0);
    when_message(s, &stand);
    when_all_persisted(s);
    when_vote(s, 3, 5, true);
    assert_int_equal(s->raft->role, RAFT_LEADER);
    when_vote(s, 3, 6, false);
    when_request_vote(s, 3, 6, 0, 0);
    t_u64_eq(declined(s, MB_8), 1);
    assert_true(vote_reply(s)->vote_granted);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec6_mb8_request_is_disregarded_while_a_leader_is_heard),
    T_SERVER(sec6_mb8_silent_leader_is_no_reason),
    T_SERVER(sec6_mb8_every_word_of_the_leader_counts),
    T_SERVER(sec6_mb8_newer_term_does_not_end_the_promise),
    T_SERVER(sec6_mb8_leader_that_checks_its_quorum_is_not_disturbed),
    T_SERVER(sec6_mb8_switched_off_every_request_is_heard),
    T_SERVER(sec6_mb8_deposed_leader_has_promised_nothing),
};

T_MAIN(tests)
