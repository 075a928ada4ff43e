/* SPDX-License-Identifier: MIT
 *
 * http_contract_text.c - what $ and a letter stand for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_contract.h"

struct text {
    char *bytes;
    size_t count, room;
};

static void put(struct text *text, const char *bytes, size_t count)
{
    while (text->count + count + 1 > text->room) {
        text->room = text->room * 2 + 256;
        text->bytes = realloc(text->bytes, text->room);
        assert_non_null(text->bytes);
    }
    memcpy(text->bytes + text->count, bytes, count);
    text->count += count;
    text->bytes[text->count] = 0;
}

static void repeat(struct text *text, const char *what, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        put(text, what, strlen(what));
    }
}

static void put_levels(struct text *text, size_t levels)
{
    repeat(text, "[", levels);
    repeat(text, "]", levels);
}

static void put_port(struct text *text, const char *host, uint16_t port)
{
    char digits[8];

    (void)snprintf(digits, sizeof(digits), "%u", (unsigned)port);
    repeat(text, host, 1);
    repeat(text, digits, 1);
}

static void put_letter(struct text *text, const struct contract *c, char letter)
{
    switch (letter) {
    case 'P':
        put_port(text, "", c->node->port);
        break;
    case 'L':
        put_port(text, "127.0.0.1:", c->peer->port);
        break;
    case 'k':
        repeat(text, "k", KV_MAX_KEY_BYTES);
        break;
    case 'K':
        repeat(text, "k", KV_MAX_KEY_BYTES + 1);
        break;
    case 'v':
        repeat(text, "v", c->node->http->settings.max_value_bytes);
        break;
    case 'V':
        repeat(text, "v", c->node->http->settings.max_value_bytes + 1);
        break;
    case 'B':
        repeat(text, " ", c->node->http->settings.max_body_bytes + 1);
        break;
    case 'E':
        repeat(text, "[0", 1);
        repeat(text, ",0", 10000);
        repeat(text, "]", 1);
        break;
    case 'D':
        put_levels(text, 17);
        break;
    case 'd':
        put_levels(text, 15);
        break;
    case 'N':
        put(text, "", 1);
        break;
    case 'U':
        put(text, "\xff", 1);
        break;
    default:
        fail_msg("$%c stands for nothing", letter);
    }
}

char *contract_fill(const struct contract *c, const char *text,
                    size_t *byte_count)
{
    struct text filled = {.bytes = NULL};

    put(&filled, "", 0);
    for (const char *at = text; *at != 0; at++) {
        if (*at == '$') {
            put_letter(&filled, c, *++at);
        } else {
            put(&filled, at, 1);
        }
    }
    *byte_count = filled.count;
    return filled.bytes;
}
