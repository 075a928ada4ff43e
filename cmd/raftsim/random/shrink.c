/* SPDX-License-Identifier: MIT
 *
 * shrink.c - a long scenario that fails becomes a short one that fails alike.
 */
#include "cmd/raftsim/random/shrink.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/random/shrink_internal.h"
#include "cmd/raftsim/scenario/player.h"

/* Few enough lines to leave out any two of them. */
enum { MOST_LINES_FOR_PAIRS = 80 };

/* ---- What fails ---------------------------------------------------------- */

/* Behind the "name:12: " of an error. */
static const char *without_place(const char *text)
{
    const char *colon = strstr(text, ": ");

    return colon == NULL ? text : colon + 2;
}

/*
 * "Fig2:LDR.4: S1 committed 3, ..." is Fig2:LDR.4; "core: EXPRESSION
 * (raft/log.c:12)" is the expression; "'S1.commit=3': on S1 it is 2" is the
 * condition.
 */
static void name_property(const char *failure, char *property)
{
    const char *core = "core: ";
    const bool is_core = strncmp(failure, core, strlen(core)) == 0;
    const char *end = strstr(failure, is_core ? " (raft/" : ": ");
    const size_t length =
        end == NULL ? strlen(failure) : (size_t)(end - failure);

    snprintf(property, SHRINK_PROPERTY_BYTES, "%.*s", (int)length, failure);
}

/* Play a list; true: it fails, and *played events were all it took. */
static bool play(struct shrink *shrink, const struct shrink_list *list,
                 size_t *played, char *failure)
{
    const struct scenario scenario = {.name = shrink->scenario->name,
                                      .events = list->events,
                                      .event_count = list->count};
    struct player *player = player_create(&scenario, NULL);
    struct scenario_error error;
    bool failed = false;

    for (*played = 0; !failed && !player_is_done(player); (*played)++) {
        const enum player_result result = player_step(player, &error);

        failed = result == PLAYER_FAILED;
        shrink->makes_sense[*played] = result != PLAYER_BAD;
    }
    if (failed) {
        snprintf(failure, SHRINK_FAILURE_BYTES, "%s",
                 without_place(error.text));
    }
    player_destroy(player);
    shrink->events_left -=
        shrink->events_left < *played ? shrink->events_left : *played;
    return failed;
}

/* ---- Trials -------------------------------------------------------------- */

void shrink_begin_trial(struct shrink *shrink)
{
    memcpy(shrink->trial.events, shrink->best.events,
           shrink->best.count * sizeof(struct scenario_event));
    shrink->trial.count = shrink->best.count;
}

static void adopt(struct shrink *shrink, size_t played)
{
    shrink->best.count = 0;
    for (size_t i = 0; i < played; i++) {
        if (shrink->makes_sense[i]) {
            shrink->best.events[shrink->best.count++] = shrink->trial.events[i];
        }
    }
}

bool shrink_try(struct shrink *shrink)
{
    char failure[SHRINK_FAILURE_BYTES];
    char property[SHRINK_PROPERTY_BYTES];
    size_t played;

    if (!play(shrink, &shrink->trial, &played, failure)) {
        return false;
    }
    name_property(failure, property);
    if (strcmp(property, shrink->property) != 0) {
        return false;
    }
    memcpy(shrink->failure, failure, sizeof(failure));
    adopt(shrink, played);
    return true;
}

bool shrink_is_spent(const struct shrink *shrink)
{
    return shrink->events_left == 0;
}

/* ---- Leaving out --------------------------------------------------------- */

/* The best without a piece. */
static bool try_without(struct shrink *shrink, size_t from, size_t count)
{
    const struct shrink_list *best = &shrink->best;
    struct shrink_list *trial = &shrink->trial;

    memcpy(trial->events, best->events, from * sizeof(best->events[0]));
    memcpy(trial->events + from, best->events + from + count,
           (best->count - from - count) * sizeof(best->events[0]));
    trial->count = best->count - count;
    return shrink_try(shrink);
}

