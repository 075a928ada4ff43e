/* SPDX-License-Identifier: MIT
 *
 * test_fig2_append_entries.c - Figure 2, "AppendEntries RPC", the receiver:
 * whose entries are taken.
 */
#include "tests/unit/core_harness.h"

static void fig2_ae1_older_term_is_refused(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1 4"});
    when_append_entries(s, 2, /* term */ 4, /* prev */ 3, 4, "4", 3);

    assert_false(append_reply(s)->success);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES_RESULT, 2)->term, 5);
    t_u64_eq(fired(s, AE_1), 1);
    then_log_is(s, "1 1 4");
    t_u64_eq(s->raft->commit_index, 0);
    t_u64_eq(s->raft->leader_id, RAFT_NO_SERVER);
}

static void fig2_ae1_older_term_does_not_restart_the_timer(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    const uint32_t ticks_left = s->raft->election_ticks_left;
    when_append_entries(s, 2, 4, 0, 0, "", 0);

    t_u64_eq(s->raft->election_ticks_left, ticks_left);
}

static void fig2_ae1_own_term_is_accepted(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1 4"});
    when_append_entries(s, 2, 5, 3, 4, "5", 0);

    assert_true(append_reply(s)->success);
    t_u64_eq(declined(s, AE_1), 1);
    t_u64_eq(s->raft->leader_id, 2);
}

/* Bug E6: a candidate that raised its term meets the leader of the one
 * before: two notions of "the term" would let it in. */
static void fig2_ae1_candidate_refuses_the_leader_it_left_behind(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 6});
    when_append_entries(s, 2, 5, 0, 0, "5", 1);

    assert_false(append_reply(s)->success);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    then_log_is(s, "");
}

static void fig2_ae2_missing_previous_entry_is_refused(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1 4"});
    when_append_entries(s, 2, 4, /* prev */ 5, 4, "4", 6);

    assert_false(append_reply(s)->success);
    t_u64_eq(append_reply(s)->prev_log_index, 5);
    t_u64_eq(fired(s, AE_2), 1);
    then_log_is(s, "1 1 4");
    t_u64_eq(s->raft->commit_index, 0);
}

static void fig2_ae2_previous_entry_of_another_term_is_refused(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1 4"});
    when_append_entries(s, 2, 4, 3, /* prev term */ 3, "4", 4);

    assert_false(append_reply(s)->success);
    t_u64_eq(fired(s, AE_2), 1);
    then_log_is(s, "1 1 4");
    t_u64_eq(s->raft->leader_id, 2); /* it is our leader all the same */
}

/* Bug R2: "not in the log" is not "term 0". */
static void fig2_ae2_term_zero_beyond_the_log_is_refused(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1 4"});
    when_append_entries(s, 2, 4, /* prev */ 4, 0, "4", 5);

    assert_false(append_reply(s)->success);
    then_log_is(s, "1 1 4");
}

static void fig2_ae2_matching_previous_entry_is_accepted(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1 4"});
    when_append_entries(s, 2, 4, 3, 4, "4 4", 0);

    assert_true(append_reply(s)->success);
    t_u64_eq(append_reply(s)->match_index, 5);
    t_u64_eq(declined(s, AE_2), 1);
    then_log_is(s, "1 1 4 4 4");
}

static void fig2_ae2_before_the_first_entry_all_logs_agree(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 1});
    when_append_entries(s, 2, 1, 0, 0, "1", 0);

    assert_true(append_reply(s)->success);
    then_log_is(s, "1");
}

/* Entries that no server of ours sends: refused before anything changes. */
static void append_entries_that_make_no_sense_change_nothing(void **state)
{
    struct test_server *s = *state;
    const char *const bad[] = {"5" /* beyond its sender's term */,
                               "4 3" /* terms fall */, "0" /* no term */,
                               "1" /* below prev_log_term */};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        given(s, &(struct given){.current_term = 4, .log_terms = "1 1 2"});
        when_append_entries(s, 2, 4, 3, 2, bad[i], 4);

        assert_int_equal(s->error, RAFT_EINVALID);
        t_u64_eq(s->effects.message_count, 0);
        then_log_is(s, "1 1 2");
        t_u64_eq(s->raft->commit_index, 0);
    }
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_ae1_older_term_is_refused),
    T_SERVER(fig2_ae1_older_term_does_not_restart_the_timer),
    T_SERVER(fig2_ae1_own_term_is_accepted),
    T_SERVER(fig2_ae1_candidate_refuses_the_leader_it_left_behind),
    T_SERVER(fig2_ae2_missing_previous_entry_is_refused),
    T_SERVER(fig2_ae2_previous_entry_of_another_term_is_refused),
    T_SERVER(fig2_ae2_term_zero_beyond_the_log_is_refused),
    T_SERVER(fig2_ae2_matching_previous_entry_is_accepted),
    T_SERVER(fig2_ae2_before_the_first_entry_all_logs_agree),
    T_SERVER(append_entries_that_make_no_sense_change_nothing),
};

T_MAIN(tests)
