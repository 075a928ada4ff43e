/* SPDX-License-Identifier: MIT
 *
 * page.c - lines of characters with a style.
 */
#include "cmd/raftsim/screen/page.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"

enum { ELLIPSIS = 0x2026 };

void page_init(struct page *page, size_t columns)
{
    *page = (struct page){.columns = columns > 0 ? columns : 1};
}

void page_free(struct page *page)
{
    free(page->cells);
    *page = (struct page){0};
}

const struct page_cell *page_row(const struct page *page, size_t row)
{
    return page->cells + row * page->columns;
}

static struct page_cell *last_row(struct page *page)
{
    if (page->rows == 0) {
        page_line(page);
    }
    return page->cells + (page->rows - 1) * page->columns;
}

void page_line(struct page *page)
{
    page->cells = sim_grow(page->cells, page->rows, &page->row_capacity,
                           page->columns * sizeof(*page->cells));
    page->rows++;
    page->column = 0;
    for (size_t i = 0; i < page->columns; i++) {
        last_row(page)[i] = (struct page_cell){.character = ' '};
    }
}

void page_to(struct page *page, size_t column)
{
    if (page->column < column) {
        page->column = column;
    }
}

/* ---- Characters ---------------------------------------------------------- */

/* Letters and signs that take one column everywhere. */
static bool is_narrow(uint32_t character)
{
    return (character >= 0x20 && character <= 0x7e) ||
           (character >= 0xa1 && character <= 0x2ff && character != 0xad) ||
           (character >= 0x370 && character <= 0x482) ||
           (character >= 0x2010 && character <= 0x2027) ||
           (character >= 0x2030 && character <= 0x205e) ||
           (character >= 0x2190 && character <= 0x22ff) ||
           (character >= 0x2500 && character <= 0x25ff) || character == 0x2713;
}

/* The character at text, decoded from UTF-8; '?' for what cannot be shown. */
static size_t take_character(const char *text, uint32_t *character)
{
    const unsigned char first = (unsigned char)text[0];
    const size_t more = first >= 0xf0   ? 3
                        : first >= 0xe0 ? 2
                        : first >= 0xc0 ? 1
                                        : 0;
    uint32_t value = more == 0 ? first : first & (0x3fu >> more);

    for (size_t i = 1; i <= more; i++) {
        const unsigned char next = (unsigned char)text[i];

        if ((next & 0xc0) != 0x80) {
            *character = '?';
            return i;
        }
        value = value << 6 | (next & 0x3fu);
    }
    *character = is_narrow(value) ? value : '?';
    return more + 1;
}

size_t page_width(const char *text)
{
    size_t width = 0;
    uint32_t character;

    for (; *text != '\0'; width++) {
        text += take_character(text, &character);
    }
    return width;
}

/* ---- Writing ------------------------------------------------------------- */

static void put(struct page *page, unsigned style, uint32_t character)
{
    last_row(page)[page->column++] =
        (struct page_cell){.character = character, .style = (uint8_t)style};
}

static void put_bytes(struct page *page, size_t limit, unsigned style,
                      const char *text, size_t byte_count)
{
    const char *end = text + byte_count;

    last_row(page);
    limit = limit < page->columns ? limit : page->columns;
    while (text < end && *text != '\0') {
        uint32_t character;

        if (page->column >= limit) {
            if (limit > 0) {
                page->cells[(page->rows - 1) * page->columns + limit - 1]
                    .character = ELLIPSIS;
            }
            return;
        }
        text += take_character(text, &character);
        put(page, style, character);
    }
}

void page_text_to(struct page *page, size_t limit, unsigned style,
                  const char *text)
{
    put_bytes(page, limit, style, text, strlen(text));
}

void page_text(struct page *page, unsigned style, const char *text)
{
    page_text_to(page, page->columns, style, text);
}

void page_printf(struct page *page, unsigned style, const char *format, ...)
{
    char text[512];
    va_list values;

    va_start(values, format);
    vsnprintf(text, sizeof(text), format, values);
    va_end(values);
    page_text(page, style, text);
}

static size_t width_of_bytes(const char *text, size_t byte_count)
{
    size_t width = 0;
    uint32_t character;

    for (size_t i = 0; i < byte_count; width++) {
        i += take_character(text + i, &character);
    }
    return width;
}

void page_wrap(struct page *page, size_t indent, unsigned style,
               const char *text)
{
    bool is_first = true;

    last_row(page);
    while (*text != '\0') {
        const size_t byte_count = strcspn(text, " ");
        const size_t width = width_of_bytes(text, byte_count);
        const size_t gap = is_first || page->column <= indent ? 0 : 1;

        if (page->column + gap + width > page->columns &&
            page->column > indent) {
            page_line(page);
            page_to(page, indent);
        } else if (gap > 0) {
            put(page, style, ' ');
        }
        put_bytes(page, page->columns, style, text, byte_count);
        is_first = false;
        text += byte_count + (text[byte_count] == ' ' ? 1 : 0);
    }
}

void page_copy(struct page *page, const struct page *from, size_t row)
{
    const size_t count =
        from->columns < page->columns ? from->columns : page->columns;

    page_line(page);
    memcpy(last_row(page), page_row(from, row),
           count * sizeof(struct page_cell));
    page->column = count;
}

void page_right(struct page *page, unsigned style, const char *text)
{
    const size_t width = page_width(text);

    last_row(page);
    page->column = width < page->columns ? page->columns - width : 0;
    page_text(page, style, text);
}
