/* SPDX-License-Identifier: MIT
 *
 * test_cluster_real_storage.c - leaders killed in the middle of their work,
 * and everything that was not synced is gone. No acknowledged write may be.
 */
#include "tests/t.h"

#include <stdio.h>

#include "tests/unit/real_cluster.h"

enum {
    KILLS = 50,
    MOST_EVENTS = 1000000,
    WRITES_BETWEEN_KILLS = 10, /* acknowledged ones, at least */
    MOST_TICKS_AT_END = 2000
};

static void one_event(struct real_cluster *cluster)
{
    const size_t place =
        (size_t)sim_random_below(&cluster->random, REAL_SERVERS);
    const int leader = real_leader(cluster);

    switch (sim_random_below(&cluster->random, 10)) {
    case 0:
        for (size_t i = 0; i < REAL_SERVERS; i++) {
            real_tick(cluster, i);
        }
        break;
    case 1:
    case 2:
        if (leader >= 0) {
            real_write(cluster, (size_t)leader);
        }
        break;
    case 3: /* seldom, so that much is lost when the power goes */
        if (sim_random_chance(&cluster->random, 500)) {
            real_persist(cluster, place);
        }
        break;
    default:
        real_deliver(cluster, 20);
        break;
    }
    real_settle(cluster);
    if (checker_violation(cluster->checker) != NULL) {
        fail_msg("%s", checker_violation(cluster->checker));
    }
}

/* Work on until enough was acknowledged and some server leads. */
static size_t work_until_kill(struct real_cluster *cluster)
{
    const uint64_t enough =
        cluster->acknowledged_count + WRITES_BETWEEN_KILLS +
        sim_random_below(&cluster->random, WRITES_BETWEEN_KILLS);

    for (int i = 0; i < MOST_EVENTS; i++) {
        one_event(cluster);
        if (cluster->acknowledged_count >= enough &&
            real_leader(cluster) >= 0) {
            return (size_t)real_leader(cluster);
        }
    }
    fail_msg("no progress: %llu writes acknowledged",
             (unsigned long long)cluster->acknowledged_count);
    return 0;
}

static void calm_tick(struct real_cluster *cluster)
{
    for (size_t i = 0; i < REAL_SERVERS; i++) {
        real_tick(cluster, i);
        real_persist(cluster, i);
    }
    for (int round = 0; round < 10000 && cluster->network.count > 0; round++) {
        real_deliver(cluster, 0);
        for (size_t i = 0; i < REAL_SERVERS; i++) {
            real_persist(cluster, i);
        }
    }
    real_settle(cluster);
}

static bool all_applied(const struct real_cluster *cluster, raft_index index)
{
    for (size_t i = 0; i < REAL_SERVERS; i++) {
        struct raft_status status;

        raft_node_status(cluster->servers[i].node, &status);
        if (status.last_applied < index) {
            return false;
        }
    }
    return true;
}

/* All run, one leads, a last write reaches everybody. */
static void come_to_rest(struct real_cluster *cluster)
{
    const uint64_t acknowledged = cluster->acknowledged_count;

    for (int tick = 0; tick < MOST_TICKS_AT_END; tick++) {
        const int leader = real_leader(cluster);

        calm_tick(cluster);
        if (cluster->acknowledged_count > acknowledged &&
            all_applied(cluster, checker_commit_index(cluster->checker))) {
            return;
        }
        if (leader >= 0 && tick % 10 == 0) {
            real_write(cluster, (size_t)leader);
        }
    }
    fail_msg("no agreement within %d ticks", MOST_TICKS_AT_END);
}

static void nothing_acknowledged_is_lost(const struct real_cluster *cluster)
{
    struct kv_stats first;

    kv_stats(cluster->servers[0].kv, &first);
    for (size_t i = 0; i < REAL_SERVERS; i++) {
        struct kv_stats stats;

        kv_stats(cluster->servers[i].kv, &stats);
        t_u64_eq(real_lost_count(cluster, i), 0);
        t_u64_eq(stats.state_hash, first.state_hash);
        t_u64_eq(stats.bad_commands, 0);
    }
}

static void kill_leaders(const struct raft_options *options, uint64_t seed)
{
    static struct real_cluster cluster;

    real_create(&cluster, seed, options);
    for (int kill = 0; kill < KILLS; kill++) {
        const size_t leader = work_until_kill(&cluster);

        const size_t other = (leader + 1 + (size_t)kill % 2) % REAL_SERVERS;
        const bool with_other = kill % 3 == 0;

        if (kill % 2 == 0) {
            real_kill(&cluster, leader);
        } else {
            real_kill_while_writing(&cluster, leader);
        }
        if (with_other) { /* whoever acknowledged had better synced, too */
            real_kill(&cluster, other);
            real_start(&cluster, other);
        }
        for (uint64_t i = sim_random_below(&cluster.random, 400); i > 0; i--) {
            one_event(&cluster); /* the others go on */
        }
        real_start(&cluster, leader);
    }
    come_to_rest(&cluster);
    nothing_acknowledged_is_lost(&cluster);
    assert_true(cluster.acknowledged_count >=
                (uint64_t)KILLS * WRITES_BETWEEN_KILLS);
    assert_null(checker_violation(cluster.checker));
    printf("%d leaders killed, %llu elections, %llu writes acknowledged\n",
           KILLS, (unsigned long long)checker_election_count(cluster.checker),
           (unsigned long long)cluster.acknowledged_count);
    real_destroy(&cluster);
}

static void fifty_leaders_die_and_no_acknowledged_write_does(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        kill_leaders(&raft_options_default, seed);
    }
}

static void the_same_by_the_paper_alone(void **state)
{
    (void)state;
    kill_leaders(&raft_options_paper, 6);
}

static void all_three_die_at_once_and_come_back(void **state)
{
    static struct real_cluster cluster;

    (void)state;
    real_create(&cluster, 7, &raft_options_default);
    for (int round = 0; round < 10; round++) {
        work_until_kill(&cluster);
        for (size_t i = 0; i < REAL_SERVERS; i++) {
            real_kill(&cluster, i);
        }
        for (size_t i = 0; i < REAL_SERVERS; i++) {
            real_start(&cluster, i);
        }
    }
    come_to_rest(&cluster);
    nothing_acknowledged_is_lost(&cluster);
    real_destroy(&cluster);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fifty_leaders_die_and_no_acknowledged_write_does),
    cmocka_unit_test(the_same_by_the_paper_alone),
    cmocka_unit_test(all_three_die_at_once_and_come_back),
};

T_MAIN(tests)
