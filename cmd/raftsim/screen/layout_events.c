/* SPDX-License-Identifier: MIT
 *
 * layout_events.c - what is under way, what the event was and what it did.
 *
 * Neighbouring lines that differ only in who sends, or only in who receives,
 * are one: "S1>S2..S5 append ...".
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/screen/layout.h"

/* ---- Lines that are alike ------------------------------------------------ */

/* A line, or some: lead, "S1>S2", rest. from 0: not about a message. */
struct group {
    const char *lead;
    size_t lead_bytes;
    word_servers from;
    word_servers to;
    const char *rest;
};

static const char *take_server(const char *text, word_servers *server)
{
    char *end;
    unsigned long id;

    if (text[0] != 'S' || !isdigit((unsigned char)text[1])) {
        return NULL;
    }
    id = strtoul(text + 1, &end, 10);
    if (id < 1 || id > CLUSTER_MAX_SERVERS) {
        return NULL;
    }
    *server = 1u << (id - 1);
    return end;
}

static struct group parse(const char *line)
{
    struct group group = {.lead = line, .rest = line};
    const char *arrow = strchr(line, '>');
    const char *from = arrow;

    while (from != NULL && from > line && from[-1] != ' ') {
        from--;
    }
    if (from != NULL && take_server(from, &group.from) == arrow) {
        group.rest = take_server(arrow + 1, &group.to);
        group.lead_bytes = (size_t)(from - line);
    }
    if (group.to == 0 || group.rest == NULL) {
        return (struct group){.lead = line, .rest = line};
    }
    return group;
}

/* false: they do not belong together. */
static bool merge(struct group *group, const struct group *line)
{
    if (group->from == 0 || line->from == 0 ||
        group->lead_bytes != line->lead_bytes ||
        memcmp(group->lead, line->lead, line->lead_bytes) != 0 ||
        strcmp(group->rest, line->rest) != 0) {
        return false;
    }
    if (group->from == line->from && (group->to & line->to) == 0) {
        group->to |= line->to;
        return true;
    }
    if (group->to == line->to && (group->from & line->from) == 0) {
        group->from |= line->from;
        return true;
    }
    return false;
}

static void put_group(struct page *page, const struct group *group,
                      unsigned style)
{
    char from[LAYOUT_SERVERS_BYTES];
    char to[LAYOUT_SERVERS_BYTES];

    if (group->from == 0) {
        page_text(page, style, group->lead);
        return;
    }
    page_printf(page, style, "%.*s%s>%s%s", (int)group->lead_bytes, group->lead,
                layout_servers_text(group->from, from),
                layout_servers_text(group->to, to), group->rest);
}

/* ---- In flight ----------------------------------------------------------- */

static void begin_message(struct page *page, bool first)
{
    if (!first) {
        page_line(page);
        page_to(page, LAYOUT_TEXT_COLUMN);
    }
}

/* Those the event has sent are marked. */
static void put_flight_group(struct page *page, const struct group *group,
                             bool is_new, bool held)
{
    page_to(page, LAYOUT_TEXT_COLUMN - 1);
    page_text(page, PAGE_BOLD, is_new ? "*" : " ");
    put_group(page, group, PAGE_PLAIN);
    if (held) {
        page_text(page, PAGE_DIM, " (held)");
    }
}

void layout_put_flight(struct page *page, const struct stage *stage, bool all)
{
    const struct snapshot *now = &stage->now;
    char label[32] = "in flight";

    if (now->message_count > 0) {
        snprintf(label, sizeof(label), "in flight %zu", now->message_count);
    }
    page_line(page);
    page_to(page, 1);
    page_text_to(page, LAYOUT_TEXT_COLUMN - 1, PAGE_BOLD, label);
    if (now->message_count == 0) {
        page_to(page, LAYOUT_TEXT_COLUMN);
        page_text(page, PAGE_DIM, "nothing");
    }
    for (size_t i = 0; i < now->message_count;) {
        const struct snapshot_message *first = &now->messages[i];
        const bool is_new = first->number > stage->before.sent_count;
        struct group group = parse(first->text);
        size_t next = i + 1;

        for (; next < now->message_count && !all; next++) {
            const struct snapshot_message *other = &now->messages[next];
            const struct group line = parse(other->text);

            if ((other->number > stage->before.sent_count) != is_new ||
                other->held != first->held || !merge(&group, &line)) {
                break;
            }
        }
        if (i > 0) {
            page_line(page);
        }
        put_flight_group(page, &group, is_new, first->held);
        i = next;
    }
}

/* ---- The event ---------------------------------------------------------- */

static bool is_expectation(const struct stage *stage)
{
    return stage->position > 0 &&
           stage->scenario->events[stage->begins[stage->position]].verb ==
               SCENARIO_EXPECT;
}

void layout_put_event(struct page *page, const struct stage *stage)
{
    const struct happened *happened = &stage->happened;
    char label[32];
    char text[512];

    snprintf(label, sizeof(label), "event %zu", stage->position);
    layout_label(page, label);
    page_text(page, PAGE_BOLD | PAGE_CYAN,
              stage_event_text(stage, stage->position, text, sizeof(text)));
    if (is_expectation(stage) && stage->result == PLAYER_OK) {
        page_text(page, PAGE_GREEN, "   holds");
    }
    for (size_t i = 0; i < happened->line_count;) {
        struct group group = parse(happened->lines[i]);

        for (i++; i < happened->line_count; i++) {
            const struct group line = parse(happened->lines[i]);

            if (!merge(&group, &line)) {
                break;
            }
        }
        begin_message(page, false);
        put_group(page, &group, PAGE_PLAIN);
    }
}
