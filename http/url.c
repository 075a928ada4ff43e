/* SPDX-License-Identifier: MIT
 *
 * url.c - percent-decoding and query strings, from the bytes as they came.
 *
 * Not civetweb's decoder: it ends a key at %00 and folds "..".
 */
#include <string.h>

#include "http/url.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum url_error url_decode(const char *from, size_t from_bytes, bool in_query,
                          uint8_t *to, size_t max, size_t *byte_count)
{
    size_t count = 0;

    for (size_t at = 0; at < from_bytes; at++) {
        int byte = (unsigned char)from[at];

        if (byte == '%') {
            if (from_bytes - at < 3 || hex_digit(from[at + 1]) < 0 ||
                hex_digit(from[at + 2]) < 0) {
                return URL_BAD_ESCAPE;
            }
            byte = hex_digit(from[at + 1]) * 16 + hex_digit(from[at + 2]);
            at += 2;
        } else if (byte == '+' && in_query) {
            byte = ' ';
        }
        if (byte == 0) {
            return URL_NUL;
        }
        if (count == max) {
            return URL_TOO_LONG;
        }
        to[count++] = (uint8_t)byte;
    }
    *byte_count = count;
    return URL_OK;
}

bool url_is(const char *from, size_t from_bytes, const char *word)
{
    uint8_t decoded[URL_MAX_WORD_BYTES];
    size_t count;

    return url_decode(from, from_bytes, true, decoded, sizeof(decoded),
                      &count) == URL_OK &&
           count == strlen(word) && memcmp(decoded, word, count) == 0;
}

size_t url_find(const char *query, const char *name, const char **value,
                size_t *value_bytes)
{
    size_t found = 0;

    *value = "";
    *value_bytes = 0;
    while (query != NULL) {
        const size_t part = strcspn(query, "&");
        const size_t name_bytes = strcspn(query, "=&");

        if (url_is(query, name_bytes, name)) {
            if (found++ == 0 && part > name_bytes) {
                *value = query + name_bytes + 1;
                *value_bytes = part - name_bytes - 1;
            }
        }
        query = query[part] == '&' ? query + part + 1 : NULL;
    }
    return found;
}
