/* SPDX-License-Identifier: MIT
 *
 * test_http_stop.c - whoever asks while the server stops gets an answer, and
 * nobody holds it.
 */
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/drain.h"
#include "tests/t.h"
#include "tests/unit/http_fixture.h"

/* What raftd has to end in; all of it takes less than one second. */
enum { STOP_MS = 5000 };

static uint64_t stop_takes_ms(struct http_fixture *f)
{
    const uint64_t start_ns = now_ns();

    http_fixture_stop(f);
    return (now_ns() - start_ns) / 1000000;
}

/* connect() returns before the server has accepted: wait for its own end. */
static bool is_accepted(int client)
{
    struct sockaddr_in ours = {0};
    socklen_t bytes = sizeof(ours);

    assert_int_equal(getsockname(client, (struct sockaddr *)&ours, &bytes), 0);
    for (int fd = 0; fd < 1024; fd++) {
        struct sockaddr_in peer = {0};

        bytes = sizeof(peer);
        if (getpeername(fd, (struct sockaddr *)&peer, &bytes) == 0 &&
            peer.sin_port == ours.sin_port) {
            return true;
        }
    }
    return false;
}

/* civetweb alone needs up to two seconds to see that it should stop, and drops
 * who waits for a worker. */
static void it_stops_at_once_with_idle_connections(void **state)
{
    (void)state;
    static const char text[] =
        "GET /livez HTTP/1.1\r\nHost: kv.example:80\r\n\r\n";
    struct http_fixture *f = http_fixture_start(&(struct http_settings){
        .worker_count = 4, .advertise = "kv.example:80"});
    int fds[6]; /* more than workers: some wait in the queue */

    for (size_t i = 0; i < 6; i++) {
        fds[i] = http_client_connect(f->port);
        assert_true(fds[i] >= 0);
    }
    assert_true(http_client_send(fds[5], text, sizeof(text) - 1));
    while (!is_accepted(fds[5])) { /* by civetweb's thread, very soon */
        (void)sched_yield();
    }
    assert_true(stop_takes_ms(f) < STOP_MS);
    struct http_reply reply = http_client_receive(fds[5], true, 5000);

    assert_int_equal(reply.status, 503);
    http_reply_free(&reply);
    for (size_t i = 0; i < 6; i++) {
        (void)close(fds[i]);
    }
}

static void *ask(void *self)
{
    struct http_fixture *f = self;
    struct http_reply reply =
        http_client_request(f->port, "POST", "/key", "{\"a\":\"1\"}");
    const int status = reply.status;

    http_reply_free(&reply);
    return status == 503 ? NULL : "not a 503";
}

