/* SPDX-License-Identifier: MIT
 *
 * test_http_head.c - heads and lengths that a proxy before us may read
 * differently must not get through.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/http_texts.h"

#define BODY "{\"key\":\"a\",\"value\":\"1\"}" /* 23 bytes */

static void a_body_has_exactly_one_length(void **state)
{
#define POST "POST /key HTTP/1.1\r\nHost: localhost:$P\r\n"
    static const struct http_text good[] = {
        {200, POST "Content-Length: 23\r\n\r\n" BODY},
        {200, POST "content-length: 0023\r\n\r\n" BODY},
        {200, POST "Content-Length:   23  \r\n\r\n" BODY},
        {200,
         POST "Transfer-Encoding: chunked\r\n\r\n17\r\n" BODY "\r\n0\r\n\r\n"},
        {200, POST "Transfer-Encoding: Chunked\r\n\r\na\r\n{\"key\":\"a\""
                   "\r\nd\r\n,\"value\":\"1\"}\r\n0\r\n\r\n"},
    };
    static const struct http_text bad[] = {
        {400, POST "\r\n" BODY},
        {400, POST "Content-Length: 23\r\nContent-Length: 23\r\n\r\n" BODY},
        {400, POST "Content-Length: 23\r\nContent-Length: 2\r\n\r\n" BODY},
        {400, POST "Content-Length: 23\r\nTransfer-Encoding: chunked\r\n\r\n"
                   "17\r\n" BODY "\r\n0\r\n\r\n"},
        {400, POST "Transfer-Encoding: chunked\r\nContent-Length: 23\r\n\r\n"
                   "17\r\n" BODY "\r\n0\r\n\r\n"},
        {400, POST "Transfer-Encoding: chunked\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n"
                   "17\r\n" BODY "\r\n0\r\n\r\n"},
        {400, POST "Transfer-Encoding: gzip, chunked\r\n\r\n17\r\n" BODY},
        {400, POST "Content-Length:\r\n\r\n" BODY},
        {400, POST "Content-Length: x\r\n\r\n" BODY},
        {400, POST "Content-Length: -23\r\n\r\n" BODY},
        {400, POST "Content-Length: +23\r\n\r\n" BODY},
        {400, POST "Content-Length: 23x\r\n\r\n" BODY},
        {400, POST "Content-Length: 23, 23\r\n\r\n" BODY},
        {400, POST "Content-Length: 0x17\r\n\r\n" BODY},
        {400, POST "Transfer-Encoding: chunked\r\n\r\nx\r\n" BODY},
        {400, POST "Transfer-Encoding: chunked\r\n\r\n17\r\n" BODY "XX"},
        {400, POST "Transfer-Encoding: chunked\r\n\r\n"
                   "fffffffffffffff9\r\n" BODY "\r\n0\r\n\r\n"},
    };

    HTTP_TEXTS(*state, good);
    t_u64_eq(((struct http_fixture *)*state)->index, 5);
    HTTP_TEXTS(*state, bad);
    t_u64_eq(((struct http_fixture *)*state)->index, 5);
}

/* A proxy that reads such a head differently sees another body's end. */
static void lines_are_as_everybody_reads_them(void **state)
{
#define GET "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
    static const struct http_text texts[] = {
        {200, GET "A:\r\nB: \r\nC:d:e \r\n\r\n"},
        {400, POST "Content-Length : 23\r\n\r\n" BODY},
        {400, POST "Content-Length  :23\r\n\r\n" BODY},
        {400, GET "A :\r\n\r\n"},
        {400, "GET /livez HTTP/1.1\nHost: localhost:$P\r\n\r\n"},
        {400, "GET /livez HTTP/1.1\r\nHost: localhost:$P\nA: b\r\n\r\n"},
        {400, POST "Content-Length: 23\n\n" BODY},
        {400, POST "Content-Length: 23\r\n\n" BODY},
        {400, GET "A: b\r\n c: d\r\n\r\n"},
        {400, GET " A: b\r\n\r\n"},
        {400, GET ": b\r\n\r\n"},
        {400, POST "A: b\r\n c\r\nContent-Length: 23\r\n\r\n" BODY},
        {400, "GET /livez HTTP/1.1\r\n Host: localhost:$P\r\n\r\n"},
        {400, "GET /livez HTTP/1.0\r\n: b\r\n\r\n"},
        {400, GET "\xff: b\r\n\r\n"},
    };

    HTTP_TEXTS(*state, texts);
    t_u64_eq(((struct http_fixture *)*state)->index, 0);
}

