/* SPDX-License-Identifier: MIT
 *
 * svg_messages.c - an arrow for each message, from where it was sent to where
 * it arrived.
 *
 * What is lost ends in a cross before its receiver; what is still under way at
 * the end is dashed and has no head. Requests are whole lines, answers broken
 * ones.
 */
#include <string.h>

#include "cmd/raftsim/pictures/svg.h"
#include "cmd/raftsim/pictures/text.h"
#include "cmd/raftsim/scenario/sim_text.h"

typedef unsigned long long ull;

enum {
    TEXT_FONT = 11,
    TEXT_HEIGHT = 14,
    STOP_SHORT = 20,
    MOST_WIDE = 6 * SVG_COLUMN
};

/* An arrow's ends. */
struct line {
    int x1, y1, x2, y2;
};

static bool goes_down(const struct svg_arrow *arrow)
{
    return arrow->message->to > arrow->message->from;
}

static bool arrives(const struct svg_arrow *arrow)
{
    return arrow->fate == SVG_ARRIVED || arrow->fate == SVG_NOBODY;
}

static struct line line_of(const struct svg *svg, const struct svg_arrow *arrow)
{
    const size_t to = (size_t)arrow->message->to - 1;
    const int side = goes_down(arrow) ? 1 : -1;
    const int lanes = goes_down(arrow) ? (int)(to - arrow->from.place)
                                       : (int)(arrow->from.place - to);
    struct line line = {.x1 = svg_x(svg, arrow->from),
                        .y1 =
                            svg_y(svg, arrow->from.place) + side * SVG_BAR / 2,
                        .y2 = svg_y(svg, to) - side * SVG_BAR / 2};

    if (arrives(arrow)) {
        line.x2 = svg_x(svg, arrow->to);
        return line;
    }
    line.x2 = line.x1 + lanes * SVG_COLUMN * 3 / 4;
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

/* Of the style sheet and of the arrowheads. */
static const char *kind_of(const struct svg_arrow *arrow)
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
    const struct line line = line_of(svg, arrow);
    const char *kind = kind_of(arrow);
    const char *manner = arrow->fate == SVG_UNDER_WAY ? " under-way"
                         : is_answer(arrow->message)  ? " answer"
                                                      : "";

    fprintf(svg->out, "<g class=\"message\" data-number=\"%llu\">",
            (ull)arrow->number);
    print_title(svg, arrow);
    fprintf(svg->out,
            "<line class=\"%s%s\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"",
            kind, manner, line.x1, line.y1, line.x2, line.y2);
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

/* ---- What stands beside them --------------------------------------------- */

static void entries_text(const struct raft_append_entries *ae, char *text,
                         size_t size)
{
    size_t length = (size_t)snprintf(text, size, "entries");

    if (ae->entry_count == 1) {
        length = (size_t)snprintf(text, size, "entry");
    }
    for (size_t i = 0; i < ae->entry_count && i < 4; i++) {
        length +=
            (size_t)snprintf(text + length, size - length, "%s%llu",
                             i == 0 ? " " : ",", (ull)ae->entries[i].term);
    }
    if (ae->entry_count > 4) {
        snprintf(text + length, size - length, "...");
    }
}

/* Short; "" for what explains itself. */
static void short_text(const struct svg_arrow *arrow, char *text, size_t size)
{
    const struct raft_message *m = arrow->message;

    text[0] = '\0';
    if (arrow->is_quiet) {
        return;
    }
    switch (m->type) {
    case RAFT_REQUEST_VOTE:
        snprintf(text, size, "%s",
                 m->request_vote.pre_vote ? "pre-vote?" : "vote?");
        break;
    case RAFT_REQUEST_VOTE_RESULT:
        snprintf(text, size, "%s",
                 m->request_vote_result.vote_granted ? "yes" : "no");
        break;
    case RAFT_APPEND_ENTRIES:
        entries_text(&m->append_entries, text, size);
        break;
    case RAFT_APPEND_ENTRIES_RESULT:
        if (m->append_entries_result.success) {
            snprintf(text, size, "match %llu",
                     (ull)m->append_entries_result.match_index);
        } else {
            snprintf(text, size, "no");
        }
        break;
    case RAFT_TIMEOUT_NOW:
        snprintf(text, size, "%s", "stand now");
        break;
    }
}

struct taken {
    int x, y, width; /* the middle */
};

static bool is_free(const struct taken *taken, size_t count,
                    const struct taken *wanted)
{
    for (size_t i = count; i > 0; i--) {
        const int dx = taken[i - 1].x - wanted->x;
        const int dy = taken[i - 1].y - wanted->y;
        const int width = (taken[i - 1].width + wanted->width) / 2 + 2;

        if (dy > -TEXT_HEIGHT && dy < TEXT_HEIGHT && dx > -width &&
            dx < width) {
            return false;
        }
    }
    return true;
}

/* Somewhere on the arrow, between two bars, where nothing stands yet. */
static bool find_place(const struct line *line, const struct taken *taken,
                       size_t count, struct taken *wanted)
{
    static const int offsets[] = {SVG_LANE / 2, SVG_LANE / 2 - 15,
                                  SVG_LANE / 2 + 15};
    const int side = line->y2 > line->y1 ? 1 : -1;
    const int height = (line->y2 - line->y1) * side;

    for (int lane = 0; lane * SVG_LANE < height; lane++) {
        for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
            const int along = lane * SVG_LANE + offsets[i] - SVG_BAR / 2;

            if (along >= height) {
                continue;
            }
            wanted->y = line->y1 + side * along;
            wanted->x = line->x1 + (line->x2 - line->x1) * along / height;
            if (is_free(taken, count, wanted)) {
                return true;
            }
        }
    }
    return false;
}

void svg_draw_arrow_texts(const struct svg *svg)
{
    struct taken *taken =
        story_memory(svg->story, svg->arrow_count, sizeof(*taken));
    size_t count = 0;

    for (size_t i = 0; i < svg->arrow_count; i++) {
        const struct line line = line_of(svg, &svg->arrows[i]);
        char text[64];
        struct taken *wanted = &taken[count];

        short_text(&svg->arrows[i], text, sizeof(text));
        wanted->width = svg_text_width(strlen(text), TEXT_FONT);
        if (text[0] == '\0' || !find_place(&line, taken, count, wanted)) {
            continue;
        }
        count++;
        fprintf(svg->out,
                "<text class=\"says %s\" x=\"%d\" y=\"%d\">%s</text>\n",
                kind_of(&svg->arrows[i]), wanted->x, wanted->y + 4, text);
    }
}
