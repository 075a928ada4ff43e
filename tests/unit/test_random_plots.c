/* SPDX-License-Identifier: MIT
 *
 * test_random_plots.c - what a random run arranges comes about, when nothing
 * else goes wrong.
 */
#include "tests/t.h"

#include <stdlib.h>

#include "cmd/raftsim/random/chaos_internal.h"

enum { SERVERS = 4, EVENTS = 4000 };

/* S1 leads, and all have its first entries. */
static struct chaos *servers(void)
{
    struct chaos *chaos = calloc(1, sizeof(*chaos));
    struct raft_options options = raft_options_default;

    assert_non_null(chaos);
    options.keep_entries = 1;
    chaos->settings = (struct cluster_settings){.server_count = SERVERS,
                                                .options = options,
                                                .election_ticks_min = 10,
                                                .election_ticks_max = 20,
                                                .heartbeat_ticks = 2};
    chaos->profile = (struct chaos_profile){
        .most_in_flight = 40, .cuts = true, .change = 1, .patience = 10};
    chaos->history = history_create();
    act_begin(&chaos->act, &chaos->settings, false,
              &(struct cluster_watcher){.self = chaos,
                                        .applied = chaos_on_applied,
                                        .read_answered = chaos_on_read_answered,
                                        .installed = chaos_on_installed});
    for (size_t i = 0; i < SERVERS; i++) {
        chaos->servers[i].percent = 100;
    }
    while (chaos_leader(chaos, (1u << SERVERS) - 1) != 0) {
        act_tick(&chaos->act, 0, 1);
        for (size_t i = chaos->act.cluster->network.count; i > 0; i--) {
            act_deliver(&chaos->act, 0);
        }
    }
    chaos_write(chaos);
    for (int i = 0; i < 100; i++) {
        chaos_deliver(chaos);
    }
    return chaos;
}

/* Until the plot has ended, one way or the other; and some more. */
static void go_on(struct chaos *chaos)
{
    int left = EVENTS;

    while (left-- > 0) {
        if (chaos->plot.kind == PLOT_NONE && left > EVENTS / 10) {
            left = EVENTS / 10;
        }
        if (chaos_go_on_with_plot(chaos)) {
            continue;
        }
        switch (sim_random_below(&chaos->random, 10)) {
        case 0:
            chaos_tick(chaos);
            break;
        case 1:
            chaos_write(chaos);
            break;
        case 2:
            chaos_read(chaos);
            break;
        default:
            chaos_deliver(chaos);
            break;
        }
    }
    assert_int_equal(chaos->plot.kind, PLOT_NONE);
    assert_null(checker_violation(chaos->act.cluster->checker));
}

static uint64_t taken(const struct chaos *chaos, enum raft_rule rule)
{
    struct cluster_totals totals;

    cluster_count_rules(chaos->act.cluster, &totals);
    return totals.rules[rule].taken;
}

static void end(struct chaos *chaos)
{
    cluster_destroy(chaos->act.cluster);
    history_destroy(chaos->history);
    free(chaos);
}

/* ---- Tests --------------------------------------------------------------- */

static void a_snapshot_overtakes_its_entries(void **state)
{
    uint64_t kept = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct chaos *chaos = servers();

        chaos->random.state = seed;
        chaos_begin_plot(chaos, PLOT_DETOUR);
        assert_int_equal(chaos->plot.kind, PLOT_DETOUR);
        assert_true(
            chaos->act.cluster->servers[chaos->plot.other].snapshots_by_hand);
        go_on(chaos);
        for (size_t i = 0; i < SERVERS; i++) {
            assert_false(chaos->act.cluster->servers[i].snapshots_by_hand);
        }
        kept += taken(chaos, IS_6);
        end(chaos);
    }
    assert_true(kept >= 10);
}

static void a_plot_holds_back_the_entries_of_one_server(void **state)
{
    struct chaos *chaos = servers();
    raft_index index = 0;

    (void)state;
    chaos_begin_plot(chaos, PLOT_DETOUR);
    const raft_server_id id = chaos->plot.other + 1;
    struct raft_message message = {.type = RAFT_APPEND_ENTRIES, .to = id};

    assert_false(chaos_is_detained(chaos, &message)); /* a heartbeat */
    message.append_entries.entry_count = 1;
    assert_true(chaos_is_detained(chaos, &message));
    message.to = id % SERVERS + 1;
    assert_false(chaos_is_detained(chaos, &message));
    t_u64_eq(chaos_count_detained(chaos), 0);
    assert_true(chaos_write_at(chaos, 0, &index));
    t_u64_eq(chaos_count_detained(chaos), 1);
    chaos->clock = chaos->plot.until;
    assert_false(chaos_go_on_with_plot(chaos)); /* it takes too long */
    t_u64_eq(chaos_count_detained(chaos), 0);
    end(chaos);
}

static void a_leader_changes_the_members_alone(void **state)
{
    uint64_t discarded = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct chaos *chaos = servers();

        chaos->random.state = seed;
        chaos_begin_plot(chaos, PLOT_LONELY);
        if (chaos->plot.kind == PLOT_LONELY) { /* else: no change */
            t_u64_eq(chaos->totals.counts[CHAOS_LONELY], 1);
            go_on(chaos);
        }
        discarded += taken(chaos, IS_7);
        end(chaos);
    }
    assert_true(discarded >= 10);
}

static void a_transfer_succeeds_when_it_is_given_up(void **state)
{
    uint64_t late = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct chaos *chaos = servers();

        chaos->random.state = seed;
        chaos_begin_plot(chaos, PLOT_FAREWELL);
        assert_int_equal(chaos->plot.kind, PLOT_FAREWELL);
        go_on(chaos);
        t_u64_eq(taken(chaos, TR_3), 1);
        late += taken(chaos, TR_2);
        t_u64_eq(chaos->totals.counts[CHAOS_FAREWELLS], taken(chaos, TR_2));
        end(chaos);
    }
    assert_true(late >= 10);
}

/* No leader, or no majority without one server: nothing is arranged. */
static void a_plot_needs_a_leader_and_three_voters(void **state)
{
    struct chaos *chaos = servers();

    (void)state;
    chaos->settings.options.lease = false;
    chaos_begin_plot(chaos, PLOT_FAREWELL); /* there is no lease to outlive */
    assert_int_equal(chaos->plot.kind, PLOT_NONE);
    chaos->profile.change = 0;
    chaos_begin_plot(chaos, PLOT_LONELY); /* members stay as they are */
    assert_int_equal(chaos->plot.kind, PLOT_NONE);
    act_crash(&chaos->act, 0, NULL);
    chaos_begin_plot(chaos, PLOT_DETOUR);
    assert_int_equal(chaos->plot.kind, PLOT_NONE);
    end(chaos);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_snapshot_overtakes_its_entries),
    cmocka_unit_test(a_plot_holds_back_the_entries_of_one_server),
    cmocka_unit_test(a_leader_changes_the_members_alone),
    cmocka_unit_test(a_transfer_succeeds_when_it_is_given_up),
    cmocka_unit_test(a_plot_needs_a_leader_and_three_voters),
};

T_MAIN(tests)
