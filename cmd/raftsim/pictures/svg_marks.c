/* SPDX-License-Identifier: MIT
 *
 * svg_marks.c - the marks of a scenario, as labelled lines across all servers.
 */
#include <string.h>

#include "cmd/raftsim/pictures/svg.h"
#include "cmd/raftsim/pictures/text.h"

enum { MARK_FONT = 14, MOST_ROWS = 6 };

typedef void draw_function(const struct svg *svg, FILE *out,
                           const struct svg_band *band, int row,
                           const char *name);

static int row_y(const struct svg *svg, const struct svg_band *band, int row)
{
    return svg->strips[band->strip].y + row * SVG_MARK;
}

static void draw_line(const struct svg *svg, FILE *out,
                      const struct svg_band *band, int row, const char *name)
{
    (void)name;
    fprintf(out,
            "<line class=\"mark\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
            band->x, row_y(svg, band, row), band->x,
            svg_bottom_y(svg, band->strip));
}

static void draw_name(const struct svg *svg, FILE *out,
                      const struct svg_band *band, int row, const char *name)
{
    fprintf(out, "<text class=\"mark\" x=\"%d\" y=\"%d\">", band->x + 6,
            row_y(svg, band, row) + 14);
    text_xml(out, name);
    fputs("</text>\n", out);
}

/* The first row that is free at x; taken from now on. */
static int take_row(int *taken_to, int x, int width)
{
    int row = 0;

    while (row + 1 < MOST_ROWS && taken_to[row] > x) {
        row++;
    }
    taken_to[row] = x + width;
    return row;
}

static int name_width(const char *name)
{
    return svg_text_width(text_length(name, strlen(name)), MARK_FONT) + 20;
}

static int each_mark(const struct svg *svg, FILE *out, size_t strip,
                     draw_function *draw)
{
    int taken_to[MOST_ROWS] = {0};
    int rows = 0;

    for (size_t i = svg->strips[strip].first; i < svg->strips[strip].end; i++) {
        const struct svg_band *band = &svg->bands[i];

        for (size_t k = 0; k < band->told_count; k++) {
            const char *name = band->told[k]->words[0];

            if (band->told[k]->verb != SCENARIO_MARK) {
                continue;
            }
            const int row = take_row(taken_to, band->x, name_width(name));

            rows = row + 1 > rows ? row + 1 : rows;
            if (draw != NULL) {
                draw(svg, out, band, row, name);
            }
        }
    }
    return rows;
}

/* Lines run below the names of others. */
int svg_marks(const struct svg *svg, FILE *out, size_t strip)
{
    if (out != NULL) {
        each_mark(svg, out, strip, draw_line);
        each_mark(svg, out, strip, draw_name);
    }
    return each_mark(svg, NULL, strip, NULL);
}

int svg_mark_width(const struct svg_band *band)
{
    int widest = 0;

    for (size_t i = 0; i < band->told_count; i++) {
        if (band->told[i]->verb == SCENARIO_MARK) {
            const int width = name_width(band->told[i]->words[0]);

            widest = width > widest ? width : widest;
        }
    }
    return widest;
}
