/* SPDX-License-Identifier: MIT
 *
 * test_http_deadline.c - slow clients do not keep the workers, and connections
 * are kept open or closed as both sides were told.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

enum { WORKERS = 4, TIMEOUT_MS = 600 };

static uint64_t clock_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void send_head(struct http_fixture *f, int fd, const char *start,
                      const char *fields)
{
    char head[512];

    (void)snprintf(head, sizeof(head),
                   "%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n%s\r\n", start,
                   (unsigned)f->port, fields);
    assert_true(http_client_send(fd, head, strlen(head)));
}

/* A byte each 50 ms, until the server says or does something. */
static void drip_until_answered(const int fds[], size_t count)
{
    const uint64_t start = clock_ms();
    struct pollfd poll_fds[WORKERS];
    size_t answered = 0;

    for (size_t i = 0; i < count; i++) {
        poll_fds[i] = (struct pollfd){.fd = fds[i], .events = POLLIN};
    }
    while (answered < count) {
        assert_true(clock_ms() - start < 10000);
        (void)poll(NULL, 0, 50); /* whoever is answered is so at once */
        (void)poll(poll_fds, count, 0);
        answered = 0;
        for (size_t i = 0; i < count; i++) {
            if (poll_fds[i].revents == 0) {
                (void)http_client_send(fds[i], " ", 1);
            } else {
                answered++;
            }
        }
    }
}

static void expect_408(int fd)
{
    struct http_reply reply = http_client_receive(fd, true, 5000);

    assert_int_equal(reply.status, 408);
    assert_true(reply.closed);
    http_reply_free(&reply);
    (void)close(fd);
}

/* civetweb's own time-out starts anew with every byte. */
static void bodies_that_drip_are_cut_at_the_deadline(void **state)
{
    static const char *const lengths[] = {
        "Content-Length: 1000\r\n", "Content-Length: 4000000\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3e8\r\n",
        "Content-Length: 1000\r\nExpect: 100-continue\r\n"};
    struct http_fixture *f = *state;
    const uint64_t start = clock_ms();
    int fds[WORKERS];

    for (size_t i = 0; i < WORKERS; i++) {
        fds[i] = http_client_connect(f->port);
        send_head(f, fds[i], "POST /key", lengths[i]);
    }
    struct http_reply go_on = http_client_receive(fds[3], true, 5000);

    assert_int_equal(go_on.status, 100);
    http_reply_free(&go_on);
    drip_until_answered(fds, WORKERS);
    assert_true(clock_ms() - start >= TIMEOUT_MS);
    for (size_t i = 0; i < WORKERS; i++) {
        expect_408(fds[i]);
    }
    struct http_reply reply =
        http_client_request(f->port, "GET", "/livez", NULL);

    assert_int_equal(reply.status, 200); /* the workers are back */
    http_reply_free(&reply);
    t_u64_eq(f->index, 0);
    http_fixture_settle(f, 0);
}

static void a_body_that_never_comes_is_cut_too(void **state)
{
    struct http_fixture *f = *state;
    const int fd = http_client_connect(f->port);

    send_head(f, fd, "POST /key", "Content-Length: 10\r\n");
    expect_408(fd);
}

/*
 * The answer's reader may be slow as well. It reads all the time, so civetweb's
 * time-out need not end it: 16 MiB would take 5 s. After twice ours it is cut.
 */
static void an_answer_read_too_slowly_is_cut(void **state)
{
    enum { VALUE_BYTES = 16 << 20, SIP_BYTES = 64 << 10 };
    struct http_fixture *f = *state;
    char *value = calloc(1, VALUE_BYTES);
    const int fd = http_client_connect(f->port);
    size_t got = 0;

    assert_non_null(value);
    http_fixture_put(f, "big", value, VALUE_BYTES, KV_TEXT);
    send_head(f, fd, "GET /key?key=big&level=stale", "");
    for (ssize_t sip = 1; sip > 0 && got < VALUE_BYTES;) {
        sip = recv(fd, value, SIP_BYTES, 0);
        got += sip > 0 ? (size_t)sip : 0;
        (void)poll(NULL, 0, 20);
    }
    assert_true(got < VALUE_BYTES);
    http_fixture_settle(f, 0);
    (void)close(fd);
    free(value);
}

