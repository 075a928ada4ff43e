/* SPDX-License-Identifier: MIT
 *
 * stage.c - a scenario on stage: playing it forward, and again from nothing.
 */
#include "cmd/raftsim/screen/stage.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/scenario/expect.h"

/* ---- One event ----------------------------------------------------------- */

static void look(struct stage *stage)
{
    snapshot_free(&stage->before);
    stage->before = stage->now;
    snapshot_take(&stage->now, player_cluster(stage->player),
                  stage->position > 0);
}

/* The lines of the position, the event's own the first of them. */
static void play_position(struct stage *stage)
{
    for (size_t i = stage->begins[stage->position];
         i < stage->begins[stage->position + 1] && stage->result == PLAYER_OK;
         i++) {
        stage->result = player_step(stage->player, &stage->trouble);
    }
}

/* A core that broke may not be looked at; nor goes anything on after it. */
static void judge(struct stage *stage)
{
    const struct cluster *cluster = player_cluster(stage->player);
    const bool failed = stage->result == PLAYER_FAILED;

    stage->broken = failed && !stage->happened.ended;
    stage->violated = stage->broken ||
                      (failed && checker_violation(cluster->checker) != NULL);
    if (!stage->broken) {
        look(stage);
    }
}

static void play_event(struct stage *stage, bool watched)
{
    stage->position++;
    stage->watched = watched;
    if (watched) {
        happened_listen(&stage->happened, stage->player);
    }
    play_position(stage);
    if (watched) {
        happened_end(&stage->happened, stage->player);
        judge(stage);
    }
}

/* ---- From nothing -------------------------------------------------------- */

static void begin(struct stage *stage)
{
    player_destroy(stage->player);
    stage->player = player_create(stage->scenario, NULL);
    stage->position = 0;
    stage->result = PLAYER_OK;
    stage->broken = false;
    stage->violated = false;
    stage->watched = true;
    happened_free(&stage->happened);
    play_position(stage);
    look(stage);
    look(stage); /* nothing has changed yet */
}

static bool does_something(enum scenario_verb verb)
{
    return verb != SCENARIO_TITLE && verb != SCENARIO_SAY &&
           verb != SCENARIO_MARK && verb != SCENARIO_SERVERS &&
           verb != SCENARIO_OPTIONS && verb != SCENARIO_GIVEN;
}

void stage_open(struct stage *stage, const struct scenario *scenario)
{
    *stage = (struct stage){.scenario = scenario};
    stage->begins =
        sim_calloc(scenario->event_count + 2, sizeof(*stage->begins));
    for (size_t i = 0; i < scenario->event_count; i++) {
        if (does_something(scenario->events[i].verb)) {
            stage->begins[++stage->event_count] = i;
        }
    }
    stage->begins[stage->event_count + 1] = scenario->event_count;
    begin(stage);
}

void stage_close(struct stage *stage)
{
    player_destroy(stage->player);
    happened_free(&stage->happened);
    snapshot_free(&stage->before);
    snapshot_free(&stage->now);
    free(stage->begins);
}

/* ---- Far away ------------------------------------------------------------ */

static bool can_go_on(const struct stage *stage)
{
    return stage->result == PLAYER_OK && stage->position < stage->event_count;
}

void stage_go(struct stage *stage, size_t position)
{
    if (position < stage->position) {
        begin(stage);
    }
    while (can_go_on(stage) && stage->position + 1 < position) {
        play_event(stage, false);
    }
    if (stage->result != PLAYER_OK && !stage->watched) {
        position = stage->position; /* it fails here: once more, and watch */
        begin(stage);
        stage_go(stage, position);
        return;
    }
    if (can_go_on(stage) && stage->position < position) {
        look(stage);
        look(stage); /* before and now alike, should a core break */
        play_event(stage, true);
    }
}

/* ---- Until a condition holds --------------------------------------------- */

enum { MAX_CONDITIONS = 8 };

static bool parse(const struct stage *stage, const char *text,
                  struct expect_condition *conditions, size_t *count,
                  const char **problem)
{
    char word[EXPECT_MAX_BYTES];

    *count = 0;
    *problem = "write a condition: S1.commit=2";
    while (*(text += strspn(text, " ")) != '\0') {
        const size_t length = strcspn(text, " ");

        if (*count == MAX_CONDITIONS || length >= sizeof(word)) {
            *problem = "too many conditions";
            return false;
        }
        memcpy(word, text, length);
        word[length] = '\0';
        if (!expect_parse(word, stage->now.server_count, &conditions[*count],
                          problem)) {
            return false;
        }
        if (strcmp(conditions[*count].field, "read") == 0) {
            *problem = "reads can only be expected in a scenario";
            return false;
        }
        (*count)++;
        text += length;
    }
    return *count > 0;
}

static bool holds(const struct cluster *cluster,
                  const struct expect_condition *condition)
{
    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        char actual[EXPECT_MAX_BYTES];

        if (word_set_has(condition->servers, i) &&
            (!expect_actual(cluster, i, condition, "", actual,
                            sizeof(actual)) ||
             !expect_holds(condition, actual))) {
            return false;
        }
    }
    return true;
}

static bool all_hold(const struct cluster *cluster,
                     const struct expect_condition *conditions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!holds(cluster, &conditions[i])) {
            return false;
        }
    }
    return true;
}

bool stage_run_to(struct stage *stage, const char *text, const char **problem)
{
    struct expect_condition conditions[MAX_CONDITIONS];
    const size_t start = stage->position;
    size_t count;
    bool reached = false;

    if (!parse(stage, text, conditions, &count, problem)) {
        return false;
    }
    while (!reached && can_go_on(stage)) {
        play_event(stage, false);
        reached = stage->result == PLAYER_OK &&
                  all_hold(player_cluster(stage->player), conditions, count);
    }
    const size_t end = reached ? stage->position : start;

    begin(stage);
    stage_go(stage, end);
    *problem = "never holds after a later event";
    return reached;
}
