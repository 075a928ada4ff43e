/* SPDX-License-Identifier: MIT
 *
 * test_fig2_state.c - Figure 2, "State": persistent state is on stable storage
 * before any word that rests on it leaves.
 */
#include "tests/unit/core_harness.h"

static void fig2_ps1_granted_vote_waits_for_its_write(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when_request_vote(s, 2, 5, 0, 0);

    assert_true(vote_reply(s)->vote_granted);
    assert_true(s->effects.save_hard_state_seq > 0);
    t_u64_eq(sent(s, RAFT_REQUEST_VOTE_RESULT, 2)->needs_write,
             s->effects.save_hard_state_seq);
    t_u64_eq(fired(s, PS_1), 1);
}

/* Asked again while the disk still writes: the same write is waited for. */
static void fig2_ps1_repeated_vote_waits_for_the_first_write(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when_request_vote(s, 2, 5, 0, 0);
    const raft_write_seq seq = s->effects.save_hard_state_seq;
    when_request_vote(s, 2, 5, 0, 0);

    t_u64_eq(s->effects.save_hard_state_seq, 0);
    t_u64_eq(sent(s, RAFT_REQUEST_VOTE_RESULT, 2)->needs_write, seq);
}

static void fig2_ps1_what_is_on_disk_need_not_be_waited_for(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when_request_vote(s, 2, 5, 0, 0);
    when_all_persisted(s);
    when_request_vote(s, 2, 5, 0, 0);

    assert_true(vote_reply(s)->vote_granted);
    t_u64_eq(sent(s, RAFT_REQUEST_VOTE_RESULT, 2)->needs_write, 0);
    t_u64_eq(declined(s, PS_1), 1);
}

/* Even a refusal tells the new term, which must not be forgotten again. */
static void fig2_ps1_refusal_in_a_new_term_waits(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .log_terms = "5"});
    when_request_vote(s, 2, 6, 0, 0);
    assert_false(vote_reply(s)->vote_granted);
    t_u64_eq(sent(s, RAFT_REQUEST_VOTE_RESULT, 2)->needs_write,
             s->effects.save_hard_state_seq);

    when_append_entries(s, 2, 7, 9, 6, "", 0);
    assert_false(append_reply(s)->success);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES_RESULT, 2)->needs_write,
             s->effects.save_hard_state_seq);
}

static void fig2_ps1_success_in_a_new_term_waits(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .log_terms = "5"});
    when_append_entries(s, 2, 7, 1, 5, "", 0);
    assert_true(append_reply(s)->success);
    assert_true(s->effects.save_hard_state_seq > 0);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES_RESULT, 2)->needs_write,
             s->effects.save_hard_state_seq);
}

static void fig2_ps1_append_answer_waits_for_its_entries(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when_append_entries(s, 2, 5, 0, 0, "5 5", 0);

    t_u64_eq(append_reply(s)->match_index, 2);
    assert_true(s->effects.append_seq > 0);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES_RESULT, 2)->needs_write,
             s->effects.append_seq);
}

/* The leader repeats itself, and the first write is still under way. */
static void fig2_ps1_repeated_append_waits_for_the_first_write(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when_append_entries(s, 2, 5, 0, 0, "5 5", 0);
    const raft_write_seq seq = s->effects.append_seq;
    when_append_entries(s, 2, 5, 0, 0, "5 5", 0);

    t_u64_eq(s->effects.append_seq, 0);
    t_u64_eq(append_reply(s)->match_index, 2);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES_RESULT, 2)->needs_write, seq);
}

/* A heartbeat vouches for what is durable, and so need not wait. */
static void fig2_ps1_heartbeat_answer_vouches_for_the_disk_only(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .log_terms = "5"});
    when_append_entries(s, 2, 5, 1, 5, "5", 0);
    when_append_entries(s, 2, 5, 2, 5, "", 0);

    assert_true(append_reply(s)->success);
    t_u64_eq(append_reply(s)->match_index, 1);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES_RESULT, 2)->needs_write, 0);
}

static void fig2_ps1_request_vote_waits_for_the_own_vote(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    for (raft_server_id to = 2; to <= 3; to++) {
        t_u64_eq(sent(s, RAFT_REQUEST_VOTE, to)->needs_write,
                 s->effects.save_hard_state_seq);
    }
}

/* The leader's own disk works while its entries travel (PS_3). */
static void fig2_ps1_leaders_entries_do_not_wait(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_proposed(s, 1, 8);

    assert_true(s->effects.append_seq > 0);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->needs_write, 0);
}

static void fig2_ps2_own_vote_counts_once_it_is_durable(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    const raft_write_seq seq = s->effects.save_hard_state_seq;
    when_vote(s, 2, 5, true);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    when_persisted(s, seq - 1);
    t_u64_eq(fired(s, PS_2), 0);

    when_persisted(s, seq);
    t_u64_eq(fired(s, PS_2), 1);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

static void fig2_ps2_alone_it_leads_only_after_its_write(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 5, .voter_count = 1});
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    when_all_persisted(s);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

