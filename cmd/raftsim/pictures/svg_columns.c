/* SPDX-License-Identifier: MIT
 *
 * svg_columns.c - which moment of a server stands in which column of a band.
 */
#include <string.h>

#include "cmd/raftsim/pictures/svg.h"

struct columns {
    struct svg *svg;
    struct svg_band *band;
    int last[CLUSTER_MAX_SERVERS];  /* column of a server's latest moment */
    bool open[CLUSTER_MAX_SERVERS]; /* does what it does now belong to it? */
    size_t *arrow_of;               /* by number of the message, plus 1 */
    const struct story_state *state[CLUSTER_MAX_SERVERS];
};

/* ---- Moments ------------------------------------------------------------- */

static struct svg_point at(const struct columns *c, size_t place)
{
    return (struct svg_point){.place = place,
                              .band = c->svg->band_count - 1,
                              .column = c->last[place]};
}

static void reach(struct columns *c, size_t place, int column)
{
    c->last[place] = column;
    c->open[place] = true;
    if (column >= c->band->column_count) {
        c->band->column_count = column + 1;
    }
}

/* What a server does by itself, or still because of its latest moment. */
static struct svg_point moment(struct columns *c, size_t place)
{
    if (!c->open[place]) {
        reach(c, place, c->last[place] + 1);
    }
    return at(c, place);
}

/* ---- Messages ------------------------------------------------------------ */

static void send(struct columns *c, const struct story_happening *h)
{
    struct svg_arrow *arrow = &c->svg->arrows[c->svg->arrow_count++];

    *arrow = (struct svg_arrow){.message = h->message,
                                .number = h->number,
                                .is_quiet = h->is_quiet,
                                .from = moment(c, h->place)};
    if (h->number == 0) {
        arrow->fate = SVG_LOST;
        return;
    }
    c->arrow_of[h->number] = c->svg->arrow_count;
}

static void receive(struct columns *c, const struct story_happening *h)
{
    struct svg_arrow *arrow = &c->svg->arrows[c->arrow_of[h->number] - 1];
    int column = c->last[h->place] + 1;

    if (h->fate != PLAYER_ARRIVED) {
        arrow->fate = h->fate == PLAYER_LOST ? SVG_LOST : SVG_NOBODY;
        return;
    }
    if (arrow->from.band == c->svg->band_count - 1) {
        const int earliest = arrow->from.column + SVG_DELAY;

        column = column < earliest ? earliest : column;
    }
    reach(c, h->place, column);
    arrow->fate = SVG_ARRIVED;
    arrow->to = at(c, h->place);
}

/* ---- Servers ------------------------------------------------------------- */

static bool looks_alike(const struct story_state *a,
                        const struct story_state *b)
{
    return a != NULL && a->running == b->running && a->role == b->role &&
           a->pre_voting == b->pre_voting && a->current_term == b->current_term;
}

static void change(struct columns *c, const struct story_happening *h)
{
    const struct svg_point when = moment(c, h->place);

    if (!looks_alike(c->state[h->place], h->state)) {
        c->svg->changes[c->svg->change_count++] = (struct svg_change){
            .at = when, .state = h->state, .disk_failed = h->disk_failed};
    }
    c->svg->steps[c->svg->step_count++] =
        (struct svg_step){.at = when, .state = h->state};
    c->state[h->place] = h->state;
}

static void happening(struct columns *c, const struct story_happening *h)
{
    switch (h->what) {
    case STORY_SENT:
        send(c, h);
        break;
    case STORY_RECEIVED:
        receive(c, h);
        break;
    case STORY_STEPPED:
        c->open[h->place] = c->open[h->place] && !h->is_anew;
        break;
    case STORY_STARTED:
    case STORY_STOPPED:
        c->open[h->place] = false;
        moment(c, h->place);
        break;
    case STORY_APPLIED:
    case STORY_ANSWERED: /* svg_words.c */
        break;
    }
    if (h->state != NULL) {
        change(c, h);
    }
}

/* ---- Bands --------------------------------------------------------------- */

