/* SPDX-License-Identifier: MIT
 *
 * page_print.c - a page as text, and as what a terminal understands: ECMA-48
 * sequences only ("ANSI"), the same for all terminals of the last decades.
 */
#include "cmd/raftsim/screen/page.h"

#include <stdlib.h>
#include <strings.h>

struct page_look page_look_of_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    const char *no_color = getenv("NO_COLOR");
    struct page_look look = {.colours = no_color == NULL || *no_color == '\0'};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *locale = getenv(names[i]);

        if (locale == NULL || *locale == '\0') {
            continue; /* as if it were not there, says POSIX */
        }
        for (; *locale != '\0' && !look.utf8; locale++) {
            look.utf8 = strncasecmp(locale, "UTF-8", 5) == 0 ||
                        strncasecmp(locale, "utf8", 4) == 0;
        }
        break;
    }
    return look;
}

/* ---- Characters ---------------------------------------------------------- */

static void print_utf8(uint32_t c, FILE *out)
{
    if (c < 0x80) {
        fputc((int)c, out);
    } else if (c < 0x800) {
        fprintf(out, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 0x3f)));
    } else {
        fprintf(out, "%c%c%c", (int)(0xe0 | c >> 12),
                (int)(0x80 | (c >> 6 & 0x3f)), (int)(0x80 | (c & 0x3f)));
    }
}

static char ascii_twin(uint32_t c)
{
    switch (c) {
    case 0x2026: /* ellipsis */
        return '~';
    case 0x2500: /* line */
        return '-';
    case 0x2713: /* check mark: applied */
        return 'a';
    default:
        return c < 0x80 ? (char)c : '?';
    }
}

static void print_character(uint32_t c, bool utf8, FILE *out)
{
    if (utf8) {
        print_utf8(c, out);
    } else {
        fputc(ascii_twin(c), out);
    }
}

/* Cells of a row up to the last that can be seen. */
static size_t used_columns(const struct page *page, size_t row)
{
    const struct page_cell *cells = page_row(page, row);
    size_t count = page->columns;

    while (count > 0 && cells[count - 1].character == ' ' &&
           (cells[count - 1].style & PAGE_REVERSE) == 0) {
        count--;
    }
    return count;
}

void page_print_text(const struct page *page, const struct page_look *look,
                     FILE *out)
{
    for (size_t row = 0; row < page->rows; row++) {
        const size_t count = used_columns(page, row);

        for (size_t i = 0; i < count; i++) {
            print_character(page_row(page, row)[i].character, look->utf8, out);
        }
        fputc('\n', out);
    }
}

/* ---- Terminals ----------------------------------------------------------- */

static void print_style(unsigned style, bool colours, FILE *out)
{
    static const int colour_codes[] = {39, 31, 32, 33, 94, 35, 36};

    fputs("\033[0", out);
    if ((style & PAGE_BOLD) != 0) {
        fputs(";1", out);
    }
    if ((style & PAGE_DIM) != 0) {
        fputs(";2", out);
    }
    if ((style & PAGE_REVERSE) != 0) {
        fputs(";7", out);
    }
    if (colours && (style & PAGE_COLOURS) != 0) {
        fprintf(out, ";%d", colour_codes[(style & PAGE_COLOURS) / PAGE_RED]);
    }
    fputc('m', out);
}

static void print_row(const struct page *page, size_t row,
                      const struct page_look *look, FILE *out)
{
    const size_t count = used_columns(page, row);
    unsigned style = PAGE_PLAIN;

    fprintf(out, "\033[%zu;1H\033[2K", row + 1);
    for (size_t i = 0; i < count; i++) {
        const struct page_cell *cell = &page_row(page, row)[i];

        if (cell->style != style) {
            style = cell->style;
            print_style(style, look->colours, out);
        }
        print_character(cell->character, look->utf8, out);
    }
    if (style != PAGE_PLAIN) {
        fputs("\033[0m", out);
    }
}

void page_print_screen(const struct page *page, const struct page_look *look,
                       size_t cursor_column, bool cursor_visible, FILE *out)
{
    fputs("\033[?2026h\033[?25l", out);
    for (size_t row = 0; row < page->rows; row++) {
        print_row(page, row, look, out);
    }
    fprintf(out, "\033[%zu;%zuH%s" PAGE_END, page->rows, cursor_column + 1,
            cursor_visible ? "\033[?25h" : "");
}
