/* SPDX-License-Identifier: MIT
 *
 * url.h - percent-decoding and query strings, from the bytes as they came.
 */
#ifndef HTTP_URL_H
#define HTTP_URL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum url_error {
    URL_OK = 0,
    URL_BAD_ESCAPE, /* '%' without two hexadecimal digits */
    URL_NUL,        /* %00 */
    URL_TOO_LONG    /* more than fits */
};

/*
 * Decode once. In a query '+' means a space; in a path it is itself.
 * to: room for max bytes; *byte_count is what they are.
 */
enum url_error url_decode(const char *from, size_t from_bytes, bool in_query,
                          uint8_t *to, size_t max, size_t *byte_count);

enum { URL_MAX_WORD_BYTES = 16 }; /* of names and words we know */

/* Do these bytes of a query, decoded, say this word? */
bool url_is(const char *from, size_t from_bytes, const char *word);

/*
 * The value of a parameter, not decoded; its name is. query: NULL is fine.
 * Returns how often the name occurs; the value is that of the first.
 */
size_t url_find(const char *query, const char *name, const char **value,
                size_t *value_bytes);

#endif
