/* SPDX-License-Identifier: MIT
 *
 * svg_breaks.c - where a long story is broken into strips.
 *
 * As a paragraph is broken into lines: of all ways the one that costs least.
 * It costs to leave room at a strip's end, and to be too wide; to break where
 * no mark is, or within an event; and to break an arrow.
 */
#include "cmd/raftsim/pictures/svg.h"

enum {
    STRIP_WIDTH = 1680, /* of up to five servers; for each more: */
    MORE_WIDTH = 100,
    TOO_WIDE_FACTOR = 256,
    NO_MARK_COST = 350 * 350, /* as so much room left, squared */
    IN_EVENT_COST = 300 * 300,
    ARROW_COST = 120 * 120,
    QUIET_ARROW_COST = 40 * 40
};

struct breaks {
    const struct svg *svg;
    int wanted;       /* width of a strip */
    long *break_cost; /* before this band */
    long *cost;       /* of all bands before this one, at best */
    size_t *from;     /* where the last strip of these begins */
};

/* As wide as its bands and the names of its marks. */
static int widest(int end, int x, const struct svg_band *band)
{
    const int mark = svg_mark_width(band);

    return mark > 0 && x + mark > end ? x + mark : end;
}

/* width: of its bands; end: with the names of marks. */
static long strip_cost(const struct breaks *b, size_t first, int width, int end)
{
    const long room = end > b->wanted ? 0 : b->wanted - width;
    const long excess = end > b->wanted ? end - b->wanted : 0;

    return b->break_cost[first] + room * room +
           excess * excess * TOO_WIDE_FACTOR;
}

/* All strips that begin here. */
static void try_strips(struct breaks *b, size_t first)
{
    int x = first == 0 ? 0 : svg_lead_width(b->svg, first);
    int end = 0;

    for (size_t i = first; i < b->svg->band_count; i++) {
        const struct svg_band *band = &b->svg->bands[i];

        end = widest(end, x, band);
        x += band->width;
        end = x > end ? x : end;

        const long cost = b->cost[first] + strip_cost(b, first, x, end);

        if (b->from[i + 1] == SIZE_MAX || cost < b->cost[i + 1]) {
            b->cost[i + 1] = cost;
            b->from[i + 1] = first;
        }
        if (end > 2 * b->wanted) {
            return;
        }
    }
}

/* Every arrow costs at each break between its ends. */
static void find_break_costs(struct breaks *b)
{
    const struct svg *svg = b->svg;

    for (size_t i = 0; i < svg->arrow_count; i++) {
        const struct svg_arrow *arrow = &svg->arrows[i];

        if (arrow->fate != SVG_ARRIVED) {
            continue;
        }
        for (size_t k = arrow->from.band; k < arrow->to.band; k++) {
            b->break_cost[k + 1] +=
                arrow->is_quiet ? QUIET_ARROW_COST : ARROW_COST;
        }
    }
    for (size_t i = 1; i < svg->band_count; i++) {
        b->break_cost[i] +=
            (svg_mark_width(&svg->bands[i]) == 0 ? NO_MARK_COST : 0) +
            (svg->bands[i].goes_on ? IN_EVENT_COST : 0);
    }
    b->break_cost[0] = 0;
}

static void set_strips(struct svg *svg, const size_t *from)
{
    size_t number = 0;

    for (size_t end = svg->band_count; end > 0; end = from[end]) {
        svg->strip_count++;
    }
    svg->strips =
        story_memory(svg->story, svg->strip_count, sizeof(*svg->strips));
    number = svg->strip_count;
    for (size_t end = svg->band_count; end > 0; end = from[end]) {
        svg->strips[--number] =
            (struct svg_strip){.first = from[end], .end = end};
        for (size_t i = from[end]; i < end; i++) {
            svg->bands[i].strip = number;
        }
    }
}

/* Wide enough to be about as wide as high. */
static int wanted_width(const struct svg *svg)
{
    const int servers = (int)svg->story->settings.server_count;

    return STRIP_WIDTH + (servers > 5 ? servers - 5 : 0) * MORE_WIDTH;
}

void svg_find_breaks(struct svg *svg)
{
    const size_t count = svg->band_count + 1;
    struct breaks b = {
        .svg = svg,
        .wanted = wanted_width(svg),
        .break_cost = story_memory(svg->story, count, sizeof(*b.break_cost)),
        .cost = story_memory(svg->story, count, sizeof(*b.cost)),
        .from = story_memory(svg->story, count, sizeof(*b.from))};

    for (size_t i = 0; i < count; i++) {
        b.from[i] = SIZE_MAX;
    }
    find_break_costs(&b);
    for (size_t i = 0; i < svg->band_count; i++) {
        try_strips(&b, i);
    }
    set_strips(svg, b.from);
}
