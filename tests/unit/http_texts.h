/* SPDX-License-Identifier: MIT
 *
 * http_texts.h - requests written out byte by byte, and the status of each.
 */
#ifndef TESTS_HTTP_TEXTS_H
#define TESTS_HTTP_TEXTS_H

#include "tests/unit/http_fixture.h"

struct http_text {
    int status;       /* 0: the server closes without an answer */
    const char *text; /* $P: its port */
};

/* Each on a connection of its own; fails the test at the first that differs. */
void http_texts_run(struct http_fixture *f, const struct http_text *texts,
                    size_t count);

#define HTTP_TEXTS(f, texts) \
    http_texts_run(f, texts, sizeof(texts) / sizeof(texts[0]))

/* So many bytes between two texts; free() it. */
char *http_text_filled(const char *before, size_t count, char with,
                       const char *after);

#endif
