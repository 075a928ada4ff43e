/* SPDX-License-Identifier: MIT
 *
 * json.h - parts of JSON lines, between json.c and json_parts.c.
 */
#ifndef RAFTSIM_JSON_H
#define RAFTSIM_JSON_H

#include "cmd/raftsim/pictures/story.h"

/* ,"name":123 - what comes first in an object has no comma before it. */
void json_number(FILE *out, const char *name, uint64_t value);
void json_word(FILE *out, const char *name, const char *value);
void json_truth(FILE *out, const char *name, bool value);

/* The members of a message that was sent or received. */
void json_message(FILE *out, const struct story_happening *h);

/* ,"name":[{...}]: the states that are not NULL, by place. */
void json_servers(FILE *out, const struct story *story, const char *name,
                  const struct story_state *const *states);

#endif
