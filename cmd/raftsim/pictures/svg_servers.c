/* SPDX-License-Identifier: MIT
 *
 * svg_servers.c - a bar for each server: its role and term, and its log.
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

static int right_end(const struct svg *svg)
{
    const struct svg_band *last = &svg->bands[svg->band_count - 1];

    return last->x + last->width;
}

static int end_of(const struct svg *svg, size_t i)
{
    const struct svg_change *next = next_change(svg, i);

    return next == NULL ? right_end(svg) : svg_x(svg, next->at);
}

static void draw_bar(const struct svg *svg, size_t i)
{
    const struct svg_change *change = &svg->changes[i];
    const struct story_state *state = change->state;
    const int x = svg_x(svg, change->at);
    const int y = svg_y(svg, change->at.place) - SVG_BAR / 2;
    const int width = end_of(svg, i) - x;
    const bool leads = state->role == RAFT_LEADER;

    fprintf(svg->out,
            "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
            "fill=\"%s\" stroke=\"%s\"/>\n",
            x, y, width, SVG_BAR,
            leads ? svg_dark(state->current_term)
                  : svg_light(state->current_term),
            svg_dark(state->current_term));
    if (state->role == RAFT_CANDIDATE || state->pre_voting) {
        fprintf(svg->out,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
                "fill=\"url(#hatch)\"/>\n",
                x, y, width, SVG_BAR);
    }
}

static void draw_gap(const struct svg *svg, size_t i)
{
    const struct svg_change *change = &svg->changes[i];
    const int x = svg_x(svg, change->at);
    const int y = svg_y(svg, change->at.place);

    fprintf(svg->out,
            "<line class=\"gap\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n"
            "<path class=\"crash\" d=\"M%d %dl14 14m0 -14l-14 14\"/>\n",
            x, y, end_of(svg, i), y, x - 7, y - 7);
}

void svg_draw_bars(const struct svg *svg)
{
    for (size_t i = 0; i < svg->change_count; i++) {
        if (svg->changes[i].state->running) {
            draw_bar(svg, i);
        } else {
            draw_gap(svg, i);
        }
    }
}

/* ---- What stands in them ------------------------------------------------- */

static int log_x(const struct svg_band *band)
{
    return band->x + band->width - band->log_width;
}

/* Where the next log stands in this server's bar, or the bar ends. */
static int room_until(const struct svg *svg, size_t i)
{
    const struct svg_change *change = &svg->changes[i];
    const int end = end_of(svg, i);

    for (size_t band = change->at.band; band < svg->band_count; band++) {
        const int x = log_x(&svg->bands[band]);

        if (svg->bands[band].shows_log[change->at.place] &&
            x >= svg_x(svg, change->at)) {
            return x < end ? x : end;
        }
    }
    return end;
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

static void draw_bar_text(const struct svg *svg, size_t i)
{
    const struct svg_change *change = &svg->changes[i];
    const bool leads = change->state->role == RAFT_LEADER;
    const int x = svg_x(svg, change->at);
    const int y = svg_y(svg, change->at.place) + 4;
    char text[64];

    if (!change->state->running) {
        fprintf(svg->out, "<text class=\"down\" x=\"%d\" y=\"%d\">%s</text>\n",
                x + 11, y, change->disk_failed ? "disk failed" : "crash");
        return;
    }
    bar_text(change->state, room_until(svg, i) - x, text, sizeof(text));
    fprintf(svg->out, "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n",
            leads ? "role leads" : "role", x + BAR_INSET - 1, y, text);
}

void svg_draw_bar_texts(const struct svg *svg)
{
    for (size_t i = 0; i < svg->change_count; i++) {
        draw_bar_text(svg, i);
    }
}

/* ---- Logs ---------------------------------------------------------------- */

void svg_draw_entry(FILE *out, int x, int y, raft_term term, bool committed)
{
    fprintf(out,
            "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" "
            "height=\"%d\" fill=\"%s\"/>\n"
            "<text class=\"entry\" x=\"%d\" y=\"%d\">%llu</text>\n",
            committed ? "committed" : "entry", x + 1, y - SVG_BOX / 2,
            SVG_BOX - 2, SVG_BOX, svg_light(term), x + SVG_BOX / 2, y + 4,
            (ull)term);
}

/* The newest entries; three dots stand for those before. */
static void draw_log(const struct svg *svg, const struct svg_band *band,
                     size_t place)
{
    const struct story_state *state = band->state[place];
    const int y = svg_y(svg, place);
    int x = log_x(band) + 4;
    raft_index index = 1;
    const raft_index shown =
        state->last_index < SVG_MOST_BOXES ? state->last_index : SVG_MOST_BOXES;

    fprintf(svg->out,
            "<rect class=\"log\" x=\"%d\" y=\"%d\" width=\"%d\" "
            "height=\"%d\"/>\n",
            x - 2, y - SVG_BAR / 2 + 1, (int)shown * SVG_BOX + 4, SVG_BAR - 2);
    if (state->last_index > SVG_MOST_BOXES) {
        fprintf(svg->out,
                "<text class=\"entry\" x=\"%d\" y=\"%d\">...</text>\n",
                x + SVG_BOX / 2, y + 4);
        index = state->last_index - SVG_MOST_BOXES + 2;
        x += SVG_BOX;
    }
    for (; index <= state->last_index; index++, x += SVG_BOX) {
        svg_draw_entry(svg->out, x, y, state->log_terms[index - 1],
                       index <= state->commit_index);
    }
}

void svg_draw_logs(const struct svg *svg)
{
    for (size_t i = 0; i < svg->band_count; i++) {
        for (size_t k = 0; k < svg->story->settings.server_count; k++) {
            if (svg->bands[i].shows_log[k] &&
                svg->bands[i].state[k]->last_index > 0) {
                draw_log(svg, &svg->bands[i], k);
            }
        }
    }
}
