/* SPDX-License-Identifier: MIT
 *
 * happened.c - what one event did: in words, and as rules of the paper.
 */
#include "cmd/raftsim/screen/happened.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"

enum { MARGIN = 5 }; /* of a transcript; an event's number stands in it */

void happened_free(struct happened *happened)
{
    for (size_t i = 0; i < happened->line_count; i++) {
        free(happened->lines[i]);
    }
    free(happened->lines);
    *happened = (struct happened){0};
}

/* ---- Rules --------------------------------------------------------------- */

static void add_rule(struct happened *happened, size_t place,
                     const struct raft_rule_event *event)
{
    const word_servers server = 1u << place;

    for (size_t i = 0; i < happened->rule_count; i++) {
        struct happened_rule *known = &happened->rules[i];

        if (known->rule == event->rule && known->taken == event->taken) {
            known->servers |= server;
            return;
        }
    }
    happened->rules[happened->rule_count++] = (struct happened_rule){
        .rule = event->rule, .taken = event->taken, .servers = server};
}

static void on_stepped(void *self, size_t place, const struct raft_effects *out)
{
    for (size_t i = 0; i < out->rule_event_count; i++) {
        add_rule(self, place, &out->rule_events[i]);
    }
}

static void on_ended(void *self, const struct cluster *cluster)
{
    struct happened *happened = self;

    (void)cluster;
    happened->ended = true;
}

/* ---- Words --------------------------------------------------------------- */

static void add_line(struct happened *happened, const char *line, size_t length)
{
    char *copy = sim_calloc(length + 1, 1);

    memcpy(copy, line, length);
    happened->lines = sim_realloc(happened->lines,
                                  (happened->line_count + 1) * sizeof(char *));
    happened->lines[happened->line_count++] = copy;
}

static bool is_in_margin(const char *line)
{
    return strncmp(line, "     ", MARGIN) == 0;
}

/* "S1 leader ..." or "rules ...": from there on the screen shows it itself. */
static bool is_state_or_rules(const char *line)
{
    return (line[MARGIN] == 'S' && isdigit((unsigned char)line[MARGIN + 1])) ||
           strncmp(line + MARGIN, "rules ", 6) == 0 ||
           strncmp(line + MARGIN, "in flight ", 10) == 0;
}

static void take_lines(struct happened *happened)
{
    const char *line = happened->text;
    bool begun = false;

    while (*line != '\0') {
        const size_t length = strcspn(line, "\n");

        if (!is_in_margin(line)) {
            begun = begun || length > 0;
        } else if (begun && is_state_or_rules(line)) {
            return;
        } else if (begun) {
            add_line(happened, line + MARGIN, length - MARGIN);
        }
        line += length + (line[length] == '\n' ? 1 : 0);
    }
}

/* ---- Listening ----------------------------------------------------------- */

void happened_listen(struct happened *happened, struct player *player)
{
    const struct player_listener listener = {
        .self = happened, .stepped = on_stepped, .ended = on_ended};

    happened_free(happened);
    happened->out = open_memstream(&happened->text, &happened->text_bytes);
    player_listen(player, &listener);
    player_print_to(player, happened->out);
}

void happened_end(struct happened *happened, struct player *player)
{
    static const struct player_listener nobody;

    player_listen(player, &nobody);
    player_print_to(player, NULL);
    if (happened->out != NULL && fclose(happened->out) == 0) {
        take_lines(happened);
    }
    free(happened->text);
    happened->out = NULL;
    happened->text = NULL;
}
