/* SPDX-License-Identifier: MIT
 *
 * test_scenarios_unchanged.c - an event that makes no sense leaves everything
 * as it was, and what follows is played as if it had not been there.
 */
#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/scenario/player.h"
#include "tests/unit/cluster_image.h"

/* ---- A story with one event too many ------------------------------------- */

static struct player *play_up_to(const struct scenario *scenario, size_t count)
{
    struct player *player = player_create(scenario, NULL);
    struct scenario_error error;

    for (size_t i = 0; i < count; i++) {
        if (player_step(player, &error) != PLAYER_OK) {
            fail_msg("%s", error.text);
        }
    }
    return player;
}

static void play_rest(struct player *player)
{
    struct scenario_error error;

    while (!player_is_done(player)) {
        if (player_step(player, &error) != PLAYER_OK) {
            fail_msg("%s", error.text);
        }
    }
}

static struct scenario *parse(const char *before, const char *event,
                              const char *after)
{
    struct scenario_error error;
    char text[1024];

    snprintf(text, sizeof(text), "%s%s\n%s", before, event, after);

    struct scenario *scenario = scenario_parse("x.raft", text, &error);

    if (scenario == NULL) {
        fail_msg("%s", error.text);
    }
    return scenario;
}

/* How the story ends without the event. */
static struct cluster_image end_of(const char *before, const char *after)
{
    struct scenario *scenario = parse(before, "say nothing", after);
    struct player *player = play_up_to(scenario, 0);
    struct cluster_image image;

    play_rest(player);
    image = cluster_image_of(player_cluster(player));
    player_destroy(player);
    scenario_free(scenario);
    return image;
}

static void must_change_nothing(const char *before, size_t before_count,
                                const char *event, const char *after,
                                const struct cluster_image *end)
{
    struct scenario *scenario = parse(before, event, after);
    struct player *player = play_up_to(scenario, before_count);
    struct cluster_image was = cluster_image_of(player_cluster(player));
    struct scenario_error error;

    if (player_step(player, &error) != PLAYER_BAD) {
        fail_msg("%s: this should make no sense", event);
    }
    struct cluster_image is = cluster_image_of(player_cluster(player));

    if (!cluster_image_equals(&was, &is)) {
        fail_msg("%s: changed the cluster, yet: %s", event, error.text);
    }
    free(is.bytes);
    play_rest(player);
    is = cluster_image_of(player_cluster(player));
    if (!cluster_image_equals(&is, end)) {
        fail_msg("%s: what follows went another way", event);
    }
    free(is.bytes);
    free(was.bytes);
    player_destroy(player);
    scenario_free(scenario);
}

static void must_all_change_nothing(const char *before, size_t before_count,
                                    const char *const *events, size_t count,
                                    const char *after)
{
    struct cluster_image end = end_of(before, after);

    for (size_t i = 0; i < count; i++) {
        must_change_nothing(before, before_count, events[i], after, &end);
    }
    free(end.bytes);
}

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* ---- Tests --------------------------------------------------------------- */

/* S1 leads; S2 has two writes under way, S3 entries to apply, S4 is down. */
#define STORY                                                             \
    "servers 5\noptions paper max_apply_entries=1\ngiven * log=1,1,1,1\n" \
    "disk S2 by-hand\nelect S1\nmachine S3 by-hand\nput S1 x=1 y=2\n"     \
    "deliver S1>S2\ndeliver S1>S3\ndeliver S3>S1\ndeliver S1>S4\n"        \
    "deliver S4>S1\ntick S1 3\ndeliver S1>S3 heartbeat\ncrash S4\n"
enum { STORY_EVENTS = 15 };

