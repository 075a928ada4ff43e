/* SPDX-License-Identifier: MIT
 *
 * shrink_words.c - simpler words for the events that are left.
 *
 * Fewer servers, options and pairs; shorter leaps; many ticks in one line; the
 * oldest message instead of the third; a clean crash instead of a torn one.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/random/shrink_internal.h"
#include "cmd/raftsim/scenario/words.h"

static char *make_word(struct shrink *shrink, const char *text)
{
    shrink->words = sim_grow(shrink->words, shrink->word_count,
                             &shrink->word_capacity, sizeof(*shrink->words));
    shrink->words[shrink->word_count] = sim_copy(text, strlen(text) + 1);
    return shrink->words[shrink->word_count++];
}

static char *make_number(struct shrink *shrink, uint64_t number)
{
    char text[32];

    snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
    return make_word(shrink, text);
}

static void drop_event(struct shrink_list *list, size_t place)
{
    list->count--;
    memmove(list->events + place, list->events + place + 1,
            (list->count - place) * sizeof(list->events[0]));
}

static void drop_word(struct scenario_event *event, size_t place)
{
    event->word_count--;
    memmove(event->words + place, event->words + place + 1,
            (event->word_count - place) * sizeof(event->words[0]));
}

/* The event of a new trial. */
static struct scenario_event *try_event(struct shrink *shrink, size_t place)
{
    shrink_begin_trial(shrink);
    return &shrink->trial.events[place];
}

/* Without each of its words but the first `kept`, the last first; least: how
 * many the verb must have. */
static bool drop_words(struct shrink *shrink, size_t place, size_t kept,
                       size_t least)
{
    const struct scenario_event *event = &shrink->best.events[place];
    bool any = false;

    for (size_t i = event->word_count; i-- > kept;) {
        const size_t count = shrink->best.count;

        if (event->word_count <= least || shrink_is_spent(shrink)) {
            break;
        }
        drop_word(try_event(shrink, place), i);
        any = shrink_try(shrink) || any;
        if (shrink->best.count != count) {
            break; /* another event may stand here now */
        }
    }
    return any;
}

static bool is_verb(const struct shrink *shrink, size_t place,
                    enum scenario_verb verb)
{
    return place < shrink->best.count &&
           shrink->best.events[place].verb == verb;
}

/* ---- Time ---------------------------------------------------------------- */

/* tick S1 is one tick; how many are in an event that names one server? */
static uint64_t ticks_of(const struct scenario_event *event)
{
    uint64_t ticks = 1;

    if (event->word_count > 1) {
        (void)word_number(event->words[1], &ticks);
    }
    return ticks;
}

static bool try_ticks(struct shrink *shrink, size_t place, uint64_t ticks)
{
    struct scenario_event *event = try_event(shrink, place);

    event->word_count = event->word_count < 2 ? 2 : event->word_count;
    event->words[1] = make_number(shrink, ticks);
    return shrink_try(shrink);
}

/* With the next tick of the same server, wherever that stands. */
static bool merge_tick(struct shrink *shrink, size_t place)
{
    const struct scenario_event *event = &shrink->best.events[place];
    size_t next = place + 1;

    while (next < shrink->best.count &&
           (!is_verb(shrink, next, SCENARIO_TICK) ||
            strcmp(shrink->best.events[next].words[0], event->words[0]) != 0)) {
        next++;
    }
    if (next >= shrink->best.count) {
        return false;
    }
    const uint64_t sum = ticks_of(event) + ticks_of(&shrink->best.events[next]);
    struct scenario_event *trial = try_event(shrink, next);

    trial->word_count = 2;
    trial->words[1] = make_number(shrink, sum);
    drop_event(&shrink->trial, place);
    return shrink_try(shrink);
}

/* "until it stands for election" says more than a number of ticks. */
static bool say_timeout(struct shrink *shrink, size_t place)
{
    struct scenario_event *event = try_event(shrink, place);

    event->verb = SCENARIO_TIMEOUT;
    event->word_count = 1;
    return shrink_try(shrink);
}

static bool simplify_tick(struct shrink *shrink, size_t place)
{
    const struct scenario_event *event = &shrink->best.events[place];
    bool any = false;

    if (event->word_count == 0) {
        return false;
    }
    while (is_verb(shrink, place, SCENARIO_TICK) && !shrink_is_spent(shrink) &&
           merge_tick(shrink, place)) {
        any = true;
    }
    if (!is_verb(shrink, place, SCENARIO_TICK)) {
        return any;
    }
    if (say_timeout(shrink, place)) {
        return true;
    }
    if (event->word_count > 2) {
        any = drop_words(shrink, place, 2, 2) || any;
    }
    for (uint64_t ticks = ticks_of(event) / 2;
         ticks > 0 && is_verb(shrink, place, SCENARIO_TICK); ticks /= 2) {
        if (ticks_of(event) > ticks &&
            try_ticks(shrink, place, ticks_of(event) - ticks)) {
            any = true;
        }
    }
    return any;
}

/* ---- Messages, disks, set-up --------------------------------------------- */

/* nth=3: the oldest instead, or the one before. */
static bool simplify_nth(struct shrink *shrink, size_t place)
{
    const struct scenario_event *event = &shrink->best.events[place];
    const size_t last = event->word_count - 1;
    const char *value =
        last == 0 ? NULL : word_value(event->words[last], "nth");
    uint64_t nth;
    char word[32];

    if (value == NULL || !word_number(value, &nth)) {
        return false;
    }
    drop_word(try_event(shrink, place), last);
    if (shrink_try(shrink)) {
        return true;
    }
    if (nth <= 2) {
        return false;
    }
    snprintf(word, sizeof(word), "nth=%llu", (unsigned long long)(nth - 1));
    try_event(shrink, place)->words[last] = make_word(shrink, word);
    return shrink_try(shrink);
}

static bool simplify_servers(struct shrink *shrink, size_t place)
{
    uint64_t count;

    if (!word_number(shrink->best.events[place].words[0], &count) ||
        count < 2) {
        return false;
    }
    try_event(shrink, place)->words[0] = make_number(shrink, count - 1);
    return shrink_try(shrink);
}

/* Behind the first word all may go. */
static bool simplify_tail(struct shrink *shrink, size_t place)
{
    return drop_words(shrink, place, 1, 1);
}

/* One pair is enough. */
static bool simplify_put(struct shrink *shrink, size_t place)
{
    return drop_words(shrink, place, 1, 2);
}

typedef bool simplify_function(struct shrink *shrink, size_t place);

static simplify_function *const simplify_functions[SCENARIO_VERB_COUNT] = {
    [SCENARIO_SERVERS] = simplify_servers, [SCENARIO_OPTIONS] = simplify_tail,
    [SCENARIO_TICK] = simplify_tick,       [SCENARIO_PUT] = simplify_put,
    [SCENARIO_DELIVER] = simplify_nth,     [SCENARIO_DROP] = simplify_nth,
    [SCENARIO_DUP] = simplify_nth,         [SCENARIO_PERSIST] = simplify_tail,
    [SCENARIO_CRASH] = simplify_tail,
};

bool shrink_simplify(struct shrink *shrink)
{
    bool any = false;

    for (size_t place = 0;
         place < shrink->best.count && !shrink_is_spent(shrink); place++) {
        simplify_function *const simplify =
            simplify_functions[shrink->best.events[place].verb];

        any = (simplify != NULL && simplify(shrink, place)) || any;
    }
    return any;
}
