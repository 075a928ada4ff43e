/* SPDX-License-Identifier: MIT
 *
 * layout.c - a moment of a scenario, laid out on a page: what goes where, and
 * who gives way when there is little room.
 */
#include "cmd/raftsim/screen/layout.h"

#include <string.h>

/* ---- Above: the title, and how far we are -------------------------------- */

static void put_place(struct page *page, const struct stage *stage)
{
    const int line =
        stage->position == 0
            ? 1
            : stage->scenario->events[stage->begins[stage->position]].line;
    char place[128];

    snprintf(place, sizeof(place), "  %s:%d", stage->scenario->name, line);
    if (page->column + page_width(place) < page->columns) {
        page_right(page, PAGE_DIM, place);
    }
}

static void put_title(struct page *page, const struct stage *stage)
{
    const char *title = stage_title(stage);

    page_line(page);
    page_to(page, 1);
    page_text(page, PAGE_BOLD, title == NULL ? stage->scenario->name : title);
    put_place(page, stage);
}

static void put_result(struct page *page, const struct stage *stage)
{
    const unsigned bad = PAGE_RED | PAGE_BOLD | PAGE_REVERSE;

    page_text(page, PAGE_DIM, "invariants: ");
    page_text(page, stage->violated ? bad : PAGE_GREEN,
              stage->violated ? "VIOLATED" : "ok");
    if (stage->result == PLAYER_FAILED && !stage->violated) {
        page_text(page, PAGE_PLAIN, "  ");
        page_text(page, bad, "expectation FAILED");
    } else if (stage->result == PLAYER_BAD) {
        page_text(page, PAGE_PLAIN, "  ");
        page_text(page, bad, "scenario WRONG");
    }
}

static void put_status(struct page *page, const struct stage *stage)
{
    const char *mark = stage_mark(stage);

    page_line(page);
    page_to(page, 1);
    page_printf(page, PAGE_PLAIN, "event %zu/%zu  ", stage->position,
                stage->event_count);
    put_result(page, stage);
    if (mark != NULL) {
        page_text(page, PAGE_PLAIN, "  ");
        page_text(page, PAGE_BOLD | PAGE_YELLOW, mark);
    }
}

static void put_line(struct page *page, const char *text)
{
    page_line(page);
    while (page->column < page->columns) {
        page_text(page, PAGE_DIM, PAGE_LINE);
    }
    if (*text != '\0') {
        page_right(page, PAGE_DIM, text);
    }
}

static void put_legend(struct page *page)
{
    put_line(page, " [t] on disk  (t) not yet  " PAGE_CHECK
                   " applied  c committed  * new ");
}

/* ---- Below: parts that share what room there is -------------------------- */

enum part { FLIGHT, LINKS, EVENT, TROUBLE, WHY, SAY, PART_COUNT };

struct parts {
    struct page pages[PART_COUNT];
    size_t granted[PART_COUNT];
    size_t left;
};

/* Who is served first: a part, and up to how many lines in this round. */
static const struct {
    enum part part;
    size_t up_to;
} rounds[] = {{EVENT, 1}, {TROUBLE, 4}, {SAY, 3},     {WHY, 2},    {FLIGHT, 1},
              {EVENT, 2}, {LINKS, 2},   {WHY, 5},     {FLIGHT, 2}, {EVENT, 4},
              {WHY, 7},   {SAY, 20},    {FLIGHT, 4},  {EVENT, 8},  {LINKS, 9},
              {WHY, 900}, {EVENT, 900}, {FLIGHT, 900}};

static void share(struct parts *parts)
{
    for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++) {
        const enum part part = rounds[i].part;
        const size_t wanted = parts->pages[part].rows < rounds[i].up_to
                                  ? parts->pages[part].rows
                                  : rounds[i].up_to;

        if (wanted > parts->granted[part]) {
            const size_t more = wanted - parts->granted[part];
            const size_t given = more < parts->left ? more : parts->left;

            parts->granted[part] += given;
            parts->left -= given;
        }
    }
}

/* A part, shortened to what it was granted. */
static void put_part(struct page *page, struct parts *parts, enum part part)
{
    const struct page *from = &parts->pages[part];
    const size_t count = parts->granted[part];
    char more[48];

    for (size_t i = 0; i < count && i < from->rows; i++) {
        page_copy(page, from, i);
    }
    if (count > 0 && count < from->rows && part != WHY) {
        snprintf(more, sizeof(more), " " PAGE_ELLIPSIS " %zu more (%c) ",
                 from->rows - count,
                 part == FLIGHT || part == LINKS ? 'm' : 'w');
        page_right(page, PAGE_BOLD, more);
    }
}

