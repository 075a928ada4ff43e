/* SPDX-License-Identifier: MIT
 *
 * svg_logs.c - logs, as boxes with the terms of their entries.
 *
 * They stand at the end of the band that changed them, and where a strip
 * begins.
 */
#include "cmd/raftsim/pictures/svg.h"

typedef unsigned long long ull;

static int shown_entries(const struct story_state *state)
{
    return state->last_index < SVG_MOST_BOXES ? (int)state->last_index
                                              : SVG_MOST_BOXES;
}

int svg_log_width(const struct story_state *state)
{
    return shown_entries(state) * SVG_BOX + 12;
}

/* Term 0: gone into a snapshot. */
void svg_draw_entry(FILE *out, int x, int y, raft_term term, bool committed)
{
    char text[24] = "s";

    if (term > 0) {
        snprintf(text, sizeof(text), "%llu", (ull)term);
    }
    fprintf(out,
            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" "
            "height=\"%d\" fill=\"%s\"/>\n"
            "<text class=\"entry\" x=\"%d\" y=\"%d\">%s</text>\n",
            committed ? "committed" : "entry", x + 1, y - SVG_BOX / 2,
            SVG_BOX - 2, SVG_BOX, svg_light(term), x + SVG_BOX / 2, y + 4,
            text);
}

/* The newest entries; three dots stand for those before. */
static void draw_log(FILE *out, const struct story_state *state, int x, int y)
{
    const int shown = shown_entries(state);
    raft_index index = 1;

    fprintf(out,
            "<rect class=\"log\" x=\"%d\" y=\"%d\" width=\"%d\" "
            "height=\"%d\"/>\n",
            x - 2, y - SVG_BAR / 2 + 1, shown * SVG_BOX + 4, SVG_BAR - 2);
    if (state->last_index > SVG_MOST_BOXES) {
        fprintf(out, "<text class=\"entry\" x=\"%d\" y=\"%d\">...</text>\n",
                x + SVG_BOX / 2, y + 4);
        index = state->last_index - SVG_MOST_BOXES + 2;
        x += SVG_BOX;
    }
    for (; index <= state->last_index; index++, x += SVG_BOX) {
        svg_draw_entry(out, x, y, state->log_terms[index - 1],
                       index <= state->commit_index);
    }
}

static void draw_band(const struct svg *svg, const struct svg_band *band)
{
    const int x = band->x + band->width - band->log_width + 4;

    for (size_t i = 0; i < svg->story->settings.server_count; i++) {
        if (band->shows_log[i] && band->state[i]->last_index > 0) {
            draw_log(svg->out, band->state[i], x, svg_y(svg, band->strip, i));
        }
    }
}

/* All logs of those that are up, as they stood before. */
static void draw_lead(const struct svg *svg, size_t number)
{
    const struct svg_strip *strip = &svg->strips[number];
    const struct svg_band *before = &svg->bands[strip->first - 1];

    for (size_t i = 0; i < svg->story->settings.server_count; i++) {
        const struct story_state *state = before->state[i];

        if (state != NULL && state->running && state->last_index > 0) {
            draw_log(svg->out, state,
                     strip->x + strip->lead - svg_log_width(state) + 4,
                     svg_y(svg, number, i));
        }
    }
}

void svg_draw_logs(const struct svg *svg)
{
    for (size_t i = 0; i < svg->band_count; i++) {
        draw_band(svg, &svg->bands[i]);
    }
    for (size_t i = 1; i < svg->strip_count; i++) {
        draw_lead(svg, i);
    }
}
