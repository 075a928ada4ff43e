/* SPDX-License-Identifier: MIT
 *
 * svg.c - a story as a space-time diagram, for a slide or a page.
 *
 * One file that needs nothing else: no script, no font, no other file. It has
 * a ground of its own, so it can stand on a dark page; roles and messages
 * differ in shape as well as in colour.
 */
#include "cmd/raftsim/pictures/svg.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/pictures/draw.h"
#include "cmd/raftsim/pictures/text.h"

typedef unsigned long long ull;

static const char style[] =
    "text{font-family:Helvetica,Arial,'Liberation Sans','DejaVu Sans',"
    "sans-serif;fill:#1a1a1a}\n"
    ".title{font-size:20px;font-weight:bold}\n"
    ".name{font-size:18px;font-weight:bold}\n"
    ".head text{font-size:12px}\n"
    ".head .number{font-size:13px;font-weight:bold}\n"
    ".head .answer{font-style:italic;font-weight:bold}\n"
    ".legend text{font-size:13px}\n"
    "line.mark{stroke:#1a1a1a;stroke-width:1.5;stroke-dasharray:2 4}\n"
    "text.mark{font-size:14px;font-weight:bold;paint-order:stroke;"
    "stroke:#fff;stroke-width:5px}\n"
    "circle.note{fill:#1a1a1a}\n"
    "text.note{font-size:11px;font-weight:bold;fill:#fff;text-anchor:middle}\n"
    ".said{font-size:14px}\n"
    ".fails{font-size:14px;font-weight:bold;fill:#a8071a}\n"
    ".bar{stroke-width:1}\n"
    ".gap{stroke:#8a8a8a;stroke-width:1.5;stroke-dasharray:1 5}\n"
    ".crash{stroke:#1a1a1a;stroke-width:3;fill:none}\n"
    ".role{font-size:13px;font-weight:bold;paint-order:stroke;"
    "stroke:#fff;stroke-width:3px;stroke-opacity:.75}\n"
    ".leads{fill:#fff;stroke:none}\n"
    ".down{font-size:13px;font-style:italic}\n"
    ".log{fill:#fff;stroke:none}\n"
    "rect.entry{stroke:#555;stroke-width:1;stroke-dasharray:3 2}\n"
    "rect.committed{stroke:#111;stroke-width:2}\n"
    "text.entry{font-size:13px;text-anchor:middle}\n"
    "line.vote,path.vote{stroke:#6a3d9a;stroke-width:1.8}\n"
    "line.append,path.append{stroke:#0b4f9c;stroke-width:2.2}\n"
    "line.refusal,path.refusal{stroke:#b3262a;stroke-width:1.8}\n"
    "line.order,path.order{stroke:#111;stroke-width:3}\n"
    "line.quiet,path.quiet{stroke:#9a9a9a;stroke-width:1}\n"
    "line.answer{stroke-dasharray:7 3}\n"
    ".late{stroke-opacity:.5}\n"
    "line.under-way{stroke-dasharray:2 4}\n"
    ".cross{fill:none}\n"
    "path.cross{stroke-width:2.2}\n"
    ".says{font-size:12px;text-anchor:middle;paint-order:stroke;"
    "stroke:#fff;stroke-width:4px}\n"
    "rect.carried{stroke:#0b4f9c;stroke-width:1}\n"
    "text.carried{font-size:12px;text-anchor:middle}\n"
    "text.vote{fill:#6a3d9a}\n"
    "text.append{fill:#0b4f9c}\n"
    "text.refusal{fill:#b3262a;font-weight:bold}\n";

/* ---- For those who do not see it ----------------------------------------- */

static void describe_server(const struct svg *svg, size_t place,
                            const struct story_state *state)
{
    FILE *out = svg->out;

    fprintf(out, " S%zu: %s of term %llu, log", place + 1,
            state->running ? raft_role_text(state->role) : "down",
            (ull)state->current_term);
    for (raft_index i = 0; i < state->last_index; i++) {
        fprintf(out, "%s%llu", i == 0 ? " " : ",", (ull)state->log_terms[i]);
    }
    if (state->last_index == 0) {
        fputs(" empty", out);
    }
    if (state->running) {
        fprintf(out, ", committed up to %llu", (ull)state->commit_index);
    }
    fputc('.', out);
}

static void describe(const struct svg *svg)
{
    const struct svg_band *last = &svg->bands[svg->band_count - 1];

    fprintf(svg->out,
            "<desc id=\"description\">A space-time diagram. Time runs to the "
            "right, strip after strip; each of %zu servers is a bar, each "
            "message an arrow. In the end:",
            svg->story->settings.server_count);
    for (size_t i = 0; i < svg->story->settings.server_count; i++) {
        if (last->state[i] != NULL) {
            describe_server(svg, i, last->state[i]);
        }
    }
    fputs("</desc>\n", svg->out);
}

/* ---- Parts --------------------------------------------------------------- */

