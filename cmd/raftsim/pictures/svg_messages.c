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
    STOP_SHORT = 20, /* of what does not arrive */
    LATE_BANDS = 3   /* later than that: fainter, it crosses much else */
};

static bool goes_down(const struct svg_arrow *arrow)
{
    return arrow->message->to > arrow->message->from;
}

struct svg_line svg_line_of(const struct svg *svg,
                            const struct svg_arrow *arrow)
{
    const size_t to = (size_t)arrow->message->to - 1;
    const int side = goes_down(arrow) ? 1 : -1;
    struct svg_line line = {.x1 = svg_x(svg, arrow->from),
                            .y1 = svg_y(svg, arrow->from.place) +
                                  side * SVG_BAR / 2,
                            .y2 = svg_y(svg, to) - side * SVG_BAR / 2};

    if (arrow->fate == SVG_ARRIVED) {
        line.x2 = svg_x(svg, arrow->to);
        return line;
    }
    line.x2 = line.x1 + SVG_DELAY * SVG_COLUMN;
    line.y2 -= side * STOP_SHORT;
    return line;
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
           m->type == RAFT_REQUEST_VOTE_RESULT;
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

static void draw_arrow(const struct svg *svg, const struct svg_arrow *arrow)
{
    const struct svg_line line = svg_line_of(svg, arrow);
    const char *kind = svg_kind_of(arrow);
    const char *manner = arrow->fate == SVG_UNDER_WAY ? " under-way"
                         : is_answer(arrow->message)  ? " answer"
                                                      : "";
    const bool late = arrow->fate == SVG_ARRIVED &&
                      arrow->to.band > arrow->from.band + LATE_BANDS;

    fprintf(svg->out, "<g class=\"message\" data-number=\"%llu\">",
            (ull)arrow->number);
    print_title(svg, arrow);
    fprintf(svg->out,
            "<line class=\"%s%s%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" "
            "y2=\"%d\"",
            kind, manner, late ? " late" : "", line.x1, line.y1, line.x2,
            line.y2);
    if (arrow->fate == SVG_ARRIVED) {
        fprintf(svg->out, " marker-end=\"url(#head-%s)\"", kind);
    }
    fputs("/>", svg->out);
    if (arrow->fate == SVG_LOST || arrow->fate == SVG_NOBODY) {
        draw_cross(svg->out, kind, line.x2, line.y2);
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
