/* SPDX-License-Identifier: MIT
 *
 * test_random_tour.c - changes of a random run that lead through clusters of 1,
 * 3, 5 and 2 servers, each without the leader that makes them.
 */
#include "tests/t.h"

#include <stdlib.h>

#include "cmd/raftsim/random/chaos_internal.h"

static struct chaos *servers(size_t count)
{
    struct chaos *chaos = calloc(1, sizeof(*chaos));

    assert_non_null(chaos);
    chaos->settings = (struct cluster_settings){.server_count = count,
                                                .options = raft_options_default,
                                                .election_ticks_min = 10,
                                                .election_ticks_max = 20,
                                                .heartbeat_ticks = 2};
    chaos->settings.options.catch_up_rounds = 0; /* C_old,new at once */
    chaos->profile.tour = true;
    chaos->history = history_create();
    act_begin(
        &chaos->act, &chaos->settings, false,
        &(struct cluster_watcher){.self = chaos, .applied = chaos_on_applied});
    for (size_t i = 0; i < count; i++) {
        chaos->servers[i].percent = 100;
    }
    return chaos;
}

static void end(struct chaos *chaos)
{
    cluster_destroy(chaos->act.cluster);
    history_destroy(chaos->history);
    free(chaos);
}

/* Left in peace until no change is under way. */
static size_t leader_of(struct chaos *chaos)
{
    const act_servers all = (1u << chaos->settings.server_count) - 1;

    assert_true(chaos_recovers(chaos, all));
    return (size_t)chaos_leader(chaos, all);
}

static void next_stop(struct chaos *chaos, size_t size, bool without_leader)
{
    const size_t leader = leader_of(chaos);
    const struct cluster_server *server = &chaos->act.cluster->servers[leader];
    size_t count = 0;
    bool leader_stays = false;

    assert_true(chaos_change_at(chaos, leader));
    const struct raft_config *config = raft_node_config(server->node);

    for (size_t i = 0; i < config->member_count; i++) {
        count += config->members[i].in_new;
        leader_stays = leader_stays || (config->members[i].in_new &&
                                        config->members[i].id == server->id);
    }
    t_u64_eq(count, size);
    assert_int_equal(leader_stays, !without_leader);
}

static void a_tour_has_its_stops(void **state)
{
    struct chaos *chaos = servers(5);

    (void)state;
    for (int round = 0; round < 2; round++) {
        next_stop(chaos, 1, true);
        next_stop(chaos, 3, true);
        next_stop(chaos, 5, false); /* all there are */
        next_stop(chaos, 2, true);
    }
    (void)leader_of(chaos);
    t_u64_eq(chaos->totals.counts[CHAOS_CHANGES], 8);
    end(chaos);
}

static void a_stop_is_no_larger_than_the_cluster(void **state)
{
    struct chaos *chaos = servers(3);

    (void)state;
    next_stop(chaos, 1, true);
    next_stop(chaos, 3, false);
    end(chaos);
}

/* A stop that was refused is still to come. */
static void a_refused_change_is_no_stop(void **state)
{
    struct chaos *chaos = servers(5);
    const size_t leader = leader_of(chaos);

    (void)state;
    assert_false(chaos_change_at(chaos, (leader + 1) % 5));
    t_u64_eq(chaos->tour_stops, 0);
    next_stop(chaos, 1, true);
    end(chaos);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_tour_has_its_stops),
    cmocka_unit_test(a_stop_is_no_larger_than_the_cluster),
    cmocka_unit_test(a_refused_change_is_no_stop),
};

T_MAIN(tests)
