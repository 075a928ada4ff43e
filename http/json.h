/* SPDX-License-Identifier: MIT
 *
 * json.h - JSON that came from outside: checked first, then parsed by cJSON.
 *
 * cJSON alone takes \u0000 (and cuts the text there), names twice, invalid
 * UTF-8, control characters, leading zeros and 1000 levels. The check takes
 * RFC 8259 and nothing else, within limits, without memory of its own.
 */
#ifndef HTTP_JSON_H
#define HTTP_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cjson/cJSON.h>

enum {
    JSON_MAX_ELEMENTS = 10000,  /* members and array elements, at all levels */
    JSON_MAX_DEPTH = 16,        /* arrays and objects inside one another */
    JSON_MAX_NUMBER_BYTES = 63, /* what cJSON reads of one */
    JSON_MAX_TEXT_DEPTH = 1000  /* of what is kept as its text; our own stack */
};

struct json_error {
    int status;      /* 400, 413, 503 */
    const char *why; /* one sentence */
};

/*
 * json_scan.c: true when the bytes are JSON within the limits. keeps_text: what
 * is inside the members of the outer object need only be JSON, and is bounded
 * by JSON_MAX_TEXT_DEPTH alone.
 */
bool json_scan(const uint8_t *bytes, size_t byte_count, bool keeps_text,
               struct json_error *error);

/*
 * bytes: followed by a NUL that is not counted. NULL: *error says why.
 * Free with cJSON_Delete().
 */
cJSON *json_parse(const uint8_t *bytes, size_t byte_count,
                  struct json_error *error);

/*
 * The same for an object whose values are kept as their text: strings are read,
 * and null stands for any other value; json_text_of() has it.
 */
cJSON *json_parse_outer(const uint8_t *bytes, size_t byte_count,
                        struct json_error *error);

/* The text of a member; NULL: it is not there, or no string. */
const char *json_string(const cJSON *object, const char *name);

/* A part of JSON as it came, without the space around it. */
struct json_text {
    const uint8_t *bytes;
    size_t byte_count;
};

/*
 * json_span.c: the value of the member at this place (0: the first) of an
 * object that json_scan() has taken, and that has so many members.
 */
struct json_text json_text_of(const uint8_t *json, size_t place);

struct json_member {
    struct json_text name, value; /* the name with its quotes */
};

/* The member behind this '{' or ','; returns the ',' or '}' behind it. */
const uint8_t *json_next_member(const uint8_t *at, struct json_member *member);

/* Can these bytes stand in a JSON string? UTF-8, and no NUL. */
bool json_is_text(const uint8_t *bytes, size_t byte_count);

/* Bytes of the UTF-8 character at bytes, 1..4; 0: there is none. */
size_t json_utf8_length(const uint8_t *bytes, size_t byte_count);

#endif
