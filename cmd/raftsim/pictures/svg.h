/* SPDX-License-Identifier: MIT
 *
 * svg.h - a space-time diagram: time to the right, a bar for each server.
 *
 * Every event has a band. In it a server's moments stand in columns: each one
 * right of the one before it, a message's arrival right of its sending. So the
 * order of causes is true; that two servers stand in one column means nothing.
 * A band ends with the logs that it changed. All measures are pixels.
 */
#ifndef RAFTSIM_SVG_H
#define RAFTSIM_SVG_H

#include "cmd/raftsim/pictures/story.h"

enum {
    SVG_LEFT = 56,
    SVG_RIGHT = 24,
    SVG_PAD = 14, /* in a band, before its first column */
    SVG_COLUMN = 24,
    SVG_DELAY = 2,  /* columns from sending to arrival, at least */
    SVG_LANE = 100, /* from one server to the next */
    SVG_BAR = 28,
    SVG_BAR_FONT = 13,
    SVG_BOX = 20, /* an entry */
    SVG_MOST_BOXES = 14,
    SVG_TOP = 48,  /* below the title */
    SVG_MARK = 22, /* a row of marks */
    SVG_LINE = 15  /* a line of an event's words */
};

struct svg_band {
    const struct story_event *event; /* NULL: the start, and the very end */
    const struct scenario_event **told;
    size_t told_count;
    size_t note; /* 1, 2, 3, ...: what `say` says; 0 = nothing */
    bool fails;
    int column_count;
    int x;
    int width;
    int log_width; /* at its right end */
    /* Servers as they stand at its end, and whose logs are drawn there. */
    const struct story_state *state[CLUSTER_MAX_SERVERS];
    bool shows_log[CLUSTER_MAX_SERVERS];
};

struct svg_point {
    size_t place;
    size_t band;
    int column;
};

enum svg_fate { SVG_UNDER_WAY = 0, SVG_ARRIVED, SVG_NOBODY, SVG_LOST };

struct svg_arrow {
    const struct raft_message *message;
    uint64_t number;
    bool is_quiet;
    enum svg_fate fate;
    struct svg_point from;
    struct svg_point to; /* ARRIVED */
};

/* A server is another one from here on: role, term, up or down. */
struct svg_change {
    struct svg_point at;
    const struct story_state *state;
    bool disk_failed;
};

struct svg {
    FILE *out;
    struct story *story;
    struct svg_band *bands;
    size_t band_count;
    struct svg_arrow *arrows; /* in the order sent */
    size_t arrow_count;
    struct svg_change *changes; /* of all servers, in order */
    size_t change_count;
    size_t note_count;
    int mark_rows;
    int head_lines; /* of words over a band */
    int width;
};

/* svg_columns.c: bands, arrows and changes, in columns. */
void svg_find_columns(struct svg *svg);
/* svg_places.c: columns get their x. */
void svg_find_places(struct svg *svg);

int svg_x(const struct svg *svg, struct svg_point point);
int svg_y(const struct svg *svg, size_t place); /* the middle of a bar */
int svg_head_y(const struct svg *svg);          /* where bands begin */
int svg_lanes_y(const struct svg *svg);
int svg_bottom_y(const struct svg *svg); /* where bands end */
/* What a text takes, at most. */
int svg_text_width(size_t characters, int font_size);

/* The end of the next line of at most `most` characters, broken at a blank
 * where there is one. */
const char *svg_break_line(const char *text, size_t most);
/* The words of an event over a band this wide, in lines; returns their count.
 * out: NULL only counts. */
int svg_words(const struct svg *svg, FILE *out, const struct svg_band *band);

/* svg_marks.c: marks, one below the other where they would run together;
 * returns the rows, and makes *width as wide as they need. out: NULL only
 * counts. */
int svg_marks(const struct svg *svg, FILE *out, int *width);

/* svg_servers.c */
void svg_draw_bars(const struct svg *svg);
void svg_draw_bar_texts(const struct svg *svg);
void svg_draw_logs(const struct svg *svg);
const char *svg_light(raft_term term);
const char *svg_dark(raft_term term);
void svg_draw_entry(FILE *out, int x, int y, raft_term term, bool committed);

/* svg_messages.c */
struct svg_line {
    int x1, y1, x2, y2;
};
struct svg_line svg_line_of(const struct svg *svg,
                            const struct svg_arrow *arrow);
/* Its class in the style sheet, and its arrowhead's. */
const char *svg_kind_of(const struct svg_arrow *arrow);
void svg_draw_arrows(const struct svg *svg);
/* svg_message_texts.c */
void svg_draw_arrow_texts(const struct svg *svg);

/* svg_legend.c: below the bands; return the y where they end. */
int svg_draw_notes(const struct svg *svg, int y);
int svg_draw_legend(const struct svg *svg, int y);
/* The sign of a note, in the text and over the band. */
void svg_draw_note_number(const struct svg *svg, size_t number, int x, int y);
/* Between <defs>: arrowheads, the pattern of candidates. */
void svg_draw_definitions(FILE *out);

#endif
