/* SPDX-License-Identifier: MIT
 *
 * test_sec6_catch_up_silent.c - section 6 and dissertation 4.2.1: a new server
 * that has the log and has died since gets no vote.
 */
#include "tests/unit/core_change.h"

enum { MAX = TEST_ELECTION_TICKS_MAX };

/* 4 and 5 shall come and 3 go: entry 3. */
static void given_catching_up(struct test_server *s)
{
    given_settled_leader(
        s, &(struct raft_options){.no_op = true, .catch_up_rounds = 3});
    when_change(s, 7, "1 2 4 5");
    then_config_is(s->raft, "1o 2o 3o 4- 5- *");
}

/* 4 has everything and falls silent; 5 gets there later. */
static void given_4_is_silent(struct test_server *s)
{
    given_catching_up(s);
    when_append_succeeds(s, 4, 3);
    for (uint32_t i = 0; i < MAX; i++) {
        when_ticks(s, 1);
        when_append_succeeds(s, 5, 2);
    }
    when_append_succeeds(s, 5, 3);
}

/* With a vote for 4 nothing could be committed any more: {1} to {4, 5}. */
static void sec6_mb4_who_has_died_since_gets_no_vote(void **state)
{
    struct test_server *s = *state;

    given_4_is_silent(s);
    for (uint32_t i = 0; i < 8 * MAX; i++) {
        when_ticks(s, 1);
        when_append_succeeds(s, 5, 3);
        t_u64_eq(fired(s, MB_5), 0);
        t_u64_eq(s->effects.change_id, 0);
    }
    for (uint32_t i = 0; i < 3 * MAX && s->effects.change_id == 0; i++) {
        when_ticks(s, 1);
    }
    t_u64_eq(s->effects.change_id, 7);
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_FAILED);
    then_config_is(s->raft, "1o 2o 3o *");
}

static void sec6_mb4_who_answers_again_gets_its_vote(void **state)
{
    struct test_server *s = *state;

    given_4_is_silent(s);
    t_u64_eq(fired(s, MB_4) + declined(s, MB_4), 0);
    when_append_succeeds(s, 4, 3);
    t_u64_eq(declined(s, MB_4), 1); /* that was a long round; another one */
    when_append_succeeds(s, 5, 3);
    t_u64_eq(fired(s, MB_4), 1);
    then_config_is(s->raft, "1b 2b 3o 4n 5n *");
}

/* Who only waits for another one does not run out of patience. */
static void waiting_is_no_lack_of_progress(void **state)
{
    struct test_server *s = *state;

    given_catching_up(s);
    when_append_succeeds(s, 4, 3);
    for (uint32_t i = 0; i < 150; i++) {
        s->raft->peer[4].ticks_stalled = 0; /* 5 gets on, if slowly */
        when_ticks(s, MAX - 1);
        when_append_succeeds(s, 4, 3);
    }
    when_ticks(s, MAX); /* a moment of silence */
    t_u64_eq(s->effects.change_id, 0);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec6_mb4_who_has_died_since_gets_no_vote),
    T_SERVER(sec6_mb4_who_answers_again_gets_its_vote),
    T_SERVER(waiting_is_no_lack_of_progress),
};

T_MAIN(tests)
