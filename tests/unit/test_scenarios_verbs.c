/* SPDX-License-Identifier: MIT
 *
 * test_scenarios_verbs.c - what the verbs do, seen through `expect`.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>

#include "cmd/raftsim/scenario/player.h"

/* Play a text to its end; its `expect` lines are the test. */
static struct player *play(struct scenario **scenario, const char *text)
{
    struct scenario_error error = {""};
    struct player *player;

    *scenario = scenario_parse("x.raft", text, &error);
    if (*scenario == NULL) {
        fail_msg("%s", error.text);
    }
    player = player_create(*scenario, NULL);
    while (!player_is_done(player)) {
        if (player_step(player, &error) != PLAYER_OK) {
            fail_msg("%s\n%s", text, error.text);
        }
    }
    return player;
}

static void must_hold(const char *text)
{
    struct scenario *scenario;
    struct player *player = play(&scenario, text);

    player_destroy(player);
    scenario_free(scenario);
}

/* ---- Which message ------------------------------------------------------- */

/* Three appends, one a link: entries 1, 2 and 3. */
#define THREE_APPENDS                                                        \
    "servers 3\noptions paper max_batch_entries=1 max_in_flight_entries=9\n" \
    "elect S1\nput S1 x=1\nput S1 x=2\nput S1 x=3\n"                         \
    "expect S1.in_flight=6\n"

static void nth_chooses_among_those_that_fit(void **state)
{
    (void)state;
    must_hold(THREE_APPENDS "deliver S1>S2 nth=1\nexpect S2.log=1\n"
                            "deliver S1>S2 append nth=2\nexpect S2.log=1\n"
                            "deliver S1>S2 nth=1\nexpect S2.log=1,1\n");
    must_hold(THREE_APPENDS "deliver S1>S2 append nth=3\nexpect S2.log=\n"
                            "deliver S1>S2 2\nexpect S2.log=1,1\n");
}

static void nth_loses_one_and_without_it_all_are_lost(void **state)
{
    (void)state;
    must_hold(THREE_APPENDS "drop S1>S2 append nth=2\nexpect S1.in_flight=5\n"
                            "deliver S1>S2 2\nexpect S2.log=1\n");
    must_hold(THREE_APPENDS "drop S1>S2\nexpect S1.in_flight=3\n");
}

static void nth_doubles_one(void **state)
{
    (void)state;
    must_hold(THREE_APPENDS "dup S1>S2 nth=3\nexpect S1.in_flight=7\n"
                            "deliver S1>S2 2\nexpect S2.log=1,1\n"
                            "deliver S1>S2\nexpect S2.log=1,1,1\n"
                            "drop S2>S1\n"
                            "deliver S1>S2\nexpect S2.in_flight=1\n");
}

/* ---- Options ------------------------------------------------------------- */

static void every_option_reaches_the_cores(void **state)
{
    struct scenario *scenario;
    struct player *player =
        play(&scenario,
             "options paper pre_vote=on stickiness=on check_quorum=on no_op=on "
             "fast_backtracking=on lease=on max_in_flight_entries=1 "
             "max_in_flight_bytes=2 max_batch_entries=3 max_batch_bytes=4 "
             "max_uncommitted_bytes=5 max_apply_entries=6 seed=7 "
             "election=8..9 heartbeat=2 config=log founder=S2\n"
             "servers 3\n");
    const struct cluster *cluster = player_cluster(player);
    const struct cluster_settings *s = &cluster->settings;

    (void)state;
    assert_true(s->options.pre_vote && s->options.stickiness &&
                s->options.check_quorum && s->options.no_op &&
                s->options.fast_backtracking && s->options.lease);
    t_u64_eq(s->options.max_in_flight_entries, 1);
    t_u64_eq(s->options.max_in_flight_bytes, 2);
    t_u64_eq(s->options.max_batch_entries, 3);
    t_u64_eq(s->options.max_batch_bytes, 4);
    t_u64_eq(s->options.max_uncommitted_bytes, 5);
    t_u64_eq(s->options.max_apply_entries, 6);
    t_u64_eq(s->seed, 7);
    t_u64_eq(s->election_ticks_min, 8);
    t_u64_eq(s->election_ticks_max, 9);
    t_u64_eq(s->heartbeat_ticks, 2);
    assert_true(s->config_in_log);
    t_u64_eq(cluster->servers[0].disk.log_count, 0);
    t_u64_eq(cluster->servers[1].disk.log_count, 1);
    t_u64_eq(cluster->servers[2].disk.log_count, 0);
    player_destroy(player);
    scenario_free(scenario);
}

static void the_last_line_of_options_counts(void **state)
{
    must_hold("servers 2\noptions default seed=9 config=outside\n"
              "options paper\nexpect S1.log=\n");
    must_hold("servers 2\noptions paper config=log\n"
              "expect S1..S2.log=1\n");
    must_hold("servers 2\noptions default config=outside\n"
              "expect S1..S2.log=\n");
    (void)state;
}

static void one_founder_brings_the_others_in(void **state)
{
    (void)state;
    must_hold("servers 3\noptions default founder=S2\n"
              "expect S1.log= S2.log=1 S3.log=\n"
              "until S2.role=leader\nput S2 x=1\nuntil S1..S3.key[x]=1\n");
}

/* ---- Time ---------------------------------------------------------------- */

