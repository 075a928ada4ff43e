/* SPDX-License-Identifier: MIT
 *
 * svg_pieces.c - a long event in several bands, so that a strip can end in it.
 *
 * It is cut where few messages are under way.
 */
#include <string.h>

#include "cmd/raftsim/pictures/svg.h"

enum {
    LONG_BAND = 36,   /* columns */
    LEAST_FIRST = 10, /* there stand the words of the event */
    LEAST_PIECE = 4,
    MORE_PIECE = 4,
    ARROW_WEIGHT = 4
};

/* For each column, how many arrows are between it and the one before it. */
static void count_arrows(const struct svg *svg, size_t band, int *between)
{
    const int count = svg->bands[band].column_count;

    for (size_t i = 0; i < svg->arrow_count; i++) {
        const struct svg_arrow *arrow = &svg->arrows[i];
        int from = arrow->from.column;
        int to = from + SVG_DELAY;

        if (arrow->fate == SVG_ARRIVED) {
            to = arrow->to.band == band ? arrow->to.column : count - 1;
        }
        if (arrow->from.band > band ||
            (arrow->fate == SVG_ARRIVED ? arrow->to.band < band
                                        : arrow->from.band < band)) {
            continue;
        }
        from = arrow->from.band < band ? -1 : from;
        for (int k = from + 1; k <= to && k < count; k++) {
            between[k] += arrow->is_quiet ? 1 : ARROW_WEIGHT;
        }
    }
}

/* Where the next piece begins, or the band ends. */
static int next_cut(const int *between, int from, int count)
{
    const int least = from + (from == 0 ? LEAST_FIRST : LEAST_PIECE);
    int best = least;

    if (count - least < LEAST_PIECE) {
        return count;
    }
    for (int i = least; i <= least + MORE_PIECE && i <= count - LEAST_PIECE;
         i++) {
        best = between[i] <= between[best] ? i : best;
    }
    return best;
}

static void add_piece(struct svg *svg, const struct svg_band *whole, int from,
                      int end)
{
    struct svg_band *piece = &svg->bands[svg->band_count++];

    *piece = *whole;
    piece->first_column = from;
    piece->column_count = end - from;
    if (from > 0) {
        piece->goes_on = true;
        piece->told_count = 0;
        piece->note = 0;
    }
    if (end < whole->column_count) {
        memset(piece->shows_log, 0, sizeof(piece->shows_log));
    }
}

static void cut_band(struct svg *svg, const struct svg *before, size_t band)
{
    const struct svg_band *whole = &before->bands[band];
    int *between = story_memory(svg->story, (size_t)whole->column_count + 1,
                                sizeof(*between));
    int from = 0;

    if (whole->column_count < LONG_BAND) {
        add_piece(svg, whole, 0, whole->column_count);
        return;
    }
    count_arrows(before, band, between);
    while (from < whole->column_count) {
        const int end = next_cut(between, from, whole->column_count);

        add_piece(svg, whole, from, end);
        from = end;
    }
}

/* ---- What stood in whole bands ------------------------------------------- */

static void move_point(const struct svg *svg, const size_t *piece_of,
                       struct svg_point *point)
{
    size_t piece = piece_of[point->band];

    while (piece + 1 < svg->band_count && svg->bands[piece + 1].goes_on &&
           svg->bands[piece + 1].first_column <= point->column) {
        piece++;
    }
    point->band = piece;
    point->column -= svg->bands[piece].first_column;
}

static void move_points(struct svg *svg, const size_t *piece_of)
{
    for (size_t i = 0; i < svg->arrow_count; i++) {
        move_point(svg, piece_of, &svg->arrows[i].from);
        if (svg->arrows[i].fate == SVG_ARRIVED) {
            move_point(svg, piece_of, &svg->arrows[i].to);
        }
    }
    for (size_t i = 0; i < svg->change_count; i++) {
        move_point(svg, piece_of, &svg->changes[i].at);
    }
    for (size_t i = 0; i < svg->step_count; i++) {
        move_point(svg, piece_of, &svg->steps[i].at);
    }
}

/* How the servers stand where a piece ends that is not the last. */
static void find_states(struct svg *svg)
{
    for (size_t i = 1; i + 1 < svg->band_count; i++) {
        struct svg_band *band = &svg->bands[i];

        if (!svg->bands[i + 1].goes_on) {
            continue;
        }
        memcpy(band->state, svg->bands[i - 1].state, sizeof(band->state));
        for (size_t step = 0; step < svg->step_count; step++) {
            if (svg->steps[step].at.band == i) {
                band->state[svg->steps[step].at.place] = svg->steps[step].state;
            }
        }
    }
}

void svg_cut_bands(struct svg *svg)
{
    const struct svg before = *svg;
    size_t *piece_of =
        story_memory(svg->story, svg->band_count, sizeof(*piece_of));
    size_t most = 0;

    for (size_t i = 0; i < svg->band_count; i++) {
        most += (size_t)svg->bands[i].column_count / LEAST_PIECE + 1;
    }
    svg->bands = story_memory(svg->story, most, sizeof(*svg->bands));
    svg->band_count = 0;
    for (size_t i = 0; i < before.band_count; i++) {
        piece_of[i] = svg->band_count;
        cut_band(svg, &before, i);
        for (size_t k = piece_of[i]; k < svg->band_count; k++) {
            svg->bands[k].is_grey = i % 2 == 1;
        }
    }
    move_points(svg, piece_of);
    find_states(svg);
}
