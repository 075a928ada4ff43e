/* SPDX-License-Identifier: MIT
 *
 * test_explore_members.c - small worlds in which members change: nothing is
 * broken, and they do change. A world in which nothing happens is complete,
 * too.
 */
#include "tests/t.h"
#include "tests/unit/explore_met.h"

static void assert_changed(const struct explore_met *met)
{
    assert_true(met->joint);
    assert_true(met->last_change);
}

static void third_server_comes_as_a_learner(void **state)
{
    const struct explore_met met = explore_met_in("add-learner");

    (void)state;
    assert_changed(&met);
    assert_true(met.learner);
    assert_false(met.outside);
}

static void third_server_comes_with_writes_under_way(void **state)
{
    const struct explore_met met = explore_met_in("add-disk");

    (void)state;
    assert_changed(&met);
    assert_false(met.learner); /* it votes at once */
}

/* Whoever leads: S1, too. */
static void leader_leaves(void **state)
{
    const struct explore_met met = explore_met_in("remove-disk");

    (void)state;
    assert_changed(&met);
    assert_true(met.outside);
}

static void one_comes_and_another_leaves(void **state)
{
    const struct explore_met met = explore_met_in("add-remove");

    (void)state;
    assert_changed(&met);
    assert_true(met.learner && met.outside);
}

static void one_takes_the_place_of_another(void **state)
{
    const struct explore_met met = explore_met_in("replace");

    (void)state;
    assert_changed(&met);
    assert_true(met.outside);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(third_server_comes_as_a_learner),
    cmocka_unit_test(third_server_comes_with_writes_under_way),
    cmocka_unit_test(leader_leaves),
    cmocka_unit_test(one_comes_and_another_leaves),
    cmocka_unit_test(one_takes_the_place_of_another),
};

T_MAIN(tests)
