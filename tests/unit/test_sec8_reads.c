/* SPDX-License-Identifier: MIT
 *
 * test_sec8_reads.c - section 8: clients, no-ops, and reads without a log
 * entry.
 */
#include "tests/unit/core_harness.h"

static const struct raft_options with_no_op = {.no_op = true};

/* A leader whose no-op, entry 1, is committed and applied. */
static void given_settled_leader(struct test_server *s)
{
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .options = &with_no_op});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_applied(s);
    t_u64_eq(s->raft->last_applied, 1);
}

static void sec8_cl1_leader_takes_requests(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s);
    when_proposed(s, 1, 8);
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(fired(s, CL_1), 1);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    assert_int_equal(s->error, RAFT_OK);
    when_transfer(s, 2);
    assert_int_equal(s->error, RAFT_OK);
}

static void sec8_cl1_others_refuse_and_know_whom_to_ask(void **state)
{
    struct test_server *s = *state;
    struct raft_status status;

    given(s, &(struct given){.current_term = 5});
    when_append_entries(s, 3, 5, 0, 0, "", 0);
    when_proposed(s, 1, 8);
    assert_int_equal(s->error, RAFT_ENOTLEADER);
    t_u64_eq(declined(s, CL_1), 1);
    then_log_is(s, "");
    when_read(s, 7, RAFT_READ_CONSISTENT);
    assert_int_equal(s->error, RAFT_ENOTLEADER);
    when_transfer(s, 2);
    assert_int_equal(s->error, RAFT_ENOTLEADER);

    raft_status(s->raft, &status);
    t_u64_eq(status.leader_id, 3);
    assert_int_equal(status.role, RAFT_FOLLOWER);
}

static void sec8_cl1_candidate_knows_no_leader(void **state)
{
    struct test_server *s = *state;
    struct raft_status status;

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    when_proposed(s, 1, 8);
    assert_int_equal(s->error, RAFT_ENOTLEADER);
    raft_status(s->raft, &status);
    t_u64_eq(status.leader_id, RAFT_NO_SERVER);
}

static void sec8_cl3_new_leader_appends_a_no_op(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 4",
                             .options = &with_no_op});
    t_u64_eq(fired(s, CL_3), 1);
    then_log_is(s, "1 1 4 5");
    assert_int_equal(raft_entry_at(s->raft, 4)->type, RAFT_ENTRY_NO_OP);
    t_u64_eq(s->effects.append.first_index, 4);
}

/* What it is for: the old entries are committed without any client. */
static void sec8_cl3_no_op_commits_what_came_before(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 4",
                             .options = &with_no_op});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 4);
    t_u64_eq(s->raft->commit_index, 4);
}

static void sec8_cl3_switched_off_there_is_none(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    t_u64_eq(fired(s, CL_3), 0);
    then_log_is(s, "");
}

static void sec8_cl4_read_waits_for_a_round_of_heartbeats(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(s->effects.read_count, 0);
    t_u64_eq(declined(s, CL_4), 1);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 1);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 3), 1);

    const struct raft_message round = *sent(s, RAFT_APPEND_ENTRIES, 3);
    when_answered(s, 3, &round);
    t_u64_eq(fired(s, CL_4), 1);
    t_u64_eq(s->effects.read_count, 1);
    t_u64_eq(s->effects.reads[0].read_id, 7);
    assert_true(s->effects.reads[0].confirmed);
}

/* Bug Q2 (etcd #20418): the answer to an earlier round is too old. */
static void sec8_cl4_earlier_round_does_not_confirm_a_later_read(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    const struct raft_message first = *sent(s, RAFT_APPEND_ENTRIES, 2);
    when_read(s, 8, RAFT_READ_CONSISTENT);
    const struct raft_message second = *sent(s, RAFT_APPEND_ENTRIES, 3);
    assert_true(first.append_entries.read_round <
                second.append_entries.read_round);

    when_answered(s, 2, &first);
    t_u64_eq(s->effects.read_count, 1);
    t_u64_eq(s->effects.reads[0].read_id, 7);
    when_answered(s, 2, &first); /* twice is not a majority */
    t_u64_eq(s->effects.read_count, 0);

    when_answered(s, 3, &second);
    t_u64_eq(s->effects.read_count, 1);
    t_u64_eq(s->effects.reads[0].read_id, 8);
}

static void sec8_cl4_later_round_confirms_all_before_it(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    when_read(s, 8, RAFT_READ_CONSISTENT);
    const struct raft_message second = *sent(s, RAFT_APPEND_ENTRIES, 2);
    when_answered(s, 2, &second);

    t_u64_eq(s->effects.read_count, 2);
    t_u64_eq(s->effects.reads[0].read_id, 7);
    t_u64_eq(s->effects.reads[1].read_id, 8);
}

