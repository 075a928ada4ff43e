/* SPDX-License-Identifier: MIT
 *
 * layout_help.c - the keys, and how to read the screen.
 */
#include <string.h>

#include "cmd/raftsim/screen/layout.h"

void layout_put_keys(struct page *page)
{
    static const char *const keys[] = {
        "[n]ext",  "[b]ack", "[N/B]mark",  "[g]oto", "[r]un to",
        "[/]find", "[w]hy",  "[m]essages", "[h]elp", "[q]uit"};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const size_t key_bytes = strcspn(keys[i], "]") + 1;

        page_text(page, PAGE_PLAIN, i == 0 ? "" : " ");
        page_printf(page, PAGE_BOLD | PAGE_CYAN, "%.*s", (int)key_bytes,
                    keys[i]);
        page_text(page, PAGE_DIM, keys[i] + key_bytes);
    }
}

struct help_line {
    const char *keys; /* NULL: a heading */
    const char *does;
};

static const struct help_line lines[] = {
    {NULL, "Keys"},
    {"n right space", "next event; Enter does it, too"},
    {"b left", "back: everything is played again up to the event before"},
    {"N PageDown", "on to the next mark of the scenario"},
    {"B PageUp", "back to the mark before"},
    {"Home End", "the set-up; the last event"},
    {"g", "go to an event by its number"},
    {"r", "run until a condition holds: S1.commit=2, S1..S3.role=follower"},
    {"/", "find a word in events, marks and what is said; f F: on, back"},
    {"w", "why: all that happened, every rule in full; w: back"},
    {"m", "all messages in flight; m: back"},
    {"up down", "scroll what w, m and h show"},
    {"< >", "logs longer than the screen: older entries, newer ones"},
    {"q", "quit"},
    {NULL, ""},
    {NULL, "Servers"},
    {"L C F p down", "leader, candidate, follower, asking for pre-votes"},
    {"el 12, hb 3", "ticks to the election time-out, to the next heartbeat"},
    {"*", "the event changed this server, sent this message"},
    {"[4]  (4)", "an entry of term 4 on the server's disk; not yet there"},
    {"4n  4c", "a no-op, a configuration"},
    {PAGE_CHECK "  c", "behind an entry: applied; committed, not yet applied"},
    {"*  x", "behind an entry: new; in its place: deleted by the event"},
    {"(4) (S1)", "term, vote: decided, the disk does not have it yet"},
    {NULL, ""},
    {NULL, "Why"},
    {"Fig2:AE.3", "Figure 2, AppendEntries, receiver 3; docs/paper-map.md"},
    {"NOT taken", "the rule is a guard, and it declined; short: Fig2:AE.3-"},
};

void layout_put_help(struct page *page)
{
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        page_line(page);
        page_to(page, 1);
        if (lines[i].keys == NULL) {
            page_text(page, PAGE_BOLD, lines[i].does);
            continue;
        }
        page_text(page, PAGE_CYAN, lines[i].keys);
        page_to(page, 16);
        page_text(page, PAGE_PLAIN, lines[i].does);
    }
}
