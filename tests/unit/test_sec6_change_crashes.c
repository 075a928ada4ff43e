/* SPDX-License-Identifier: MIT
 *
 * test_sec6_change_crashes.c - section 6, Figure 11: the leader crashes at any
 * point of a change, and any other server is the first to notice.
 */
#include "tests/unit/core_cluster.h"

enum { ENOUGH_TICKS = 400 };

/* Removed servers must not disturb: they are not told. */
static const struct raft_options at_once = {
    .no_op = true, .stickiness = true, .check_quorum = true};
static const struct raft_options in_rounds = {.no_op = true,
                                              .stickiness = true,
                                              .check_quorum = true,
                                              .catch_up_rounds = 5};

/* A leader 1 of 1 2 3 that has committed entries of its term. */
static struct core_cluster *given_leader(size_t server_count,
                                         const struct raft_options *options)
{
    struct core_cluster *c = cores_of(server_count, "1 2 3", options);

    /* Nobody has heard of a leader yet: the others need not wait. */
    cores_elect(c, 1);
    cores_propose(c, 1);
    cores_deliver(c);
    cores_run(c, TEST_HEARTBEAT_TICKS);
    t_u64_eq(c->core[2]->commit_index, 2);
    return c;
}

/*
 * There is one leader, it knows no change any more, and what it is given is
 * committed by all members that run.
 */
static void then_works(struct core_cluster *c)
{
    cores_run(c, ENOUGH_TICKS);
    const raft_server_id leader = cores_leader(c);
    struct raft_status status;

    assert_int_not_equal(leader, RAFT_NO_SERVER);
    raft_status(c->core[leader], &status);
    assert_false(status.changing);
    cores_propose(c, leader);
    assert_int_equal(c->error, RAFT_OK);
    cores_run(c, 2 * TEST_HEARTBEAT_TICKS);

    const struct raft_config *config = raft_config_of(c->core[leader]);
    const raft_index last = raft_log_last_index(&c->core[leader]->log);

    assert_true(raft_config_is_voter(config, leader));
    for (size_t slot = 0; slot < config->member_count; slot++) {
        const raft_server_id id = config->members[slot].id;

        if (!c->is_down[id]) {
            t_u64_eq(c->core[id]->commit_index, last);
        }
    }
}

/* 1 2 3 shall become 3 4 5; the leader 1 crashes after so many messages, and
 * `first` is the first whose timer runs out. Returns false when the change had
 * come to its end before. */
static bool crash_after(const struct raft_options *options, size_t messages,
                        raft_server_id first, bool restarts)
{
    struct core_cluster *c = given_leader(5, options);
    size_t delivered = 0;

    cores_change(c, 1, 7, "3 4 5");
    assert_int_equal(c->error, RAFT_OK);
    for (; delivered < messages && c->ended[1].change_id == 0; delivered++) {
        if (c->message_count == 0) {
            cores_tick(c, 1, TEST_HEARTBEAT_TICKS);
        }
        cores_deliver_one(c, 0);
    }
    cores_crash(c, 1);
    cores_lose_all(c);
    if (restarts) {
        cores_restart(c, 1);
    }
    if (!c->is_down[first]) {
        cores_tick(c, first, TEST_ELECTION_TICKS_MAX);
    }
    then_works(c);
    if (!restarts) {
        cores_restart(c, 1);
        then_works(c);
    }
    cores_free(c);
    return delivered == messages;
}

static void crash_everywhere(const struct raft_options *options)
{
    for (raft_server_id first = 1; first <= 5; first++) {
        for (int restarts = first == 1 ? 1 : 0; restarts <= 1; restarts++) {
            size_t messages = 0;

            while (crash_after(options, messages, first, restarts == 1)) {
                messages++;
            }
            assert_true(messages > 20); /* every phase was met */
        }
    }
}

/* Bug M2 among others: what is in the log counts, also after a restart. */
static void leader_crashes_anywhere(void **state)
{
    (void)state;
    crash_everywhere(&in_rounds);
}

static void leader_crashes_anywhere_voters_at_once(void **state)
{
    (void)state;
    crash_everywhere(&at_once);
}

