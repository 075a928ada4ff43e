/* SPDX-License-Identifier: MIT
 *
 * test_sec7_prefix.c - section 7: AppendEntries where the log begins behind a
 * snapshot, the follower's end.
 */
#include "tests/unit/core_snapshot.h"

/* Entries 1 to 6 are in the snapshot, 7 and 8 in the log. */
static void given_compacted(struct test_server *s)
{
    given(s, &(struct given){.current_term = 5,
                             .log_terms = "1 1 4 4 5 5 5 5",
                             .commit_index = 6});
    when_applied(s);
    when_taken(s);
    then_log_begins_after(s, 6, 5, "5 5");
}

/* Figure 12: why lastIncludedTerm is kept. */
static void sec7_sn3_entry_behind_the_snapshot_is_checked(void **state)
{
    struct test_server *s = *state;

    given_compacted(s);
    when_append_entries(s, 2, 6, 6, 5, "6", 6);
    t_u64_eq(fired(s, SN_3), 1);
    assert_true(append_reply(s)->success);
    t_u64_eq(append_reply(s)->match_index, 7);
    then_log_begins_after(s, 6, 5, "6");

    given_compacted(s);
    when_append_entries(s, 2, 6, 6, 4, "6", 6); /* no leader of ours */
    t_u64_eq(fired(s, SN_3), 1);
    t_u64_eq(fired(s, AE_2), 1);
    assert_false(append_reply(s)->success);
    t_u64_eq(append_reply(s)->conflict_term, 5);
    t_u64_eq(append_reply(s)->conflict_index, 6); /* nothing is known before */
    then_log_begins_after(s, 6, 5, "5 5");
}

static void sec7_sn3_is_asked_right_behind_a_snapshot_only(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .log_terms = "1"});
    when_append_entries(s, 2, 5, 0, 0, "1", 0);
    t_u64_eq(fired(s, SN_3), 0);
    given_compacted(s);
    when_append_entries(s, 2, 5, 7, 5, "", 6);
    t_u64_eq(fired(s, SN_3), 0);
    assert_true(append_reply(s)->success);
}

/* What the snapshot covers is committed, so equal: it is passed over. */
static void entries_before_the_base_are_passed_over(void **state)
{
    struct test_server *s = *state;

    given_compacted(s);
    when_append_entries(s, 2, 5, 3, 4, "4 5 5 5", 7); /* 4 .. 7 */
    assert_true(append_reply(s)->success);
    t_u64_eq(append_reply(s)->match_index, 7);
    t_u64_eq(s->effects.append_seq, 0);
    t_u64_eq(s->raft->commit_index, 7);
    then_log_begins_after(s, 6, 5, "5 5");

    given_compacted(s);
    when_append_entries(s, 2, 6, 0, 0, "1 1 4 4 5 5 6 6 6", 8);
    t_u64_eq(append_reply(s)->match_index, 9);
    t_u64_eq(s->effects.truncate_from, 7);
    t_u64_eq(s->effects.append.first_index, 7);
    then_log_begins_after(s, 6, 5, "6 6 6");

    given_compacted(s); /* of what it covers not even the term matters */
    when_append_entries(s, 2, 6, 4, 4, "4 4 6", 6);
    then_log_begins_after(s, 6, 5, "6");
}

static void request_wholly_before_the_base_succeeds(void **state)
{
    struct test_server *s = *state;

    given_compacted(s);
    when_append_entries(s, 2, 5, 1, 1, "1 4", 3);
    assert_true(append_reply(s)->success);
    t_u64_eq(append_reply(s)->match_index, 3);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES_RESULT, 2)->needs_write, 0);
    when_append_entries(s, 2, 5, 3, 4, "4 5 5", 6); /* up to the base */
    t_u64_eq(append_reply(s)->match_index, 6);
    when_append_entries(s, 2, 5, 2, 1, "", 2); /* a heartbeat */
    assert_true(append_reply(s)->success);
    t_u64_eq(append_reply(s)->match_index, 2);
    t_u64_eq(s->raft->commit_index, 6);
    then_log_begins_after(s, 6, 5, "5 5");
}

static void refusals_look_at_nothing_before_the_base(void **state)
{
    struct test_server *s = *state;

    given_compacted(s);
    when_append_entries(s, 3, 4, 2, 1, "4", 2); /* an older term */
    t_u64_eq(fired(s, AE_1), 1);
    assert_false(append_reply(s)->success);
    when_append_entries(s, 2, 5, 8, 4, "", 6); /* conflict: 5 since the base */
    t_u64_eq(append_reply(s)->conflict_term, 5);
    t_u64_eq(append_reply(s)->conflict_index, 6);
    when_append_entries(s, 2, 5, 20, 5, "", 6);
    t_u64_eq(append_reply(s)->conflict_term, 0);
    t_u64_eq(append_reply(s)->conflict_index, 9);
    when_append_entries(s, 2, 5, UINT64_MAX, 5, "", 6);
    assert_false(append_reply(s)->success);
}

/* A vote is asked for, and given, with the snapshot's last entry. */
static void log_in_the_snapshot_alone_is_up_to_date(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .current_term = 5, .log_terms = "1 1 4", .commit_index = 3});
    when_applied(s);
    when_taken(s);
    then_log_begins_after(s, 3, 4, "");
    when_request_vote(s, 3, 6, 2, 4); /* as new, but shorter */
    assert_false(vote_reply(s)->vote_granted);
    when_request_vote(s, 3, 6, 3, 4);
    assert_true(vote_reply(s)->vote_granted);
    when_election_times_out(s);
    t_u64_eq(sent(s, RAFT_REQUEST_VOTE, 2)->request_vote.last_log_index, 3);
    t_u64_eq(sent(s, RAFT_REQUEST_VOTE, 2)->request_vote.last_log_term, 4);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec7_sn3_entry_behind_the_snapshot_is_checked),
    T_SERVER(sec7_sn3_is_asked_right_behind_a_snapshot_only),
    T_SERVER(entries_before_the_base_are_passed_over),
    T_SERVER(request_wholly_before_the_base_succeeds),
    T_SERVER(refusals_look_at_nothing_before_the_base),
    T_SERVER(log_in_the_snapshot_alone_is_up_to_date),
};

T_MAIN(tests)
