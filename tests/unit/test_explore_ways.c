/* SPDX-License-Identifier: MIT
 *
 * test_explore_ways.c - the way to a state, as a scenario, leads real nodes to
 * the same state: the search's own glue does what raft/node/ does.
 */
#include "tests/t.h"
#include "tests/unit/explore_ways.h"

/* Something of everything. */
static const struct explore_world tiny = {.name = "tiny",
                                          .terms = 1,
                                          .entries = 1,
                                          .crashes = 1,
                                          .duplicates = 1,
                                          .heartbeats = 1,
                                          .in_flight = 2};

static const struct explore_world tiny_disk = {.name = "tiny-disk",
                                               .terms = 1,
                                               .entries = 1,
                                               .crashes = 1,
                                               .in_flight = 1,
                                               .disk_events = true};

static void ways_lead_real_nodes_to_the_same_states(void **state)
{
    (void)state;
    explore_compare_ways(&tiny);
    explore_compare_ways(&tiny_disk);
    for (size_t i = 0; i < explore_world_count; i++) {
        const struct explore_world *world = &explore_worlds[i];

        if (!explore_changes_members(world) && world->snapshots == 0) {
            explore_compare_ways(world);
        }
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(ways_lead_real_nodes_to_the_same_states),
};

T_MAIN(tests)
