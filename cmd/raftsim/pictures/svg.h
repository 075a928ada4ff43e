/* SPDX-License-Identifier: MIT
 *
 * svg.h - a space-time diagram: time to the right, a bar for each server.
 *
 * Every event has a band. In it a server's moments stand in columns: each one
 * right of the one before it, a message's arrival right of its sending. So the
 * order of causes is true; that two servers stand in one column means nothing.
 * A band ends with the logs that it changed.
 *
 * A long story is broken into strips, one below the other, as music into
 * lines; a strip begins with how the servers stand then. All measures are
 * pixels.
 */
#ifndef RAFTSIM_SVG_H
#define RAFTSIM_SVG_H

#include "cmd/raftsim/pictures/story.h"

enum {
    SVG_LEFT = 56,
    SVG_RIGHT = 24,
    SVG_PAD = 14, /* in a band, before its first column */
    SVG_COLUMN = 24,
    SVG_STOP_SHORT = 20, /* before the bar of who does not get a message */
    SVG_DELAY = 2,       /* columns from sending to arrival, at least */
    SVG_LANE = 100,      /* from one server to the next */
    SVG_CLOSE_LANE = 72, /* likewise, when there are several strips */
    SVG_BAR = 28,
    SVG_BAR_FONT = 13,
    SVG_BOX = 20, /* an entry */
    SVG_MOST_BOXES = 14,
    SVG_TOP = 48,    /* below the title */
    SVG_MARK = 22,   /* a row of marks */
    SVG_LINE = 15,   /* a line of an event's words */
    SVG_OVERHANG = 8 /* of what goes on in another strip, over the edge */
};

struct svg_band {
    const struct story_event *event; /* NULL: the start, and the very end */
    const struct scenario_event **told;
    size_t told_count;
    size_t note; /* 1, 2, 3, ...: what `say` says; 0 = nothing */
    bool fails;
    bool is_grey;
    bool goes_on;     /* the same event as of the band before */
    int first_column; /* of the event's */
    int column_count;
    size_t strip;
    int x;
    int width;
    int column_width;
    int log_width; /* at its right end */
    /* Servers as they stand at its end, and whose logs are drawn there. */
    const struct story_state *state[CLUSTER_MAX_SERVERS];
    bool shows_log[CLUSTER_MAX_SERVERS];
};

struct svg_strip {
    size_t first; /* band */
    size_t end;   /* the one behind its last */
    int lead;     /* wide; before the first band; 0 in the first strip */
    int x;
    int right;
    int y; /* of its marks */
    int mark_rows;
    int head_lines; /* of words over its bands */
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

/* A server after a step. */
struct svg_step {
    struct svg_point at;
    const struct story_state *state;
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
    struct svg_step *steps;
    size_t step_count;
    size_t note_count;
    struct svg_strip *strips;
    size_t strip_count;
    int lane;
    int width;
};

/* svg_columns.c: bands, arrows and changes, in columns. */
void svg_find_columns(struct svg *svg);
/* svg_pieces.c: long bands become several. */
void svg_cut_bands(struct svg *svg);
/* svg_breaks.c: which bands stand in which strip. They have their widths. */
void svg_find_breaks(struct svg *svg);
/* svg_places.c: columns get their x, strips their y. */
void svg_find_places(struct svg *svg);

int svg_x(const struct svg *svg, struct svg_point point);
/* The middle of a bar. */
int svg_y(const struct svg *svg, size_t strip, size_t place);
int svg_head_y(const struct svg *svg, size_t strip); /* where bands begin */
int svg_bottom_y(const struct svg *svg, size_t strip);
size_t svg_strip_of(const struct svg *svg, struct svg_point point);
/* How wide the lead of a strip is that begins with this band, not the first. */
int svg_lead_width(const struct svg *svg, size_t band);

/* svg_words.c */
/* What a text takes, at most. */
int svg_text_width(size_t characters, int font_size);
/* The end of the next line of at most `most` characters, broken at a blank
 * where there is one. */
const char *svg_break_line(const char *text, size_t most);
/* The words of an event, and what clients are told in it, over a band this
 * wide, in lines; returns their count. out: NULL only counts. */
int svg_words(const struct svg *svg, FILE *out, const struct svg_band *band);
/* What they need at least. */
int svg_word_width(const struct svg *svg, const struct svg_band *band);

/* svg_marks.c: marks of a strip, one below the other where they would run
 * together; returns the rows. out: NULL only counts. */
int svg_marks(const struct svg *svg, FILE *out, size_t strip);
/* What the names of the marks at this band take; 0: it has none. */
int svg_mark_width(const struct svg_band *band);

/* svg_servers.c */
void svg_draw_bars(const struct svg *svg);
void svg_draw_bar_texts(const struct svg *svg);
const char *svg_light(raft_term term);
const char *svg_dark(raft_term term);

/* svg_logs.c */
void svg_draw_logs(const struct svg *svg);
int svg_log_width(const struct story_state *state);
void svg_draw_entry(FILE *out, int x, int y, raft_term term, bool committed);

/* svg_messages.c */
struct svg_line {
    int x1, y1, x2, y2;
};
/* One, or what stands of it in the strip where it was sent and in the strip
 * where it arrived; returns how many. */
int svg_lines_of(const struct svg *svg, const struct svg_arrow *arrow,
                 struct svg_line lines[2]);
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
