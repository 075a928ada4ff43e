/* SPDX-License-Identifier: MIT
 *
 * svg_marks.c - the marks of a scenario, as labelled lines across all servers.
 */
#include <string.h>

#include "cmd/raftsim/pictures/svg.h"
#include "cmd/raftsim/pictures/text.h"

enum { MARK_FONT = 14, MOST_ROWS = 6 };

typedef void draw_function(const struct svg *svg, FILE *out, int x, int row,
                           const char *name);

static void draw_line(const struct svg *svg, FILE *out, int x, int row,
                      const char *name)
{
    (void)name;
    fprintf(out,
            "<line class=\"mark\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n",
            x, SVG_TOP + row * SVG_MARK, x, svg_bottom_y(svg));
}

static void draw_name(const struct svg *svg, FILE *out, int x, int row,
                      const char *name)
{
    (void)svg;
    fprintf(out, "<text class=\"mark\" x=\"%d\" y=\"%d\">", x + 6,
            SVG_TOP + row * SVG_MARK + 14);
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

static int each_mark(const struct svg *svg, FILE *out, draw_function *draw,
                     int *width)
{
    int taken_to[MOST_ROWS] = {0};
    int rows = 0;

    for (size_t i = 0; i < svg->band_count; i++) {
        const struct svg_band *band = &svg->bands[i];

        for (size_t k = 0; k < band->told_count; k++) {
            const char *name = band->told[k]->words[0];
            const int needs =
                svg_text_width(text_length(name, strlen(name)), MARK_FONT) + 20;

            if (band->told[k]->verb != SCENARIO_MARK) {
                continue;
            }
            const int row = take_row(taken_to, band->x, needs);

            rows = row + 1 > rows ? row + 1 : rows;
            if (band->x + needs > *width) {
                *width = band->x + needs;
            }
            if (draw != NULL) {
                draw(svg, out, band->x, row, name);
            }
        }
    }
    return rows;
}

/* Lines run below the names of others. */
int svg_marks(const struct svg *svg, FILE *out, int *width)
{
    if (out != NULL) {
        each_mark(svg, out, draw_line, width);
        each_mark(svg, out, draw_name, width);
    }
    return each_mark(svg, NULL, NULL, width);
}
