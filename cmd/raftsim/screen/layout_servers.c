/* SPDX-License-Identifier: MIT
 *
 * layout_servers.c - one row a server: role, term, vote, timer, log; and what
 * a leader knows of the others.
 */
#include <string.h>

#include "cmd/raftsim/screen/layout.h"
#include "cmd/raftsim/screen/layout_log.h"

typedef unsigned long long ull;

enum {
    ROLE_COLUMN = 4,
    TERM_COLUMN = 9,
    VOTE_COLUMN = 15,
    TIMER_COLUMN = 20,
    COMMIT_COLUMN = 26,
    APPLIED_COLUMN = 33
};

static void put_header(struct page *page, const struct layout_log *log)
{
    page_line(page);
    page_to(page, ROLE_COLUMN);
    page_text(page, PAGE_DIM, "role  term vote timer");
    if (log->wide) {
        page_to(page, COMMIT_COLUMN);
        page_text(page, PAGE_DIM, "commit applied");
    }
    layout_put_indexes(page, log);
}

/* ---- A server ------------------------------------------------------------ */

/* A number or name, to the right; in brackets while it is not on disk. */
static void put_value(struct page *page, size_t end, const char *text,
                      bool durable, bool changed)
{
    char shown[48];
    size_t length;

    snprintf(shown, sizeof(shown), durable ? "%s" : "(%s)", text);
    length = strlen(shown);
    page_to(page, end > length ? end - length : 0);
    page_text(page, changed ? PAGE_REVERSE : PAGE_PLAIN, shown);
}

static void put_number(struct page *page, size_t end, uint64_t number,
                       bool durable, bool changed)
{
    char text[32];

    snprintf(text, sizeof(text), "%llu", (ull)number);
    put_value(page, end, text, durable, changed);
}

static void put_role(struct page *page, const struct snapshot_server *server,
                     bool changed)
{
    static const struct {
        const char *letter;
        unsigned style;
    } roles[] = {[SNAPSHOT_OFF] = {"-", PAGE_DIM},
                 [SNAPSHOT_DOWN] = {"down", PAGE_RED},
                 [SNAPSHOT_FOLLOWER] = {"F", PAGE_PLAIN},
                 [SNAPSHOT_PRE_VOTING] = {"p", PAGE_YELLOW},
                 [SNAPSHOT_CANDIDATE] = {"C", PAGE_YELLOW | PAGE_BOLD},
                 [SNAPSHOT_LEADER] = {"L", PAGE_GREEN | PAGE_BOLD}};

    page_to(page, ROLE_COLUMN);
    page_text(page, roles[server->role].style | (changed ? PAGE_REVERSE : 0u),
              roles[server->role].letter);
}

static bool is_running(const struct snapshot_server *server)
{
    return server->role > SNAPSHOT_DOWN;
}

static void put_state(struct page *page, const struct snapshot_server *was,
                      const struct snapshot_server *is, bool wide)
{
    char vote[32] = "-";

    put_role(page, is, was->role != is->role);
    put_number(page, TERM_COLUMN + 5, is->current_term, is->term_is_durable,
               was->current_term != is->current_term);
    if (is->voted_for != RAFT_NO_SERVER) {
        snprintf(vote, sizeof(vote), "S%llu", (ull)is->voted_for);
    }
    put_value(page, VOTE_COLUMN + 4, vote, is->vote_is_durable,
              was->voted_for != is->voted_for);
    if (!is_running(is)) {
        return;
    }
    page_to(page, TIMER_COLUMN);
    page_printf(page, PAGE_DIM, "%s%3u",
                is->role == SNAPSHOT_LEADER ? "hb" : "el",
                (unsigned)is->ticks_left);
    if (wide) {
        put_number(page, COMMIT_COLUMN + 6, is->commit_index, true,
                   was->commit_index != is->commit_index);
        put_number(page, APPLIED_COLUMN + 7, is->last_applied, true,
                   was->last_applied != is->last_applied);
    }
}

static void put_server(struct page *page, const struct layout_log *log,
                       const struct snapshot_server *was,
                       const struct snapshot_server *is)
{
    page_line(page);
    page_text(page, PAGE_BOLD, snapshot_server_changed(was, is) ? "*" : " ");
    page_printf(page, PAGE_BOLD, "S%llu", (ull)is->id);
    put_state(page, was, is, log->wide);
    layout_put_log(page, log, was, is);
}

/* ---- What a leader knows of the others ----------------------------------- */

static void put_indexes(struct page *page, const struct snapshot_server *was,
                        const struct snapshot_server *is, bool next)
{
    page_text(page, PAGE_DIM, next ? "next_index" : "match_index");
    for (size_t i = 0; i < is->peer_count; i++) {
        const struct snapshot_peer *old = &was->peers[i];
        const struct snapshot_peer *peer = &is->peers[i];
        const raft_index index = next ? peer->next_index : peer->match_index;
        const bool changed =
            i >= was->peer_count ||
            index != (next ? old->next_index : old->match_index);

        page_printf(page, PAGE_PLAIN, " S%llu:", (ull)peer->id);
        page_printf(page, changed ? PAGE_REVERSE : PAGE_PLAIN, "%llu",
                    (ull)index);
    }
}

static void put_leader(struct page *page, const struct snapshot_server *was,
                       const struct snapshot_server *is)
{
    page_line(page);
    page_printf(page, PAGE_BOLD, " S%llu", (ull)is->id);
    page_to(page, ROLE_COLUMN);
    put_indexes(page, was, is, false);
    if (page->column * 2 > page->columns) {
        page_line(page);
        page_to(page, ROLE_COLUMN);
    } else {
        page_text(page, PAGE_PLAIN, "   ");
    }
    put_indexes(page, was, is, true);
}

size_t layout_put_servers(struct page *page, const struct stage *stage,
                          size_t log_shift)
{
    const struct snapshot *now = &stage->now;
    size_t furthest = SIZE_MAX;
    const struct layout_log log =
        layout_log_fit(stage, page->columns, &log_shift);

    (void)layout_log_fit(stage, page->columns, &furthest);
    put_header(page, &log);
    for (size_t i = 0; i < now->server_count; i++) {
        put_server(page, &log, &stage->before.servers[i], &now->servers[i]);
    }
    for (size_t i = 0; i < now->server_count; i++) {
        if (now->servers[i].peer_count > 0) {
            put_leader(page, &stage->before.servers[i], &now->servers[i]);
        }
    }
    return furthest;
}
