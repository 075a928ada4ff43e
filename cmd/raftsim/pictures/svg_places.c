/* SPDX-License-Identifier: MIT
 *
 * svg_places.c - how wide a band is, and where everything stands.
 */
#include "cmd/raftsim/pictures/svg.h"

enum {
    MOST_LINES = 4, /* of words over a band */
    LEAST_BAND = 72,
    LEAST_WIDTH = 960,
    BELOW_HEAD = 18, /* from the words to the first bar */
    BELOW_BARS = 16,
    BELOW_STRIP = 22,
    MOST_STRETCH = 160 /* percent */
};

int svg_x(const struct svg *svg, struct svg_point point)
{
    const struct svg_band *band = &svg->bands[point.band];

    return band->x + SVG_PAD + point.column * band->column_width;
}

size_t svg_strip_of(const struct svg *svg, struct svg_point point)
{
    return svg->bands[point.band].strip;
}

int svg_head_y(const struct svg *svg, size_t strip)
{
    return svg->strips[strip].y + svg->strips[strip].mark_rows * SVG_MARK;
}

int svg_y(const struct svg *svg, size_t strip, size_t place)
{
    return svg_head_y(svg, strip) +
           (svg->strips[strip].head_lines + 1) * SVG_LINE + BELOW_HEAD +
           SVG_BAR / 2 + (int)place * svg->lane;
}

int svg_bottom_y(const struct svg *svg, size_t strip)
{
    const size_t count = svg->story->settings.server_count;

    return svg_y(svg, strip, count == 0 ? 0 : count - 1) + SVG_BAR / 2 +
           BELOW_BARS;
}

static int at_least(int a, int b)
{
    return a > b ? a : b;
}

/* ---- Bands --------------------------------------------------------------- */

static int log_width(const struct svg *svg, const struct svg_band *band)
{
    int widest = 0;

    for (size_t i = 0; i < svg->story->settings.server_count; i++) {
        if (band->shows_log[i]) {
            widest = at_least(widest, svg_log_width(band->state[i]));
        }
    }
    return widest;
}

/* Who starts here has room for "follower, term 1" and its log. */
static int roles_width(const struct svg *svg, const struct svg_band *band)
{
    const size_t number = (size_t)(band - svg->bands);
    int widest = 0;

    for (size_t i = 0; i < svg->change_count; i++) {
        const struct svg_point at = svg->changes[i].at;

        if (at.band == number && band->shows_log[at.place]) {
            const int width = SVG_PAD + at.column * SVG_COLUMN +
                              svg_text_width(17, SVG_BAR_FONT) +
                              band->log_width;

            widest = at_least(widest, width);
        }
    }
    return widest;
}

static void find_width(const struct svg *svg, struct svg_band *band)
{
    const struct svg_band *next = band + 1;
    const int columns =
        band->column_count == 0 ? 0 : SVG_PAD + band->column_count * SVG_COLUMN;

    band->column_width = SVG_COLUMN;
    if (next < svg->bands + svg->band_count && next->goes_on) {
        band->width = band->column_count * SVG_COLUMN;
        return;
    }
    band->log_width = log_width(svg, band);
    band->width = at_least(LEAST_BAND, columns + band->log_width);
    band->width = at_least(band->width, svg_word_width(svg, band));
    band->width = at_least(band->width, roles_width(svg, band));
    while (svg_words(svg, NULL, band) > MOST_LINES) {
        band->width += SVG_BOX;
    }
}

/* ---- Strips -------------------------------------------------------------- */

int svg_lead_width(const struct svg *svg, size_t band)
{
    int widest = 0;

    for (size_t i = 0; i < svg->story->settings.server_count; i++) {
        const struct story_state *state = svg->bands[band - 1].state[i];
        char text[64];

        if (state != NULL && state->running) {
            const int length = snprintf(
                text, sizeof(text), "%s %llu", raft_role_text(state->role),
                (unsigned long long)state->current_term);

            widest =
                at_least(widest, svg_text_width((size_t)length, SVG_BAR_FONT) +
                                     svg_log_width(state) + SVG_PAD);
        }
    }
    return at_least(widest, LEAST_BAND);
}

static int bands_width(const struct svg *svg, const struct svg_strip *strip)
{
    int width = 0;

    for (size_t i = strip->first; i < strip->end; i++) {
        width += svg->bands[i].width;
    }
    return width;
}

/* As wide as the others, where that is not much wider. */
static void stretch(struct svg *svg, const struct svg_strip *strip, int width)
{
    const int has = bands_width(svg, strip);
    const int wanted = width - strip->lead;

    if (wanted * 100 > has * MOST_STRETCH) {
        return;
    }
    int before = 0;
    int x = 0;

    for (size_t i = strip->first; i < strip->end; i++) {
        struct svg_band *band = &svg->bands[i];

        before += band->width;
        band->width = before * wanted / has - x;
        band->column_width = SVG_COLUMN * wanted / has;
        x += band->width;
    }
}

static void place_strip(struct svg *svg, size_t number, int y)
{
    struct svg_strip *strip = &svg->strips[number];
    int x = SVG_LEFT + strip->lead;

    strip->x = SVG_LEFT;
    strip->y = y;
    for (size_t i = strip->first; i < strip->end; i++) {
        struct svg_band *band = &svg->bands[i];

        band->x = x;
        x += band->width;
        strip->head_lines =
            at_least(strip->head_lines, svg_words(svg, NULL, band));
    }
    strip->right = x;
    strip->mark_rows = svg_marks(svg, NULL, number);
}

/* Where its bands end, and the names of its marks. */
static int right_end(const struct svg *svg, const struct svg_strip *strip)
{
    int end = strip->right + SVG_RIGHT;

    for (size_t i = strip->first; i < strip->end; i++) {
        const int mark = svg_mark_width(&svg->bands[i]);

        end = at_least(end, mark > 0 ? svg->bands[i].x + mark : 0);
    }
    return end;
}

static void find_leads(struct svg *svg)
{
    for (size_t i = 1; i < svg->strip_count; i++) {
        svg->strips[i].lead = svg_lead_width(svg, svg->strips[i].first);
    }
}

static int widest_strip(const struct svg *svg)
{
    int widest = 0;

    for (size_t i = 0; i < svg->strip_count; i++) {
        const struct svg_strip *strip = &svg->strips[i];

        widest = at_least(widest, strip->lead + bands_width(svg, strip));
    }
    return widest;
}

void svg_find_places(struct svg *svg)
{
    int y = SVG_TOP;
    int widest;

    for (size_t i = 0; i < svg->band_count; i++) {
        find_width(svg, &svg->bands[i]);
    }
    svg_find_breaks(svg);
    find_leads(svg);
    svg->lane = svg->strip_count > 1 ? SVG_CLOSE_LANE : SVG_LANE;
    svg->width = LEAST_WIDTH;
    widest = widest_strip(svg);
    for (size_t i = 0; i < svg->strip_count; i++) {
        stretch(svg, &svg->strips[i], widest);
        place_strip(svg, i, y);
        y = svg_bottom_y(svg, i) + BELOW_STRIP;
        svg->width = at_least(svg->width, right_end(svg, &svg->strips[i]));
    }
}
