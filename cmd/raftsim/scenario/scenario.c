/* SPDX-License-Identifier: MIT
 *
 * scenario.c - a story about a cluster, as a list of events.
 */
#include "cmd/raftsim/scenario/scenario.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"

enum { MAX_FILE_BYTES = 1 << 20 };

static const struct verb {
    const char *word;
    size_t least;
    size_t most;
    const char *usage;
} verbs[] = {
#define VERB_ROW(verb, word, least, most, usage) {word, least, most, usage},
    SCENARIO_VERBS(VERB_ROW)
#undef VERB_ROW
};

const char *scenario_verb_text(enum scenario_verb verb)
{
    return verbs[verb].word;
}

const char *scenario_verb_usage(enum scenario_verb verb)
{
    return verbs[verb].usage;
}

void scenario_set_error(struct scenario_error *error, const char *name,
                        int line, const char *word, const char *format, ...)
{
    const size_t size = sizeof(error->text);
    va_list values;
    int used = snprintf(error->text, size, "%.100s:", name);

    if (line > 0) {
        used += snprintf(error->text + used, size - (size_t)used, "%d:", line);
    }
    if (word != NULL) {
        used += snprintf(error->text + used, size - (size_t)used,
                         " '%.60s':", word);
    }
    error->text[used++] = ' ';
    va_start(values, format);
    vsnprintf(error->text + used, size - (size_t)used, format, values);
    va_end(values);
}

/* ---- Lines --------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static char *skip_blanks(char *text)
{
    while (is_blank(*text)) {
        text++;
    }
    return text;
}

/* A # that begins a word, and all behind it, goes. */
static void cut_comment(char *line)
{
    for (char *c = line; *c != '\0'; c++) {
        if (*c == '#' && (c == line || is_blank(c[-1]))) {
            *c = '\0';
            return;
        }
    }
}

static void cut_blanks_at_end(char *line)
{
    size_t length = strlen(line);

    while (length > 0 && is_blank(line[length - 1])) {
        line[--length] = '\0';
    }
}

/* The next word, ended with a NUL; NULL at the end of the line. */
static char *next_word(char **rest)
{
    char *word = skip_blanks(*rest);
    char *end = word;

    if (*word == '\0') {
        return NULL;
    }
    while (*end != '\0' && !is_blank(*end)) {
        end++;
    }
    *rest = *end == '\0' ? end : end + 1;
    *end = '\0';
    return word;
}

static bool find_verb(const char *word, enum scenario_verb *verb)
{
    for (int i = 0; i < SCENARIO_VERB_COUNT; i++) {
        if (strcmp(word, verbs[i].word) == 0) {
            *verb = (enum scenario_verb)i;
            return true;
        }
    }
    return false;
}

static bool takes_text(enum scenario_verb verb)
{
    return strcmp(verbs[verb].usage, "TEXT") == 0;
}

/* ---- Events -------------------------------------------------------------- */

static bool take_words(const struct scenario *scenario,
                       struct scenario_event *event, char *rest,
                       struct scenario_error *error)
{
    const struct verb *verb = &verbs[event->verb];
    char *word;

    while ((word = next_word(&rest)) != NULL) {
        if (event->word_count == verb->most) {
            scenario_set_error(error, scenario->name, event->line, word,
                               "one word too many; usage: %s %s", verb->word,
                               verb->usage);
            return false;
        }
        event->words[event->word_count++] = word;
    }
    if (event->word_count < verb->least) {
        scenario_set_error(error, scenario->name, event->line, verb->word,
                           "too few words; usage: %s %s", verb->word,
                           verb->usage);
        return false;
    }
    return true;
}

static bool add_event(struct scenario *scenario, int line, char *text,
                      struct scenario_error *error)
{
    struct scenario_event event = {.line = line};
    char *rest = text;
    char *word = next_word(&rest);

