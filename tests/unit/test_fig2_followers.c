/* SPDX-License-Identifier: MIT
 *
 * test_fig2_followers.c - Figure 2, "Rules for Servers": all servers and
 * followers.
 */
#include "tests/unit/core_harness.h"

static void fig2_all1_committed_entries_are_applied_in_order(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1 4 4"});
    when_append_entries(s, 2, 4, 4, 4, "", /* leader_commit */ 2);
    t_u64_eq(fired(s, ALL_1), 1);
    t_u64_eq(s->effects.apply.first_index, 1);
    t_u64_eq(s->effects.apply.count, 2);
    t_u64_eq(s->raft->last_applied, 0); /* not before it is done */

    when_applied(s);
    t_u64_eq(s->raft->last_applied, 2);

    when_append_entries(s, 2, 4, 4, 4, "", 4);
    t_u64_eq(s->effects.apply.first_index, 3);
    t_u64_eq(s->effects.apply.count, 2);
    t_u64_eq(s->effects.apply.entries[0].term, 4);
}

static void fig2_all1_nothing_is_applied_twice(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 4, .log_terms = "1 1 4", .commit_index = 2});
    when_append_entries(s, 2, 4, 3, 4, "", 3); /* the first is still on */
    t_u64_eq(s->effects.apply.count, 0);

    when_applied(s);
    t_u64_eq(s->effects.apply.first_index, 3);
    t_u64_eq(s->effects.apply.count, 1);

    when_applied(s);
    t_u64_eq(s->effects.apply.count, 0);
    t_u64_eq(s->raft->last_applied, 3);

    when(s, &(struct raft_input){.type = RAFT_IN_APPLIED, .applied = 2});
    assert_int_equal(s->error, RAFT_EINVALID); /* applied is for ever */
    t_u64_eq(s->raft->last_applied, 3);
}

/* Bug C5: batches neither lose an entry nor repeat one. */
static void fig2_all1_small_batches_apply_everything_once(void **state)
{
    struct test_server *s = *state;
    struct raft_options options = raft_options_paper;
    raft_index next = 1;

    options.max_apply_entries = 2;
    given(s, &(struct given){.current_term = 1,
                             .log_terms = "1 1 1 1 1 1 1",
                             .options = &options});
    when_append_entries(s, 2, 1, 7, 1, "", 7);
    while (s->effects.apply.count > 0) {
        assert_true(s->effects.apply.count <= 2);
        t_u64_eq(s->effects.apply.first_index, next);
        next += s->effects.apply.count;
        when_applied(s);
    }
    t_u64_eq(next, 8);
    t_u64_eq(s->raft->last_applied, 7);
}

/* Heartbeats wait while a batch is applied. */
static void fig2_all1_large_entries_come_in_small_batches(void **state)
{
    struct test_server *s = *state;
    size_t batches = 0;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 1});
    when_proposed(s, 10, 1 << 20);
    when_proposed(s, 1, 5 << 20); /* alone one is always handed out */
    when_all_persisted(s);
    when_append_succeeds(s, 2, raft_log_last_index(&s->raft->log));
    for (; s->effects.apply.count > 0; batches++) {
        assert_true(s->effects.apply.count <= 5); /* with the no-op */
        when_applied(s);
    }
    assert_true(batches > 3);
    t_u64_eq(s->raft->last_applied, raft_log_last_index(&s->raft->log));
}

static void applied_beyond_what_was_handed_out_is_refused(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 4, .log_terms = "1 1 4", .commit_index = 2});
    when(s, &(struct raft_input){.type = RAFT_IN_APPLIED, .applied = 3});
    assert_int_equal(s->error, RAFT_EINVALID);
    t_u64_eq(s->raft->last_applied, 0);
}

static void fig2_all2_higher_term_is_adopted_by_a_follower(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .voted_for = 2});
    when_append_entries(s, 3, /* term */ 7, 0, 0, "", 0);

    t_u64_eq(fired(s, ALL_2), 1);
    t_u64_eq(s->raft->current_term, 7);
    t_u64_eq(s->raft->voted_for, RAFT_NO_SERVER);
    assert_true(s->effects.save_hard_state_seq > 0);
    t_u64_eq(s->effects.current_term, 7);
    t_u64_eq(s->effects.voted_for, RAFT_NO_SERVER);
}

/* In any message, answers included, and in a refused one too. */
static void fig2_all2_candidate_and_leader_step_down(void **state)
{
    struct test_server *s = *state;
    const enum raft_role roles[] = {RAFT_CANDIDATE, RAFT_LEADER};

    for (size_t i = 0; i < 2; i++) {
        given(s, &(struct given){.role = roles[i], .current_term = 4});
        when_vote(s, 2, /* term */ 5, false);
        assert_int_equal(s->raft->role, RAFT_FOLLOWER);
        t_u64_eq(s->raft->current_term, 5);

        given(s, &(struct given){
                     .role = roles[i], .current_term = 4, .log_terms = "3"});
        when_request_vote(s, 2, 6, 0, 0);
        assert_false(vote_reply(s)->vote_granted);
        assert_int_equal(s->raft->role, RAFT_FOLLOWER);
        t_u64_eq(s->raft->current_term, 6);
    }
}

