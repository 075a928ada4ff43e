/* SPDX-License-Identifier: MIT
 *
 * test_http_limits_body.c - how large a body may be, and all of them together.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/http_texts.h"

enum { MIB = 1 << 20 };

static void a_body_has_at_most_8_mib(void **state)
{
    struct http_fixture *f = *state;
    const char *json = "{\"a\":\"1\"}";

    for (size_t over = 0; over <= 1; over++) {
        char *body =
            http_text_filled(json, 8 * MIB - strlen(json) + over, ' ', "");

        assert_int_equal(http_client_status(f->port, "POST", "/key", body),
                         over ? 413 : 200);
        free(body);
    }
    t_u64_eq(f->index, 1);
    http_fixture_settle(f, 0);
}

static int send_chunked(struct http_fixture *f, size_t body_bytes,
                        const char *expect)
{
    char head[256];
    const int fd = http_client_connect(f->port);
    char *body =
        http_text_filled("{\"a\":\"1\"}", body_bytes - 9, ' ', "\r\n0\r\n\r\n");

    (void)snprintf(head, sizeof(head),
                   "POST /key HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                   "Transfer-Encoding: chunked\r\n%s\r\n%zx\r\n",
                   (unsigned)f->port, expect, body_bytes);
    assert_true(http_client_send(fd, head, strlen(head)));
    (void)http_client_send(fd, body, strlen(body));
    struct http_reply reply = http_client_receive(fd, true, 5000);

    if (reply.status == 100) {
        http_reply_free(&reply);
        reply = http_client_receive(fd, true, 5000);
    }
    const int status = reply.status;

    http_reply_free(&reply);
    (void)close(fd);
    free(body);
    return status;
}

static void chunks_do_not_get_around_it(void **state)
{
    struct http_fixture *f = *state;

    assert_int_equal(send_chunked(f, 5000, ""), 200);
    assert_int_equal(send_chunked(f, 5001, ""), 413);
    /* Our answer must not be lost in a reset, whatever is still coming. */
    assert_int_equal(send_chunked(f, 4 * MIB, ""), 413);
    assert_int_equal(send_chunked(f, 4 * MIB, "Expect: 100-continue\r\n"), 413);
    t_u64_eq(f->index, 1);
    http_fixture_settle(f, 0);
}

static int setup_small_body(void **state)
{
    *state =
        http_fixture_start(&(struct http_settings){.max_body_bytes = 5000});
    return 0;
}

static void bodies_at_one_time_have_a_bound(void **state)
{
    struct http_fixture *f = *state;
    char head[256];
    const int fd = http_client_connect(f->port);
    char *big = http_text_filled("{\"a\":\"1\"}", 5000 - 9, ' ', "");
    char *bigger = http_text_filled("{\"a\":\"1\"}", 5001 - 9, ' ', "");

    assert_int_equal(http_client_status(f->port, "POST", "/key", big),
                     200); /* and its NUL */
    http_fixture_settle(f, 1);
    assert_int_equal(http_client_status(f->port, "POST", "/key", bigger), 503);
    http_fixture_settle(f, 1);
    (void)snprintf(head, sizeof(head),
                   "POST /key HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                   "Content-Length: 5000\r\n\r\n",
                   (unsigned)f->port);
    assert_true(http_client_send(fd, head, strlen(head)));
    assert_true(http_client_send(fd, big, 4999)); /* all but one byte */
    const uint64_t until = now_ns() + UINT64_C(10000000000);

    while (atomic_load(&f->http->parsing_bytes) < 5001) {
        assert_true(now_ns() < until);
    }
    assert_int_equal(http_client_status(f->port, "POST", "/key", big), 503);
    assert_int_equal(
        http_client_status(f->port, "POST", "/key", "{\"small\":\"1\"}"), 200);
    assert_true(http_client_send(fd, big + 4999, 1));
    struct http_reply reply = http_client_receive(fd, true, 5000);

    assert_int_equal(reply.status, 200);
    http_reply_free(&reply);
    http_fixture_settle(f, 1);
    assert_int_equal(http_client_status(f->port, "POST", "/key", big), 200);
    (void)close(fd);
    free(big);
    free(bigger);
}

static int setup_small_memory(void **state)
{
    *state =
        http_fixture_start(&(struct http_settings){.max_parsing_bytes = 5001});
    return 0;
}

/* Refused by its length alone: nothing is waited for, or taken. */
static void a_length_beyond_is_refused_unread(void **state)
{
    static const char *const lengths[] = {"8388609", "99999999999999999999"};
    struct http_fixture *f = *state;

    for (size_t i = 0; i < 2; i++) {
        char head[256];
        const int fd = http_client_connect(f->port);

        (void)snprintf(head, sizeof(head),
                       "POST /key HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                       "Content-Length: %s\r\nExpect: 100-continue\r\n\r\n",
                       (unsigned)f->port, lengths[i]);
        assert_true(http_client_send(fd, head, strlen(head)));
        struct http_reply reply = http_client_receive(fd, true, 5000);

        assert_int_equal(reply.status, 413); /* and no 100 before it */
        assert_true(http_client_closed(fd, 500));
        http_reply_free(&reply);
        (void)close(fd);
    }
}

static const struct CMUnitTest tests[] = {
    T_HTTP(a_body_has_at_most_8_mib),
    T_HTTP(a_length_beyond_is_refused_unread),
    T_HTTP_AS(chunks_do_not_get_around_it, setup_small_body),
    T_HTTP_AS(bodies_at_one_time_have_a_bound, setup_small_memory),
};

T_MAIN(tests)
