/* SPDX-License-Identifier: MIT
 *
 * layout_links.c - links that are cut or held, writes under way, and what the
 * scenario has made of disks, state machines and clocks.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/raftsim/screen/layout.h"

typedef unsigned long long ull;

/* One of the things that stand behind a label, which comes with the first;
 * what does not fit goes to the next row as a whole. */
static void put_thing(struct page *page, const char *label, bool *any,
                      unsigned style, const char *text)
{
    if (!*any) {
        layout_label(page, label);
    } else if (page->column + 2 + page_width(text) > page->columns) {
        page_line(page);
        page_to(page, LAYOUT_TEXT_COLUMN);
    } else {
        page_text(page, style, "  ");
    }
    page_text(page, style, text);
    *any = true;
}

/* ---- Links --------------------------------------------------------------- */

/* Whom each server reaches by such a link. */
static void find_links(const struct snapshot *now, bool cut,
                       word_servers to[CLUSTER_MAX_SERVERS])
{
    memset(to, 0, CLUSTER_MAX_SERVERS * sizeof(to[0]));
    for (size_t i = 0; i < now->link_count; i++) {
        if (now->links[i].cut == cut) {
            to[now->links[i].from - 1] |= 1u << (now->links[i].to - 1);
        }
    }
}

/* Servers with links to the same others are one: "S1,S2>S3..S5". */
static void put_links(struct page *page, const struct snapshot *now, bool cut)
{
    word_servers to[CLUSTER_MAX_SERVERS];
    char from_text[LAYOUT_SERVERS_BYTES];
    char to_text[LAYOUT_SERVERS_BYTES];
    char text[2 * LAYOUT_SERVERS_BYTES];
    bool any = false;

    find_links(now, cut, to);
    for (size_t i = 0; i < now->server_count; i++) {
        const word_servers others = to[i];
        word_servers from = 0;

        for (size_t k = i; k < now->server_count && others != 0; k++) {
            if (to[k] == others) {
                from |= 1u << k;
                to[k] = 0;
            }
        }
        if (from != 0) {
            snprintf(text, sizeof(text), "%s>%s",
                     layout_servers_text(from, from_text),
                     layout_servers_text(others, to_text));
            put_thing(page, cut ? "cut" : "held", &any, PAGE_RED, text);
        }
    }
}

/* ---- Servers ------------------------------------------------------------- */

static void put_writes(struct page *page, const struct snapshot *now)
{
    char text[48];
    bool any = false;

    for (size_t i = 0; i < now->server_count; i++) {
        const struct snapshot_server *server = &now->servers[i];

        if (server->writes_under_way > 0) {
            snprintf(text, sizeof(text), "S%llu: %zu to do", (ull)server->id,
                     server->writes_under_way);
            put_thing(page, "writing", &any, PAGE_PLAIN, text);
        }
    }
}

enum manner { DISK_WORKS, DISK_FAILS, MACHINE_WORKS, CLOCK_RUNS, MANNER_COUNT };

/* In the words of the scenario; "": as usual. */
static void manner_text(const struct snapshot_server *server,
                        enum manner manner, char *text, size_t text_bytes)
{
    text[0] = '\0';
    switch (manner) {
    case DISK_WORKS:
        if (server->disk_by_hand) {
            snprintf(text, text_bytes, "by-hand");
        } else if (server->snapshots_by_hand) {
            snprintf(text, text_bytes, "snapshots-by-hand");
        } else if (server->disk_slow_ticks > 0) {
            snprintf(text, text_bytes, "slow=%u",
                     (unsigned)server->disk_slow_ticks);
        }
        break;
    case DISK_FAILS:
        snprintf(text, text_bytes, "%s", server->disk_fails ? "fails" : "");
        break;
    case MACHINE_WORKS:
        snprintf(text, text_bytes, "%s",
                 server->machine_by_hand ? "by-hand" : "");
        break;
    case CLOCK_RUNS:
        if (server->clock_percent != 100) {
            snprintf(text, text_bytes, "%u%%", (unsigned)server->clock_percent);
        }
        break;
    case MANNER_COUNT:
        break;
    }
}

/* "disk S2..S5 by-hand" */
static void put_manner(struct page *page, const struct snapshot *now,
                       enum manner manner, bool *any)
{
    static const char *const verbs[MANNER_COUNT] = {"disk", "disk", "machine",
                                                    "clock"};
    word_servers told = 0;

    for (size_t i = 0; i < now->server_count; i++) {
        word_servers servers = 0;
        char names[LAYOUT_SERVERS_BYTES];
        char first[24];
        char other[24];
        char text[128];

        manner_text(&now->servers[i], manner, first, sizeof(first));
        if (first[0] == '\0' || word_set_has(told, i)) {
            continue;
        }
        for (size_t k = i; k < now->server_count; k++) {
            manner_text(&now->servers[k], manner, other, sizeof(other));
            servers |= strcmp(first, other) == 0 ? 1u << k : 0u;
        }
        told |= servers;
        snprintf(text, sizeof(text), "%s %s %s", verbs[manner],
                 layout_servers_text(servers, names), first);
        put_thing(page, "unusual", any, PAGE_YELLOW, text);
    }
}

void layout_put_links(struct page *page, const struct stage *stage)
{
    bool any = false;

    put_links(page, &stage->now, true);
    put_links(page, &stage->now, false);
    put_writes(page, &stage->now);
    for (int manner = 0; manner < MANNER_COUNT; manner++) {
        put_manner(page, &stage->now, (enum manner)manner, &any);
    }
}
