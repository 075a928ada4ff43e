/* SPDX-License-Identifier: MIT
 *
 * picture_drawn.h - pictures of scenarios, as text, for tests.
 */
#ifndef TESTS_PICTURE_DRAWN_H
#define TESTS_PICTURE_DRAWN_H

#include <cjson/cJSON.h>

#include "cmd/raftsim/pictures/pictures.h"

struct drawn {
    char *text;
    char *next; /* line */
    enum player_result result;
    struct scenario_error error;
};

/* Fails when it cannot be parsed. free() the text. */
struct scenario *drawn_parse(const char *text);
struct drawn drawn_picture(const struct scenario *scenario,
                           enum picture_format format);

/* How often a text has a part; up to end. */
size_t drawn_count_of(const char *text, const char *part);
size_t drawn_count_until(const char *text, const char *end, const char *part);

/* The messages of a story, as it is played. */
struct drawn_messages {
    size_t sent;
    size_t arrived;
    size_t lost;
};
struct drawn_messages drawn_messages(const struct scenario *scenario);

/* The next line as a JSON object; NULL: no more. Fails when it is none. */
cJSON *drawn_line(struct drawn *drawn);
/* Fail when it is not there, or something else. */
const cJSON *drawn_member(const cJSON *object, const char *name);
uint64_t drawn_number(const cJSON *object, const char *name);
const char *drawn_word(const cJSON *object, const char *name);

/* Every scenario of tests/scenarios/. */
void drawn_each(void (*test)(const struct scenario *scenario));

#endif