static int setup_few_workers(void **state)
{
    *state = http_fixture_start(&(struct http_settings){
        .worker_count = WORKERS, .request_timeout_ms = TIMEOUT_MS});
    return 0;
}

static void expect(struct http_fixture *f, int fd, const char *start,
                   const char *fields, const char *connection)
{
    char value[32] = "";

    send_head(f, fd, start, fields);
    struct http_reply reply =
        http_client_receive(fd, strncmp(start, "HEAD", 4) != 0, 5000);

    assert_int_not_equal(reply.status, 0);
    (void)http_reply_field(&reply, "Connection", value, sizeof(value));
    assert_string_equal(value, connection);
    http_reply_free(&reply);
}

static void a_connection_serves_many_requests(void **state)
{
    struct http_fixture *f = *state;
    const int fd = http_client_connect(f->port);

    expect(f, fd, "GET /livez", "", "");
    expect(f, fd, "GET /nothing", "", "");
    expect(f, fd, "GET /key?key=a", "", "");
    expect(f, fd, "HEAD /livez", "", ""); /* a body would be the next answer */
    expect(f, fd, "DELETE /key/a", "", "");
    expect(f, fd, "POST /key", "Content-Length: 9\r\n\r\n{\"a\":\"1\"}", "");
    assert_true(f->index == 2);
    (void)close(fd);
}

static void it_closes_when_asked_or_out_of_step(void **state)
{
    static const struct {
        const char *start, *fields;
    } closing[] = {
        {"GET /livez", "Connection: close\r\n"},
        {"GET /livez", "Connection: Upgrade\r\nUpgrade: websocket\r\n"},
        {"GET /livez", "Content-Length: 5\r\n\r\nhello"}, /* not read */
        {"GET /livez", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"POST /info", ""}, /* no length: civetweb would read on */
        {"PUT /key", "Content-Length: 5\r\n\r\nhello"},
    };
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(closing) / sizeof(closing[0]); i++) {
        const int fd = http_client_connect(f->port);

        expect(f, fd, closing[i].start, closing[i].fields, "close");
        assert_true(http_client_closed(fd, 2500));
        (void)close(fd);
    }
}

/* With HTTP/1.0 it must be said. */
static void http_1_0_may_keep_it_open(void **state)
{
    struct http_fixture *f = *state;
    const int fd = http_client_connect(f->port);
    static const char request[] =
        "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

    for (int i = 0; i < 2; i++) {
        char value[32];

        assert_true(http_client_send(fd, request, sizeof(request) - 1));
        struct http_reply reply = http_client_receive(fd, true, 5000);

        assert_int_equal(reply.status, 200);
        assert_string_equal(
            http_reply_field(&reply, "Connection", value, sizeof(value)),
            "keep-alive");
        http_reply_free(&reply);
    }
    (void)close(fd);
}

/* 8 workers, 8 idle connections that could stay: a ninth client waits. */
static void it_closes_when_workers_run_short(void **state)
{
    struct http_fixture *f = *state;
    int fds[8];

    for (size_t i = 0; i < 8; i++) {
        fds[i] = http_client_connect(f->port);
        expect(f, fds[i], "GET /livez", "", i < 7 ? "" : "close");
    }
    assert_true(http_client_closed(fds[7], 2500));
    http_fixture_settle(f, 7);
    struct http_reply reply =
        http_client_request(f->port, "GET", "/livez", NULL);

    assert_int_equal(reply.status, 200);
    http_reply_free(&reply);
    for (size_t i = 0; i < 8; i++) {
        (void)close(fds[i]);
    }
    http_fixture_settle(f, 0);
}

static int setup(void **state)
{
    *state = http_fixture_start(&(struct http_settings){.worker_count = 8});
    return 0;
}

static const struct CMUnitTest tests[] = {
    T_HTTP_AS(bodies_that_drip_are_cut_at_the_deadline, setup_few_workers),
    T_HTTP_AS(a_body_that_never_comes_is_cut_too, setup_few_workers),
    T_HTTP_AS(an_answer_read_too_slowly_is_cut, setup_few_workers),
    T_HTTP_AS(a_connection_serves_many_requests, setup),
    T_HTTP_AS(it_closes_when_asked_or_out_of_step, setup),
    T_HTTP_AS(http_1_0_may_keep_it_open, setup),
    T_HTTP_AS(it_closes_when_workers_run_short, setup),
};

T_MAIN(tests)
