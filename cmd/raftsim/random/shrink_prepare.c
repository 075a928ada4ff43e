/* SPDX-License-Identifier: MIT
 *
 * shrink_prepare.c - before pieces are left out: a story that bears it.
 *
 * A recorded run says how many ticks pass; leave out one and nobody stands for
 * election any more. So an election is said as such: `timeout Sx`. Then all
 * events of one kind are left out at a time: all reads, all ticks of S1.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/random/shrink_internal.h"
#include "cmd/raftsim/scenario/player.h"
#include "cmd/raftsim/scenario/words.h"

/* Smaller kinds go piece by piece. */
enum { LEAST_MEMBERS = 5 };

static void on_stepped(void *self, size_t place, const struct raft_effects *out)
{
    bool *stood = *(bool **)self;

    (void)place;
    for (size_t i = 0; i < out->rule_event_count; i++) {
        const enum raft_rule rule = out->rule_events[i].rule;

        *stood = *stood || rule == CND_1 || rule == PV_1;
    }
}

/* In which events of the best did somebody ask for votes? Free the result. */
static bool *watch(const struct shrink *shrink)
{
    const struct shrink_list *best = &shrink->best;
    const struct scenario scenario = {.name = shrink->scenario->name,
                                      .events = best->events,
                                      .event_count = best->count};
    bool *stood = sim_calloc(best->count, sizeof(bool));
    bool *now = stood;
    struct player *player = player_create(&scenario, NULL);
    struct scenario_error error;

    player_listen(
        player, &(struct player_listener){.self = &now, .stepped = on_stepped});
    for (size_t i = 0; i < best->count; i++) {
        now = &stood[i];
        (void)player_step(player, &error);
    }
    player_destroy(player);
    return stood;
}

/* ---- Elections ----------------------------------------------------------- */

static bool is_tick_of_one(const struct scenario_event *event)
{
    size_t place;

    return event->verb == SCENARIO_TICK && event->word_count > 0 &&
           word_server(event->words[0], CLUSTER_MAX_SERVERS, &place);
}

/* Of the trial, where ticks led to them: from one event to before another. */
static void name_elections(struct shrink *shrink, const bool *stood,
                           size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        struct scenario_event *event = &shrink->trial.events[i];

        if (stood[i] && is_tick_of_one(event)) {
            event->verb = SCENARIO_TIMEOUT;
            event->word_count = 1;
        }
    }
}

/* Elections by name: all of them, or else as many as bear it. */
static void say_elections(struct shrink *shrink)
{
    const size_t count = shrink->best.count;
    bool *stood = watch(shrink);

    shrink_begin_trial(shrink);
    name_elections(shrink, stood, 0, count);
    if (!shrink_try(shrink)) {
        for (size_t i = count; i-- > 0 && shrink->best.count == count;) {
            if (stood[i] && !shrink_is_spent(shrink)) {
                shrink_begin_trial(shrink);
                name_elections(shrink, stood, i, i + 1);
                (void)shrink_try(shrink);
            }
        }
    }
    free(stood);
}

/* ---- Kinds of events ----------------------------------------------------- */

static bool same_word(const struct scenario_event *a,
                      const struct scenario_event *b, size_t word)
{
    return a->word_count > word && b->word_count > word &&
           strcmp(a->words[word], b->words[word]) == 0;
}

/* How alike two events are: the verb, and so many words. */
static bool alike(const struct scenario_event *a,
                  const struct scenario_event *b, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        if (!same_word(a, b, i)) {
            return false;
        }
    }
    return a->verb == b->verb;
}

/* Without all that are like this one. */
static bool try_without_kind(struct shrink *shrink,
                             const struct scenario_event *kind, size_t words)
{
    struct shrink_list *trial = &shrink->trial;

    trial->count = 0;
    for (size_t i = 0; i < shrink->best.count; i++) {
        if (!alike(kind, &shrink->best.events[i], words)) {
            trial->events[trial->count++] = shrink->best.events[i];
        }
    }
    return shrink_try(shrink);
}

/* Is it the first of its kind, and has the kind enough members to matter? */
static bool is_worth_it(const struct shrink *shrink, size_t place, size_t words)
{
    const struct shrink_list *best = &shrink->best;
    size_t members = 0;

    for (size_t i = 0; i < best->count && members < LEAST_MEMBERS; i++) {
        if (alike(&best->events[place], &best->events[i], words)) {
            if (i < place) {
                return false;
            }
            members++;
        }
    }
    return members == LEAST_MEMBERS;
}

static bool leave_out_kinds(struct shrink *shrink, size_t words)
{
    bool any = false;

    for (size_t i = 0; i < shrink->best.count && !shrink_is_spent(shrink);
         i++) {
        const struct scenario_event kind = shrink->best.events[i];

        if (is_worth_it(shrink, i, words) &&
            try_without_kind(shrink, &kind, words)) {
            any = true;
        }
    }
    return any;
}

void shrink_prepare(struct shrink *shrink)
{
    say_elections(shrink);
    for (size_t words = 0; words <= 2; words++) {
        (void)leave_out_kinds(shrink, words);
    }
}
