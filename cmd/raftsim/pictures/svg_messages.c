/* SPDX-License-Identifier: MIT
 *
 * svg_messages.c - an arrow for each message, from where it was sent to where
 * it arrived.
 *
 * What is lost ends in a cross before its receiver; what is still under way at
 * the end is dashed and has no head. Requests are whole lines, answers broken
 * ones.
 */
#include "cmd/raftsim/pictures/svg.h"
#include "cmd/raftsim/pictures/text.h"

typedef unsigned long long ull;

enum {
    LATE_BANDS = 3 /* later than that: fainter, it crosses much else */
};

static bool goes_down(const struct svg_arrow *arrow)
{
    return arrow->message->to > arrow->message->from;
}

/* Over the edge of a strip: cut where the straight line would be. */
static void break_line(const struct svg *svg, const struct svg_arrow *arrow,
                       struct svg_line lines[2])
{
    const struct svg_strip *from = &svg->strips[svg_strip_of(svg, arrow->from)];
    const struct svg_strip *to = &svg->strips[svg_strip_of(svg, arrow->to)];
    const int before = from->right + SVG_OVERHANG - lines[0].x1;
    const int behind = lines[0].x2 - to->x + SVG_OVERHANG;
    const int lower = svg_y(svg, svg_strip_of(svg, arrow->to), 0) -
                      svg_y(svg, svg_strip_of(svg, arrow->from), 0);
    const int cut_y =
        lines[0].y1 + (lines[0].y2 - lines[0].y1) * before / (before + behind);

    lines[1] = (struct svg_line){.x1 = to->x - SVG_OVERHANG,
                                 .y1 = cut_y + lower,
                                 .x2 = lines[0].x2,
                                 .y2 = lines[0].y2 + lower};
    lines[0].x2 = from->right + SVG_OVERHANG;
    lines[0].y2 = cut_y;
}

int svg_lines_of(const struct svg *svg, const struct svg_arrow *arrow,
                 struct svg_line lines[2])
{
    const size_t strip = svg_strip_of(svg, arrow->from);
    const size_t to = (size_t)arrow->message->to - 1;
    const int side = goes_down(arrow) ? 1 : -1;

    lines[0] = (struct svg_line){
        .x1 = svg_x(svg, arrow->from),
        .y1 = svg_y(svg, strip, arrow->from.place) + side * SVG_BAR / 2,
        .y2 = svg_y(svg, strip, to) - side * SVG_BAR / 2};
    if (arrow->fate != SVG_ARRIVED) {
        lines[0].x2 = lines[0].x1 + SVG_DELAY * SVG_COLUMN;
        lines[0].y2 -= side * SVG_STOP_SHORT;
        return 1;
    }
    lines[0].x2 = svg_x(svg, arrow->to);
    if (svg_strip_of(svg, arrow->to) == strip) {
        return 1;
    }
    break_line(svg, arrow, lines);
    return 2;
}

/* ---- Arrows -------------------------------------------------------------- */

static bool refuses(const struct raft_message *m)
{
    return (m->type == RAFT_APPEND_ENTRIES_RESULT &&
            !m->append_entries_result.success) ||
           (m->type == RAFT_REQUEST_VOTE_RESULT &&
            !m->request_vote_result.vote_granted);
}

static bool is_answer(const struct raft_message *m)
{
    return m->type == RAFT_APPEND_ENTRIES_RESULT ||
           m->type == RAFT_REQUEST_VOTE_RESULT ||
           m->type == RAFT_INSTALL_SNAPSHOT_RESULT;
}

const char *svg_kind_of(const struct svg_arrow *arrow)
{
    if (arrow->is_quiet) {
        return "quiet";
    }
    if (refuses(arrow->message)) {
        return "refusal";
    }
    switch (arrow->message->type) {
    case RAFT_REQUEST_VOTE:
    case RAFT_REQUEST_VOTE_RESULT:
        return "vote";
    case RAFT_APPEND_ENTRIES:
    case RAFT_APPEND_ENTRIES_RESULT:
    case RAFT_INSTALL_SNAPSHOT:
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        return "append";
    case RAFT_TIMEOUT_NOW:
        break;
    }
    return "order";
}

static const char *fate_text(enum svg_fate fate)
{
    switch (fate) {
    case SVG_UNDER_WAY:
        return "still under way";
    case SVG_ARRIVED:
        return "arrives";
    case SVG_NOBODY:
        return "its server is down";
    case SVG_LOST:
        break;
    }
    return "lost";
}

/* What a pointer over it, or a screen reader, is told. */
static void print_title(const struct svg *svg, const struct svg_arrow *arrow)
{
    fprintf(svg->out, "<title>S%llu to S%llu: ", (ull)arrow->message->from,
            (ull)arrow->message->to);
    text_xml(svg->out, story_message_text(svg->story, arrow->message));
    fprintf(svg->out, " (%s)</title>", fate_text(arrow->fate));
}

static void draw_cross(FILE *out, const char *kind, int x, int y)
{
    fprintf(out, "<path class=\"cross %s\" d=\"M%d %dl10 10m0 -10l-10 10\"/>",
            kind, x - 5, y - 5);
}

static void draw_line(const struct svg *svg, const struct svg_arrow *arrow,
                      const struct svg_line *line, bool late)
{
    const char *manner = arrow->fate == SVG_UNDER_WAY ? " under-way"
                         : is_answer(arrow->message)  ? " answer"
                                                      : "";

    fprintf(svg->out,
            "<line class=\"%s%s%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" "
            "y2=\"%d\"",
            svg_kind_of(arrow), manner, late ? " late" : "", line->x1, line->y1,
            line->x2, line->y2);
}

static void draw_arrow(const struct svg *svg, const struct svg_arrow *arrow)
{
    struct svg_line lines[2];
    const int count = svg_lines_of(svg, arrow, lines);
    const struct svg_line *last = &lines[count - 1];
    const char *kind = svg_kind_of(arrow);
    const bool late =
        count > 1 || (arrow->fate == SVG_ARRIVED &&
                      arrow->to.band > arrow->from.band + LATE_BANDS);

    fprintf(svg->out, "<g class=\"message\" data-number=\"%llu\">",
            (ull)arrow->number);
    print_title(svg, arrow);
    if (count > 1) {
        draw_line(svg, arrow, &lines[0], late);
        fputs("/>", svg->out);
    }
    draw_line(svg, arrow, last, late);
    if (arrow->fate == SVG_ARRIVED) {
        fprintf(svg->out, " marker-end=\"url(#head-%s)\"", kind);
    }
    fputs("/>", svg->out);
    if (arrow->fate == SVG_LOST || arrow->fate == SVG_NOBODY) {
        draw_cross(svg->out, kind, last->x2, last->y2);
    }
    fputs("</g>\n", svg->out);
}

void svg_draw_arrows(const struct svg *svg)
{
    for (int quiet = 1; quiet >= 0; quiet--) { /* the faint ones below */
        for (size_t i = 0; i < svg->arrow_count; i++) {
            if (svg->arrows[i].is_quiet == (quiet == 1)) {
                draw_arrow(svg, &svg->arrows[i]);
            }
        }
    }
}
