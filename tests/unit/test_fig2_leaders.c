/* SPDX-License-Identifier: MIT
 *
 * test_fig2_leaders.c - Figure 2, "Rules for Servers": leaders, up to what
 * they may commit (test_sec542_commit.c).
 */
#include "tests/unit/core_harness.h"

static void fig2_ldr1_heartbeats_at_once_when_elected(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    t_u64_eq(fired(s, LDR_1), 1);
    for (raft_server_id to = 2; to <= 3; to++) {
        const struct raft_message *m = sent(s, RAFT_APPEND_ENTRIES, to);

        t_u64_eq(m->term, 5);
        t_u64_eq(m->append_entries.leader_id, 1);
        t_u64_eq(m->append_entries.entry_count, 0);
        t_u64_eq(m->append_entries.prev_log_index, 3);
        t_u64_eq(m->append_entries.prev_log_term, 4);
    }
}

static void fig2_ldr1_heartbeats_go_on_while_idle(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    for (int i = 0; i < 10; i++) {
        when_ticks(s, TEST_HEARTBEAT_TICKS - 1);
        t_u64_eq(s->effects.message_count, 0);
        when_ticks(s, 1);
        t_u64_eq(fired(s, LDR_1), 1);
        t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 1);
        t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 3), 1);
    }
}

static void fig2_ldr1_followers_send_none(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5});
    when_heartbeat_is_due(s);
    t_u64_eq(fired(s, LDR_1), 0);
    t_u64_eq(s->effects.message_count, 0);
}

static void fig2_ldr2_command_is_appended_with_the_leaders_term(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    when_proposed(s, 2, 100);

    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(fired(s, LDR_2), 1);
    then_log_is(s, "1 1 4 5 5");
    t_u64_eq(s->effects.append.first_index, 4);
    t_u64_eq(s->effects.append.count, 2);
    t_u64_eq(s->raft->commit_index, 0);
}

static void fig2_ldr2_only_commands_can_be_proposed(void **state)
{
    struct test_server *s = *state;
    const struct raft_entry no_op = {.type = RAFT_ENTRY_NO_OP};
    const struct raft_propose bad[] = {{.entries = &no_op, .count = 1},
                                       {.entries = NULL, .count = 0}};

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    for (size_t i = 0; i < 2; i++) {
        when(s,
             &(struct raft_input){.type = RAFT_IN_PROPOSE, .propose = bad[i]});
        assert_int_equal(s->error, RAFT_EINVALID);
        t_u64_eq(fired(s, LDR_2), 0);
        then_log_is(s, "");
    }
}

static void fig2_ldr3_entries_go_out_from_next_index(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    when_proposed(s, 2, 8);

    assert_true(fired(s, LDR_3) >= 2); /* both followers */
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, RAFT_NO_SERVER), 2);
    const struct raft_append_entries *ae =
        &sent(s, RAFT_APPEND_ENTRIES, 3)->append_entries;
    t_u64_eq(ae->prev_log_index, 3);
    t_u64_eq(ae->prev_log_term, 4);
    t_u64_eq(ae->entry_count, 2);
    t_u64_eq(ae->entries[0].term, 5);
}

static void fig2_ldr3_follower_that_has_all_gets_none(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    when_append_succeeds(s, 2, 3);

    t_u64_eq(declined(s, LDR_3), 1);
    t_u64_eq(s->effects.message_count, 0);
}

/* "Retry indefinitely" (section 5.3): lost requests are repeated. */
static void fig2_ldr3_unanswered_entries_are_sent_again(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_proposed(s, 1, 8);
    for (int i = 0; i < 5; i++) {
        when_heartbeat_is_due(s);
        t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.entry_count,
                 1);
    }
}

static void fig2_ldr3a_success_moves_match_and_next(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    when_proposed(s, 2, 8);
    when_append_succeeds(s, 2, 4);

    t_u64_eq(fired(s, LDR_3A), 1);
    t_u64_eq(s->raft->match_index[1], 4);
    t_u64_eq(s->raft->next_index[1], 5);
    t_u64_eq(s->raft->match_index[2], 0); /* of server 3: nothing proven */
}

/* Bug R6: answers overtake each other. */
static void fig2_ldr3a_older_success_takes_nothing_back(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 4 4 4"});
    when_append_succeeds(s, 2, 5);
    when_append_succeeds(s, 2, 3);

    t_u64_eq(s->raft->match_index[1], 5);
    t_u64_eq(s->raft->next_index[1], 6);
}

