/* SPDX-License-Identifier: MIT
 *
 * test_sec6_change_clusters.c - section 6: changes of members among several
 * servers; Figure 11, the erratum of the one-server change, removed servers.
 */
#include "tests/unit/core_cluster.h"

enum { MAX = TEST_ELECTION_TICKS_MAX, HEARTBEAT = TEST_HEARTBEAT_TICKS };

static struct core_cluster *given_leader(size_t server_count,
                                         const char *voter_ids,
                                         const struct raft_options *options)
{
    struct core_cluster *c = cores_of(server_count, voter_ids, options);

    cores_elect(c, 1);
    cores_propose(c, 1);
    cores_run(c, 2 * HEARTBEAT);
    t_u64_eq(c->core[1]->commit_index, 2);
    return c;
}

static void then_done(const struct core_cluster *c, raft_server_id id,
                      uint64_t change_id)
{
    t_u64_eq(c->ended[id].change_id, change_id);
    assert_int_equal(c->ended[id].outcome, RAFT_CHANGE_DONE);
}

/* All three by three others, in one request; then everything goes on. */
static void sec6_mb7_whole_cluster_is_replaced(void **state)
{
    struct core_cluster *c = given_leader(6, "1 2 3", &raft_options_default);

    (void)state;
    cores_change(c, 1, 7, "4 5 6");
    for (int i = 0; i < 20 && c->ended[1].change_id == 0; i++) {
        if (c->core[1]->role == RAFT_LEADER) {
            cores_propose(c, 1);
        }
        cores_run(c, HEARTBEAT);
    }
    then_done(c, 1, 7);
    for (raft_server_id id = 1; id <= 3; id++) {
        cores_crash(c, id);
    }
    cores_run(c, 5 * MAX);
    const raft_server_id leader = cores_leader(c);

    assert_true(leader >= 4);
    then_config_is(c->core[leader], "4o 5o 6o");
    cores_propose(c, leader);
    cores_run(c, 2 * HEARTBEAT);
    for (raft_server_id id = 4; id <= 6; id++) {
        t_u64_eq(c->core[id]->commit_index,
                 raft_log_last_index(&c->core[leader]->log));
    }
    cores_free(c);
}

/* The most there can be: all 18 slots are in use. */
static void nine_are_replaced_by_nine_others(void **state)
{
    struct core_cluster *c =
        given_leader(18, "1 2 3 4 5 6 7 8 9", &raft_options_default);

    (void)state;
    cores_change(c, 1, 7, "10 11 12 13 14 15 16 17 18");
    assert_int_equal(c->error, RAFT_OK);
    t_u64_eq(raft_config_of(c->core[1])->member_count, RAFT_MAX_SLOTS);
    cores_run(c, 10 * HEARTBEAT);
    then_done(c, 1, 7);
    cores_run(c, 5 * MAX);
    assert_true(cores_leader(c) >= 10);
    cores_free(c);
}

/* A learner that is promoted: what it has counts at once. */
static void what_a_learner_has_counts_when_it_votes(void **state)
{
    const struct raft_options options = {.no_op = true, .catch_up_rounds = 3};
    struct core_cluster *c = given_leader(2, "1", &options);
    const struct raft *r = c->core[1];

    (void)state;
    cores_change(c, 1, 7, "1 2");
    for (int i = 0; !raft_config_of(r)->is_joint; i++) {
        assert_true(i < 20);
        cores_tick(c, 1, 1);
        while (c->message_count > 0 && !raft_config_of(r)->is_joint) {
            cores_deliver_one(c, 0);
        }
    }
    t_u64_eq(raft_config_of(r)->index, 4); /* behind the learner's entry */
    t_u64_eq(r->match_index[1], 3);
    t_u64_eq(r->next_index[1], 4);
    assert_true(r->peer[1].matched);
    cores_free(c);
}

/*
 * Bug M1, as Ongaro tells it (raft-dev, July 2015): S1 adds 5, S2 removes 1,
 * both from the same 1 2 3 4. With {1 4 5} S1 could overwrite what {2 3} have
 * committed. Two things stand in the way: the guard, and the majority of
 * 1 2 3 4 that C_old,new asks for as well.
 */
static void sec6_mb2_erratum_of_the_one_server_change(void **state)
{
    struct core_cluster *c = given_leader(5, "1 2 3 4", NULL);

    (void)state;
    cores_groups(c, "1 5|2 3 4");
    cores_change(c, 1, 7, "1 2 3 4 5");
    cores_tick(c, 1, HEARTBEAT);
    cores_deliver(c);
    then_config_is(c->core[5], "1b 2b 3b 4b 5n *"); /* on 1 and 5 */

    cores_tick(c, 2, MAX);
    while (c->core[2]->role != RAFT_LEADER) {
        cores_deliver_one(c, 0); /* 3 and 4 vote for it */
    }
    cores_change(c, 2, 8, "2 3 4");
    assert_int_equal(c->error, RAFT_EBUSY); /* its no-op is not committed */
    cores_groups(c, "1|5|2 3|4");
    cores_tick(c, 2, HEARTBEAT);
    cores_deliver(c);
    t_u64_eq(raft_log_last_term(&c->core[3]->log), 2);
    cores_change(c, 2, 8, "2 3 4");
    assert_int_equal(c->error, RAFT_EBUSY); /* 2 and 3 are not most of 4 */
    cores_crash(c, 2);

    cores_groups(c, "1 4 5|3");
    for (int i = 0; i < 5; i++) {
        cores_tick(c, 1, MAX);
        cores_deliver(c);
    }
    assert_int_equal(c->core[1]->role, RAFT_CANDIDATE);
    for (size_t slot = 0; slot < 5; slot++) { /* most of 1 to 5 */
        assert_int_equal(c->core[1]->peer[slot].vote_granted,
                         slot == 0 || slot == 3 || slot == 4);
    }
    cores_free(c);
}

