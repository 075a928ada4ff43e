/* SPDX-License-Identifier: MIT
 *
 * layout_log.h - the servers' logs, one cell an entry, below each other.
 */
#ifndef RAFTSIM_LAYOUT_LOG_H
#define RAFTSIM_LAYOUT_LOG_H

#include "cmd/raftsim/screen/page.h"
#include "cmd/raftsim/screen/stage.h"

/* How they are drawn: entries first .. first + count - 1. */
struct layout_log {
    size_t column; /* of the first cell */
    size_t term_width;
    size_t mark_width; /* of 'n' and 'c'; 0 when there are none */
    bool wide;         /* room for commit and applied as numbers, too */
    raft_index first;
    size_t count;
    raft_index last; /* of all logs */
};

/*
 * What fits: all entries, or their tails, moved by *shift to older ones; what
 * is too much of it is taken off.
 */
struct layout_log layout_log_fit(const struct stage *stage, size_t columns,
                                 size_t *shift);

/* The indexes, and one server's entries, on the row begun. */
void layout_put_indexes(struct page *page, const struct layout_log *log);
void layout_put_log(struct page *page, const struct layout_log *log,
                    const struct snapshot_server *was,
                    const struct snapshot_server *is);

#endif