/* All of an event that stands in one strip. */
static void draw_band(const struct svg *svg, size_t i)
{
    const struct svg_band *band = &svg->bands[i];
    const struct svg_strip *strip = &svg->strips[band->strip];
    const int top = svg_head_y(svg, band->strip);
    const char *fill = band->fails     ? "#fde3e1"
                       : band->is_grey ? "#f3f5f7"
                                       : "#ffffff";
    int end = band->x + band->width;

    if (band->goes_on && i != strip->first) {
        return;
    }
    while (++i < strip->end && svg->bands[i].goes_on) {
        end = svg->bands[i].x + svg->bands[i].width;
    }
    fprintf(svg->out,
            "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
            "fill=\"%s\"%s/>\n",
            band->x, top, end - band->x, svg_bottom_y(svg, band->strip) - top,
            fill, band->fails ? " stroke=\"#a8071a\" stroke-width=\"3\"" : "");
}

static void draw_head(const struct svg *svg, const struct svg_band *band)
{
    const int y = svg_head_y(svg, band->strip) + SVG_LINE;

    if (band == &svg->bands[0]) {
        fprintf(svg->out,
                "<text class=\"number\" x=\"%d\" y=\"%d\">start</text>\n",
                band->x + 6, y);
    } else if (band->event != NULL && !band->goes_on) {
        fprintf(
            svg->out, "<text class=\"number\" x=\"%d\" y=\"%d\">%d%s</text>\n",
            band->x + 6, y, band->event->number, band->fails ? " FAILS" : "");
        svg_words(svg, svg->out, band);
    }
    if (band->note != 0) {
        svg_draw_note_number(svg, band->note, band->x + 38, y - 4);
    }
}

/* How the servers stand where a strip begins. */
static void draw_lead(const struct svg *svg, size_t number)
{
    const struct svg_strip *strip = &svg->strips[number];
    const struct svg_band *before = &svg->bands[strip->first - 1];
    const int y = svg_head_y(svg, number) + SVG_LINE;

    if (before->event != NULL) {
        fprintf(svg->out, "<text x=\"%d\" y=\"%d\">%s %d</text>\n",
                strip->x + 6, y,
                svg->bands[strip->first].goes_on ? "during" : "after",
                before->event->number);
    }
}

static void draw_names(const struct svg *svg, size_t strip)
{
    for (size_t i = 0; i < svg->story->settings.server_count; i++) {
        fprintf(svg->out,
                "<text class=\"name\" x=\"16\" y=\"%d\">S%zu</text>\n",
                svg_y(svg, strip, i) + 6, i + 1);
    }
}

static void draw_field(const struct svg *svg)
{
    for (size_t i = 0; i < svg->band_count; i++) {
        draw_band(svg, i);
    }
    fputs("<g class=\"head\">\n", svg->out);
    for (size_t i = 0; i < svg->band_count; i++) {
        draw_head(svg, &svg->bands[i]);
    }
    for (size_t i = 1; i < svg->strip_count; i++) {
        draw_lead(svg, i);
    }
    fputs("</g>\n", svg->out);
    for (size_t i = 0; i < svg->strip_count; i++) {
        svg_marks(svg, svg->out, i);
        draw_names(svg, i);
    }
    svg_draw_bars(svg);
    svg_draw_arrows(svg);
    svg_draw_bar_texts(svg);
    svg_draw_logs(svg);
    svg_draw_arrow_texts(svg);
}

static int draw_failure(const struct svg *svg, int y)
{
    if (svg->story->result == PLAYER_OK) {
        return y;
    }
    fprintf(svg->out,
            "<text class=\"fails\" x=\"%d\" y=\"%d\">FAILS: ", SVG_LEFT, y);
    text_xml(svg->out, svg->story->error.text);
    fputs("</text>\n", svg->out);
    return y + 26;
}

/* Everything between the ground and the end; returns its height. */
static int draw_body(const struct svg *svg)
{
    int y = svg_bottom_y(svg, svg->strip_count - 1) + 30;

    fprintf(svg->out, "<text class=\"title\" x=\"16\" y=\"32\">");
    text_xml(svg->out, svg->story->title);
    fputs("</text>\n", svg->out);
    draw_field(svg);
    y = draw_failure(svg, y);
    y = svg_draw_notes(svg, y);
    return svg_draw_legend(svg, y + 4);
}

/* ---- The file ------------------------------------------------------------ */

static void draw_file(const struct svg *svg, FILE *out, const char *body,
                      int height)
{
    struct svg head = *svg;

    head.out = out;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
            "height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\" "
            "aria-labelledby=\"title description\">\n<title id=\"title\">",
            svg->width, height, svg->width, height);
    text_xml(out, svg->story->title);
    fputs("</title>\n", out);
    describe(&head);
    fprintf(out, "<style>\n%s</style>\n<defs>\n", style);
    svg_draw_definitions(out);
    fprintf(out,
            "</defs>\n<rect width=\"%d\" height=\"%d\" rx=\"8\" "
            "fill=\"#ffffff\"/>\n%s</svg>\n",
            svg->width, height, body);
}

void draw_svg(FILE *out, struct story *story)
{
    struct svg svg = {.story = story};
    char *body = NULL;
    size_t size;

    svg_find_columns(&svg);
    svg_cut_bands(&svg);
    svg_find_places(&svg);
    svg.out = open_memstream(&body, &size);
    if (svg.out == NULL) {
        fputs("raftsim: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }

    const int height = draw_body(&svg);

    if (fclose(svg.out) != 0) {
        fputs("raftsim: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    draw_file(&svg, out, body, height);
    free(body);
}
