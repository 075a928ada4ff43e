/* SPDX-License-Identifier: MIT
 *
 * test_fig2_answers.c - Figure 2, "Rules for Servers": what a server says when
 * it answers (Fig2:FLW.1).
 */
#include "tests/unit/core_harness.h"

static struct raft_message dated_append(raft_term term, raft_index prev)
{
    return (struct raft_message){.type = RAFT_APPEND_ENTRIES,
                                 .from = 2,
                                 .to = 1,
                                 .term = term,
                                 .append_entries = {.leader_id = 2,
                                                    .prev_log_index = prev,
                                                    .prev_log_term = prev,
                                                    .read_round = 9,
                                                    .sent_tick = 77}};
}

static void fig2_flw1_answer_tells_what_was_found(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1 4"});
    when_append_entries(s, 2, 4, 3, 4, "4", 0);
    assert_true(append_reply(s)->success);
    t_u64_eq(append_reply(s)->match_index, 4);

    when_append_entries(s, 2, 4, 9, 4, "4", 0);
    assert_false(append_reply(s)->success);
    t_u64_eq(append_reply(s)->conflict_index, 5);

    when_request_vote(s, 3, 4, 4, 4);
    assert_true(vote_reply(s)->vote_granted);
    t_u64_eq(vote_reply(s)->asked_term, 4);
    assert_false(vote_reply(s)->pre_vote);
}

/* They date the answer: for reads (section 8) and leases. */
static void fig2_flw1_answer_returns_round_and_time_untouched(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1"});
    for (raft_index prev = 1; prev <= 2; prev++) { /* taken, then refused */
        const struct raft_message m = dated_append(4, prev);

        when_message(s, &m);
        assert_int_equal(append_reply(s)->success, prev == 1);
        t_u64_eq(append_reply(s)->read_round, 9);
        t_u64_eq(append_reply(s)->sent_tick, 77);
        t_u64_eq(append_reply(s)->prev_log_index, prev);
    }
}

/* The answer bears our term: whoever leads it now never sent that. */
static void fig2_flw1_answer_to_an_older_term_returns_neither(void **state)
{
    struct test_server *s = *state;
    const struct raft_message m = dated_append(3, 1);

    given(s, &(struct given){.current_term = 4, .log_terms = "1"});
    when_message(s, &m);
    assert_false(append_reply(s)->success);
    t_u64_eq(append_reply(s)->read_round, 0);
    t_u64_eq(append_reply(s)->sent_tick, 0);
    t_u64_eq(append_reply(s)->prev_log_index, 0);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_flw1_answer_tells_what_was_found),
    T_SERVER(fig2_flw1_answer_returns_round_and_time_untouched),
    T_SERVER(fig2_flw1_answer_to_an_older_term_returns_neither),
};

T_MAIN(tests)
