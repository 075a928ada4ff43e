/* SPDX-License-Identifier: MIT
 *
 * test_fig2_leaders_sending.c - Figure 2, "Rules for Servers": what a leader
 * sends next, once it has a command or an answer.
 */
#include "tests/unit/core_harness.h"

static const struct raft_options pipe = {.max_in_flight_entries = 8};

static void given_leader(struct test_server *s,
                         const struct raft_options *options)
{
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 4",
                             .options = options});
}

static void fig2_ldr2_command_goes_out_at_once(void **state)
{
    struct test_server *s = *state;

    given_leader(s, NULL);
    when_proposed(s, 1, 8);
    for (raft_server_id to = 2; to <= 3; to++) {
        t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, to)->append_entries.entry_count,
                 1);
    }
}

/* One request at a time: the answer is what the next one waits for. */
static void fig2_ldr3a_success_lets_the_next_request_go(void **state)
{
    struct test_server *s = *state;

    given_leader(s, NULL);
    when_proposed(s, 1, 8);
    when_proposed(s, 1, 8);
    t_u64_eq(s->effects.message_count, 0);

    when_append_succeeds(s, 2, 4);
    const struct raft_append_entries *ae =
        &sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries;
    t_u64_eq(ae->prev_log_index, 4);
    t_u64_eq(ae->entry_count, 1);
}

static void fig2_ldr3a_success_opens_the_pipe(void **state)
{
    struct test_server *s = *state;

    given_leader(s, &pipe);
    when_append_succeeds(s, 2, 3);
    for (raft_index prev = 3; prev < 6; prev++) {
        when_proposed(s, 1, 8);
        t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.prev_log_index,
                 prev);
    }
    t_u64_eq(s->raft->next_index[1], 7);
}

/* Three requests, the first is lost, two are refused: one of them counts. */
static void
fig2_ldr3b_refusal_shuts_the_pipe_until_the_next_success(void **state)
{
    struct test_server *s = *state;

    given_leader(s, &pipe);
    when_append_succeeds(s, 2, 3);
    for (int i = 0; i < 3; i++) {
        when_proposed(s, 1, 8);
    }
    when_append_fails(s, 2, 5, 0, 4);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.prev_log_index, 4);
    t_u64_eq(s->raft->next_index[1], 5); /* does not run ahead */
    when_append_fails(s, 2, 4, 0, 4);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.prev_log_index, 3);

    when_append_fails(s, 2, 5, 0, 4); /* of the third, late */
    t_u64_eq(fired(s, LDR_3B), 0);
    t_u64_eq(s->effects.message_count, 0);
    when_proposed(s, 1, 8);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 0);
}

/* Sent before the pipe was shut, refused after it opened again. */
static void fig2_ldr3b_refusal_from_an_earlier_pipe_moves_nothing(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.max_in_flight_entries = 8,
                                         .max_batch_entries = 1};

    given_leader(s, &options);
    when_append_succeeds(s, 2, 3);
    for (int i = 0; i < 6; i++) {
        when_proposed(s, 1, 8); /* entries 4 to 9; 4 is lost */
    }
    when_append_fails(s, 2, 4, 0, 4);
    when_append_succeeds(s, 2, 4);
    const raft_index next = s->raft->next_index[1];

    assert_true(next < 8);
    when_append_fails(s, 2, 8, 0, 4);
    t_u64_eq(fired(s, LDR_3B), 0);
    assert_true(s->raft->peer[1].matched);
}

/* What is on no majority yet is not asked for its term. */
static void fig2_ldr4_first_a_majority_then_the_term(void **state)
{
    struct test_server *s = *state;

    given_leader(s, NULL);
    when_proposed(s, 1, 8);
    when_all_persisted(s); /* one of three */
    t_u64_eq(declined(s, LDR_4), 1);
    t_u64_eq(fired(s, CM_1) + declined(s, CM_1), 0);

    when_append_succeeds(s, 2, 3);
    t_u64_eq(fired(s, LDR_4), 1);
    t_u64_eq(declined(s, CM_1), 1);
    when_append_succeeds(s, 2, 4);
    t_u64_eq(fired(s, CM_1), 1);
    t_u64_eq(s->raft->commit_index, 4);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_ldr2_command_goes_out_at_once),
    T_SERVER(fig2_ldr3a_success_lets_the_next_request_go),
    T_SERVER(fig2_ldr3a_success_opens_the_pipe),
    T_SERVER(fig2_ldr3b_refusal_shuts_the_pipe_until_the_next_success),
    T_SERVER(fig2_ldr3b_refusal_from_an_earlier_pipe_moves_nothing),
    T_SERVER(fig2_ldr4_first_a_majority_then_the_term),
};

T_MAIN(tests)
