/* SPDX-License-Identifier: MIT
 *
 * layout_log.c - the servers' logs, one cell an entry, below each other.
 */
#include "cmd/raftsim/screen/layout_log.h"

#include <string.h>

typedef unsigned long long ull;

/* Left of them: the servers, with commit and applied as numbers or without. */
enum { WIDE_COLUMN = 45, NARROW_COLUMN = 30 };

/* ---- What of the logs fits ----------------------------------------------- */

static raft_index longest_log(const struct snapshot *snapshot)
{
    raft_index last = 0;

    for (size_t i = 0; i < snapshot->server_count; i++) {
        if (snapshot->servers[i].entry_count > last) {
            last = snapshot->servers[i].entry_count;
        }
    }
    return last;
}

static void measure(struct layout_log *log, const struct snapshot *snapshot)
{
    log->term_width = 1;
    for (size_t i = 0; i < snapshot->server_count; i++) {
        const struct snapshot_server *server = &snapshot->servers[i];

        for (size_t k = 0; k < server->entry_count; k++) {
            const struct snapshot_entry *entry = &server->entries[k];
            char text[32];
            const int width =
                snprintf(text, sizeof(text), "%llu", (ull)entry->term);

            if ((size_t)width > log->term_width) {
                log->term_width = (size_t)width;
            }
            if (entry->mark != ' ' && entry->mark != 's') {
                log->mark_width = 1;
            }
        }
    }
}

/* "[4]" and what stands behind it. */
static size_t cell_width(const struct layout_log *log)
{
    return log->term_width + log->mark_width + 3;
}

static size_t cells_that_fit(size_t columns, size_t from, size_t width)
{
    return columns > from ? (columns - from) / width : 0;
}

/* Logs too long for the page show their tails. */
struct layout_log layout_log_fit(const struct stage *stage, size_t columns,
                                 size_t *shift)
{
    const raft_index was = longest_log(&stage->before);
    struct layout_log w = {.last = longest_log(&stage->now)};
    const raft_index last = was > w.last ? was : w.last;

    measure(&w, &stage->now);

    const size_t width = cell_width(&w);
    const size_t wide = cells_that_fit(columns, WIDE_COLUMN, width);
    const size_t narrow = cells_that_fit(columns, NARROW_COLUMN, width);

    w.wide = wide >= last || narrow < last;
    w.count = w.wide ? wide : narrow;
    w.column = w.wide ? WIDE_COLUMN : NARROW_COLUMN;
    if (last <= w.count) {
        *shift = 0;
        w.first = 1;
        return w;
    }
    if (*shift > last - w.count) {
        *shift = last - w.count;
    }
    w.first = last - w.count + 1 - *shift;
    return w;
}

void layout_put_indexes(struct page *page, const struct layout_log *log)
{
    page_to(page, log->column - 4);
    page_text(page, PAGE_DIM, log->first > 1 ? "log" PAGE_ELLIPSIS : "log");
    for (size_t i = 0; i < log->count && log->first + i <= log->last; i++) {
        const size_t end =
            log->column + i * cell_width(log) + 1 + log->term_width;
        char text[32];
        const int length =
            snprintf(text, sizeof(text), "%llu", (ull)(log->first + i));

        page_to(page, end - (size_t)length);
        page_text(page, PAGE_DIM, text);
    }
}

/* A colour for each term, as in the paper's figures. */
static unsigned term_colour(raft_term term)
{
    static const unsigned colours[] = {PAGE_CYAN,    PAGE_GREEN, PAGE_YELLOW,
                                       PAGE_MAGENTA, PAGE_BLUE,  PAGE_RED};

    return colours[term % (sizeof(colours) / sizeof(colours[0]))];
}

static void put_mark(struct page *page, const struct snapshot_server *was,
                     const struct snapshot_server *is, raft_index index)
{
    const bool new_entry = snapshot_entry_changed(was, is, index);

    if (index <= is->last_applied) {
        page_text(page, index > was->last_applied ? PAGE_REVERSE : PAGE_PLAIN,
                  PAGE_CHECK);
    } else if (index <= is->commit_index) {
        page_text(page, index > was->commit_index ? PAGE_REVERSE : PAGE_PLAIN,
                  "c");
    } else {
        page_text(page, PAGE_PLAIN, new_entry ? "*" : " ");
    }
}

/* "[4]" is on the server's disk, "(4)" not yet; "[s]": gone into a snapshot;
 * "x": deleted just now. */
static void put_entry(struct page *page, const struct layout_log *log,
                      const struct snapshot_server *was,
                      const struct snapshot_server *is, raft_index index)
{
    const bool durable = index <= is->durable_index;
    char text[48];

    if (index > is->entry_count) {
        page_printf(page, PAGE_DIM, " %*s", (int)log->term_width, "x");
        return;
    }
    const struct snapshot_entry *entry = &is->entries[index - 1];

    if (entry->mark == 's') {
        page_printf(page, PAGE_DIM, "[%*s]",
                    (int)(log->term_width + log->mark_width), "s");
        put_mark(page, was, is, index);
        return;
    }
    snprintf(text, sizeof(text), "%*llu%.*s", (int)log->term_width,
             (ull)entry->term, (int)log->mark_width, &entry->mark);
    page_printf(
        page,
        term_colour(entry->term) |
            (snapshot_entry_changed(was, is, index) ? PAGE_REVERSE : 0u),
        durable ? "[%s]" : "(%s)", text);
    put_mark(page, was, is, index);
}

void layout_put_log(struct page *page, const struct layout_log *log,
                    const struct snapshot_server *was,
                    const struct snapshot_server *is)
{
    const size_t longer =
        was->entry_count > is->entry_count ? was->entry_count : is->entry_count;

    for (size_t i = 0; i < log->count && log->first + i <= longer; i++) {
        page_to(page, log->column + i * cell_width(log));
        put_entry(page, log, was, is, log->first + i);
    }
}
