/* SPDX-License-Identifier: MIT
 *
 * test_sec6_change_outside.c - section 6: a leader that is not in C_new.
 */
#include "tests/unit/core_change.h"

/* The leader 1 is left out of C_new, entry 4; entry 3 is committed. */
static void given_leader_outside(struct test_server *s,
                                 const struct raft_options *options)
{
    given_settled_leader(s, options);
    when_change(s, 7, "2 3 4");
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    when_append_succeeds(s, 3, 3);
    then_config_is(s->raft, "2o 3o 4o *");
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

/* Confusion 28, bugs M4 and M11. */
static void sec6_mb7_leads_without_counting_itself(void **state)
{
    struct test_server *s = *state;

    given_leader_outside(s, &voters_at_once);
    when_all_persisted(s); /* its own disk has C_new */
    when_append_succeeds(s, 2, 4);
    t_u64_eq(s->raft->commit_index, 3); /* one of three, not two of four */
    assert_int_equal(s->raft->role, RAFT_LEADER);
    when_proposed(s, 1, 3); /* still takes requests */
    assert_int_equal(s->error, RAFT_OK);

    when_append_succeeds(s, 3, 4);
    t_u64_eq(s->raft->commit_index, 4);
    t_u64_eq(fired(s, MB_7), 1);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    t_u64_eq(s->effects.change_id, 7);
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_DONE);
}

/* The commit moves, but not as far as C_new. */
static void sec6_mb7_an_older_commit_is_not_enough(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s, &voters_at_once);
    when_change(s, 7, "2 3 4");
    when_proposed(s, 1, 3); /* entry 4; C_new will be entry 5 */
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    when_append_succeeds(s, 3, 3);
    then_config_is(s->raft, "2o 3o 4o *");
    when_append_succeeds(s, 2, 4);
    when_append_succeeds(s, 3, 4);
    t_u64_eq(s->raft->commit_index, 4);
    t_u64_eq(declined(s, MB_7), 1);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

/* Bug M4: or nobody would know that C_new is committed. */
static void sec6_mb7_tells_the_others_before_it_goes(void **state)
{
    struct test_server *s = *state;

    given_leader_outside(s, &voters_at_once);
    when_append_succeeds(s, 2, 4);
    when_append_succeeds(s, 3, 4);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    for (raft_server_id id = 2; id <= 4; id++) {
        t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, id)->append_entries.leader_commit,
                 4);
    }
}

/* Its disk may be the slowest of all: it is not asked. */
static void sec6_mb7_own_disk_is_not_waited_for(void **state)
{
    struct test_server *s = *state;

    given_leader_outside(s, &voters_at_once);
    when_append_succeeds(s, 2, 4);
    when_append_succeeds(s, 4, 4);
    t_u64_eq(s->raft->durable_index, 3);
    t_u64_eq(s->raft->commit_index, 4);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    when_all_persisted(s); /* late, as a follower */
    t_u64_eq(s->raft->durable_index, 4);
}

static void sec6_mb7_leader_that_stays_does_not_step_down(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .options = &voters_at_once});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_change(s, 7, "1 2");
    when_all_persisted(s);
    when_append_succeeds(s, 2, 2);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    t_u64_eq(s->effects.change_id, 7);
    t_u64_eq(fired(s, MB_7), 0);
    assert_int_equal(s->raft->role, RAFT_LEADER);
}

/* It knows that C_new is committed: the others do without it. */
static void sec6_mb7_never_stands_again(void **state)
{
    struct test_server *s = *state;

    given_leader_outside(s, &voters_at_once);
    when_append_succeeds(s, 2, 4);
    when_append_succeeds(s, 3, 4);
    for (int i = 0; i < 100; i++) {
        when_election_times_out(s);
        t_u64_eq(s->effects.message_count, 0);
    }
    t_u64_eq(s->raft->current_term, 5);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
}

/*
 * Dissertation 4.2.2: only this server may have C_new in its log. Then nobody
 * else can be elected, where the majority of C_old needs its vote.
 */
static void fig2_flw2_server_left_out_stands_until_c_new_commits(void **state)
{
    struct test_server *s = *state;

    given_leader_outside(s, &voters_at_once);
    when_vote(s, 3, 6, false); /* deposed before C_new is committed */
    when_election_times_out(s);
    t_u64_eq(fired(s, FLW_2), 1);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    t_u64_eq(sent_count(s, RAFT_REQUEST_VOTE, RAFT_NO_SERVER), 3);
    when_all_persisted(s);
    when_vote(s, 2, 7, true); /* its own does not count */
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    when_vote(s, 4, 7, true);
    assert_int_equal(s->raft->role, RAFT_LEADER);

    when_append_succeeds(s, 2, 5); /* the no-op behind C_new */
    when_append_succeeds(s, 4, 5);
    t_u64_eq(fired(s, MB_7), 1);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
}

/* The same with PreVote: no wish of its own is counted. */
static void pre_vote_of_a_server_left_out_counts_the_others(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {.no_op = true, .pre_vote = true};

    given_leader_outside(s, &options);
    when_vote(s, 3, 6, false);
    when_election_times_out(s);
    assert_true(s->raft->pre_voting);
    for (raft_server_id id = 3; id <= 4; id++) {
        assert_int_equal(s->raft->role, RAFT_FOLLOWER);
        when_message(s, &(struct raft_message){
                            .type = RAFT_REQUEST_VOTE_RESULT,
                            .from = id,
                            .to = 1,
                            .term = 6,
                            .request_vote_result = {.vote_granted = true,
                                                    .asked_term = 7,
                                                    .pre_vote = true}});
    }
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
}

/* Bug M11 (redisraft #94): it is removed while a read waits. */
static void sec6_mb7_waiting_reads_end_with_the_leadership(void **state)
{
    struct test_server *s = *state;

    given_leader_outside(s, &voters_at_once);
    while (s->raft->last_applied < 3) {
        when_applied(s);
    }
    when_read(s, 9, RAFT_READ_CONSISTENT);
    when_append_succeeds(s, 2, 3); /* one of the three in C_new */
    t_u64_eq(s->effects.read_count, 0);
    when_append_succeeds(s, 4, 3);
    t_u64_eq(s->effects.read_count, 1);
    assert_true(s->effects.reads[0].confirmed);

    when_read(s, 10, RAFT_READ_CONSISTENT);
    when_append_succeeds(s, 2, 4);
    when_message(
        s, &(struct raft_message){
               .type = RAFT_APPEND_ENTRIES_RESULT,
               .from = 3,
               .to = 1,
               .term = 5,
               .append_entries_result = {.success = true, .match_index = 4}});
    assert_int_equal(s->raft->role, RAFT_FOLLOWER); /* C_new is committed */
    t_u64_eq(s->effects.read_count, 1);
    assert_false(s->effects.reads[0].confirmed);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec6_mb7_leads_without_counting_itself),
    T_SERVER(sec6_mb7_an_older_commit_is_not_enough),
    T_SERVER(sec6_mb7_tells_the_others_before_it_goes),
    T_SERVER(sec6_mb7_own_disk_is_not_waited_for),
    T_SERVER(sec6_mb7_leader_that_stays_does_not_step_down),
    T_SERVER(sec6_mb7_never_stands_again),
    T_SERVER(fig2_flw2_server_left_out_stands_until_c_new_commits),
    T_SERVER(pre_vote_of_a_server_left_out_counts_the_others),
    T_SERVER(sec6_mb7_waiting_reads_end_with_the_leadership),
};

T_MAIN(tests)