static void fig2_ldr3a_success_beyond_our_log_is_not_believed(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    when_append_succeeds(s, 2, 4);

    t_u64_eq(fired(s, LDR_3A), 0);
    t_u64_eq(s->raft->match_index[1], 0);
}

static void fig2_ldr3a_success_in_an_earlier_term_proves_nothing(void **state)
{
    struct test_server *s = *state;
    const struct raft_message m = {
        .type = RAFT_APPEND_ENTRIES_RESULT,
        .from = 2,
        .to = 1,
        .term = 4,
        .append_entries_result = {.success = true, .match_index = 3}};

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    when_message(s, &m);

    t_u64_eq(fired(s, LDR_3A), 0);
    t_u64_eq(s->raft->match_index[1], 0);
}

static void fig2_ldr3b_refusal_lowers_next_and_tries_again(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    for (raft_index prev = 3; prev > 0; prev--) {
        when_append_fails(s, 2, prev, 0, 1);
        t_u64_eq(fired(s, LDR_3B), 1);
        t_u64_eq(s->raft->next_index[1], prev);
        t_u64_eq(s->effects.message_count, 1);
        const struct raft_append_entries *ae =
            &sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries;
        t_u64_eq(ae->prev_log_index, prev - 1);
        t_u64_eq(ae->entry_count, 3 - (prev - 1));
    }
}

/* Bug R5 (etcd #1207): one probe, one step; its echo moves nothing. */
static void fig2_ldr3b_same_refusal_twice_is_one_step(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    when_append_fails(s, 2, 3, 0, 1);
    when_append_fails(s, 2, 3, 0, 1);

    t_u64_eq(fired(s, LDR_3B), 0);
    t_u64_eq(s->raft->next_index[1], 3);
    t_u64_eq(s->effects.message_count, 0);
}

/* ... nor one that was overtaken by another probe. */
static void fig2_ldr3b_refusal_of_another_probe_moves_nothing(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    when_append_fails(s, 2, 1, 0, 1);
    t_u64_eq(fired(s, LDR_3B), 0);
    t_u64_eq(s->raft->next_index[1], 4);
}

static void fig2_ldr3b_refusal_never_undoes_a_proof(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    when_append_succeeds(s, 2, 3);
    for (raft_index prev = 0; prev <= 4; prev++) {
        when_append_fails(s, 2, prev, 0, 1);
        t_u64_eq(fired(s, LDR_3B), 0);
        t_u64_eq(s->raft->match_index[1], 3);
        t_u64_eq(s->raft->next_index[1], 4);
    }
}

/* A refusal because of its term is not about the log: step down instead. */
static void fig2_ldr3b_refusal_of_a_newer_term_is_no_inconsistency(void **state)
{
    struct test_server *s = *state;
    const struct raft_message m = {
        .type = RAFT_APPEND_ENTRIES_RESULT,
        .from = 2,
        .to = 1,
        .term = 6,
        .append_entries_result = {.prev_log_index = 3}};

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 1 4"});
    when_message(s, &m);

    t_u64_eq(fired(s, LDR_3B), 0);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    t_u64_eq(s->raft->current_term, 6);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_ldr1_heartbeats_at_once_when_elected),
    T_SERVER(fig2_ldr1_heartbeats_go_on_while_idle),
    T_SERVER(fig2_ldr1_followers_send_none),
    T_SERVER(fig2_ldr2_command_is_appended_with_the_leaders_term),
    T_SERVER(fig2_ldr2_only_commands_can_be_proposed),
    T_SERVER(fig2_ldr3_entries_go_out_from_next_index),
    T_SERVER(fig2_ldr3_follower_that_has_all_gets_none),
    T_SERVER(fig2_ldr3_unanswered_entries_are_sent_again),
    T_SERVER(fig2_ldr3a_success_moves_match_and_next),
    T_SERVER(fig2_ldr3a_older_success_takes_nothing_back),
    T_SERVER(fig2_ldr3a_success_beyond_our_log_is_not_believed),
    T_SERVER(fig2_ldr3a_success_in_an_earlier_term_proves_nothing),
    T_SERVER(fig2_ldr3b_refusal_lowers_next_and_tries_again),
    T_SERVER(fig2_ldr3b_same_refusal_twice_is_one_step),
    T_SERVER(fig2_ldr3b_refusal_of_another_probe_moves_nothing),
    T_SERVER(fig2_ldr3b_refusal_never_undoes_a_proof),
    T_SERVER(fig2_ldr3b_refusal_of_a_newer_term_is_no_inconsistency),
};

T_MAIN(tests)
