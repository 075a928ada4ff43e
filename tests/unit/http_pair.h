/* SPDX-License-Identifier: MIT
 *
 * http_pair.h - two HTTP servers in one process: one that leads, and one that
 * knows it.
 */
#ifndef TESTS_HTTP_PAIR_H
#define TESTS_HTTP_PAIR_H

#include "tests/unit/http_fixture.h"

struct http_pair {
    struct http_fixture *leader;
    struct http_fixture *follower; /* NULL: the test has stopped it */
};

/* For cmocka: *state is a struct http_pair. */
int http_pair_setup(void **state);
int http_pair_teardown(void **state);

/* From now on it shows and says that somebody leads at this address. */
void http_pair_follow(struct http_fixture *f, const char *leader_http);

#endif