static const char *const in_the_middle[] = {
    "servers 3",
    "options paper",
    "given S1 log=1",
    "tick S9",
    "tick 0",
    "tick 1001",
    "tick S1 S2",
    "tick S1 at-once",
    "tick 5 at-once 5",
    "tick 5 S1",
    "tick 5 5",
    "clock S1 0",
    "clock S1 1001",
    "clock S1..S9 90",
    "clock * fast",
    "timeout S1",
    "timeout S4",
    "timeout S7",
    "elect S1",
    "elect S4",
    "elect S2 term=x",
    "elect S2 term=9 votes=S8",
    "elect S2 term=1",
    "put S4 x=1",
    "put S1 a=1 b=2 c",
    "put S1 =1",
    "get S1 x soon",
    "get S4 x",
    "transfer S1 S9",
    "transfer S4 S1",
    "deliver S1>S9",
    "deliver S2>S4",
    "deliver S1>S2 append 0",
    "deliver S1>S2 nth=9",
    "deliver S1>S2 nth=0",
    "deliver S1>* nth=1",
    "deliver S1>S2 1 nth=1",
    "deliver S1>S4 nth=1 1",
    "deliver S1>S4 letter",
    "drop S1>S4 append 1",
    "drop S1>S4 nth=9",
    "drop S2>S3",
    "dup S1>S4 nth=9",
    "dup S2>S3",
    "hold S1",
    "release S1>S0",
    "cut S1,S9",
    "cut S1 S2,S9",
    "cut S1>S2 S3",
    "heal S1>S9",
    "disk S1,S2 slowly",
    "disk S1,S2 slow=0",
    "disk S1,S2 slow=1001",
    "disk S1..S9 fails",
    "persist S1",
    "persist S2 0",
    "persist S2 9",
    "persist S4",
    "machine S1,S3 slow",
    "machine S3,S9 at-once",
    "apply S1",
    "apply S4",
    "crash S1..S4",
    "crash S1 gently",
    "crash S2 torn=1",
    "crash S2 torn=1,2,3,4",
    "crash S2 torn=1,2,x",
    "restart S4..S5",
    "restart S9",
    "run 1001",
    "run on",
    "until S1.mood=good",
    "until S1.term=1 S2.term=1",
    "expect S1.term=1 S9.term=1",
};

static void senseless_events_change_nothing(void **state)
{
    (void)state;
    must_all_change_nothing(STORY, STORY_EVENTS, in_the_middle,
                            COUNT(in_the_middle),
                            "apply S3\npersist S2\ntick 3\nrun 20\n");
}

static const char *const before_the_start[] = {
    "servers 0",
    "servers 2",
    "options default",
    "options paper no_op=maybe",
    "options paper no_op=on seed=8 election=20..10",
    "options paper seed=8 heartbeat=10",
    "options paper seed=8 lease=on",
    "options paper seed=8 founder=S1",
    "given S1,S2 log=2 term=1",
    "given S1..S4 log=1",
    "given S1 log=1 vote=S2 term=x",
    "given S1 log= vote=S2",
};

static const char *const before_the_servers[] = {
    "options default seed=9 no_op=perhaps",
    "options default heartbeat=99",
    "servers 10",
    "tick",
};

static void senseless_set_up_changes_nothing(void **state)
{
    (void)state;
    must_all_change_nothing("servers 3\noptions paper seed=7\n"
                            "given S1..S2 log=1,1\n",
                            3, before_the_start, COUNT(before_the_start),
                            "elect S1\nrun\n");
    must_all_change_nothing("options paper\n", 1, before_the_servers,
                            COUNT(before_the_servers),
                            "servers 3\nelect S1\nrun\n");
}

/* Two disks that cannot be together: nobody starts, not even later. */
static void what_cannot_be_given_starts_nobody(void **state)
{
    struct scenario *scenario = parse("servers 2\ngiven S1 log=1,2\n",
                                      "given S2 log=2,2", "tick\ntick\n");
    struct player *player = play_up_to(scenario, 3);
    struct scenario_error error;

    (void)state;
    for (int i = 0; i < 2; i++) {
        assert_int_equal(player_step(player, &error), PLAYER_BAD);
        assert_false(cluster_is_running(player_cluster(player), 0));
    }
    player_destroy(player);
    scenario_free(scenario);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(senseless_events_change_nothing),
    cmocka_unit_test(senseless_set_up_changes_nothing),
    cmocka_unit_test(what_cannot_be_given_starts_nobody),
};

T_MAIN(tests)