/* A refusal of the log is still a word of a follower of this term. */
static void sec8_cl4_refused_append_confirms_leadership(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    when_append_fails(s, 3, 1, 0, 1);
    t_u64_eq(s->effects.read_count, 1);
    assert_true(s->effects.reads[0].confirmed);
}

static void sec8_cl4_strangers_and_learners_confirm_nothing(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(4);

    config.members[3].in_old = false;
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .options = &with_no_op,
                             .config = &config});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_applied(s);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    when_append_succeeds(s, 4, 1);
    when_append_succeeds(s, 77, 1);
    t_u64_eq(s->effects.read_count, 0);
}

/* Bug Q1 (redisraft #19): what is committed is not known before. */
static void sec8_cl5_read_waits_for_an_entry_of_the_term(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 4",
                             .options = &with_no_op});
    when_read(s, 7, RAFT_READ_CONSISTENT);
    const struct raft_message round = *sent(s, RAFT_APPEND_ENTRIES, 2);
    when_answered(s, 2, &round); /* confirmed, but nothing is committed */
    t_u64_eq(s->effects.read_count, 0);
    t_u64_eq(declined(s, CL_5), 1);

    when_all_persisted(s);
    when_append_succeeds(s, 3, 4);
    t_u64_eq(s->raft->commit_index, 4);
    t_u64_eq(fired(s, CL_5), 1);
    t_u64_eq(s->effects.read_count, 0); /* bug Q6: applied first */

    when_applied(s);
    t_u64_eq(s->effects.read_count, 1);
    assert_true(s->effects.reads[0].confirmed);
}

/* Bug Q3 (etcd #21386), and L2: each read gets an answer, and not a wrong
 * one. */
static void sec8_cl4_deposed_leader_refuses_what_waits(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    const struct raft_message round = *sent(s, RAFT_APPEND_ENTRIES, 2);
    when_read(s, 8, RAFT_READ_CONSISTENT);
    when_append_entries(s, 3, 6, 0, 0, "", 0); /* another leader */
    t_u64_eq(s->effects.read_count, 2);
    for (size_t i = 0; i < 2; i++) {
        t_u64_eq(s->effects.reads[i].read_id, 7 + i);
        assert_false(s->effects.reads[i].confirmed);
    }
    when_answered(s, 2, &round);
    t_u64_eq(s->effects.read_count, 0);
}

static void sec8_cl4_alone_a_leader_need_not_ask(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .voter_count = 1,
                             .options = &with_no_op});
    when_all_persisted(s);
    when_applied(s);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    t_u64_eq(s->effects.read_count, 1);
    assert_true(s->effects.reads[0].confirmed);
}

static void more_reads_than_there_is_room_for_are_refused(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s);
    for (uint64_t id = 1; id <= RAFT_MAX_READS; id++) {
        when_read(s, id, RAFT_READ_CONSISTENT);
        assert_int_equal(s->error, RAFT_OK);
    }
    when_read(s, 99, RAFT_READ_CONSISTENT);
    assert_int_equal(s->error, RAFT_EBUSY);

    const struct raft_message heartbeat = {
        .type = RAFT_APPEND_ENTRIES,
        .term = 5,
        .append_entries = {.prev_log_index = 1,
                           .read_round = s->raft->read_round}};
    when_answered(s, 2, &heartbeat);
    t_u64_eq(s->effects.read_count, RAFT_MAX_READS);
    when_read(s, 99, RAFT_READ_CONSISTENT);
    assert_int_equal(s->error, RAFT_OK);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec8_cl1_leader_takes_requests),
    T_SERVER(sec8_cl1_others_refuse_and_know_whom_to_ask),
    T_SERVER(sec8_cl1_candidate_knows_no_leader),
    T_SERVER(sec8_cl3_new_leader_appends_a_no_op),
    T_SERVER(sec8_cl3_no_op_commits_what_came_before),
    T_SERVER(sec8_cl3_switched_off_there_is_none),
    T_SERVER(sec8_cl4_read_waits_for_a_round_of_heartbeats),
    T_SERVER(sec8_cl4_earlier_round_does_not_confirm_a_later_read),
    T_SERVER(sec8_cl4_later_round_confirms_all_before_it),
    T_SERVER(sec8_cl4_refused_append_confirms_leadership),
    T_SERVER(sec8_cl4_strangers_and_learners_confirm_nothing),
    T_SERVER(sec8_cl5_read_waits_for_an_entry_of_the_term),
    T_SERVER(sec8_cl4_deposed_leader_refuses_what_waits),
    T_SERVER(sec8_cl4_alone_a_leader_need_not_ask),
    T_SERVER(more_reads_than_there_is_room_for_are_refused),
};

T_MAIN(tests)