static void make_parts(struct parts *parts, const struct stage *stage,
                       size_t columns)
{
    for (int i = 0; i < PART_COUNT; i++) {
        page_init(&parts->pages[i], columns);
    }
    layout_put_flight(&parts->pages[FLIGHT], stage, false);
    layout_put_links(&parts->pages[LINKS], stage);
    layout_put_event(&parts->pages[EVENT], stage);
    layout_put_trouble(&parts->pages[TROUBLE], stage);
    layout_put_why(&parts->pages[WHY], stage, SIZE_MAX);
    layout_put_say(&parts->pages[SAY], stage);
    share(parts);
    page_free(&parts->pages[WHY]);
    page_init(&parts->pages[WHY], columns);
    if (parts->granted[WHY] > 0) {
        layout_put_why(&parts->pages[WHY], stage, parts->granted[WHY]);
    }
}

static void put_parts(struct page *page, const struct stage *stage, size_t rows)
{
    struct parts parts = {.left = rows > page->rows ? rows - page->rows : 0};

    make_parts(&parts, stage, page->columns);
    for (int part = 0; part < PART_COUNT; part++) {
        const bool has_gap = part == EVENT || part == WHY || part == SAY;

        if (has_gap && parts.left > 0 && parts.granted[part] > 0) {
            parts.left--;
            page_line(page);
        }
        put_part(page, &parts, (enum part)part);
        page_free(&parts.pages[part]);
    }
}

/* ---- One part in full ---------------------------------------------------- */

static void make_body(struct page *body, const struct stage *stage,
                      enum layout_mode mode)
{
    if (mode == LAYOUT_HELP) {
        layout_put_help(body);
    } else if (mode == LAYOUT_MESSAGES) {
        layout_put_flight(body, stage, true);
        layout_put_links(body, stage);
    } else {
        layout_put_event(body, stage);
        layout_put_trouble(body, stage);
        layout_put_say(body, stage);
        layout_put_why_all(body, stage);
    }
}

/* Returns how far it can be scrolled. */
static size_t put_body(struct page *page, const struct stage *stage,
                       const struct layout_view *view, size_t rows)
{
    const size_t room = rows > page->rows ? rows - page->rows : 0;
    struct page body;
    size_t scroll_max;
    size_t scroll;

    page_init(&body, page->columns);
    make_body(&body, stage, view->mode);
    scroll_max = body.rows > room ? body.rows - room : 0;
    scroll = view->scroll < scroll_max ? view->scroll : scroll_max;
    for (size_t i = 0; i < room && scroll + i < body.rows; i++) {
        page_copy(page, &body, scroll + i);
    }
    if (scroll < scroll_max && room > 0) {
        page_right(page, PAGE_BOLD, " " PAGE_ELLIPSIS " more (down) ");
    }
    page_free(&body);
    return scroll_max;
}

/* ---- The last row -------------------------------------------------------- */

/* Returns where the cursor stands. */
static size_t put_last_row(struct page *page, const struct layout_view *view)
{
    page_line(page);
    if (view->prompt != NULL) {
        page_text(page, PAGE_BOLD, " ");
        page_text(page, PAGE_BOLD, view->prompt);
        page_text(page, PAGE_PLAIN, view->typed);
        return page->column < page->columns ? page->column : page->columns - 1;
    }
    if (view->note != NULL) {
        page_text(page, PAGE_YELLOW | PAGE_BOLD, " ");
        page_text(page, PAGE_YELLOW | PAGE_BOLD, view->note);
    } else if (view->columns < LAYOUT_COLUMNS || view->rows < LAYOUT_ROWS) {
        page_printf(page, PAGE_YELLOW,
                    " %zux%zu: 80x24 shows all. h: help  q: quit",
                    view->columns, view->rows);
    } else {
        layout_put_keys(page);
    }
    return 0;
}

/* Exactly so many rows: what is too much gives way from below. */
static void cut_to(struct page *page, size_t rows)
{
    while (page->rows < rows) {
        page_line(page);
    }
    page->rows = rows;
}

struct layout_bounds layout_draw(const struct stage *stage,
                                 const struct layout_view *view,
                                 struct page *page)
{
    const size_t rows = view->rows > 0 ? view->rows - 1 : 0;
    struct layout_bounds bounds = {0};

    page_init(page, view->columns);
    put_title(page, stage);
    put_status(page, stage);
    if (view->mode == LAYOUT_HELP) {
        put_line(page, "");
        bounds.scroll_max = put_body(page, stage, view, rows);
    } else {
        bounds.log_shift_max = layout_put_servers(page, stage, view->log_shift);
        put_legend(page);
        if (view->mode == LAYOUT_ALL) {
            put_parts(page, stage, rows);
        } else {
            bounds.scroll_max = put_body(page, stage, view, rows);
        }
    }
    cut_to(page, rows);
    bounds.cursor_column = put_last_row(page, view);
    return bounds;
}
