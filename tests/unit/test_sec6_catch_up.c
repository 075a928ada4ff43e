/* SPDX-License-Identifier: MIT
 *
 * test_sec6_catch_up.c - section 6 and dissertation 4.2.1: new servers receive
 * the log without a vote until they have caught up.
 */
#include "tests/unit/core_change.h"

enum {
    ROUNDS = 3,
    MIN = TEST_ELECTION_TICKS_MIN,
    MAX = TEST_ELECTION_TICKS_MAX
};

static const struct raft_options with_rounds = {.no_op = true,
                                                .catch_up_rounds = ROUNDS};

/* Of 1, 2 and 3 in term 5; entry 2 its own and committed. 4 and 5 shall come
 * and 3 go: entry 3. */
static void given_catching_up(struct test_server *s,
                              const struct raft_options *options)
{
    given_settled_leader(s, options);
    when_change(s, 7, "1 2 4 5");
    assert_int_equal(s->error, RAFT_OK);
    then_config_is(s->raft, "1o 2o 3o 4- 5- *");
}

/* The others answer, so that only the new ones are in question. */
static void when_time_passes(struct test_server *s, uint32_t ticks)
{
    for (uint32_t i = 0; i < ticks && s->effects.change_id == 0; i++) {
        when_ticks(s, 1);
    }
}

static void then_failed(struct test_server *s)
{
    t_u64_eq(s->effects.change_id, 7);
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_FAILED);
    t_u64_eq(fired(s, MB_9), 1);
    then_config_is(s->raft, "1o 2o 3o *");
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

/* ---- MB_3 ---------------------------------------------------------------- */

static void sec6_mb3_new_servers_receive_the_log_without_a_vote(void **state)
{
    struct test_server *s = *state;
    struct raft_status status;

    given_catching_up(s, &with_rounds);
    t_u64_eq(fired(s, MB_3), 1);
    t_u64_eq(fired(s, MB_5), 0);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 1); /* at once */
    raft_status(s->raft, &status);
    assert_true(status.changing);
    when_heartbeat_is_due(s);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 4), 1);
    when_append_fails(s, 4, 3, 0, 1); /* it has nothing yet */
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 4)->append_entries.entry_count, 1);

    when_all_persisted(s);
    when_append_succeeds(s, 4, 3);
    t_u64_eq(s->raft->commit_index, 2); /* 1 of 3, whatever 4 says */
    when_append_succeeds(s, 2, 3);
    t_u64_eq(s->raft->commit_index, 3);
}

static void sec6_mb3_switched_off_they_vote_at_once(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .options = &(struct raft_options){.no_op = true}});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_change(s, 7, "1 2 3 4");
    t_u64_eq(fired(s, MB_3), 0);
    then_config_is(s->raft, "1b 2b 3b 4n *");
}

/* Nobody is new: there is nothing to wait for. */
static void sec6_mb3_servers_that_only_leave_need_no_rounds(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .options = &with_rounds});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_change(s, 7, "1 3");
    t_u64_eq(fired(s, MB_3), 0);
    t_u64_eq(fired(s, MB_5), 1);
}

/* ---- MB_4 ---------------------------------------------------------------- */

static void sec6_mb4_short_round_ends_it_for_all_of_them(void **state)
{
    struct test_server *s = *state;

    for (raft_server_id first = 4; first <= 5; first++) {
        given_catching_up(s, &with_rounds);
        when_append_succeeds(s, first, 3);
        then_config_is(s->raft, "1o 2o 3o 4- 5- *"); /* one is behind */
        when_ticks(s, MIN - 1);
        when_append_succeeds(s, 9 - first, 3);
        t_u64_eq(fired(s, MB_4), 1);
        t_u64_eq(fired(s, MB_5), 1);
        then_config_is(s->raft, "1b 2b 3o 4n 5n *");
        t_u64_eq(s->effects.change_id, 0);
    }
}

static void sec6_mb4_long_round_is_followed_by_another(void **state)
{
    struct test_server *s = *state;

    given_catching_up(s, &with_rounds);
    when_append_succeeds(s, 4, 3);
    when_proposed(s, 5, 1); /* entries 4 to 8 */
    when_ticks(s, MIN);
    when_append_succeeds(s, 5, 3);
    t_u64_eq(declined(s, MB_4), 1);
    t_u64_eq(s->raft->change.round_end, 8);
    then_config_is(s->raft, "1o 2o 3o 4- 5- *");

    when_append_succeeds(s, 4, 8);
    when_append_succeeds(s, 5, 7);
    t_u64_eq(fired(s, MB_4), 0);
    when_append_succeeds(s, 5, 8);
    t_u64_eq(fired(s, MB_4), 1);
    then_config_is(s->raft, "1b 2b 3o 4n 5n *");
}

