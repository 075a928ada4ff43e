/* SPDX-License-Identifier: MIT
 *
 * scenario.h - a story about a cluster, as a list of events.
 *
 * One verb a line; `;` puts several on one line; `#` at the start of a word
 * begins a comment; nothing is quoted. `title`, `say` and `mark`
 * take the rest of their line as it stands. What the verbs mean: player.h.
 */
#ifndef RAFTSIM_SCENARIO_H
#define RAFTSIM_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>

/* Verb, as it is written, least and most words after it, what they are. */
/* clang-format off */
#define SCENARIO_VERBS(X) \
    X(TITLE,    "title",    1, 1,  "TEXT") \
    X(SERVERS,  "servers",  1, 1,  "NUMBER") \
    X(OPTIONS,  "options",  1, 12, "paper|default [NAME=on|off|NUMBER]...") \
    X(GIVEN,    "given",    2, 4,  "SERVERS log=TERMS [term=N] [vote=SERVER]") \
    X(SAY,      "say",      1, 1,  "TEXT") \
    X(MARK,     "mark",     1, 1,  "TEXT") \
    X(TICK,     "tick",     0, 2,  "[SERVERS] [NUMBER]") \
    X(TIMEOUT,  "timeout",  1, 1,  "SERVER") \
    X(ELECT,    "elect",    1, 3,  "SERVER [term=NUMBER] [votes=SERVERS]") \
    X(PUT,      "put",      2, 9,  "SERVER KEY=VALUE...") \
    X(GET,      "get",      2, 3,  "SERVER KEY [lease|consistent]") \
    X(TRANSFER, "transfer", 1, 2,  "SERVER [SERVER]") \
    X(DELIVER,  "deliver",  1, 3,  "FROM>TO [KIND] [NUMBER]") \
    X(DROP,     "drop",     1, 2,  "FROM>TO [KIND]") \
    X(DUP,      "dup",      1, 2,  "FROM>TO [KIND]") \
    X(HOLD,     "hold",     1, 1,  "FROM>TO") \
    X(RELEASE,  "release",  1, 1,  "FROM>TO") \
    X(CUT,      "cut",      1, 2,  "FROM>TO | SERVERS [SERVERS]") \
    X(HEAL,     "heal",     0, 2,  "[FROM>TO | SERVERS [SERVERS]]") \
    X(DISK,     "disk",     2, 2,  "SERVERS at-once|by-hand|fails") \
    X(PERSIST,  "persist",  1, 2,  "SERVER [NUMBER]") \
    X(CRASH,    "crash",    1, 2,  "SERVERS [torn]") \
    X(RESTART,  "restart",  1, 1,  "SERVERS") \
    X(RUN,      "run",      0, 1,  "[TICKS]") \
    X(UNTIL,    "until",    1, 3,  "CONDITION") \
    X(EXPECT,   "expect",   1, 12, "CONDITION...")
/* clang-format on */

#define SCENARIO_VERB(verb, word, least, most, usage) SCENARIO_##verb,
enum scenario_verb { SCENARIO_VERBS(SCENARIO_VERB) SCENARIO_VERB_COUNT };
#undef SCENARIO_VERB

enum { SCENARIO_MAX_WORDS = 12 };

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