static void waiting_requests_are_answered_when_it_stops(void **state)
{
    (void)state;
    struct http_fixture *f =
        http_fixture_start(&(struct http_settings){.listen = NULL});
    pthread_t threads[4];

    http_fixture_play(f, PLAY_SILENT);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, ask, f), 0);
    }
    bool all = false;

    while (!all) {
        (void)pthread_mutex_lock(&f->lock);
        all = f->call_count == 4;
        (void)pthread_mutex_unlock(&f->lock);
    }
    assert_true(stop_takes_ms(f) < STOP_MS);
    for (size_t i = 0; i < 4; i++) {
        void *wrong = NULL;

        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

/* One connection, request after request, until the server closes it. */
struct asker {
    int fd;
    pthread_t thread;
    atomic_bool was_served; /* the server knows this connection */
};

static void *keep_asking(void *self)
{
    static const char text[] = "POST /key HTTP/1.1\r\nHost: kv.example:80\r\n"
                               "Content-Length: 9\r\n\r\n{\"a\":\"1\"}";
    struct asker *asker = self;
    bool answered = true;
    bool closed = false;

    while (answered && !closed) {
        answered = http_client_send(asker->fd, text, sizeof(text) - 1);
        struct http_reply reply = http_client_receive(asker->fd, true, 5000);

        answered = answered && (reply.status == 200 || reply.status == 503);
        closed = reply.closed;
        http_reply_free(&reply);
        atomic_store(&asker->was_served, true);
    }
    (void)close(asker->fd);
    return answered ? NULL : "a request without an answer";
}

/* civetweb alone drops answers that are ready when it is told to stop. */
static void nobody_asks_in_vain_while_it_stops(void **state)
{
    (void)state;
    struct http_fixture *f = http_fixture_start(&(struct http_settings){
        .worker_count = 64, .advertise = "kv.example:80"});
    struct asker askers[16];

    f->http->drain_ms = 60000; /* however slow this machine is now */
    for (size_t i = 0; i < 16; i++) {
        askers[i].fd = http_client_connect(f->port);
        assert_true(askers[i].fd >= 0);
        atomic_init(&askers[i].was_served, false);
        assert_int_equal(
            pthread_create(&askers[i].thread, NULL, keep_asking, &askers[i]),
            0);
    }
    for (size_t i = 0; i < 16; i++) { /* a new connection may come too late */
        while (!atomic_load(&askers[i].was_served)) {
            (void)sched_yield();
        }
    }
    http_fixture_stop(f);
    for (size_t i = 0; i < 16; i++) {
        void *wrong = NULL;

        assert_int_equal(pthread_join(askers[i].thread, &wrong), 0);
        if (wrong != NULL) {
            fail_msg("%s", (const char *)wrong);
        }
    }
}

static void half_a_body_is_answered_when_it_stops(void **state)
{
    (void)state;
    static const char text[] = "POST /key HTTP/1.1\r\nHost: kv.example:80\r\n"
                               "Expect: 100-continue\r\n"
                               "Content-Length: 9\r\n\r\n{\"a\":";
    struct http_fixture *f = http_fixture_start(
        &(struct http_settings){.advertise = "kv.example:80"});
    const int fd = http_client_connect(f->port);

    assert_true(http_client_send(fd, text, sizeof(text) - 1));
    struct http_reply reply = http_client_receive(fd, true, 5000);

    assert_int_equal(reply.status, 100); /* it waits for the rest */
    http_reply_free(&reply);
    assert_true(stop_takes_ms(f) < STOP_MS);
    reply = http_client_receive(fd, true, 5000);
    assert_int_equal(reply.status, 503);
    assert_true(reply.closed);
    http_reply_free(&reply);
    (void)close(fd);
}

static void *stop(void *self)
{
    http_fixture_stop(self);
    return NULL;
}

/* A client that had no way to know gets an answer, not a closed connection. */
static void an_old_connection_may_ask_once_more(void **state)
{
    (void)state;
    static const char text[] =
        "GET /livez HTTP/1.1\r\nHost: kv.example:80\r\n\r\n";
    struct http_fixture *f = http_fixture_start(
        &(struct http_settings){.advertise = "kv.example:80"});
    const uint16_t port = f->port;
    const int fd = http_client_connect(port);
    pthread_t stopping;

    f->http->drain_ms = 60000; /* however slow this machine is now */
    assert_true(http_client_send(fd, text, sizeof(text) - 1));
    struct http_reply reply = http_client_receive(fd, true, 5000);

    assert_int_equal(reply.status, 200);
    assert_false(reply.closed);
    http_reply_free(&reply);
    assert_int_equal(pthread_create(&stopping, NULL, stop, f), 0);
    for (int other = 0; other >= 0;) { /* until it takes no new ones */
        other = http_client_connect(port);
        (void)close(other);
    }
    assert_false(http_client_closed(fd, 50));
    assert_true(http_client_send(fd, text, sizeof(text) - 1));
    reply = http_client_receive(fd, true, 5000);
    assert_int_equal(reply.status, 503);
    assert_true(reply.closed);
    http_reply_free(&reply);
    (void)close(fd);
    assert_int_equal(pthread_join(stopping, NULL), 0);
}

/* The answer is more than the sockets' buffers hold. */
static uint64_t stop_beside_who_reads_nothing_ms(void)
{
    static const char text[] = "GET /key?key=a&level=stale HTTP/1.1\r\n"
                               "Host: kv.example:80\r\n\r\n";
    static uint8_t value[16 << 20];
    struct http_fixture *f = http_fixture_start(
        &(struct http_settings){.advertise = "kv.example:80"});
    const int fd = http_client_connect(f->port);

    memset(value, 'v', sizeof(value));
    http_fixture_put(f, "a", value, sizeof(value), KV_TEXT);
    assert_true(http_client_send(fd, text, sizeof(text) - 1));
    struct http_reply reply = http_client_receive(fd, false, 5000);

    assert_int_equal(reply.status, 200); /* its head alone */
    http_reply_free(&reply);
    const uint64_t took_ms = stop_takes_ms(f);

    (void)close(fd);
    return took_ms;
}

/* 800 ms; civetweb alone takes two seconds more. A busy machine may need a few
 * goes. */
static void a_client_that_reads_nothing_does_not_hold_it(void **state)
{
    uint64_t took_ms = UINT64_MAX;

    (void)state;
    for (int goes = 0; took_ms >= 2000; goes++) {
        assert_true(goes < 5);
        took_ms = stop_beside_who_reads_nothing_ms();
        assert_true(took_ms >= HTTP_DRAIN_MS); /* it had its chance */
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(it_stops_at_once_with_idle_connections),
    cmocka_unit_test(waiting_requests_are_answered_when_it_stops),
    cmocka_unit_test(nobody_asks_in_vain_while_it_stops),
    cmocka_unit_test(half_a_body_is_answered_when_it_stops),
    cmocka_unit_test(an_old_connection_may_ask_once_more),
    cmocka_unit_test(a_client_that_reads_nothing_does_not_hold_it),
};

T_MAIN(tests)