static void sec6_mb4_rounds_come_to_an_end(void **state)
{
    struct test_server *s = *state;

    given_catching_up(s, &with_rounds);
    for (int round = 1; round <= ROUNDS; round++) {
        const raft_index last = raft_log_last_index(&s->raft->log);

        t_u64_eq(s->effects.change_id, 0);
        when_proposed(s, 1, 1);
        when_ticks(s, MIN); /* always too slow */
        when_append_succeeds(s, 4, last);
        when_append_succeeds(s, 5, last);
        t_u64_eq(declined(s, MB_4), 1);
    }
    then_failed(s);
    t_u64_eq(s->raft->change.change_id, 0);
}

/* ---- One that does not get on -------------------------------------------- */

/* 4 is there, 5 is not: about ten election time-outs are enough. */
static void silent_server_is_given_up(void **state)
{
    struct test_server *s = *state;

    given_catching_up(s, &with_rounds);
    when_append_succeeds(s, 4, 3);
    when_time_passes(s, 9 * MAX);
    t_u64_eq(s->effects.change_id, 0);
    when_time_passes(s, 2 * MAX);
    then_failed(s);
}

/* It may be reading in a large snapshot. */
static void server_that_answers_has_more_time(void **state)
{
    struct test_server *s = *state;
    uint32_t waited = 0;

    given_catching_up(s, &with_rounds);
    when_append_succeeds(s, 4, 3);
    for (; s->effects.change_id == 0; waited += MIN) {
        when_append_succeeds(s, 4, 3);
        when_append_fails(s, 5, 0, 0, 1); /* here, and not a step further */
        when_time_passes(s, MIN);
        assert_true(waited <= 200 * MAX);
    }
    then_failed(s);
    assert_true(waited >= 99 * MAX);
}

static void fig2_ldr3a_every_bit_of_progress_counts(void **state)
{
    struct test_server *s = *state;

    given_catching_up(s, &with_rounds);
    when_proposed(s, 100, 1);
    when_append_succeeds(s, 4, 103);
    s->raft->change.round_end = 103;
    for (raft_index match = 1; match < 103; match++) {
        when_append_succeeds(s, 4, 103);
        when_append_succeeds(s, 5, match);
        when_time_passes(s, 9 * MAX);
        t_u64_eq(s->effects.change_id, 0);
    }
}

/* An old server that is away is not in question. */
static void silent_voter_is_no_reason(void **state)
{
    struct test_server *s = *state;

    given_catching_up(s, &with_rounds);
    for (int i = 0; i < 300; i++) {
        when_proposed(s, 1, 1);
        when_append_succeeds(s, 4, raft_log_last_index(&s->raft->log) - 1);
        when_ticks(s, MIN);
        if (s->raft->change.change_id == 0) {
            break;
        }
    }
    then_failed(s); /* 5, not 3 */
    when_all_persisted(s);
    when_append_succeeds(s, 2, raft_log_last_index(&s->raft->log));
    when_change(s, 8, "1 2 3 4"); /* 3 is still silent, 4 answers */
    when_append_succeeds(s, 4, raft_log_last_index(&s->raft->log));
    then_config_is(s->raft, "1b 2b 3b 4n *");
}

/* Found out while a transfer is under way: the log waits for its end. */
static void given_up_during_a_transfer_the_learners_go_later(void **state)
{
    struct test_server *s = *state;

    given_catching_up(s, &with_rounds);
    when_append_succeeds(s, 4, 3);
    when_time_passes(s, 10 * MAX);
    t_u64_eq(s->effects.change_id, 0);
    when_transfer(s, 2);
    when_time_passes(s, MAX - 1);
    t_u64_eq(s->effects.change_id, 7);
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_FAILED);
    then_config_is(s->raft, "1o 2o 3o 4- 5- *");
    when_ticks(s, MAX);
    then_config_is(s->raft, "1o 2o 3o *");
    t_u64_eq(fired(s, MB_9), 1);
}

/* Bug E16: it is asked for no vote, and does not stand. */
static void fig2_flw2_learner_does_not_stand(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(3);

    config.members[0].in_old = false;
    given(s, &(struct given){
                 .current_term = 4, .log_terms = "1", .config = &config});
    when_election_times_out(s);
    t_u64_eq(declined(s, FLW_2), 1);
    t_u64_eq(s->effects.message_count, 0);
    when_message(s,
                 &(struct raft_message){
                     .type = RAFT_TIMEOUT_NOW, .from = 2, .to = 1, .term = 4});
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec6_mb3_new_servers_receive_the_log_without_a_vote),
    T_SERVER(sec6_mb3_switched_off_they_vote_at_once),
    T_SERVER(sec6_mb3_servers_that_only_leave_need_no_rounds),
    T_SERVER(sec6_mb4_short_round_ends_it_for_all_of_them),
    T_SERVER(sec6_mb4_long_round_is_followed_by_another),
    T_SERVER(sec6_mb4_rounds_come_to_an_end),
    T_SERVER(silent_server_is_given_up),
    T_SERVER(server_that_answers_has_more_time),
    T_SERVER(fig2_ldr3a_every_bit_of_progress_counts),
    T_SERVER(silent_voter_is_no_reason),
    T_SERVER(given_up_during_a_transfer_the_learners_go_later),
    T_SERVER(fig2_flw2_learner_does_not_stand),
};

T_MAIN(tests)