static void fig2_ps2_own_vote_counts_once(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_CANDIDATE, .current_term = 5, .voter_count = 5});
    when_all_persisted(s);
    t_u64_eq(fired(s, PS_2), 1);
    when_all_persisted(s);
    t_u64_eq(fired(s, PS_2), 0);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
}

/* The write of the vote in an earlier term says nothing about this one. */
static void fig2_ps2_earlier_vote_does_not_count(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    const raft_write_seq earlier = s->effects.save_hard_state_seq;
    when_election_times_out(s);
    when_vote(s, 2, 6, true);
    when_persisted(s, earlier);

    t_u64_eq(fired(s, PS_2), 0);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
}

/* Bug C7 (etcd #14370): acknowledged from memory, lost with the power. */
static void fig2_ps3_alone_it_commits_only_what_its_disk_holds(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .voter_count = 1});
    when_proposed(s, 2, 8);
    t_u64_eq(s->raft->commit_index, 0);
    t_u64_eq(s->effects.apply.count, 0);

    when_all_persisted(s);
    t_u64_eq(fired(s, PS_3), 1);
    t_u64_eq(s->raft->commit_index, 2);
    t_u64_eq(s->effects.apply.count, 2);
}

/* ... and with one follower of two: it needs its own disk. */
static void fig2_ps3_leader_is_no_replica_before_its_write(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_proposed(s, 1, 8);
    when_append_succeeds(s, 2, 1);
    t_u64_eq(s->raft->commit_index, 0);

    when_all_persisted(s);
    t_u64_eq(s->raft->commit_index, 1);
}

/* ... but two followers do without it. */
static void fig2_ps3_majority_without_the_leader_commits(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_proposed(s, 1, 8);
    when_append_succeeds(s, 2, 1);
    when_append_succeeds(s, 3, 1);
    t_u64_eq(s->raft->commit_index, 1);
    t_u64_eq(s->raft->durable_index, 0);
}

/*
 * The write of an entry that was deleted since comes to its end: the one that
 * took its index is not on disk. Why writes have numbers.
 */
static void fig2_ps3_write_of_a_deleted_entry_proves_nothing(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .log_terms = "1"});
    when_append_entries(s, 2, 5, 1, 1, "5 5", 0);
    const raft_write_seq first = s->effects.append_seq;
    when_append_entries(s, 3, 6, 1, 1, "6", 0);
    const raft_write_seq second = s->effects.append_seq;

    when_persisted(s, first);
    t_u64_eq(s->raft->durable_index, 1);
    when_persisted(s, second - 1); /* the truncation */
    t_u64_eq(s->raft->durable_index, 1);
    when_persisted(s, second);
    t_u64_eq(s->raft->durable_index, 2);
}

static void persisted_must_be_asked_for_and_in_order(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_persisted(s, s->raft->last_write_seq + 1);
    assert_int_equal(s->error, RAFT_EINVALID);
    when_all_persisted(s);
    assert_int_equal(s->error, RAFT_OK);
    when_persisted(s, s->raft->last_write_seq - 1);
    assert_int_equal(s->error, RAFT_EINVALID);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_ps1_granted_vote_waits_for_its_write),
    T_SERVER(fig2_ps1_repeated_vote_waits_for_the_first_write),
    T_SERVER(fig2_ps1_what_is_on_disk_need_not_be_waited_for),
    T_SERVER(fig2_ps1_refusal_in_a_new_term_waits),
    T_SERVER(fig2_ps1_success_in_a_new_term_waits),
    T_SERVER(fig2_ps1_append_answer_waits_for_its_entries),
    T_SERVER(fig2_ps1_repeated_append_waits_for_the_first_write),
    T_SERVER(fig2_ps1_heartbeat_answer_vouches_for_the_disk_only),
    T_SERVER(fig2_ps1_request_vote_waits_for_the_own_vote),
    T_SERVER(fig2_ps1_leaders_entries_do_not_wait),
    T_SERVER(fig2_ps2_own_vote_counts_once_it_is_durable),
    T_SERVER(fig2_ps2_alone_it_leads_only_after_its_write),
    T_SERVER(fig2_ps2_own_vote_counts_once),
    T_SERVER(fig2_ps2_earlier_vote_does_not_count),
    T_SERVER(fig2_ps3_alone_it_commits_only_what_its_disk_holds),
    T_SERVER(fig2_ps3_leader_is_no_replica_before_its_write),
    T_SERVER(fig2_ps3_majority_without_the_leader_commits),
    T_SERVER(fig2_ps3_write_of_a_deleted_entry_proves_nothing),
    T_SERVER(persisted_must_be_asked_for_and_in_order),
};

T_MAIN(tests)
