/* SPDX-License-Identifier: MIT
 *
 * test_sec6_change_inherited.c - section 6: a leader that finds a change which
 * another has begun.
 */
#include "tests/unit/core_change.h"

/* A follower with this configuration as entry 2, which then leads term 5. */
static void given_heir_with(struct test_server *s,
                            const struct raft_options *options,
                            const struct raft_config *config,
                            raft_index leader_commit)
{
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const struct raft_entry entry = {
        .term = 4,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(config, bytes),
        .bytes = bytes};

    given(s, &(struct given){
                 .current_term = 4, .log_terms = "1", .options = options});
    when_message(s, &(struct raft_message){
                        .type = RAFT_APPEND_ENTRIES,
                        .from = 3,
                        .to = 1,
                        .term = 4,
                        .append_entries = {.leader_id = 3,
                                           .prev_log_index = 1,
                                           .prev_log_term = 1,
                                           .entries = &entry,
                                           .entry_count = 1,
                                           .leader_commit = leader_commit}});
    when_election_times_out(s);
    when_all_persisted(s);
    for (raft_server_id id = 2; s->raft->role != RAFT_LEADER; id++) {
        assert_true(id <= 5);
        when_vote(s, id, 5, true);
    }
    when_all_persisted(s);
}

/* Its no-op is entry 3. */
static void given_heir(struct test_server *s, const struct raft_config *config,
                       raft_index leader_commit)
{
    given_heir_with(s, &voters_at_once, config, leader_commit);
}

/* 1 2 3 to 1 2 4. */
static struct raft_config joint_config(void)
{
    struct raft_config config = voters(4);

    config.is_joint = true;
    config.members[3].in_old = false;
    config.members[0].in_new = config.members[1].in_new = true;
    config.members[3].in_new = true;
    return config;
}

static void sec6_mb6_new_leader_finishes_what_it_inherits(void **state)
{
    struct test_server *s = *state;
    const struct raft_config joint = joint_config();

    given_heir(s, &joint, 0);
    then_config_is(s->raft, "1b 2b 3o 4n *");
    when_append_succeeds(s, 2, 2); /* on both majorities, of an old term */
    t_u64_eq(s->raft->commit_index, 0);
    assert_true(raft_config_of(s->raft)->is_joint);
    when_append_succeeds(s, 2, 3);
    t_u64_eq(s->raft->commit_index, 3);
    t_u64_eq(fired(s, MB_6), 1);
    then_config_is(s->raft, "1o 2o 4o *");
    when_change(s, 7, "1 2"); /* an entry of the term is, C_new is not */
    assert_int_equal(s->error, RAFT_EBUSY);

    when_all_persisted(s);
    when_append_succeeds(s, 2, 4);
    then_config_is(s->raft, "1o 2o 4o");
    t_u64_eq(s->effects.change_id, 0); /* nobody asked this leader */
}

static void sec6_mb6_committed_joint_is_left_at_once(void **state)
{
    struct test_server *s = *state;
    const struct raft_config joint = joint_config();

    given_heir(s, &joint, 2);
    t_u64_eq(s->raft->commit_index, 2);
    then_config_is(s->raft, "1o 2o 4o *");
    then_log_is(s, "1 4 5 5");
}

static void sec6_mb9_learners_of_a_former_leader_are_taken_out(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(5);
    struct raft_status status;

    config.members[3].in_old = config.members[4].in_old = false;
    given_heir(s, &config, 0);
    then_config_is(s->raft, "1o 2o 3o 4- 5- *");
    raft_status(s->raft, &status);
    assert_true(status.changing);
    when_append_succeeds(s, 3, 2); /* no entry of its own term yet */
    t_u64_eq(fired(s, MB_9), 0);
    when_change(s, 7, "1 2 3 4");
    assert_int_equal(s->error, RAFT_EBUSY);

    when_append_succeeds(s, 2, 3);
    t_u64_eq(fired(s, MB_9), 1);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 1); /* at once */
    then_config_is(s->raft, "1o 2o 3o *");
    then_log_is(s, "1 4 5 5");
    t_u64_eq(s->effects.change_id, 0);
    when_ticks(s, 1);
    then_log_is(s, "1 4 5 5"); /* once */
    when_all_persisted(s);
    when_append_succeeds(s, 2, 4);
    when_change(s, 7, "1 2 3 4");
    assert_int_equal(s->error, RAFT_OK);
}

/* ---- Without a no-op ----------------------------------------------------- */

static const struct raft_options quiet;

/* Everybody has all, and says so for a while. */
static void when_nobody_writes(struct test_server *s)
{
    for (int i = 0; i < 20; i++) {
        when_heartbeat_is_due(s);
        for (raft_server_id id = 2; id <= 4; id++) {
            when_append_succeeds(s, id, 2);
        }
    }
}

/* Section 5.4.2: by counting, only entries of the leader's own term. */
static void sec542_cm1_inherited_change_waits_for_a_command(void **state)
{
    struct test_server *s = *state;
    const struct raft_config joint = joint_config();
    struct raft_status status;

    given_heir_with(s, &quiet, &joint, 0);
    when_nobody_writes(s);
    t_u64_eq(s->raft->commit_index, 0);
    then_config_is(s->raft, "1b 2b 3o 4n *");
    then_log_is(s, "1 4");
    raft_status(s->raft, &status);
    assert_true(status.changing);
    when_change(s, 7, "1 2 4"); /* the same again is no way out */
    assert_int_equal(s->error, RAFT_EBUSY);

    when_proposed(s, 1, 1);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    t_u64_eq(s->raft->commit_index, 3);
    then_config_is(s->raft, "1o 2o 4o *");
    then_log_is(s, "1 4 5 5");
}

static void sec542_cm1_inherited_learners_wait_for_a_command(void **state)
{
    struct test_server *s = *state;
    struct raft_config config = voters(4);

    config.members[3].in_old = false;
    given_heir_with(s, &quiet, &config, 0);
    when_nobody_writes(s);
    then_config_is(s->raft, "1o 2o 3o 4- *");
    then_log_is(s, "1 4");
    when_proposed(s, 1, 1);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    then_config_is(s->raft, "1o 2o 3o *");
}

/* It was committed by the leader before: there is nothing to wait for. */
static void sec6_mb6_committed_joint_needs_no_command(void **state)
{
    struct test_server *s = *state;
    const struct raft_config joint = joint_config();

    given_heir_with(s, &quiet, &joint, 2);
    then_config_is(s->raft, "1o 2o 4o *");
    then_log_is(s, "1 4 5");
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec6_mb6_new_leader_finishes_what_it_inherits),
    T_SERVER(sec6_mb6_committed_joint_is_left_at_once),
    T_SERVER(sec6_mb9_learners_of_a_former_leader_are_taken_out),
    T_SERVER(sec542_cm1_inherited_change_waits_for_a_command),
    T_SERVER(sec542_cm1_inherited_learners_wait_for_a_command),
    T_SERVER(sec6_mb6_committed_joint_needs_no_command),
};

T_MAIN(tests)