static void leader_crashes_anywhere_as_in_raftd(void **state)
{
    (void)state;
    crash_everywhere(&raft_options_default);
}

/* ---- The phases, by name ------------------------------------------------- */

/* C_old,new is on 1 alone: it is as if it had never been. */
static void joint_on_the_leader_only_is_undone(void **state)
{
    struct core_cluster *c = given_leader(5, NULL);

    (void)state;
    cores_change(c, 1, 7, "3 4 5");
    then_config_is(c->core[1], "1o 2o 3b 4n 5n *");
    cores_crash(c, 1);
    cores_lose_all(c);
    cores_elect(c, 2);
    then_config_is(c->core[2], "1o 2o 3o");
    then_works(c);
    cores_restart(c, 1);
    then_config_is(c->core[1], "1o 2o 3b 4n 5n *"); /* its log says so */
    then_works(c);
    then_config_is(c->core[1], "1o 2o 3o"); /* deleted: the one before */
    cores_free(c);
}

/* On some servers, not committed: whoever has it can be elected by both, and
 * finishes it; whoever has not, by C_old. */
static void joint_on_a_minority_is_finished_or_undone(void **state)
{
    (void)state;
    for (raft_server_id heir = 2; heir <= 3; heir++) {
        struct core_cluster *c = given_leader(5, NULL);

        cores_change(c, 1, 7, "3 4 5");
        for (size_t i = c->message_count; i-- > 0;) {
            if (c->messages[i].to != 3) {
                cores_lose_one(c, i);
            }
        }
        cores_deliver_one(c, 0);
        cores_crash(c, 1);
        cores_lose_all(c);
        then_config_is(c->core[2], "1o 2o 3o");
        then_config_is(c->core[3], "1o 2o 3b 4n 5n *");
        cores_tick(c, heir, TEST_ELECTION_TICKS_MAX);
        cores_deliver(c);
        if (heir == 2) { /* 3 knows more, and refuses */
            assert_int_equal(c->core[2]->role, RAFT_CANDIDATE);
            cores_tick(c, 3, TEST_ELECTION_TICKS_MAX);
            cores_deliver(c);
        }
        assert_int_equal(c->core[3]->role, RAFT_LEADER);
        then_works(c);
        then_config_is(c->core[cores_leader(c)], "3o 4o 5o");
        cores_free(c);
    }
}

/*
 * Dissertation 4.2.2, with 1 2 becoming 2. C_new is on 1 alone; 2 needs the
 * vote of 1, whose log is longer. So 1, which is leaving, must stand.
 */
static void only_the_leaving_server_has_c_new(void **state)
{
    const struct raft_options *options[] = {NULL, &raft_options_default};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct core_cluster *c = cores_of(2, "1 2", options[i]);

        cores_elect(c, 1);
        cores_change(c, 1, 7, "2");
        cores_groups(c, "");
        while (raft_config_of(c->core[1])->is_joint) {
            if (c->message_count == 0) {
                cores_tick(c, 1, TEST_HEARTBEAT_TICKS);
            }
            cores_deliver_one(c, 0);
        }
        then_config_is(c->core[1], "2o *");
        cores_crash(c, 1);
        cores_lose_all(c);
        then_config_is(c->core[2], "1o 2b *");
        cores_run(c, ENOUGH_TICKS);
        assert_int_equal(cores_leader(c), RAFT_NO_SERVER);

        cores_restart(c, 1);
        then_works(c);
        then_config_is(c->core[2], "2o");
        t_u64_eq(cores_leader(c), 2);
        cores_free(c);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(leader_crashes_anywhere),
    cmocka_unit_test(leader_crashes_anywhere_voters_at_once),
    cmocka_unit_test(leader_crashes_anywhere_as_in_raftd),
    cmocka_unit_test(joint_on_the_leader_only_is_undone),
    cmocka_unit_test(joint_on_a_minority_is_finished_or_undone),
    cmocka_unit_test(only_the_leaving_server_has_c_new),
};

T_MAIN(tests)
