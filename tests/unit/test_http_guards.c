/* SPDX-License-Identifier: MIT
 *
 * test_http_guards.c - requests that must not get through: from somebody's
 * browser, or read differently by a proxy before us.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

#define BODY "{\"key\":\"a\",\"value\":\"1\"}" /* 23 bytes */

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

    http_reply_free(&reply);
    (void)close(fd);
    return status;
}

struct request_text {
    int status;
    const char *text;
};

static void run(struct http_fixture *f, const struct request_text *texts,
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

#define RUN(f, texts) run(f, texts, sizeof(texts) / sizeof(texts[0]))

static void only_our_names_are_a_host(void **state)
{
    static const struct request_text texts[] = {
        {200, "GET /livez HTTP/1.1\r\nHost: 127.0.0.1:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nhost: LOCALHOST:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: kv.example:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.0\r\nHost: 127.0.0.1:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.0\r\n\r\n"},
        {200, "GET http://kv.example:$P/livez HTTP/1.1\r\n"
              "Host: localhost:$P\r\n\r\n"},
        {403, "GET http://evil.example:$P/livez HTTP/1.1\r\n"
              "Host: localhost:$P\r\n\r\n"},
        {400, "GET /livez HTTP/1.1\r\n\r\n"},
        {400, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Host: localhost:$P\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost:\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:1\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: evil.example:$P\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P.evil\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: a@localhost:$P\r\n\r\n"},
        {403, "GET /nothing HTTP/1.1\r\nHost: evil.example\r\n\r\n"},
        {403, "PUT /livez HTTP/1.0\r\nHost: evil.example\r\n"
              "Content-Length: 0\r\n\r\n"},
    };

    RUN(*state, texts);
}

/* Clients leave out the port that http has anyway. */
static void port_80_need_not_be_said(void **state)
{
    static const struct request_text texts[] = {
        {200, "GET /livez HTTP/1.1\r\nHost: kv.example:80\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: kv.example\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: kv.example\r\n"
              "Origin: http://KV.example\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: kv.exampl\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: kv.example0\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: vk.example\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"},
    };

    RUN(*state, texts);
}

static void other_ports_must_be_said_whole(void **state)
{
    static const struct request_text texts[] = {
        {200, "GET /livez HTTP/1.1\r\nHost: raft.kv:8080\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: raft.kv:8\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: raft.kv\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: raft.kv:80800\r\n\r\n"},
    };

    RUN(*state, texts);
}

static int setup_port_80(void **state)
{
    *state = http_fixture_start(
        &(struct http_settings){.advertise = "kv.example:80"});
    return 0;
}

static void only_our_pages_are_an_origin(void **state)
{
    static const struct request_text texts[] = {
        {200, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://localhost:$P\r\n\r\n"},
        {200, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://kv.example:$P\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://evil.example\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: https://localhost:$P\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: null\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin:\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://localhost:$P\r\n"
              "Origin: http://evil.example\r\n\r\n"},
        {403, "GET /livez HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://evil.example\r\n"
              "Origin: http://localhost:$P\r\n\r\n"},
        {403, "POST /key HTTP/1.1\r\nHost: localhost:$P\r\n"
              "Origin: http://evil.example\r\n"
              "Content-Length: 23\r\n\r\n" BODY},
    };

    RUN(*state, texts);
    t_u64_eq(((struct http_fixture *)*state)->index, 0);
}

static void a_body_has_exactly_one_length(void **state)
{
#define POST "POST /key HTTP/1.1\r\nHost: localhost:$P\r\n"
    static const struct request_text good[] = {
        {200, POST "Content-Length: 23\r\n\r\n" BODY},
        {200, POST "content-length: 0023\r\n\r\n" BODY},
        {200, POST "Content-Length:   23  \r\n\r\n" BODY},
        {200,
         POST "Transfer-Encoding: chunked\r\n\r\n17\r\n" BODY "\r\n0\r\n\r\n"},
        {200, POST "Transfer-Encoding: Chunked\r\n\r\na\r\n{\"key\":\"a\""
                   "\r\nd\r\n,\"value\":\"1\"}\r\n0\r\n\r\n"},
    };
    static const struct request_text bad[] = {
        {411, POST "\r\n" BODY},
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

    RUN(*state, good);
    t_u64_eq(((struct http_fixture *)*state)->index, 5);
    RUN(*state, bad);
    t_u64_eq(((struct http_fixture *)*state)->index, 5);
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
    static const struct request_text texts[] = {
        {400, "garbage\r\n\r\n"},
        {400, "GET /livez\r\n\r\n"},
        {400, "GET /livez FTP/1.1\r\nHost: localhost:$P\r\n\r\n"},
        {400, "FOO /livez HTTP/1.1\r\nHost: localhost:$P\r\n\r\n"},
        {400, "GET livez HTTP/1.1\r\nHost: localhost:$P\r\n\r\n"},
        {400, "GET /livez HTTP/1.1\r\nno colon\r\n\r\n"},
        {400, "GET /key/\xff HTTP/1.1\r\nHost: localhost:$P\r\n\r\n"},
    };

    RUN(*state, texts);
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

static int teardown(void **state)
{
    http_fixture_stop(*state);
    return 0;
}

#define TEST(name, setup) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(only_our_names_are_a_host, setup),
    TEST(port_80_need_not_be_said, setup_port_80),
    TEST(other_ports_must_be_said_whole, setup_raft_kv),
    TEST(only_our_pages_are_an_origin, setup),
    TEST(a_body_has_exactly_one_length, setup),
    TEST(a_body_cut_off_stores_nothing, setup_raft_kv),
    TEST(what_is_no_http_gets_a_400, setup),
};

T_MAIN(tests)
