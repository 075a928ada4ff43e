/* SPDX-License-Identifier: MIT
 *
 * layout.h - a moment of a scenario, laid out on a page.
 *
 * A function of what is on stage and of the view, of nothing else: the same
 * event looks the same whether one came to it forward or back.
 */
#ifndef RAFTSIM_LAYOUT_H
#define RAFTSIM_LAYOUT_H

#include "cmd/raftsim/screen/page.h"
#include "cmd/raftsim/screen/stage.h"

enum layout_mode {
    LAYOUT_ALL = 0,  /* everything, each part shortened to fit */
    LAYOUT_WHY,      /* all that the event did, and every rule in full */
    LAYOUT_MESSAGES, /* every message in flight */
    LAYOUT_HELP
};

/* 80x24 shows everything essential of five servers. */
enum { LAYOUT_COLUMNS = 80, LAYOUT_ROWS = 24, LAYOUT_LEAST = 1 };

struct layout_view {
    size_t rows;
    size_t columns;
    enum layout_mode mode;
    size_t scroll;      /* lines of the part that scrolls */
    size_t log_shift;   /* entries the logs are moved to older ones */
    const char *prompt; /* "go to event: "; NULL = nothing is asked */
    const char *typed;  /* the answer so far */
    const char *note;   /* told on the last row; NULL = the keys */
};

/* How far one can scroll; where the cursor stands in the last row. */
struct layout_bounds {
    size_t scroll_max;
    size_t log_shift_max;
    size_t cursor_column;
};

/* page: not initialised; gets exactly view->rows rows. */
struct layout_bounds layout_draw(const struct stage *stage,
                                 const struct layout_view *view,
                                 struct page *page);

/* ---- Its parts ----------------------------------------------------------- */

enum { LAYOUT_TEXT_COLUMN = 14 }; /* left of it stand labels */

/* A new row with a label in front. */
void layout_label(struct page *page, const char *label);

/* "S2..S5", "S1,S3" */
enum { LAYOUT_SERVERS_BYTES = 64 };
char *layout_servers_text(word_servers servers, char *text);

/* layout_servers.c: the table, and what leaders know. Returns how far the logs
 * can be moved. */
size_t layout_put_servers(struct page *page, const struct stage *stage,
                          size_t log_shift);

/* layout_events.c */
void layout_put_flight(struct page *page, const struct stage *stage, bool all);
void layout_put_event(struct page *page, const struct stage *stage);

/* layout_links.c: links, writes, and what else is not as usual. */
void layout_put_links(struct page *page, const struct stage *stage);

/* layout_said.c */
void layout_put_say(struct page *page, const struct stage *stage);
void layout_put_trouble(struct page *page, const struct stage *stage);

/* layout_why.c: what matters most, in so many lines; or all, in order. */
void layout_put_why(struct page *page, const struct stage *stage,
                    size_t line_count);
void layout_put_why_all(struct page *page, const struct stage *stage);

/* layout_help.c */
void layout_put_keys(struct page *page);
void layout_put_help(struct page *page);

#endif