static void a_clock_runs_at_its_rate_for_tick_and_run(void **state)
{
    (void)state;
    must_hold("servers 3\noptions paper election=100..100\n"
              "clock S1 90\nclock S2 200\ncut S1; cut S2\n"
              "tick 49\nexpect S1..S3.term=0\n"
              "tick\nexpect S1.term=0 S2.term=1 S3.term=0\n"
              "clock S2 1; run 50\nexpect S1.term=0 S3.term=1\n"
              "tick S1 11\nexpect S1.term=0\n" /* 99 and 9 tenths */
              "tick S1\nexpect S1.term=1\n");
}

/* A leader that slept sends one round of heartbeats, not one for each tick. */
static void a_leap_is_one_input(void **state)
{
    (void)state;
    must_hold("servers 3\nelect S1\ntick S1 9 at-once\n"
              "expect S1.in_flight=2\n");
    must_hold("servers 3\noptions paper max_in_flight_entries=9\nelect S1\n"
              "tick S1 9\nexpect S1.in_flight=6\n");
    must_hold("servers 3\noptions paper election=100..100\nclock S1 50\n"
              "tick S1 199 at-once\nexpect S1.term=0\n"
              "tick S1 1 at-once\nexpect S1.term=1\n");
}

static void a_slow_disk_is_done_some_ticks_later(void **state)
{
    (void)state;
    must_hold("servers 3\nelect S1\ndisk S2 slow=5\n"
              "put S1 x=1\ndeliver S1>S2\nexpect S2.log=1 S2.durable=0\n"
              "tick S2 4\nexpect S2.durable=0 S2.in_flight=0\n"
              "tick S2\nexpect S2.durable=1 S2.in_flight=1\n"
              "put S1 x=2; deliver S2>S1; deliver S1>S2\n"
              "expect S2.last=2 S2.durable=1\n"
              "disk S2 at-once\nexpect S2.durable=2\n");
}

/* ---- Machines and disks -------------------------------------------------- */

/* Four entries are committed and one is applied: an input applies a batch. */
#define FOUR_COMMITTED                                                  \
    "servers 3\noptions paper max_apply_entries=1\ngiven * log=1,1,1\n" \
    "machine S1 by-hand\nelect S1\nput S1 x=1\ndeliver S1>S2\n"         \
    "deliver S2>S1\nexpect S1.commit=4 S1.applied=1\n"

static void a_machine_by_hand_applies_a_batch_when_told(void **state)
{
    (void)state;
    must_hold(FOUR_COMMITTED
              "apply S1\nexpect S1.applied=2\napply S1\nexpect S1.applied=3\n"
              "apply S1\nexpect S1.applied=4 S1.key[x]=1\n");
    must_hold(FOUR_COMMITTED "machine * at-once\nexpect S1.applied=4\n");
}

/* Under way on S2: delete 2.., append 2..5. */
#define TAIL_IS_REPLACED                                            \
    "servers 3\ngiven S1,S3 log=1,5,5,5\ngiven S2 log=1,2 term=2\n" \
    "disk S2 by-hand\nelect S1 votes=S3\nput S1 x=1\nheal\n"        \
    "run 3\nexpect S2.log=1,2\npersist S2\nrun 3\n"                 \
    "expect S2.log=1,5,5,5,6 S2.durable=1\n"

static void torn_says_what_a_crash_leaves(void **state)
{
    static const struct {
        const char *torn;
        const char *expect;
    } cases[] = {{"", "1,2"},
                 {"torn=0,0,0", "1,2"},
                 {"torn=1,0,0", "1"},
                 {"torn=1,3,0", "1,5,5,5"},
                 {"torn=1,99,0", "1,5,5,5,6"},
                 {"torn=2,0,0", "1,5,5,5,6"},
                 {"torn=99,99,99", "1,5,5,5,6"},
                 {"torn", "1,5,5"}};

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[600];

        snprintf(text, sizeof(text),
                 TAIL_IS_REPLACED "crash S2 %s\nrestart S2\nexpect S2.log=%s\n",
                 cases[i].torn, cases[i].expect);
        must_hold(text);
    }
}

/* A later saving of term and vote may be there though the append is not. */
static void torn_may_keep_term_and_vote_alone(void **state)
{
#define TWO_WRITES                                                      \
    "servers 3\nelect S1\ndisk S2 by-hand\nput S1 x=1\ndeliver S1>S2\n" \
    "timeout S2\nexpect S2.log=1 S2.term=2\n"

    (void)state;
    must_hold(TWO_WRITES "crash S2 torn=0,0,1\nrestart S2\n"
                         "expect S2.log= S2.term=2 S2.vote=S2\n");
    must_hold(TWO_WRITES "crash S2 torn=0,1,0\nrestart S2\n"
                         "expect S2.log=1 S2.term=1 S2.vote=S1\n");
    must_hold(TWO_WRITES "crash S2\nrestart S2\nexpect S2.log= S2.term=1\n");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(nth_chooses_among_those_that_fit),
    cmocka_unit_test(nth_loses_one_and_without_it_all_are_lost),
    cmocka_unit_test(nth_doubles_one),
    cmocka_unit_test(every_option_reaches_the_cores),
    cmocka_unit_test(the_last_line_of_options_counts),
    cmocka_unit_test(one_founder_brings_the_others_in),
    cmocka_unit_test(a_clock_runs_at_its_rate_for_tick_and_run),
    cmocka_unit_test(a_leap_is_one_input),
    cmocka_unit_test(a_slow_disk_is_done_some_ticks_later),
    cmocka_unit_test(a_machine_by_hand_applies_a_batch_when_told),
    cmocka_unit_test(torn_says_what_a_crash_leaves),
    cmocka_unit_test(torn_may_keep_term_and_vote_alone),
};

T_MAIN(tests)
