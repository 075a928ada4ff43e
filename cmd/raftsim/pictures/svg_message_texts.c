/* SPDX-License-Identifier: MIT
 *
 * svg_message_texts.c - what a message says, beside its arrow.
 *
 * No two of them stand on each other: what finds no room is left out; a
 * pointer over the arrow shows all of it.
 */
#include <string.h>

#include "cmd/raftsim/pictures/svg.h"

typedef unsigned long long ull;

enum { TEXT_FONT = 12, TEXT_HEIGHT = 15, SMALL_BOX = 15, MOST_ENTRIES = 6 };

/* In few letters; "" for what explains itself. */
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
    case RAFT_APPEND_ENTRIES: /* drawn as in the logs */
        snprintf(text, size, "%zu at %llu", m->append_entries.entry_count,
                 (ull)m->append_entries.prev_log_index);
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

/* Somewhere on the arrow, between two bars, where nothing stands yet: best at
 * its end, where arrows from one moment are well apart. */
static bool find_place(const struct svg_line *line, const struct taken *taken,
                       size_t count, struct taken *wanted)
{
    static const int offsets[] = {28, 44, 60}; /* from the edge of a bar */
    const int side = line->y2 > line->y1 ? 1 : -1;
    const int height = (line->y2 - line->y1) * side;

    for (int lane = 0; lane * SVG_LANE < height; lane++) {
        for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
            const int back = lane * SVG_LANE + offsets[i];

            if (back >= height) {
                continue;
            }
            wanted->y = line->y2 - side * back;
            wanted->x = line->x2 - (line->x2 - line->x1) * back / height;
            if (is_free(taken, count, wanted)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_same_point(struct svg_point a, struct svg_point b)
{
    return a.place == b.place && a.band == b.band && a.column == b.column;
}

/* What one server says to all at one moment is written once. */
static bool is_said(const struct svg *svg, size_t i, const char *text)
{
    char before[64];

    for (; i > 0 && is_same_point(svg->arrows[i - 1].from, svg->arrows[i].from);
         i--) {
        short_text(&svg->arrows[i - 1], before, sizeof(before));
        if (strcmp(before, text) == 0) {
            return true;
        }
    }
    return false;
}

static size_t shown_entries(const struct raft_message *m)
{
    const size_t count = m->append_entries.entry_count;

    return count < MOST_ENTRIES ? count : MOST_ENTRIES;
}

/* The entries a message carries, as boxes with their terms. */
static void draw_entries(FILE *out, const struct raft_append_entries *ae,
                         size_t shown, const struct taken *at)
{
    int x = at->x - at->width / 2;

    for (size_t i = 0; i < shown; i++, x += SMALL_BOX) {
        const bool is_rest = i + 1 == shown && ae->entry_count > shown;

        fprintf(out,
                "<rect class=\"carried\" x=\"%d\" y=\"%d\" width=\"%d\" "
                "height=\"%d\" fill=\"%s\"/>\n",
                x, at->y - SMALL_BOX / 2, SMALL_BOX, SMALL_BOX,
                is_rest ? "#fff" : svg_light(ae->entries[i].term));
        fprintf(out, "<text class=\"carried\" x=\"%d\" y=\"%d\">",
                x + SMALL_BOX / 2, at->y + 4);
        if (is_rest) {
            fputs("...</text>\n", out);
        } else {
            fprintf(out, "%llu</text>\n", (ull)ae->entries[i].term);
        }
    }
}

static void draw_text(const struct svg *svg, const struct svg_arrow *arrow,
                      const char *text, const struct taken *at)
{
    const struct raft_message *m = arrow->message;

    if (m->type == RAFT_APPEND_ENTRIES) {
        draw_entries(svg->out, &m->append_entries, shown_entries(m), at);
        return;
    }
    fprintf(svg->out, "<text class=\"says %s\" x=\"%d\" y=\"%d\">%s</text>\n",
            svg_kind_of(arrow), at->x, at->y + 4, text);
}

void svg_draw_arrow_texts(const struct svg *svg)
{
    struct taken *taken =
        story_memory(svg->story, svg->arrow_count, sizeof(*taken));
    size_t count = 0;

    for (size_t i = 0; i < svg->arrow_count; i++) {
        const struct svg_arrow *arrow = &svg->arrows[i];
        const struct svg_line line = svg_line_of(svg, arrow);
        struct taken *wanted = &taken[count];
        char text[64];

        short_text(arrow, text, sizeof(text));
        wanted->width = arrow->message->type == RAFT_APPEND_ENTRIES
                            ? (int)shown_entries(arrow->message) * SMALL_BOX
                            : svg_text_width(strlen(text), TEXT_FONT);
        if (text[0] != '\0' && !is_said(svg, i, text) &&
            find_place(&line, taken, count, wanted)) {
            draw_text(svg, arrow, text, wanted);
            count++;
        }
    }
}