/* Every piece of a size, the last first: what is late is needed least. */
static bool leave_out_pieces(struct shrink *shrink, size_t size)
{
    bool any = false;
    size_t end = shrink->best.count;

    while (end > 0 && !shrink_is_spent(shrink)) {
        const size_t from = end > size ? end - size : 0;

        if (from < shrink->best.count) {
            const size_t most = shrink->best.count - from;

            any = try_without(shrink, from, size < most ? size : most) || any;
        }
        end = from;
    }
    return any;
}

static bool leave_out(struct shrink *shrink)
{
    bool any = false;

    for (size_t size = shrink->best.count / 2; size > 1; size /= 2) {
        any = leave_out_pieces(shrink, size) || any;
    }
    while (!shrink_is_spent(shrink) && leave_out_pieces(shrink, 1)) {
        any = true;
    }
    return any;
}

static bool try_without_two(struct shrink *shrink, size_t first, size_t second)
{
    struct shrink_list *trial = &shrink->trial;

    shrink_begin_trial(shrink);
    memmove(trial->events + second, trial->events + second + 1,
            (trial->count - second - 1) * sizeof(trial->events[0]));
    memmove(trial->events + first, trial->events + first + 1,
            (trial->count - first - 2) * sizeof(trial->events[0]));
    trial->count -= 2;
    return shrink_try(shrink);
}

/* One line may be there only to undo another: a cut and its end, a crash. */
static bool leave_out_pairs(struct shrink *shrink)
{
    bool any = false;

    if (shrink->best.count > MOST_LINES_FOR_PAIRS) {
        return false;
    }
    for (size_t second = shrink->best.count; second-- > 1;) {
        for (size_t first = second; first-- > 0;) {
            if (shrink_is_spent(shrink)) {
                return any;
            }
            if (second < shrink->best.count &&
                try_without_two(shrink, first, second)) {
                any = true;
                break;
            }
        }
    }
    return any;
}

void shrink_run(struct shrink *shrink)
{
    bool any = true;

    shrink_prepare(shrink);
    leave_out(shrink);
    while (any && !shrink_is_spent(shrink)) {
        any = shrink_simplify(shrink);
        any = leave_out(shrink) || any;
        any = leave_out_pairs(shrink) || any;
    }
}

/* ---- A shrinker's life --------------------------------------------------- */

struct shrink *shrink_create(const struct scenario *scenario,
                             uint64_t most_events)
{
    struct shrink *shrink = sim_calloc(1, sizeof(*shrink));
    const size_t count = scenario->event_count;
    size_t played;

    shrink->scenario = scenario;
    shrink->events_left = most_events;
    shrink->best.events = sim_calloc(count, sizeof(struct scenario_event));
    shrink->trial.events = sim_calloc(count, sizeof(struct scenario_event));
    shrink->makes_sense = sim_calloc(count, sizeof(bool));
    memcpy(shrink->best.events, scenario->events,
           count * sizeof(struct scenario_event));
    shrink->best.count = count;
    shrink_begin_trial(shrink);
    if (!play(shrink, &shrink->trial, &played, shrink->failure)) {
        shrink_destroy(shrink);
        return NULL;
    }
    name_property(shrink->failure, shrink->property);
    adopt(shrink, played);
    return shrink;
}

void shrink_destroy(struct shrink *shrink)
{
    if (shrink == NULL) {
        return;
    }
    for (size_t i = 0; i < shrink->word_count; i++) {
        free(shrink->words[i]);
    }
    free(shrink->words);
    free(shrink->best.events);
    free(shrink->trial.events);
    free(shrink->makes_sense);
    free(shrink);
}

const char *shrink_property(const struct shrink *shrink)
{
    return shrink->property;
}

const char *shrink_failure(const struct shrink *shrink)
{
    return shrink->failure;
}

size_t shrink_line_count(const struct shrink *shrink)
{
    return shrink->best.count;
}

void shrink_write(const struct shrink *shrink, FILE *out)
{
    for (size_t i = 0; i < shrink->best.count; i++) {
        const struct scenario_event *event = &shrink->best.events[i];

        fputs(scenario_verb_text(event->verb), out);
        for (size_t word = 0; word < event->word_count; word++) {
            fprintf(out, " %s", event->words[word]);
        }
        fputc('\n', out);
    }
}
