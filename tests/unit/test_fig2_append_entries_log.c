/* SPDX-License-Identifier: MIT
 *
 * test_fig2_append_entries_log.c - Figure 2, "AppendEntries RPC", the
 * receiver: what becomes of its log and of commit_index.
 */
#include "tests/unit/core_harness.h"

static void fig2_ae3_conflict_deletes_it_and_all_that_follow(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1 2 2 2"});
    when_append_entries(s, 2, 4, 2, 1, "4", 0);

    assert_true(append_reply(s)->success);
    t_u64_eq(append_reply(s)->match_index, 3);
    t_u64_eq(fired(s, AE_3), 1);
    t_u64_eq(s->effects.truncate_from, 3);
    assert_true(s->effects.truncate_seq > 0);
    assert_true(s->effects.truncate_seq < s->effects.append_seq);
    then_log_is(s, "1 1 4");
}

static void fig2_ae3_conflict_in_the_middle_keeps_what_agrees(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1 2 2 2"});
    when_append_entries(s, 2, 4, 0, 0, "1 1 2 4", 0);

    t_u64_eq(s->effects.truncate_from, 4);
    t_u64_eq(s->effects.append.first_index, 4);
    t_u64_eq(s->effects.append.count, 1);
    then_log_is(s, "1 1 2 4");
}

/* Bug R12, and the paper's "if": an old, shorter message proves nothing
 * about what follows. */
static void fig2_ae3_late_message_deletes_nothing(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1 4 4 4"});
    when_append_entries(s, 2, 4, 1, 1, "1 4", 0);

    assert_true(append_reply(s)->success);
    t_u64_eq(fired(s, AE_3), 0);
    t_u64_eq(s->effects.truncate_seq, 0);
    t_u64_eq(s->effects.append_seq, 0);
    then_log_is(s, "1 1 4 4 4");
}

static void fig2_ae3_appending_at_the_end_is_no_conflict(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1"});
    when_append_entries(s, 2, 4, 2, 1, "4", 0);

    t_u64_eq(declined(s, AE_3), 1);
    t_u64_eq(s->effects.truncate_seq, 0);
}

static void fig2_ae4_only_what_is_missing_is_appended(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1 4"});
    when_append_entries(s, 2, 4, 1, 1, "1 4 4 4", 0);

    t_u64_eq(fired(s, AE_4), 1);
    t_u64_eq(s->effects.append.first_index, 4);
    t_u64_eq(s->effects.append.count, 2);
    t_u64_eq(append_reply(s)->match_index, 5);
    then_log_is(s, "1 1 4 4 4");
}

static void fig2_ae4_the_same_message_twice_appends_once(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1"});
    when_append_entries(s, 2, 4, 2, 1, "4 4", 0);
    when_append_entries(s, 2, 4, 2, 1, "4 4", 0);

    assert_true(append_reply(s)->success);
    t_u64_eq(append_reply(s)->match_index, 4);
    t_u64_eq(fired(s, AE_4), 0);
    t_u64_eq(s->effects.append_seq, 0);
    then_log_is(s, "1 1 4 4");
}

static void fig2_ae5_commit_follows_the_leader(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4, .log_terms = "1 1 4"});
    when_append_entries(s, 2, 4, 3, 4, "4 4", /* leader_commit */ 4);

    t_u64_eq(s->raft->commit_index, 4);
    t_u64_eq(fired(s, AE_5), 1);
}

/*
 * Bugs R3 and R4 (copycat #265, scylla #9965, rabbitmq/ra #508; CCF #6016):
 * an empty request proves our log up to prev_log_index, no further. What
 * follows there, of term 1, was never this leader's.
 */
static void fig2_ae5_commit_stops_at_last_new_entry(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 2,
                             .log_terms = "1 1 1 1 1 1 1 1 1 1 1"});
    when_append_entries(s, 2, 2, /* prev */ 9, 1, "", /* leader_commit */ 11);

    t_u64_eq(s->raft->commit_index, 9);
    assert_true(append_reply(s)->success);
    t_u64_eq(append_reply(s)->match_index, 9);
}

static void fig2_ae5_commit_counts_new_entries_of_a_batch(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 2, .log_terms = "1 1 1 1 1"});
    when_append_entries(s, 2, 2, 1, 1, "1", 5);

    t_u64_eq(s->raft->commit_index, 2);
    t_u64_eq(append_reply(s)->match_index, 2);
}

/* Bug C6: commit 85 told to a log that ends at 1. */
static void fig2_ae5_commit_is_never_beyond_our_log(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 1, .log_terms = "1"});
    when_append_entries(s, 2, 1, 1, 1, "", 85);

    t_u64_eq(s->raft->commit_index, 1);
}

static void fig2_ae5_commit_never_falls(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 4, .log_terms = "1 1 4", .commit_index = 3});
    when_append_entries(s, 2, 4, 3, 4, "", /* leader_commit */ 1);
    t_u64_eq(s->raft->commit_index, 3);
    t_u64_eq(declined(s, AE_5), 1);

    when_append_entries(s, 2, 4, 1, 1, "", 3);
    t_u64_eq(s->raft->commit_index, 3);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_ae3_conflict_deletes_it_and_all_that_follow),
    T_SERVER(fig2_ae3_conflict_in_the_middle_keeps_what_agrees),
    T_SERVER(fig2_ae3_late_message_deletes_nothing),
    T_SERVER(fig2_ae3_appending_at_the_end_is_no_conflict),
    T_SERVER(fig2_ae4_only_what_is_missing_is_appended),
    T_SERVER(fig2_ae4_the_same_message_twice_appends_once),
    T_SERVER(fig2_ae5_commit_follows_the_leader),
    T_SERVER(fig2_ae5_commit_stops_at_last_new_entry),
    T_SERVER(fig2_ae5_commit_counts_new_entries_of_a_batch),
    T_SERVER(fig2_ae5_commit_is_never_beyond_our_log),
    T_SERVER(fig2_ae5_commit_never_falls),
};

T_MAIN(tests)
