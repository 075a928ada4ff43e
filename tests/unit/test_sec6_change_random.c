/* SPDX-License-Identifier: MIT
 *
 * test_sec6_change_random.c - section 6: members change at random while
 * messages are lost, delayed and reordered, servers crash and take snapshots,
 * and groups part.
 * Figure 3 holds all the time; when the trouble is over the cluster works.
 *
 * Run with a seed as the only argument to play that one again.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/core_cluster.h"

enum { SERVERS = 6, SEEDS = 150, ACTIONS = 3000, QUIET_TICKS = 1500 };

/* splitmix64, as in role.c. */
static uint64_t draw(uint64_t *seed, uint64_t below)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (z ^ (z >> 31)) % below;
}

static struct raft_options draw_options(uint64_t *seed)
{
    const bool sticky = draw(seed, 2) == 0;

    return (struct raft_options){
        .no_op = true,
        .pre_vote = draw(seed, 2) == 0,
        .stickiness = true, /* or removed servers disturb for ever */
        .check_quorum = true,
        .fast_backtracking = draw(seed, 2) == 0,
        .lease = sticky,
        .max_in_flight_entries = draw(seed, 2) == 0 ? 4 : 0,
        .max_batch_entries = draw(seed, 2) == 0 ? 1 : 0,
        .keep_entries = (uint32_t)draw(seed, 4),
        .catch_up_rounds = draw(seed, 3) == 0 ? 0 : 3};
}

/* Any set but the empty one. */
static void change_somewhere(struct core_cluster *c, uint64_t *seed)
{
    const raft_server_id id = 1 + draw(seed, SERVERS);
    const uint64_t set = 1 + draw(seed, (1u << SERVERS) - 1);
    static uint64_t change_id;
    char ids[4 * SERVERS] = "";
    size_t used = 0;

    for (int member = 0; member < SERVERS; member++) {
        if (((set >> member) & 1) != 0) {
            used += (size_t)snprintf(ids + used, sizeof(ids) - used, "%s%d",
                                     used > 0 ? " " : "", member + 1);
        }
    }
    if (!c->is_down[id]) {
        cores_change(c, id, ++change_id, ids);
    }
}

static void part(struct core_cluster *c, uint64_t *seed)
{
    const uint64_t side = draw(seed, 1u << SERVERS);

    for (unsigned a = 0; a < SERVERS; a++) {
        for (unsigned b = 0; b < SERVERS; b++) {
            c->cut[a + 1][b + 1] = ((side >> a) & 1) != ((side >> b) & 1);
        }
    }
}

static void crash_or_restart(struct core_cluster *c, uint64_t *seed)
{
    const raft_server_id id = 1 + draw(seed, SERVERS);

    if (c->is_down[id]) {
        cores_restart(c, id);
    } else {
        cores_crash(c, id);
    }
}

static void act(struct core_cluster *c, uint64_t *seed)
{
    const raft_server_id id = 1 + draw(seed, SERVERS);
    const uint64_t what = draw(seed, 1000);

    if (what < 600 && c->message_count > 0) {
        const size_t oldest = draw(seed, 4) > 0 ? 0 : c->message_count - 1;

        cores_deliver_one(c, draw(seed, oldest + 1));
    } else if (what < 640 && c->message_count > 0) {
        cores_lose_one(c, draw(seed, c->message_count));
    } else if (what < 960 && !c->is_down[id]) {
        cores_tick(c, id, 1 + (uint32_t)draw(seed, 4));
    } else if (what < 975 && !c->is_down[id]) {
        cores_propose(c, id);
    } else if (what < 987) {
        change_somewhere(c, seed);
    } else if (what < 992) {
        crash_or_restart(c, seed);
    } else if (what < 995) {
        part(c, seed);
    } else if (what < 997) {
        cores_groups(c, "");
    } else if (!c->is_down[id]) {
        cores_snapshot(c, id);
    }
    while (c->message_count > CLUSTER_MESSAGES / 2) {
        cores_lose_one(c, 0);
    }
}

static void then_works(struct core_cluster *c)
{
    raft_server_id leader = cores_leader(c);
    struct raft_status status;

    assert_int_not_equal(leader, RAFT_NO_SERVER);
    raft_status(c->core[leader], &status);
    assert_false(status.changing);
    cores_propose(c, leader);
    assert_int_equal(c->error, RAFT_OK);
    cores_run(c, 20);
    raft_status(c->core[leader], &status);
    t_u64_eq(status.commit_index, status.last_index);
}

static raft_index play(uint64_t seed)
{
    static const char *const voter_ids[] = {"1", "1 2", "1 2 3", "1 2 3 4 5"};
    uint64_t state = seed;
    const struct raft_options options = draw_options(&state);
    struct core_cluster *c = cores_of(SERVERS, voter_ids[seed % 4], &options);
    raft_index configs = 0;

    for (int i = 0; i < ACTIONS; i++) {
        act(c, &state);
    }
    cores_groups(c, "");
    for (raft_server_id id = 1; id <= SERVERS; id++) {
        if (c->is_down[id]) {
            cores_restart(c, id);
        }
    }
    cores_deliver(c);
    cores_run(c, QUIET_TICKS);
    then_works(c);
    for (raft_index i = 1; c->committed[i].term > 0; i++) {
        configs += c->committed[i].byte_count > 1 ? 1 : 0;
    }
    cores_free(c);
    return configs;
}

static void members_change_at_random(void **state)
{
    raft_index configs = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        print_message("seed %llu\n", (unsigned long long)seed);
        configs += play(seed);
    }
    print_message("%llu configurations\n", (unsigned long long)configs);
    assert_true(configs > 3 * SEEDS);
}

int main(int argc, char **argv)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_change_at_random)};

    if (argc > 1) {
        (void)play(strtoull(argv[1], NULL, 10));
        return 0;
    }
    return cmocka_run_group_tests_name(__FILE__, tests, NULL, NULL);
}