static void add_told(struct columns *c, const struct scenario_event **told,
                     size_t count)
{
    struct svg_band *band = c->band;
    const size_t all = band->told_count + count;
    const struct scenario_event **both =
        story_memory(c->svg->story, all, sizeof(const void *));

    for (size_t i = 0; i < all; i++) {
        both[i] =
            i < band->told_count ? band->told[i] : told[i - band->told_count];
        if (both[i]->verb == SCENARIO_SAY && band->note == 0) {
            band->note = ++c->svg->note_count;
        }
    }
    band->told = both;
    band->told_count = all;
}

static void begin_band(struct columns *c, const struct story_event *event)
{
    c->band = &c->svg->bands[c->svg->band_count++];
    c->band->event = event;
    for (size_t i = 0; i < CLUSTER_MAX_SERVERS; i++) {
        c->last[i] = -1;
        c->open[i] = false;
    }
}

/* Which logs are to be drawn: those that are not as they stood before. */
static void end_band(struct columns *c)
{
    const struct svg_band *before = c->svg->band_count > 1 ? c->band - 1 : NULL;

    memcpy(c->band->state, c->state, sizeof(c->state));
    for (size_t i = 0; i < c->svg->story->settings.server_count; i++) {
        const struct story_state *now = c->state[i];
        const struct story_state *then =
            before == NULL ? NULL : before->state[i];

        c->band->shows_log[i] =
            now != NULL && now->running &&
            (then == NULL || !then->running || story_log_differs(then, now));
    }
}

static void first_band(struct columns *c)
{
    begin_band(c, NULL);
    for (size_t i = 0; i < c->svg->story->settings.server_count; i++) {
        c->state[i] = c->svg->story->first[i];
        c->last[i] = 0;
        if (c->state[i] != NULL) {
            c->svg->changes[c->svg->change_count++] =
                (struct svg_change){.at = at(c, i), .state = c->state[i]};
        }
    }
    end_band(c);
}

/* An `expect` that holds is no event of the picture; what is said before it
 * belongs to the next one. */
static bool is_shown(const struct story *story, const struct story_event *event)
{
    const bool is_last = event == &story->events[story->event_count - 1];

    return event->event->verb != SCENARIO_EXPECT ||
           (is_last && story->result != PLAYER_OK);
}

static void event_bands(struct columns *c)
{
    const struct story *story = c->svg->story;
    bool begun = false;

    for (size_t i = 0; i < story->event_count; i++) {
        const struct story_event *event = &story->events[i];

        if (!begun) {
            begin_band(c, NULL);
            begun = true;
        }
        add_told(c, event->told, event->told_count);
        if (!is_shown(story, event)) {
            continue;
        }
        c->band->event = event;
        c->band->fails =
            i + 1 == story->event_count && story->result != PLAYER_OK;
        for (size_t k = 0; k < event->count; k++) {
            happening(c, &story->happenings[event->first + k]);
        }
        end_band(c);
        begun = false;
    }
    if (!begun && story->told_count > 0) {
        begin_band(c, NULL);
        begun = true;
    }
    if (begun) {
        add_told(c, story->told, story->told_count);
        end_band(c);
    }
}

void svg_find_columns(struct svg *svg)
{
    struct story *story = svg->story;
    struct columns c = {.svg = svg};

    svg->bands =
        story_memory(story, story->event_count + 2, sizeof(*svg->bands));
    svg->arrows =
        story_memory(story, story->happening_count, sizeof(*svg->arrows));
    svg->changes =
        story_memory(story, story->happening_count + CLUSTER_MAX_SERVERS,
                     sizeof(*svg->changes));
    svg->steps =
        story_memory(story, story->happening_count, sizeof(*svg->steps));
    c.arrow_of = story_memory(story, (size_t)story->message_count + 1,
                              sizeof(*c.arrow_of));
    first_band(&c);
    event_bands(&c);
    if (svg->bands[svg->band_count - 1].event == NULL &&
        svg->bands[svg->band_count - 1].told_count == 0 &&
        svg->band_count > 1) {
        svg->band_count--; /* only expectations that hold */
    }
}
