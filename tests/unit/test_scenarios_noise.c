/* SPDX-License-Identifier: MIT
 *
 * test_scenarios_noise.c - events drawn at random, most of them senseless:
 * those change nothing, the others break no rule, and nothing aborts.
 */
#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_random.h"
#include "cmd/raftsim/scenario/player.h"
#include "tests/unit/cluster_image.h"

enum { SCENARIOS = 400, EVENTS = 60 };

/* %s: a server; %l: a link; %n: a number; %k: a kind of message. */
static const char *const templates[] = {
    "tick",
    "tick %s",
    "tick %s %n",
    "tick %n at-once",
    "clock %s %n0",
    "timeout %s",
    "elect %s",
    "elect %s votes=%s,%s",
    "elect %s term=%n",
    "put %s x=%n",
    "put %s x=%n y=%n z=%n",
    "get %s x",
    "get %s x lease",
    "transfer %s",
    "transfer %s %s",
    "deliver %l",
    "deliver %l %k",
    "deliver %l %n",
    "deliver %l nth=%n",
    "deliver *>%s",
    "deliver *>*",
    "drop %l %k",
    "drop %l nth=%n",
    "dup %l",
    "dup %l %k nth=%n",
    "hold %l",
    "release %l",
    "cut %l",
    "cut %s",
    "cut %s %s,%s",
    "heal",
    "heal %s",
    "disk %s at-once",
    "disk %s by-hand",
    "disk %s slow=%n",
    "disk %s fails",
    "persist %s",
    "persist %s %n",
    "machine %s by-hand",
    "machine %s at-once",
    "apply %s",
    "crash %s",
    "crash %s torn",
    "crash %s torn=%n,%n,%n",
    "crash %s,%s",
    "restart %s",
    "restart %s,%s",
    "run",
    "run %n",
    "expect %s.term>=0",
    "servers 3",
    "options paper",
};

static const char *const set_ups[] = {
    "options paper",
    "options paper max_apply_entries=1 max_batch_entries=1",
    "options default",
    "options default founder=S1 election=5..9 heartbeat=1",
    "options default pre_vote=off max_apply_entries=1 max_in_flight_entries=2",
};

static void put_word(FILE *out, char what, struct sim_random *random)
{
    static const char *const kinds[] = {"append", "heartbeat", "append-reply",
                                        "request-vote", "vote"};
    const unsigned a = 1 + (unsigned)sim_random_below(random, 4);
    const unsigned b = 1 + (unsigned)sim_random_below(random, 4);

    switch (what) {
    case 's':
        fprintf(out, "S%u", a);
        break;
    case 'l':
        fprintf(out, "S%u>S%u", a, b);
        break;
    case 'n':
        fprintf(out, "%u", a);
        break;
    default:
        fputs(kinds[sim_random_below(random, 5)], out);
        break;
    }
}

static void put_line(FILE *out, const char *line, struct sim_random *random)
{
    for (; *line != '\0'; line++) {
        if (*line == '%') {
            put_word(out, *++line, random);
        } else {
            fputc(*line, out);
        }
    }
    fputc('\n', out);
}

static struct scenario *draw_scenario(struct sim_random *random)
{
    const size_t template_count = sizeof(templates) / sizeof(templates[0]);
    const size_t set_up_count = sizeof(set_ups) / sizeof(set_ups[0]);
    struct scenario_error error;
    struct scenario *scenario;
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    /* Servers 1 to 4 are named, so some are not there. */
    fprintf(out, "servers %u\n", 1 + (unsigned)sim_random_below(random, 4));
    put_line(out, set_ups[sim_random_below(random, set_up_count)], random);
    put_line(out, "run 0", random); /* the first event starts them all */
    for (int i = 0; i < EVENTS; i++) {
        put_line(out, templates[sim_random_below(random, template_count)],
                 random);
    }
    fclose(out);
    scenario = scenario_parse("noise", text, &error);
    if (scenario == NULL) {
        fail_msg("%s", error.text);
    }
    free(text);
    return scenario;
}

/* It may come to nothing; a rule may not be broken. */
static bool may_fail(enum scenario_verb verb)
{
    return verb == SCENARIO_ELECT || verb == SCENARIO_TIMEOUT ||
           verb == SCENARIO_EXPECT;
}

struct outcomes {
    unsigned counts[PLAYER_BAD + 1];
};

static void play_event(struct player *player,
                       const struct scenario_event *event,
                       struct outcomes *outcomes)
{
    struct scenario_error error = {""};
    struct cluster_image was = cluster_image_of(player_cluster(player));
    const enum player_result result = player_step(player, &error);
    struct cluster_image is = cluster_image_of(player_cluster(player));

    outcomes->counts[result]++;
    if (result == PLAYER_BAD && !cluster_image_equals(&was, &is)) {
        fail_msg("%s\nbut it changed the cluster", error.text);
    }
    if (result == PLAYER_FAILED &&
        (!may_fail(event->verb) ||
         checker_violation(player_cluster(player)->checker) != NULL)) {
        fail_msg("%s", error.text);
    }
    free(was.bytes);
    free(is.bytes);
}

static void noise_breaks_nothing(void **state)
{
    struct sim_random random = {1};
    struct outcomes outcomes = {{0}};

    (void)state;
    for (int i = 0; i < SCENARIOS; i++) {
        struct scenario *scenario = draw_scenario(&random);
        struct player *player = player_create(scenario, NULL);

        for (size_t k = 0; k < scenario->event_count; k++) {
            play_event(player, &scenario->events[k], &outcomes);
        }
        player_destroy(player);
        scenario_free(scenario);
    }
    printf("%u fine, %u to no end, %u senseless\n", outcomes.counts[PLAYER_OK],
           outcomes.counts[PLAYER_FAILED], outcomes.counts[PLAYER_BAD]);
    assert_true(outcomes.counts[PLAYER_OK] > SCENARIOS * EVENTS / 4);
    assert_true(outcomes.counts[PLAYER_BAD] > SCENARIOS * EVENTS / 4);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(noise_breaks_nothing),
};

T_MAIN(tests)