static void fig2_all2_deposed_leader_forgets_its_followers(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 4, .log_terms = "1 3"});
    when_append_succeeds(s, 2, 2);
    when_read(s, 1, RAFT_READ_CONSISTENT);
    when_vote(s, 2, /* term */ 5, false);

    t_u64_eq(fired(s, RT_1), 1); /* a leader had no timer running */
    t_u64_eq(s->raft->leader_id, RAFT_NO_SERVER);
    t_u64_eq(s->raft->read_round, 0);
    for (size_t slot = 0; slot < 3; slot++) {
        t_u64_eq(s->raft->next_index[slot], 0);
        t_u64_eq(s->raft->match_index[slot], 0);
    }
}

static void fig2_all2_same_or_older_term_changes_no_term(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 4});
    when_vote(s, 2, 4, false);
    t_u64_eq(declined(s, ALL_2), 1);
    when_request_vote(s, 2, 3, 9, 3);
    t_u64_eq(declined(s, ALL_2), 1);

    assert_int_equal(s->raft->role, RAFT_LEADER);
    t_u64_eq(s->raft->current_term, 4);
    t_u64_eq(s->effects.save_hard_state_seq, 0);
}

static void fig2_flw1_requests_are_answered_to_their_sender(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4});
    when_request_vote(s, 3, 4, 0, 0);
    t_u64_eq(fired(s, FLW_1), 1);
    t_u64_eq(s->effects.message_count, 1);
    t_u64_eq(sent_count(s, RAFT_REQUEST_VOTE_RESULT, 3), 1);

    when_append_entries(s, 2, 4, 0, 0, "4", 0);
    t_u64_eq(fired(s, FLW_1), 1);
    t_u64_eq(s->effects.message_count, 1);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES_RESULT, 2), 1);
}

static void fig2_flw1_follower_sends_nothing_of_its_own(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4});
    when_ticks(s, TEST_ELECTION_TICKS_MIN - 1);
    t_u64_eq(s->effects.message_count, 0);
    when_vote(s, 2, 4, true); /* it asked for none */
    t_u64_eq(s->effects.message_count, 0);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
}

static void fig2_flw2_silence_makes_a_candidate(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4});
    when_ticks(s, TEST_ELECTION_TICKS_MIN - 1);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    when_election_times_out(s);

    t_u64_eq(fired(s, FLW_2), 1);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
}

static void fig2_flw2_word_from_the_leader_restarts_the_timer(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4});
    for (int i = 0; i < 20; i++) {
        when_ticks(s, TEST_ELECTION_TICKS_MIN - 1);
        assert_int_equal(s->raft->role, RAFT_FOLLOWER);
        when_append_entries(s, 2, 4, 0, 0, "", 0);
    }
}

static void fig2_flw2_granting_a_vote_restarts_the_timer(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4});
    for (raft_term term = 5; term < 25; term++) {
        when_ticks(s, TEST_ELECTION_TICKS_MIN - 1);
        assert_int_equal(s->raft->role, RAFT_FOLLOWER);
        when_request_vote(s, 2, term, 0, 0);
        assert_true(vote_reply(s)->vote_granted);
    }
}

/* Else servers that cannot win would keep those that can from standing. */
static void fig2_flw2_refusing_a_vote_does_not_restart_it(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "4"});
    const uint32_t ticks_left = s->raft->election_ticks_left;
    when_request_vote(s, 2, 5, 0, 0);

    assert_false(vote_reply(s)->vote_granted);
    t_u64_eq(s->raft->election_ticks_left, ticks_left);
}

/* Bug E16: who has no vote must not campaign. */
static void fig2_flw2_server_without_a_vote_does_not_stand(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(3);

    config.members[0].in_old = false; /* we are a learner */
    given(s, &(struct given){.current_term = 4, .config = &config});
    for (int i = 0; i < 10; i++) {
        when_election_times_out(s);
        t_u64_eq(declined(s, FLW_2), 1);
        t_u64_eq(s->effects.message_count, 0);
        assert_true(s->raft->election_ticks_left >= TEST_ELECTION_TICKS_MIN);
    }
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    t_u64_eq(s->raft->current_term, 4);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_all1_committed_entries_are_applied_in_order),
    T_SERVER(fig2_all1_nothing_is_applied_twice),
    T_SERVER(fig2_all1_small_batches_apply_everything_once),
    T_SERVER(fig2_all1_large_entries_come_in_small_batches),
    T_SERVER(applied_beyond_what_was_handed_out_is_refused),
    T_SERVER(fig2_all2_higher_term_is_adopted_by_a_follower),
    T_SERVER(fig2_all2_candidate_and_leader_step_down),
    T_SERVER(fig2_all2_deposed_leader_forgets_its_followers),
    T_SERVER(fig2_all2_same_or_older_term_changes_no_term),
    T_SERVER(fig2_flw1_requests_are_answered_to_their_sender),
    T_SERVER(fig2_flw1_follower_sends_nothing_of_its_own),
    T_SERVER(fig2_flw2_silence_makes_a_candidate),
    T_SERVER(fig2_flw2_word_from_the_leader_restarts_the_timer),
    T_SERVER(fig2_flw2_granting_a_vote_restarts_the_timer),
    T_SERVER(fig2_flw2_refusing_a_vote_does_not_restart_it),
    T_SERVER(fig2_flw2_server_without_a_vote_does_not_stand),
};

T_MAIN(tests)
