/* SPDX-License-Identifier: MIT
 *
 * test_cluster_wiped.c - a member whose disk was wiped is a new server.
 *
 * Entry x is acknowledged on S1 and S2. Then S1 is down, and S2 comes back
 * with an empty directory. Were S3, who lacks x, elected with its help, x
 * would be lost.
 */
#include "tests/t.h"

#include <string.h>

#include "cmd/raftsim/cluster/cluster.h"
#include "tests/unit/rule_coverage.h"

enum { NEW_ID = 10, MANY_TICKS = 1000 };

static void deliver_all(struct cluster *cluster)
{
    while (cluster->network.count > 0) {
        cluster_deliver(cluster, 0);
    }
}

static void run(struct cluster *cluster, int ticks)
{
    for (int i = 0; i < ticks; i++) {
        for (size_t place = 0; place < 3; place++) {
            if (cluster_is_running(cluster, place)) {
                cluster_tick(cluster, place, 1);
            }
        }
        deliver_all(cluster);
        assert_null(checker_violation(cluster->checker));
    }
}

static enum raft_role role_of(const struct cluster *cluster, size_t place)
{
    struct raft_status status;

    cluster_status(cluster, place, &status);
    return status.role;
}

static void put_x(struct cluster *cluster, size_t place)
{
    const struct kv_operation put = {.type = KV_PUT,
                                     .key = (const uint8_t *)"x",
                                     .key_bytes = 1,
                                     .value = (const uint8_t *)"1",
                                     .value_bytes = 1};
    uint8_t bytes[64];
    const struct raft_entry entry = {.type = RAFT_ENTRY_COMMAND,
                                     .byte_count =
                                         (uint32_t)kv_command_size(&put, 1),
                                     .bytes = bytes};
    raft_index index;
    raft_term term;

    assert_true(entry.byte_count <= sizeof(bytes));
    kv_command_encode(&put, 1, bytes);
    assert_int_equal(cluster_propose(cluster, place, &entry, 1, &index, &term),
                     RAFT_OK);
}

static bool has_x(const struct cluster *cluster, size_t place)
{
    struct kv_value value;

    if (kv_get(cluster->servers[place].kv, (const uint8_t *)"x", 1, &value) !=
        KV_FOUND) {
        return false;
    }
    kv_value_free(&value);
    return true;
}

/* S1 leads; x is on S1 and S2, and acknowledged; S3 does not have it. */
static struct cluster *x_on_two_of_three(const struct raft_options *options)
{
    const struct cluster_settings settings = {.server_count = 3,
                                              .seed = 3,
                                              .options = *options,
                                              .election_ticks_min = 10,
                                              .election_ticks_max = 20,
                                              .heartbeat_ticks = 3,
                                              .config_in_log = true};
    struct cluster *cluster = cluster_create(&settings);

    cluster_found(cluster, 0); /* it alone can stand for election */
    for (size_t place = 0; place < 3; place++) {
        cluster_start(cluster, place);
    }
    for (int i = 0; i < MANY_TICKS && role_of(cluster, 0) != RAFT_LEADER; i++) {
        run(cluster, 1);
    }
    assert_int_equal(role_of(cluster, 0), RAFT_LEADER);
    run(cluster, 10); /* the configuration reaches everybody */
    sim_network_cut(&cluster->network, 1, 3);
    put_x(cluster, 0);
    deliver_all(cluster);
    assert_true(has_x(cluster, 0));
    return cluster;
}

static void wipe_s2_while_s1_is_down(struct cluster *cluster)
{
    cluster_crash(cluster, 0, NULL);
    cluster_crash(cluster, 1, NULL);
    cluster_wipe(cluster, 1, NEW_ID);
    sim_network_heal_all(&cluster->network);
    cluster_start(cluster, 1);
}

static void must_not_elect(struct cluster *cluster)
{
    for (int i = 0; i < MANY_TICKS; i++) {
        run(cluster, 1);
        assert_int_not_equal(role_of(cluster, 1), RAFT_LEADER);
        assert_int_not_equal(role_of(cluster, 2), RAFT_LEADER);
    }
}

static void end(struct cluster *cluster)
{
    struct cluster_totals totals;

    cluster_count_rules(cluster, &totals);
    for (int i = 0; i < RAFT_RULE_COUNT; i++) {
        coverage_add((enum raft_rule)i, true, totals.rules[i].taken);
        coverage_add((enum raft_rule)i, false, totals.rules[i].declined);
    }
    cluster_destroy(cluster);
}

static void no_leader_on_the_strength_of(const struct raft_options *options)
{
    struct cluster *cluster = x_on_two_of_three(options);

    wipe_s2_while_s1_is_down(cluster);
    must_not_elect(cluster);

    cluster_start(cluster, 0); /* the one that has x */
    run(cluster, MANY_TICKS);
    assert_true((role_of(cluster, 0) == RAFT_LEADER) !=
                (role_of(cluster, 2) == RAFT_LEADER));
    if (role_of(cluster, 0) == RAFT_LEADER) {
        put_x(cluster, 0); /* by the paper: an entry of its own term */
    } else {
        put_x(cluster, 2);
    }
    run(cluster, 10);
    assert_true(has_x(cluster, 0));
    assert_true(has_x(cluster, 2));
    end(cluster);
}

static void a_wiped_member_elects_nobody(void **state)
{
    (void)state;
    no_leader_on_the_strength_of(&raft_options_default);
}

static void a_wiped_member_elects_nobody_by_the_paper(void **state)
{
    (void)state;
    no_leader_on_the_strength_of(&raft_options_paper);
}

static raft_term stand(struct cluster *cluster, size_t place)
{
    struct raft_status status;

    for (int i = 0; i < MANY_TICKS; i++) {
        cluster_status(cluster, place, &status);
        if (status.role == RAFT_CANDIDATE) {
            return status.current_term;
        }
        cluster_tick(cluster, place, 1);
    }
    fail_msg("S%zu does not stand for election", place + 1);
    return 0;
}

/* Its word, under its new name or its old one, is worth nothing. */
static void the_vote_of_a_stranger_does_not_count(void **state)
{
    struct cluster *cluster = x_on_two_of_three(&raft_options_paper);
    raft_term term;

    (void)state;
    wipe_s2_while_s1_is_down(cluster);
    term = stand(cluster, 2);

    const struct raft_message vote = {
        .type = RAFT_REQUEST_VOTE_RESULT,
        .from = NEW_ID,
        .to = 3,
        .term = term,
        .request_vote_result = {.vote_granted = true, .asked_term = term}};
    /* Nor does it answer what was meant for the server it once was. */
    const struct raft_message request = {
        .type = RAFT_REQUEST_VOTE,
        .from = 3,
        .to = 2,
        .term = term,
        .request_vote = {.candidate_id = 3, .asked_term = term}};

    raft_node_receive(cluster->servers[2].node, &vote);
    assert_int_equal(role_of(cluster, 2), RAFT_CANDIDATE);
    cluster->network.sent_count = 0;
    assert_int_equal(raft_node_receive(cluster->servers[1].node, &request),
                     RAFT_EINVALID);
    t_u64_eq(cluster->network.sent_count, 0);
    end(cluster);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_wiped_member_elects_nobody),
    cmocka_unit_test(a_wiped_member_elects_nobody_by_the_paper),
    cmocka_unit_test(the_vote_of_a_stranger_does_not_count),
};

T_MAIN(tests)
