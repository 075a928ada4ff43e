/* SPDX-License-Identifier: MIT
 *
 * test_http_limits.c - each limit of a request: what just fits, and one more.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/http_texts.h"

enum { MIB = 1 << 20 };

static void a_key_has_at_most_4096_bytes(void **state)
{
    static const struct {
        const char *method, *before;
        bool in_body;
    } places[] = {{"GET", "/key/", false},
                  {"DELETE", "/key/", false},
                  {"GET", "/key?level=stale&key=", false},
                  {"DELETE", "/key/?key=", false},
                  {"POST", "{\"", true}};
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        for (size_t over = 0; over <= 1; over++) {
            char *text =
                http_text_filled(places[i].before, KV_MAX_KEY_BYTES + over, 'k',
                                 places[i].in_body ? "\":\"v\"}" : "");
            const int good = i == 2 ? 404 : 200; /* nothing is stored yet */

            assert_int_equal(
                http_client_status(f->port, places[i].method,
                                   places[i].in_body ? "/key" : text,
                                   places[i].in_body ? text : NULL),
                over ? 413 : good);
            free(text);
        }
    }
    t_u64_eq(f->index, 3);
    char *escaped = malloc(5 + 3 * KV_MAX_KEY_BYTES + 1);

    assert_non_null(escaped);
    strcpy(escaped, "/key/");
    for (size_t i = 0; i < KV_MAX_KEY_BYTES; i++) {
        memcpy(escaped + 5 + 3 * i, "%6b", 4); /* 4096 once decoded */
    }
    struct http_reply reply =
        http_client_request(f->port, "GET", escaped, NULL);

    assert_int_equal(reply.status, 200);
    assert_non_null(strstr((const char *)reply.body, ":\"v\"}"));
    http_reply_free(&reply);
    free(escaped);
}

static void a_value_has_at_most_its_option(void **state)
{
    struct http_fixture *f = *state;

    for (size_t over = 0; over <= 1; over++) {
        char *pair = http_text_filled("{\"key\":\"a\",\"value\":\"", MIB + over,
                                      'v', "\"}");
        char *map =
            http_text_filled("{\"b\":\"1\",\"a\":\"", MIB + over, 'v', "\"}");

        assert_int_equal(http_client_status(f->port, "POST", "/key", pair),
                         over ? 413 : 200);
        assert_int_equal(http_client_status(f->port, "POST", "/key", map),
                         over ? 413 : 200);
        free(pair);
        free(map);
    }
    t_u64_eq(f->index, 2);
    struct http_reply reply =
        http_client_request(f->port, "GET", "/key?key=a", NULL);

    t_u64_eq(reply.body_bytes, MIB);
    http_reply_free(&reply);
}

/* A head of that many bytes in that many fields. */
static int ask_with_head(struct http_fixture *f, size_t head_bytes,
                         unsigned fields)
{
    char *head = calloc(1, head_bytes + 4096);
    const int fd = http_client_connect(f->port);

    assert_non_null(head);
    int at = sprintf(head,
                     "GET /livez HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                     "Connection: close\r\n",
                     (unsigned)f->port);

    for (unsigned i = 3; i < fields; i++) {
        at += sprintf(head + at, "F%u: x\r\n", i);
    }
    at += sprintf(head + at, "Last: ");
    while ((size_t)at + 4 < head_bytes) {
        head[at++] = 'x';
    }
    strcpy(head + at, "\r\n\r\n");
    assert_true(http_client_send(fd, head, strlen(head)));
    struct http_reply reply = http_client_receive(fd, true, 5000);
    const int status = reply.status;

    http_reply_free(&reply);
    (void)close(fd);
    free(head);
    return status;
}

static void a_head_has_at_most_16_kib(void **state)
{
    assert_int_equal(ask_with_head(*state, 16384, 3), 200);
    assert_int_equal(ask_with_head(*state, 16385, 3), 431);
    assert_int_equal(ask_with_head(*state, 65535, 3), 431);
    assert_int_equal(ask_with_head(*state, 65537, 3), 431);
    assert_int_equal(ask_with_head(*state, 200000, 3), 431);
}

/* civetweb forgets the 65th: a second Content-Length could hide there. */
static void a_head_has_at_most_63_fields(void **state)
{
    assert_int_equal(ask_with_head(*state, 0, 63), 200);
    assert_int_equal(ask_with_head(*state, 0, 64), 431);
    assert_int_equal(ask_with_head(*state, 0, 65), 431);
}

static int post_elements(struct http_fixture *f, unsigned count)
{
    char *body = malloc((size_t)count * 20 + 3);
    int at = 1;

    assert_non_null(body);
    body[0] = '{';
    for (unsigned i = 0; i < count; i++) {
        at += sprintf(body + at, "%s\"k%u\":\"v\"", i == 0 ? "" : ",", i);
    }
    strcpy(body + at, "}");
    const int status = http_client_status(f->port, "POST", "/key", body);

    free(body);
    return status;
}

static void json_has_at_most_10000_elements(void **state)
{
    struct http_fixture *f = *state;
    struct kv_stats stats;

    assert_int_equal(post_elements(f, 10000), 200);
    kv_stats(f->kv, &stats);
    t_u64_eq(stats.key_count, 10000);
    t_u64_eq(f->index, 1); /* all in one entry */
    assert_int_equal(post_elements(f, 10001), 413);
    t_u64_eq(f->index, 1);
}

static void json_has_at_most_16_levels(void **state)
{
    const struct http_fixture *f = *state;
    for (size_t over = 0; over <= 1; over++) {
        char *open = http_text_filled("{\"a\":", 15 + over, '[', "");
        char *body = http_text_filled(open, 15 + over, ']', "}");

        /* 16 levels are JSON; that the value is no string is another thing. */
        assert_int_equal(http_client_status(f->port, "POST", "/key", body),
                         over ? 413 : 400);
        free(open);
        free(body);
    }
}

static const struct CMUnitTest tests[] = {
    T_HTTP(a_key_has_at_most_4096_bytes),
    T_HTTP(a_value_has_at_most_its_option),
    T_HTTP(a_head_has_at_most_16_kib),
    T_HTTP(a_head_has_at_most_63_fields),
    T_HTTP(json_has_at_most_10000_elements),
    T_HTTP(json_has_at_most_16_levels),
};

T_MAIN(tests)
