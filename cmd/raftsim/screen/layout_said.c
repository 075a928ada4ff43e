/* SPDX-License-Identifier: MIT
 *
 * layout_said.c - labels and names; what the scenario says, and what is wrong
 * with it.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/raftsim/screen/layout.h"

void layout_label(struct page *page, const char *label)
{
    page_line(page);
    page_to(page, 1);
    page_text_to(page, LAYOUT_TEXT_COLUMN - 1, PAGE_BOLD, label);
    page_to(page, LAYOUT_TEXT_COLUMN);
}

char *layout_servers_text(word_servers servers, char *text)
{
    const char *comma = "";

    text[0] = '\0';
    for (unsigned i = 0; i < CLUSTER_MAX_SERVERS; i++) {
        unsigned end = i;
        const size_t length = strlen(text);

        if (!word_set_has(servers, i)) {
            continue;
        }
        while (word_set_has(servers, end + 1)) {
            end++;
        }
        if (end > i + 1) { /* three or more in a row */
            snprintf(text + length, LAYOUT_SERVERS_BYTES - length, "%sS%u..S%u",
                     comma, i + 1, end + 1);
            i = end;
        } else {
            snprintf(text + length, LAYOUT_SERVERS_BYTES - length, "%sS%u",
                     comma, i + 1);
        }
        comma = ",";
    }
    return text;
}

void layout_put_say(struct page *page, const struct stage *stage)
{
    enum scenario_verb told = SCENARIO_VERB_COUNT;

    if (stage->result != PLAYER_OK) {
        return; /* the event failed: what stands behind it was not reached */
    }
    for (size_t i = stage->begins[stage->position];
         i < stage->begins[stage->position + 1]; i++) {
        const struct scenario_event *event = &stage->scenario->events[i];
        const bool is_say = event->verb == SCENARIO_SAY;
        char text[1024];

        if (!is_say && event->verb != SCENARIO_MARK) {
            continue;
        }
        if (!is_say || told != SCENARIO_SAY) { /* says are one paragraph */
            layout_label(page, is_say ? "say" : "mark");
        }
        told = event->verb;
        snprintf(text, sizeof(text), " %s", event->words[0]);
        page_wrap(page, LAYOUT_TEXT_COLUMN,
                  is_say ? PAGE_YELLOW : PAGE_YELLOW | PAGE_BOLD, text);
    }
}

void layout_put_trouble(struct page *page, const struct stage *stage)
{
    if (stage->result == PLAYER_OK) {
        return;
    }
    layout_label(page, stage->result == PLAYER_BAD ? "WRONG" : "FAILED");
    page_wrap(page, LAYOUT_TEXT_COLUMN, PAGE_RED | PAGE_BOLD,
              stage->trouble.text);
    if (stage->broken) {
        page_line(page);
        page_to(page, LAYOUT_TEXT_COLUMN);
        page_wrap(page, LAYOUT_TEXT_COLUMN, PAGE_PLAIN,
                  "A core stopped in the middle of this event; the servers are "
                  "shown as they were before it.");
    }
}
