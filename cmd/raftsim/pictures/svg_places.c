/* SPDX-License-Identifier: MIT
 *
 * svg_places.c - how wide a band is, and where everything stands.
 */
#include <string.h>

#include "cmd/raftsim/pictures/svg.h"
#include "cmd/raftsim/pictures/text.h"

enum {
    WORDS_FONT = 12,
    MOST_LINES = 4, /* of words over a band */
    LEAST_BAND = 72,
    LEAST_WIDTH = 960
};

/* Sans-serif letters are 0.6 of their size wide, on average and generously. */
int svg_text_width(size_t characters, int font_size)
{
    return (int)characters * font_size * 62 / 100;
}

int svg_x(const struct svg *svg, struct svg_point point)
{
    return svg->bands[point.band].x + SVG_PAD + point.column * SVG_COLUMN;
}

int svg_head_y(const struct svg *svg)
{
    return SVG_TOP + svg->mark_rows * SVG_MARK;
}

int svg_lanes_y(const struct svg *svg)
{
    return svg_head_y(svg) + (svg->head_lines + 1) * SVG_LINE + 22;
}

int svg_y(const struct svg *svg, size_t place)
{
    return svg_lanes_y(svg) + SVG_BAR / 2 + (int)place * SVG_LANE;
}

int svg_bottom_y(const struct svg *svg)
{
    const size_t count = svg->story->settings.server_count;

    return svg_y(svg, count == 0 ? 0 : count - 1) + SVG_BAR / 2 + 20;
}

/* ---- Words over a band --------------------------------------------------- */

const char *svg_break_line(const char *text, size_t most)
{
    const char *end = text;

    for (const char *at = text; *at != '\0'; at++) {
        if (at[1] != ' ' && at[1] != '\0') {
            continue;
        }
        if (end != text && text_length(text, (size_t)(at + 1 - text)) > most) {
            return end;
        }
        end = at + 1;
    }
    return end;
}

static void print_line(const struct svg *svg, FILE *out,
                       const struct svg_band *band, int line, const char *text,
                       size_t length)
{
    if (out == NULL) {
        return;
    }
    fprintf(out, "<text x=\"%d\" y=\"%d\">", band->x + 6,
            svg_head_y(svg) + (line + 2) * SVG_LINE);
    text_xml_part(out, text, length);
    fputs("</text>\n", out);
}

static size_t words_text(const struct svg_band *band, char *text, size_t size)
{
    const struct scenario_event *event = band->event->event;
    size_t length =
        (size_t)snprintf(text, size, "%s", scenario_verb_text(event->verb));

    for (size_t i = 0; i < event->word_count && length < size; i++) {
        length += (size_t)snprintf(text + length, size - length, " %s",
                                   event->words[i]);
    }
    return length < size ? length : size - 1;
}

int svg_words(const struct svg *svg, FILE *out, const struct svg_band *band)
{
    const size_t most = (size_t)(band->width - 8) * 100 / (WORDS_FONT * 62);
    char text[400];
    int lines = 0;

    if (band->event == NULL) {
        return 0;
    }
    words_text(band, text, sizeof(text));
    for (const char *at = text; *at != '\0'; lines++) {
        const char *end = svg_break_line(at, most);

        print_line(svg, out, band, lines, at, (size_t)(end - at));
        at = end + (*end == ' ' ? 1 : 0);
    }
    return lines;
}

static int longest_word(const struct svg_band *band)
{
    size_t longest = 0;
    char text[400];

    if (band->event == NULL) {
        return 0;
    }
    words_text(band, text, sizeof(text));
    for (const char *at = text; *at != '\0';) {
        const size_t bytes = strcspn(at, " ");
        const size_t length = text_length(at, bytes);

        longest = length > longest ? length : longest;
        at += bytes + (at[bytes] == ' ' ? 1 : 0);
    }
    return svg_text_width(longest, WORDS_FONT) + 12;
}

/* ---- Bands --------------------------------------------------------------- */

static int boxes_width(const struct story_state *state)
{
    const int count = state->last_index < SVG_MOST_BOXES
                          ? (int)state->last_index
                          : SVG_MOST_BOXES;

    return count * SVG_BOX + 12;
}

static int log_width(const struct svg *svg, const struct svg_band *band)
{
    int widest = 0;

    for (size_t i = 0; i < svg->story->settings.server_count; i++) {
        if (band->shows_log[i]) {
            const int width = boxes_width(band->state[i]);

            widest = width > widest ? width : widest;
        }
    }
    return widest;
}

static int at_least(int a, int b)
{
    return a > b ? a : b;
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
    const int columns =
        band->column_count == 0 ? 0 : SVG_PAD + band->column_count * SVG_COLUMN;

    band->log_width = log_width(svg, band);
    band->width = at_least(LEAST_BAND, columns + band->log_width);
    band->width = at_least(band->width, longest_word(band));
    band->width = at_least(band->width, roles_width(svg, band));
    while (svg_words(svg, NULL, band) > MOST_LINES) {
        band->width += SVG_BOX;
    }
}

/* ---- All of it ------------------------------------------------------------
 */

void svg_find_places(struct svg *svg)
{
    int x = SVG_LEFT;

    for (size_t i = 0; i < svg->band_count; i++) {
        struct svg_band *band = &svg->bands[i];

        find_width(svg, band);
        band->x = x;
        x += band->width;

        const int lines = svg_words(svg, NULL, band);

        svg->head_lines = at_least(svg->head_lines, lines);
    }
    svg->width = at_least(x + SVG_RIGHT, LEAST_WIDTH);
    svg->mark_rows = svg_marks(svg, NULL, &svg->width);
}
