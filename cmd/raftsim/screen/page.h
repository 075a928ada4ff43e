/* SPDX-License-Identifier: MIT
 *
 * page.h - lines of characters with a style: what is drawn before it is shown.
 *
 * A page is as wide as it is made and grows downward. Whatever a text holds,
 * a cell holds one character that can be shown and takes one column; so no
 * scenario can send commands to somebody's terminal.
 */
#ifndef RAFTSIM_PAGE_H
#define RAFTSIM_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* A style: any of these, and one colour. */
enum {
    PAGE_PLAIN = 0,
    PAGE_BOLD = 1,
    PAGE_DIM = 2,
    PAGE_REVERSE = 4,
    PAGE_RED = 8,
    PAGE_GREEN = 16,
    PAGE_YELLOW = 24,
    PAGE_BLUE = 32,
    PAGE_MAGENTA = 40,
    PAGE_CYAN = 48,
    PAGE_COLOURS = 56 /* mask */
};

/* Drawing characters, each with an ASCII twin (page_print.c). */
#define PAGE_ELLIPSIS "\xe2\x80\xa6"
#define PAGE_LINE     "\xe2\x94\x80"
#define PAGE_CHECK    "\xe2\x9c\x93"

struct page_cell {
    uint32_t character;
    uint8_t style;
};

struct page {
    size_t columns;
    size_t rows;
    size_t row_capacity;
    struct page_cell *cells; /* row by row */
    size_t column;           /* where the last row is written next */
};

/* A page without rows. Free it with page_free(). */
void page_init(struct page *page, size_t columns);
void page_free(struct page *page);

const struct page_cell *page_row(const struct page *page, size_t row);

/* A new, empty row; what follows is written there. */
void page_line(struct page *page);
/* Go on at a column of the row; never back. */
void page_to(struct page *page, size_t column);

/* Write on the row; what does not fit ends in an ellipsis. */
void page_text(struct page *page, unsigned style, const char *text);
__attribute__((format(printf, 3, 4))) void
page_printf(struct page *page, unsigned style, const char *format, ...);

/* The same, up to a column. */
void page_text_to(struct page *page, size_t limit, unsigned style,
                  const char *text);

/* Words; those that do not fit go on in new rows, at column indent. */
void page_wrap(struct page *page, size_t indent, unsigned style,
               const char *text);

/* Columns a text takes. */
size_t page_width(const char *text);

/* A copy of another page's row is the new last row. */
void page_copy(struct page *page, const struct page *from, size_t row);

/* Write over the right end of the last row. */
void page_right(struct page *page, unsigned style, const char *text);

/* ---- Printing (page_print.c) --------------------------------------------- */

struct page_look {
    bool utf8;
    bool colours;
};

/* What $LC_ALL, $LC_CTYPE, $LANG and $NO_COLOR ask for. */
struct page_look page_look_of_environment(void);

/* Only the characters, one line a row, nothing behind the last one. */
void page_print_text(const struct page *page, const struct page_look *look,
                     FILE *out);

/*
 * The whole page for a terminal; the cursor is left at a column of the last
 * row. Ends with PAGE_END, also the end of a "synchronized update": whoever
 * reads the terminal knows by it that the page is complete.
 */
#define PAGE_END "\033[?2026l"
void page_print_screen(const struct page *page, const struct page_look *look,
                       size_t cursor_column, bool cursor_visible, FILE *out);

#endif
