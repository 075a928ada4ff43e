/* SPDX-License-Identifier: MIT
 *
 * test_explore_ways_members.c - the same where members change and snapshots are
 * taken (sections 6 and 7).
 */
#include "tests/t.h"
#include "tests/unit/explore_ways.h"

static void ways_with_changes_of_members_lead_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < explore_world_count; i++) {
        if (explore_changes_members(&explore_worlds[i])) {
            explore_compare_ways(&explore_worlds[i]);
        }
    }
}

static void ways_with_snapshots_lead_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < explore_world_count; i++) {
        const struct explore_world *world = &explore_worlds[i];

        if (world->snapshots > 0 && !explore_changes_members(world)) {
            explore_compare_ways(world);
        }
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(ways_with_changes_of_members_lead_there),
    cmocka_unit_test(ways_with_snapshots_lead_there),
};

T_MAIN(tests)
