/* SPDX-License-Identifier: MIT
 *
 * svg_servers.c - a bar for each server: its role and its term.
 *
 * Followers are light, candidates hatched, leaders dark; the colour is the
 * term's. No bar: the server is down.
 */
#include "cmd/raftsim/pictures/svg.h"

typedef unsigned long long ull;

enum { TERM_COLOURS = 8, BAR_INSET = 6 };

static const char *const light[TERM_COLOURS + 1] = {
    "#e8ebee", "#cfe2f7", "#fde0bf", "#cfeccf", "#e4d5f3",
    "#fbd5d5", "#c5ecec", "#f4e9b0", "#f3d3e6"};
static const char *const dark[TERM_COLOURS + 1] = {
    "#546e7a", "#1f5fa8", "#a85400", "#1c752d", "#6a3d9a",
    "#b3262a", "#0a6e72", "#6f5900", "#94336d"};

static size_t colour(raft_term term)
{
    return term == 0 ? 0 : (size_t)((term - 1) % TERM_COLOURS) + 1;
}

const char *svg_light(raft_term term)
{
    return light[colour(term)];
}

const char *svg_dark(raft_term term)
{
    return dark[colour(term)];
}

/* ---- Bars ---------------------------------------------------------------- */

/* The next change of the same server, or NULL. */
static const struct svg_change *next_change(const struct svg *svg, size_t i)
{
    for (size_t k = i + 1; k < svg->change_count; k++) {
        if (svg->changes[k].at.place == svg->changes[i].at.place) {
            return &svg->changes[k];
        }
    }
    return NULL;
}

/* What of a bar stands in one strip. */
struct piece {
    size_t strip;
    bool goes_on; /* from the strip before */
    int x;
    int end;
};

static struct piece piece_of(const struct svg *svg, size_t i, size_t number)
{
    const struct svg_point at = svg->changes[i].at;
    const struct svg_change *next = next_change(svg, i);
    const struct svg_strip *strip = &svg->strips[number];
    struct piece piece = {.strip = number, .x = svg_x(svg, at)};

    if (svg_strip_of(svg, at) != number) {
        piece.goes_on = true;
        piece.x = strip->x - SVG_OVERHANG;
    }
    if (next != NULL && svg_strip_of(svg, next->at) == number) {
        piece.end = svg_x(svg, next->at);
    } else {
        piece.end =
            strip->right + (number + 1 < svg->strip_count ? SVG_OVERHANG : 0);
    }
    return piece;
}

typedef void draw_function(const struct svg *svg,
                           const struct svg_change *change,
                           const struct piece *piece);

static void each_piece(const struct svg *svg, draw_function *draw)
{
    for (size_t i = 0; i < svg->change_count; i++) {
        const struct svg_change *next = next_change(svg, i);
        const size_t last =
            next == NULL ? svg->strip_count - 1 : svg_strip_of(svg, next->at);

        for (size_t k = svg_strip_of(svg, svg->changes[i].at); k <= last; k++) {
            const struct piece piece = piece_of(svg, i, k);

            draw(svg, &svg->changes[i], &piece);
        }
    }
}

static void draw_bar(const struct svg *svg, const struct svg_change *change,
                     const struct piece *piece)
{
    const struct story_state *state = change->state;
    const int y = svg_y(svg, piece->strip, change->at.place) - SVG_BAR / 2;
    const int width = piece->end - piece->x;
    const bool leads = state->role == RAFT_LEADER;

    fprintf(svg->out,
            "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
            "fill=\"%s\" stroke=\"%s\"/>\n",
            piece->x, y, width, SVG_BAR,
            leads ? svg_dark(state->current_term)
                  : svg_light(state->current_term),
            svg_dark(state->current_term));
    if (state->role == RAFT_CANDIDATE || state->pre_voting) {
        fprintf(svg->out,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
                "fill=\"url(#hatch)\"/>\n",
                piece->x, y, width, SVG_BAR);
    }
}

static void draw_gap(const struct svg *svg, const struct svg_change *change,
                     const struct piece *piece)
{
    const int y = svg_y(svg, piece->strip, change->at.place);

    fprintf(svg->out,
            "<line class=\"gap\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
            piece->x, y, piece->end, y);
    if (!piece->goes_on) {
        fprintf(svg->out,
                "<path class=\"crash\" d=\"M%d %dl14 14m0 -14l-14 14\"/>\n",
                piece->x - 7, y - 7);
    }
}

static void draw_bar_or_gap(const struct svg *svg,
                            const struct svg_change *change,
                            const struct piece *piece)
{
    if (change->state->running) {
        draw_bar(svg, change, piece);
    } else {
        draw_gap(svg, change, piece);
    }
}

void svg_draw_bars(const struct svg *svg)
{
    each_piece(svg, draw_bar_or_gap);
}

/* ---- What stands in them ------------------------------------------------- */

/* Where the next log stands in this piece, or it ends. */
static int room_until(const struct svg *svg, const struct svg_change *change,
                      const struct piece *piece)
{
    const struct svg_strip *strip = &svg->strips[piece->strip];
    const size_t place = change->at.place;

    if (piece->goes_on) {
        const struct story_state *then =
            svg->bands[strip->first - 1].state[place];

        if (then->last_index > 0) {
            return strip->x + strip->lead - svg_log_width(then);
        }
    }
    for (size_t i = strip->first; i < strip->end; i++) {
        const struct svg_band *band = &svg->bands[i];
        const int x = band->x + band->width - band->log_width;

        if (band->shows_log[place] && x >= piece->x) {
            return x < piece->end ? x : piece->end;
        }
    }
    return piece->end;
}

/* As long as there is room for: "leader, term 2", "leader 2" or "L2". */
static void bar_text(const struct story_state *state, int room, char *text,
                     size_t size)
{
    const char *role =
        state->pre_voting ? "pre-votes" : raft_role_text(state->role);
    const ull term = (ull)state->current_term;
    int length = snprintf(text, size, "%s, term %llu", role, term);

    if (svg_text_width((size_t)length, SVG_BAR_FONT) + BAR_INSET > room) {
        length = snprintf(text, size, "%s %llu", role, term);
    }
    if (svg_text_width((size_t)length, SVG_BAR_FONT) + BAR_INSET > room) {
        snprintf(text, size, "%c%llu", role[0] - 'a' + 'A', term);
    }
}

static void draw_down_text(const struct svg *svg,
                           const struct svg_change *change,
                           const struct piece *piece)
{
    const int y = svg_y(svg, piece->strip, change->at.place) + 4;
    const char *text = piece->goes_on        ? "down"
                       : change->disk_failed ? "disk failed"
                                             : "crash";

    fprintf(svg->out, "<text class=\"down\" x=\"%d\" y=\"%d\">%s</text>\n",
            piece->x + 11, y, text);
}

static void draw_bar_text(const struct svg *svg,
                          const struct svg_change *change,
                          const struct piece *piece)
{
    const bool leads = change->state->role == RAFT_LEADER;
    const int x = piece->x + BAR_INSET - 1;
    const int y = svg_y(svg, piece->strip, change->at.place) + 4;
    char text[64];

    if (!change->state->running) {
        draw_down_text(svg, change, piece);
        return;
    }
    bar_text(change->state, room_until(svg, change, piece) - piece->x, text,
             sizeof(text));
    fprintf(svg->out, "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n",
            leads ? "role leads" : "role", x, y, text);
}

void svg_draw_bar_texts(const struct svg *svg)
{
    each_piece(svg, draw_bar_text);
}
