/* SPDX-License-Identifier: MIT
 *
 * http_texts.c - requests written out byte by byte, and the status of each.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/http_texts.h"

/* $P in the text: our port. Returns the status; 0 = none. */
static int ask(struct http_fixture *f, const char *text)
{
    char request[2048] = "";
    size_t count = 0;

    for (const char *at = text; *at != 0; at++) {
        if (at[0] == '$' && at[1] == 'P') {
            count +=
                (size_t)snprintf(request + count, 8, "%u", (unsigned)f->port);
            at++;
        } else {
            request[count++] = *at;
        }
        assert_true(count + 8 < sizeof(request));
    }
    const int fd = http_client_connect(f->port);

    assert_true(fd >= 0);
    assert_true(http_client_send(fd, request, count));
    struct http_reply reply = http_client_receive(fd, true, 5000);
    const int status = reply.status;

    assert_true(status != 0 || http_client_closed(fd, 5000));
    http_reply_free(&reply);
    (void)close(fd);
    return status;
}

void http_texts_run(struct http_fixture *f, const struct http_text *texts,
                    size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const int status = ask(f, texts[i].text);

        if (status != texts[i].status) {
            fail_msg("%d, expected %d:\n%s", status, texts[i].status,
                     texts[i].text);
        }
    }
}

char *http_text_filled(const char *before, size_t count, char with,
                       const char *after)
{
    const size_t start = strlen(before);
    char *text = malloc(start + count + strlen(after) + 1);

    assert_non_null(text);
    memcpy(text, before, start);
    memset(text + start, with, count);
    strcpy(text + start + count, after);
    return text;
}
