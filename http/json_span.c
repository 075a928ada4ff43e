/* SPDX-License-Identifier: MIT
 *
 * json_span.c - the text of a value as it came. cJSON keeps numbers as doubles,
 * and 12345678901234567890 is none.
 */
#include "http/json.h"

static const uint8_t *skip_string(const uint8_t *at)
{
    for (at++; *at != '"'; at++) {
        if (*at == '\\') {
            at++;
        }
    }
    return at + 1;
}

static const uint8_t *find(const uint8_t *at, uint8_t byte)
{
    while (*at != byte) {
        at++;
    }
    return at;
}

/* To the ',' or '}' behind the value. */
static const uint8_t *skip_value(const uint8_t *at)
{
    unsigned depth = 0;

    while (depth > 0 || (*at != ',' && *at != '}')) {
        if (*at == '"') {
            at = skip_string(at);
            continue;
        }
        depth += *at == '{' || *at == '[';
        depth -= *at == '}' || *at == ']';
        at++;
    }
    return at;
}

static bool is_space(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

const uint8_t *json_next_member(const uint8_t *at, struct json_member *member)
{
    const uint8_t *start = find(at + 1, '"');

    at = skip_string(start);
    member->name = (struct json_text){start, (size_t)(at - start)};
    start = find(at, ':') + 1;
    at = skip_value(start);
    const uint8_t *end = at;

    while (is_space(*start)) {
        start++;
    }
    while (is_space(end[-1])) {
        end--;
    }
    member->value = (struct json_text){start, (size_t)(end - start)};
    return at;
}

struct json_text json_text_of(const uint8_t *json, size_t place)
{
    const uint8_t *at = find(json, '{');
    struct json_member member = {.value = {at, 0}};

    for (size_t i = 0; i <= place; i++) {
        at = json_next_member(at, &member);
    }
    return member.value;
}
