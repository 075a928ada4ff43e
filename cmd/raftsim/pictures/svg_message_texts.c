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

enum {
    TEXT_FONT = 12,
    TEXT_HEIGHT = 15,
    APART = 4,
    LEAST_BACK = 12, /* from the end of an arrow */
    SMALL_BOX = 15,
    MOST_ENTRIES = 6
};

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
    case RAFT_INSTALL_SNAPSHOT:
        snprintf(text, size, "snapshot %llu",
                 (ull)m->install_snapshot.last_included_index);
        break;
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        snprintf(text, size, "%s",
                 m->install_snapshot_result.installed ? "installed" : "go on");
        break;
    case RAFT_TIMEOUT_NOW:
        snprintf(text, size, "%s", "stand now");
        break;
    }
}

struct taken {
    int x, y, width; /* the middle */
};

struct texts {
    const struct svg *svg;
    struct taken *taken;
    size_t count;
};

static bool is_free(const struct texts *texts, const struct taken *wanted)
{
    for (size_t i = texts->count; i > 0; i--) {
        const struct taken *taken = &texts->taken[i - 1];
        const int dx = taken->x - wanted->x;
        const int dy = taken->y - wanted->y;
        const int width = (taken->width + wanted->width) / 2 + APART;

        if (dy > -TEXT_HEIGHT && dy < TEXT_HEIGHT && dx > -width &&
            dx < width) {
            return false;
        }
    }
    return true;
}

/* Somewhere on a line, between two bars, where nothing stands yet: best at its
 * end, where arrows from one moment are well apart. The line ends so far short
 * of a bar. */
static bool find_place(const struct texts *texts, const struct svg_line *line,
                       int short_of, struct taken *wanted)
{
    const int between = texts->svg->lane - SVG_BAR; /* two bars */
    const int offsets[] = {between * 2 / 5, between * 3 / 5, between * 4 / 5};
    const int side = line->y2 > line->y1 ? 1 : -1;
    const int height = (line->y2 - line->y1) * side;

    for (int y = 0; y < height + short_of; y += texts->svg->lane) {
        for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
            const int back = y + offsets[i] - short_of;

            if (back < LEAST_BACK || back >= height) {
                continue;
            }
            wanted->y = line->y2 - side * back;
            wanted->x = line->x2 - (line->x2 - line->x1) * back / height;
            if (wanted->x + wanted->width / 2 < texts->svg->width &&
                is_free(texts, wanted)) {
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

/* What an arrow says, at its end. */
static void draw_message_text(struct texts *texts, size_t i)
{
    const struct svg_arrow *arrow = &texts->svg->arrows[i];
    struct taken *wanted = &texts->taken[texts->count];
    struct svg_line lines[2];
    const int last = svg_lines_of(texts->svg, arrow, lines) - 1;
    char text[64];

    short_text(arrow, text, sizeof(text));
    wanted->width = arrow->message->type == RAFT_APPEND_ENTRIES
                        ? (int)shown_entries(arrow->message) * SMALL_BOX
                        : svg_text_width(strlen(text), TEXT_FONT);
    if (text[0] != '\0' && !is_said(texts->svg, i, text) &&
        find_place(texts, &lines[last],
                   arrow->fate == SVG_ARRIVED ? 0 : SVG_STOP_SHORT, wanted)) {
        draw_text(texts->svg, arrow, text, wanted);
        texts->count++;
    }
}

/* Beside the edge where a line is cut that hardly leaves its bar. */
static bool find_place_at_edge(const struct texts *texts,
                               const struct svg_line *line,
                               struct taken *wanted)
{
    const int half = wanted->width / 2 + APART;

    wanted->x = line->x1 + (line->x2 > line->x1 ? half : -half);
    wanted->y = line->y2 + (line->y2 > line->y1 ? -LEAST_BACK : LEAST_BACK);
    return is_free(texts, wanted);
}

/* Where a broken arrow comes from or goes to: "to S4 (24)". The line goes from
 * the edge to a server. */
static void draw_way(struct texts *texts, const struct svg_arrow *arrow,
                     const char *preposition, struct svg_point other,
                     const struct svg_line *line)
{
    const struct svg_band *band = &texts->svg->bands[other.band];
    struct taken *wanted = &texts->taken[texts->count];
    char text[64];
    const int length = snprintf(text, sizeof(text), "%s S%zu (%d)", preposition,
                                other.place + 1, band->event->number);

    wanted->width = svg_text_width((size_t)length, TEXT_FONT);
    if (find_place(texts, line, 0, wanted) ||
        find_place_at_edge(texts, line, wanted)) {
        fprintf(texts->svg->out,
                "<text class=\"says %s\" x=\"%d\" y=\"%d\">%s</text>\n",
                svg_kind_of(arrow), wanted->x, wanted->y + 4, text);
        texts->count++;
    }
}

static void draw_ways(struct texts *texts, const struct svg_arrow *arrow)
{
    struct svg_line lines[2];

    if (!arrow->is_quiet && svg_lines_of(texts->svg, arrow, lines) == 2) {
        const struct svg_line back = {.x1 = lines[0].x2,
                                      .y1 = lines[0].y2,
                                      .x2 = lines[0].x1,
                                      .y2 = lines[0].y1};

        draw_way(texts, arrow, "to", arrow->to, &back);
        draw_way(texts, arrow, "from", arrow->from, &lines[1]);
    }
}

void svg_draw_arrow_texts(const struct svg *svg)
{
    struct texts texts = {.svg = svg,
                          .taken =
                              story_memory(svg->story, 3 * svg->arrow_count + 1,
                                           sizeof(*texts.taken))};

    for (size_t i = 0; i < svg->arrow_count; i++) {
        draw_message_text(&texts, i);
    }
    for (size_t i = 0; i < svg->arrow_count; i++) {
        draw_ways(&texts, &svg->arrows[i]);
    }
}