    if (word == NULL) {
        return true;
    }
    if (!find_verb(word, &event.verb)) {
        scenario_set_error(error, scenario->name, line, word, "no such verb");
        return false;
    }
    if (takes_text(event.verb) && *skip_blanks(rest) != '\0') {
        event.words[event.word_count++] = skip_blanks(rest);
    } else if (!take_words(scenario, &event, rest, error)) {
        return false;
    }
    scenario->events =
        sim_grow(scenario->events, scenario->event_count,
                 &scenario->event_capacity, sizeof(*scenario->events));
    scenario->events[scenario->event_count++] = event;
    return true;
}

/* Does the line tell something? Then `;` is part of it. */
static bool is_text_line(const char *line)
{
    return strncmp(line, "say ", 4) == 0 || strncmp(line, "title ", 6) == 0 ||
           strncmp(line, "mark ", 5) == 0;
}

static bool add_line(struct scenario *scenario, int number, char *line,
                     struct scenario_error *error)
{
    line = skip_blanks(line);
    cut_comment(line);
    cut_blanks_at_end(line);
    if (is_text_line(line)) {
        return add_event(scenario, number, line, error);
    }
    while (line != NULL) {
        char *semicolon = strchr(line, ';');

        if (semicolon != NULL) {
            *semicolon++ = '\0';
        }
        if (!add_event(scenario, number, line, error)) {
            return false;
        }
        line = semicolon;
    }
    return true;
}

static bool add_lines(struct scenario *scenario, struct scenario_error *error)
{
    char *line = scenario->text;

    for (int number = 1; line != NULL; number++) {
        char *end = strchr(line, '\n');

        if (end != NULL) {
            *end++ = '\0';
        }
        if (!add_line(scenario, number, line, error)) {
            return false;
        }
        line = end;
    }
    if (scenario->event_count == 0) {
        scenario_set_error(error, scenario->name, 0, NULL, "no event in it");
        return false;
    }
    return true;
}

struct scenario *scenario_parse(const char *name, const char *text,
                                struct scenario_error *error)
{
    struct scenario *scenario = sim_calloc(1, sizeof(*scenario));

    scenario->name = sim_copy(name, strlen(name) + 1);
    scenario->text = sim_copy(text, strlen(text) + 1);
    if (!add_lines(scenario, error)) {
        scenario_free(scenario);
        return NULL;
    }
    return scenario;
}

/* The line of what a terminal would obey, not show; 0: there is none. */
static int find_control(const unsigned char *c)
{
    for (int line = 1; *c != '\0'; c++) {
        const bool ends = *c == '\n' || (*c == '\r' && c[1] == '\n');

        if ((*c < 0x20 && *c != '\t' && !ends) || *c == 0x7f ||
            (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)) {
            return line; /* the last ones: U+0080 to U+009F */
        }
        line += *c == '\n' ? 1 : 0;
    }
    return 0;
}

struct scenario *scenario_read(const char *path, struct scenario_error *error)
{
    struct scenario *scenario = NULL;
    FILE *file = fopen(path, "r");
    int line;

    if (file == NULL) {
        scenario_set_error(error, path, 0, NULL, "%s", strerror(errno));
        return NULL;
    }
    char *text = sim_realloc(NULL, MAX_FILE_BYTES + 1);
    const size_t byte_count = fread(text, 1, MAX_FILE_BYTES, file);

    text[byte_count] = '\0';
    if (ferror(file) || (byte_count == MAX_FILE_BYTES && fgetc(file) != EOF)) {
        scenario_set_error(error, path, 0, NULL, "%s",
                           ferror(file) ? strerror(errno)
                                        : "longer than 1 MiB");
    } else if (strlen(text) != byte_count) {
        scenario_set_error(error, path, 0, NULL, "not a text: a NUL in it");
    } else if ((line = find_control((const unsigned char *)text)) > 0) {
        scenario_set_error(error, path, line, NULL,
                           "not a text: a control character in it");
    } else {
        scenario = scenario_parse(path, text, error);
    }
    free(text);
    fclose(file);
    return scenario;
}

void scenario_free(struct scenario *scenario)
{
    if (scenario == NULL) {
        return;
    }
    free(scenario->name);
    free(scenario->text);
    free(scenario->events);
    free(scenario);
}
