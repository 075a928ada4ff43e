/* SPDX-License-Identifier: MIT
 *
 * test_sim_guard.c - an invariant that breaks inside a core is told, and the
 * program goes on.
 */
#include "tests/t.h"

#include <string.h>

#include "cmd/raftsim/cluster/sim_guard.h"
#include "cmd/raftsim/scenario/player.h"
#include "raft/check.h"

static void hold(void *argument)
{
    int *calls = argument;

    raft_assert(calls != NULL);
    ++*calls;
}

static void fall(void *argument)
{
    hold(argument);
    raft_panic("1 + 1 == 3", "raft/sums.c", 7);
}

static void what_holds_ends_as_always(void **state)
{
    char broken[64] = "untouched";
    int calls = 0;

    (void)state;
    assert_true(sim_guard(hold, &calls, broken, sizeof(broken)));
    assert_int_equal(calls, 1);
    assert_string_equal(broken, "untouched");
}

static void what_breaks_is_told_each_time(void **state)
{
    char broken[64];
    int calls = 0;

    (void)state;
    for (int i = 0; i < 3; i++) {
        memset(broken, 'x', sizeof(broken));
        assert_false(sim_guard(fall, &calls, broken, sizeof(broken)));
        assert_string_equal(broken, "core: 1 + 1 == 3 (raft/sums.c:7)");
        assert_true(sim_guard(hold, &calls, broken, sizeof(broken)));
    }
    assert_int_equal(calls, 6);
}

static void a_long_text_is_cut(void **state)
{
    char broken[12];
    int calls = 0;

    (void)state;
    assert_false(sim_guard(fall, &calls, broken, sizeof(broken)));
    assert_string_equal(broken, "core: 1 + 1");
}

/* ---- In a scenario ------------------------------------------------------- */

/* As if the core broke, in the middle of a step of S2. */
static void break_on_s2(void *self, size_t place,
                        const struct raft_effects *out)
{
    (void)out;
    if (place == 1 && *(bool *)self) {
        raft_panic("r->x <= r->y", "raft/log.c", 12);
    }
}

static void a_broken_core_fails_its_scenario_and_no_other(void **state)
{
    struct scenario_error error = {""};
    struct scenario *scenario = scenario_parse(
        "x.raft", "servers 3\nelect S1\nput S1 x=1\nrun\nrun", &error);
    struct player *player = player_create(scenario, NULL);
    bool breaks = false;
    const struct player_listener listener = {.self = &breaks,
                                             .stepped = break_on_s2};

    (void)state;
    player_listen(player, &listener);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(player_step(player, &error), PLAYER_OK);
    }
    breaks = true;
    for (int line = 4; line <= 5; line++) {
        char expected[80];

        snprintf(expected, sizeof(expected),
                 "x.raft:%d: core: r->x <= r->y (raft/log.c:12)", line);
        assert_int_equal(player_step(player, &error), PLAYER_FAILED);
        assert_string_equal(error.text, expected);
    }
    assert_true(player_is_done(player));
    player_destroy(player);
    assert_int_equal(player_play(scenario, NULL, &error), PLAYER_OK);
    scenario_free(scenario);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(what_holds_ends_as_always),
    cmocka_unit_test(what_breaks_is_told_each_time),
    cmocka_unit_test(a_long_text_is_cut),
    cmocka_unit_test(a_broken_core_fails_its_scenario_and_no_other),
};

T_MAIN(tests)
