/* SPDX-License-Identifier: MIT
 *
 * test_explore_snapshots.c - small worlds in which snapshots are taken: nothing
 * is broken, and they are taken, sent, installed, and found at a restart.
 */
#include "tests/t.h"
#include "tests/unit/explore_met.h"

static void assert_installed(const struct explore_met *met)
{
    assert_true(met->compacted);
    assert_true(met->installed);
}

static void pieces_and_crashes(void **state)
{
    const struct explore_met met = explore_met_in("snapshot-crash");

    (void)state;
    assert_installed(&met);
    assert_true(met.in_part && met.restarted);
    assert_false(met.unpublished || met.kept);
}

static void log_goes_another_way(void **state)
{
    const struct explore_met met = explore_met_in("snapshot-conflict");

    (void)state;
    assert_installed(&met);
    assert_false(met.in_part || met.restarted);
}

static void writes_are_under_way(void **state)
{
    const struct explore_met met = explore_met_in("snapshot-disk");

    (void)state;
    assert_installed(&met);
    assert_true(met.unpublished && met.restarted && met.reset);
}

static void tail_is_kept(void **state)
{
    const struct explore_met met = explore_met_in("snapshot-keep");

    (void)state;
    assert_installed(&met);
    assert_true(met.kept);
}

/* Who joins needs it. */
static void members_change_too(void **state)
{
    const struct explore_met met = explore_met_in("snapshot-join");

    (void)state;
    assert_installed(&met);
    assert_true(met.joint && met.last_change && met.changed_after);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(pieces_and_crashes),
    cmocka_unit_test(log_goes_another_way),
    cmocka_unit_test(writes_are_under_way),
    cmocka_unit_test(tail_is_kept),
    cmocka_unit_test(members_change_too),
};

T_MAIN(tests)
