/* SPDX-License-Identifier: MIT
 *
 * transcript_rules.c - which rules of the paper were at work in an event.
 */
#include <string.h>

#include "cmd/raftsim/scenario/transcript.h"

typedef unsigned long long ull;

enum { TEXT_COLUMN = 15, LAST_COLUMN = 79 };

void transcript_rules(struct transcript *t, size_t place,
                      const struct raft_effects *out)
{
    for (size_t i = 0; i < out->rule_event_count; i++) {
        const struct raft_rule_event *event = &out->rule_events[i];
        const unsigned char met =
            (unsigned char)(2 * event->rule + (event->taken ? 1 : 0));
        const size_t count = t->rule_count[place];

        if (memchr(t->rules[place], met, count) == NULL) {
            t->rules[place][count] = met;
            t->rule_count[place]++;
        }
    }
}

/* Words of text from a column on, wrapped; returns the column reached. */
static size_t print_wrapped(FILE *out, size_t column, const char *text)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");

        if (column + 1 + length > LAST_COLUMN) {
            fprintf(out, "\n%*s", TEXT_COLUMN, "");
            column = TEXT_COLUMN;
        } else if (column > TEXT_COLUMN) {
            fputc(' ', out);
            column++;
        }
        fwrite(text, 1, length, out);
        column += length;
        text += length + (text[length] == ' ' ? 1 : 0);
    }
    return column;
}

static bool same_rules(const struct transcript *t, size_t a, size_t b)
{
    return t->rule_count[a] == t->rule_count[b] &&
           memcmp(t->rules[a], t->rules[b], t->rule_count[a]) == 0;
}

/* "Fig2:AE.4", and "Fig2:AE.3-" for a guard that declined; servers to which
 * the same happened stand together. */
static void print_places(struct transcript *t, const struct cluster *cluster,
                         size_t place)
{
    size_t column = TEXT_COLUMN;
    char word[32];

    for (size_t i = 0; i < place; i++) {
        if (same_rules(t, i, place)) {
            return; /* said already */
        }
    }
    fputs("     rules     ", t->out);
    for (size_t i = place; i < cluster->settings.server_count; i++) {
        if (same_rules(t, i, place)) {
            snprintf(word, sizeof(word), "S%llu", (ull)cluster->servers[i].id);
            column = print_wrapped(t->out, column, word);
        }
    }
    for (size_t i = 0; i < t->rule_count[place]; i++) {
        const unsigned char met = t->rules[place][i];

        snprintf(word, sizeof(word), "%s%s", raft_rule_text(met / 2)->place,
                 met % 2 == 1 ? "" : "-");
        column = print_wrapped(t->out, column, word);
    }
    fputc('\n', t->out);
}

/* What keeps the cluster safe by saying no is told each time. */
static bool is_always_told(unsigned char met)
{
    const bool taken = met % 2 == 1;
    const enum raft_rule rule = (enum raft_rule)(met / 2);

    if (rule == UP_1 || rule == RV_2 || rule == CM_1 || rule == CL_5) {
        return !taken;
    }
    return taken && (rule == AE_2 || rule == AE_3 || rule == MB_8);
}

static void print_why(struct transcript *t, unsigned char met)
{
    const struct raft_rule_text *text = raft_rule_text(met / 2);
    bool *told = &t->told[met / 2][met % 2];

    if (*told && !is_always_told(met)) {
        return;
    }
    *told = true;
    fprintf(t->out, "     %-9s ", met % 2 == 1 ? "why" : "why not");
    print_wrapped(t->out, print_wrapped(t->out, TEXT_COLUMN, text->place),
                  text->says);
    fputc('\n', t->out);
}

void transcript_note_rules(struct transcript *t, const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        for (size_t k = 0; k < t->rule_count[i]; k++) {
            const unsigned char met = t->rules[i][k];

            t->told[met / 2][met % 2] = true;
        }
    }
}

void transcript_print_rules(struct transcript *t, const struct cluster *cluster)
{
    bool done[TRANSCRIPT_MAX_RULES] = {false};

    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        if (t->rule_count[i] > 0) {
            print_places(t, cluster, i);
        }
    }
    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        for (size_t k = 0; k < t->rule_count[i]; k++) {
            const unsigned char met = t->rules[i][k];

            if (!done[met]) {
                done[met] = true;
                print_why(t, met);
            }
        }
    }
}
