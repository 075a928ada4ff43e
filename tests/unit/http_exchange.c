/* SPDX-License-Identifier: MIT
 *
 * http_exchange.c - the fixture as tests use it: from set-up to tear-down, and
 * what they ask in between.
 */
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

int http_fixture_set_up(void **state)
{
    *state = http_fixture_start(&(struct http_settings){.listen = NULL});
    return 0;
}

int http_fixture_tear_down(void **state)
{
    http_fixture_stop(*state);
    return 0;
}

void http_fixture_run(struct http_fixture *f,
                      const struct http_exchange *exchanges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct http_exchange *e = &exchanges[i];
        struct http_reply reply =
            http_client_request(f->port, e->method, e->target, e->body);
        const char *got = reply.body == NULL ? "" : (const char *)reply.body;

        if (reply.status != e->status ||
            (e->expect != NULL && strcmp(got, e->expect) != 0)) {
            fail_msg("%s %s %s: %d %s, expected %d %s", e->method, e->target,
                     e->body == NULL ? "" : e->body, reply.status, got,
                     e->status, e->expect == NULL ? "" : e->expect);
        }
        http_reply_free(&reply);
    }
}