/* By civetweb, before we see them. */
static void some_targets_are_dropped(void **state)
{
    static const struct http_text texts[] = {
        {0, "OPTIONS * HTTP/1.1\r\nHost: localhost:$P\r\n\r\n"},
        {0, "GET http://evil.example/livez HTTP/1.1\r\n"
            "Host: localhost:$P\r\n\r\n"},
    };

    HTTP_TEXTS(*state, texts);
}

/* civetweb closes behind trailers, which it shows to nobody: so that is said,
 * and a client does not wait for the answer to what it sent behind them. */
static void a_chunked_body_is_the_last(void **state)
{
    static const char *const texts[] = {
        "POST /key HTTP/1.1\r\nHost: Raft.kv:8080\r\n"
        "Transfer-Encoding: chunked\r\n\r\n17\r\n" BODY "\r\n0\r\n\r\n",
        "POST /key HTTP/1.1\r\nHost: Raft.kv:8080\r\n"
        "Transfer-Encoding: chunked\r\n\r\n17\r\n" BODY
        "\r\n0\r\nExpires: never\r\n\r\n"};
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const int fd = http_client_connect(f->port);

        assert_true(http_client_send(fd, texts[i], strlen(texts[i])));
        struct http_reply reply = http_client_receive(fd, true, 5000);

        assert_int_equal(reply.status, 200);
        assert_true(reply.closed);
        assert_true(http_client_closed(fd, 5000));
        http_reply_free(&reply);
        (void)close(fd);
    }
}

/* Announced, begun, and the client is gone. */
static void a_body_cut_off_stores_nothing(void **state)
{
    static const char *const texts[] = {
        POST "Content-Length: 24\r\n\r\n" BODY,
        POST "Content-Length: 5000000\r\n\r\n" BODY,
        POST "Transfer-Encoding: chunked\r\n\r\n17\r\n" BODY,
        POST "Transfer-Encoding: chunked\r\n\r\n17\r\n" BODY "\r\n",
        POST "Transfer-Encoding: chunked\r\n\r\n18\r\n" BODY,
    };
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char request[512];
        const int fd = http_client_connect(f->port);
        char *port = request;

        (void)snprintf(request, sizeof(request), "%s", texts[i]);
        port = strstr(request, "localhost:$P");
        assert_non_null(port);
        memcpy(port, "Raft.kv:8080", 12); /* as long; also ours, see setup */
        assert_true(http_client_send(fd, request, strlen(request)));
        http_client_finish(fd);
        struct http_reply reply = http_client_receive(fd, true, 5000);

        assert_int_equal(reply.status, 400);
        http_reply_free(&reply);
        (void)close(fd);
    }
    t_u64_eq(f->index, 0);
}

static void what_is_no_http_gets_a_400(void **state)
{
    static const struct http_text texts[] = {
        {400, "garbage\r\n\r\n"},
        {400, "GET /livez\r\n\r\n"},
        {400, "GET /livez FTP/1.1\r\nHost: localhost:$P\r\n\r\n"},
        {400, "FOO /livez HTTP/1.1\r\nHost: localhost:$P\r\n\r\n"},
        {400, "GET livez HTTP/1.1\r\nHost: localhost:$P\r\n\r\n"},
        {400, "GET /livez HTTP/1.1\r\nno colon\r\n\r\n"},
        {400, "GET /key/\xff HTTP/1.1\r\nHost: localhost:$P\r\n\r\n"},
    };

    HTTP_TEXTS(*state, texts);
}

static int setup(void **state)
{
    *state = http_fixture_start(
        &(struct http_settings){.advertise = "kv.example:0"});
    return 0;
}

static int setup_raft_kv(void **state)
{
    *state = http_fixture_start(
        &(struct http_settings){.advertise = "raft.kv:8080"});
    return 0;
}

static const struct CMUnitTest tests[] = {
    T_HTTP_AS(a_body_has_exactly_one_length, setup),
    T_HTTP_AS(lines_are_as_everybody_reads_them, setup),
    T_HTTP_AS(some_targets_are_dropped, setup),
    T_HTTP_AS(a_chunked_body_is_the_last, setup_raft_kv),
    T_HTTP_AS(a_body_cut_off_stores_nothing, setup_raft_kv),
    T_HTTP_AS(what_is_no_http_gets_a_400, setup),
};

T_MAIN(tests)
