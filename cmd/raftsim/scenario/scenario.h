/* SPDX-License-Identifier: MIT
 *
 * scenario.h - a story about a cluster, as a list of events.
 *
 * One verb a line; `;` puts several on one line; `#` at the start of a word
 * begins a comment; nothing is quoted. `title`, `say` and `mark`
 * take the rest of their line as it stands. What the verbs mean: verbs.h.
 */
#ifndef RAFTSIM_SCENARIO_H
#define RAFTSIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/raftsim/scenario/verbs.h"

struct scenario_event {
    enum scenario_verb verb;
    int line;
    size_t word_count; /* after the verb */
    char *words[SCENARIO_MAX_WORDS];
};

struct scenario {
    char *name; /* of the file */
    char *text; /* the words point into it */
    struct scenario_event *events;
    size_t event_count;
    size_t event_capacity;
};

/* "fig8.raft:12: 'elct': no such verb" */
struct scenario_error {
    char text[320];
};

/* NULL: *error says where and why. text: copied. */
struct scenario *scenario_parse(const char *name, const char *text,
                                struct scenario_error *error);
struct scenario *scenario_read(const char *path, struct scenario_error *error);
void scenario_free(struct scenario *scenario); /* NULL is fine */

const char *scenario_verb_text(enum scenario_verb verb);
const char *scenario_verb_usage(enum scenario_verb verb);

/* Fill in *error. word: NULL when it is about none in particular. */
__attribute__((format(printf, 5, 6))) void
scenario_set_error(struct scenario_error *error, const char *name, int line,
                   const char *word, const char *format, ...);

#endif