/* Bug M4 (redisraft #3, etcd #12359): the leader goes while one is away. */
static void leader_leaves_while_a_follower_is_away(void **state)
{
    struct core_cluster *c = given_leader(4, "1 2 3 4", &raft_options_default);

    (void)state;
    cores_groups(c, "1 2 3|4");
    cores_change(c, 1, 7, "2 3 4");
    cores_run(c, 4 * HEARTBEAT);
    then_done(c, 1, 7);
    assert_int_equal(c->core[1]->role, RAFT_FOLLOWER);
    t_u64_eq(c->core[2]->commit_index, c->core[1]->commit_index);
    then_config_is(c->core[2], "2o 3o 4o");
    cores_run(c, 5 * MAX);
    assert_true(cores_leader(c) == 2 || cores_leader(c) == 3);

    cores_groups(c, "");
    cores_run(c, 5 * MAX);
    then_config_is(c->core[4], "2o 3o 4o");
    cores_free(c);
}

/* Bug M9: it was not told, and asks for votes for ever. */
static void sec6_mb8_removed_server_does_not_disturb(void **state)
{
    struct core_cluster *c = given_leader(4, "1 2 3 4", &raft_options_default);

    (void)state;
    cores_groups(c, "1 2 3|4");
    cores_change(c, 1, 7, "1 2 3");
    cores_run(c, 4 * HEARTBEAT);
    then_done(c, 1, 7);
    cores_groups(c, "");
    for (int i = 0; i < 1000; i++) {
        cores_run(c, 2);
        if (i % 10 == 0) {
            cores_crash(c, 4); /* nor when it is started again and again */
            cores_restart(c, 4);
            cores_tick(c, 4, MAX);
        }
        t_u64_eq(cores_leader(c), 1);
        t_u64_eq(c->core[1]->current_term, 1);
    }
    then_config_is(c->core[4], "1o 2o 3o 4o");
    cores_free(c);
}

/* It may come back; what was known of it before is forgotten. */
static void removed_server_may_come_back(void **state)
{
    struct core_cluster *c = given_leader(3, "1 2 3", &raft_options_default);

    (void)state;
    cores_change(c, 1, 7, "1 2");
    cores_run(c, 4 * HEARTBEAT);
    then_done(c, 1, 7);
    cores_change(c, 1, 8, "1 2 3");
    assert_int_equal(c->error, RAFT_OK);
    const int slot = raft_config_slot(raft_config_of(c->core[1]), 3);

    t_u64_eq(c->core[1]->match_index[slot], 0);
    cores_run(c, 10 * HEARTBEAT);
    then_done(c, 1, 8);
    then_config_is(c->core[3], "1o 2o 3o");
    cores_free(c);
}

/* The leader is told to go while its TimeoutNow is late: the target, which
 * leaves too, finishes the change and steps down. */
static void leader_in_c_old_only_finishes_and_steps_down(void **state)
{
    struct core_cluster *c = given_leader(5, "1 2 3", NULL);

    (void)state;
    cores_change(c, 1, 7, "3 4 5");
    cores_tick(c, 1, HEARTBEAT);
    while (c->core[2]->config.index == 0 || c->core[4]->config.index == 0) {
        cores_deliver_one(c, 0);
    }
    cores_lose_all(c); /* nobody has answered: not committed */
    cores_step(c, 2,
               &(struct raft_input){.type = RAFT_IN_MESSAGE,
                                    .message = {.type = RAFT_TIMEOUT_NOW,
                                                .from = 1,
                                                .to = 2,
                                                .term = 1}});
    while (c->core[2]->role != RAFT_LEADER) {
        cores_deliver_one(c, 0);
    }
    assert_int_equal(c->ended[1].outcome, RAFT_CHANGE_UNKNOWN);
    for (int i = 0; i < 10; i++) {
        cores_tick(c, 2, HEARTBEAT);
        cores_deliver(c);
    }
    assert_int_equal(c->core[2]->role, RAFT_FOLLOWER);
    then_config_is(c->core[2], "3o 4o 5o");
    then_config_is(c->core[4], "3o 4o 5o");
    cores_free(c);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(sec6_mb7_whole_cluster_is_replaced),
    cmocka_unit_test(nine_are_replaced_by_nine_others),
    cmocka_unit_test(what_a_learner_has_counts_when_it_votes),
    cmocka_unit_test(sec6_mb2_erratum_of_the_one_server_change),
    cmocka_unit_test(leader_leaves_while_a_follower_is_away),
    cmocka_unit_test(sec6_mb8_removed_server_does_not_disturb),
    cmocka_unit_test(removed_server_may_come_back),
    cmocka_unit_test(leader_in_c_old_only_finishes_and_steps_down),
};

T_MAIN(tests)
