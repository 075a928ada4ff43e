/* SPDX-License-Identifier: MIT
 *
 * test_http_start.c - starting and stopping the server, and saying why not.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

static struct http *start(const char *listen, const char *advertise,
                          char error[256], bool *in_use)
{
    static struct bridge *const no_bridge = NULL;
    const struct http_settings settings = {
        .listen = listen, .advertise = advertise, .worker_count = 2};

    error[0] = 0;
    return http_start(&settings, no_bridge, NULL, error, 256, in_use);
}

static void a_bad_address_is_named(void **state)
{
    (void)state;
    static const char *const bad[] = {"",
                                      "localhost",
                                      "127.0.0.1:",
                                      ":x",
                                      "a:65536",
                                      "a:-1",
                                      "a:1x",
                                      "127.0.0.1:99999999999",
                                      "256.0.0.1.2:0"};
    char error[256];
    bool in_use = true;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_null(start(bad[i], NULL, error, &in_use));
        assert_true(strlen(error) > 5);
        assert_false(in_use);
        assert_null(strchr(error, '\n'));
    }
    assert_null(start("127.0.0.1:0", "nonsense", error, &in_use));
    assert_non_null(strstr(error, "nonsense"));
}

static void a_port_in_use_is_said(void **state)
{
    (void)state;
    char error[256];
    char listen[64];
    bool in_use = true;
    struct http *first = start("127.0.0.1:0", NULL, error, &in_use);

    assert_non_null(first);
    assert_false(in_use);
    assert_true(http_port(first) > 0);
    (void)snprintf(listen, sizeof(listen), "127.0.0.1:%u",
                   (unsigned)http_port(first));
    assert_null(start(listen, NULL, error, &in_use));
    assert_true(in_use);
    assert_true(strlen(error) > 5);
    http_stop(first);
    first = start(listen, NULL, error, &in_use); /* free again, at once */
    assert_non_null(first);
    http_stop(first);
}

static void an_empty_host_is_loopback(void **state)
{
    (void)state;
    struct http_fixture *f =
        http_fixture_start(&(struct http_settings){.listen = ":0"});
    struct http_reply reply =
        http_client_request(f->port, "GET", "/livez", NULL);

    assert_int_equal(reply.status, 200);
    http_reply_free(&reply);
    assert_string_equal(f->http->listen_host, "127.0.0.1");
    http_fixture_stop(f);
}

static uint64_t stop_takes_ms(struct http_fixture *f)
{
    const uint64_t start_ns = now_ns();

    http_fixture_stop(f);
    return (now_ns() - start_ns) / 1000000;
}

/* civetweb alone needs up to two seconds to see that it should stop. */
static void it_stops_at_once_with_idle_connections(void **state)
{
    (void)state;
    struct http_fixture *f =
        http_fixture_start(&(struct http_settings){.worker_count = 4});
    int fds[6]; /* more than workers: some wait in the queue */

    for (size_t i = 0; i < 6; i++) {
        fds[i] = http_client_connect(f->port);
        assert_true(fds[i] >= 0);
    }
    assert_true(stop_takes_ms(f) < 1000);
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
    assert_true(stop_takes_ms(f) < 1000);
    for (size_t i = 0; i < 4; i++) {
        void *wrong = NULL;

        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
}

/* One connection, request after request, until the server closes it. */
static void *keep_asking(void *self)
{
    static const char text[] = "POST /key HTTP/1.1\r\nHost: kv.example:80\r\n"
                               "Content-Length: 9\r\n\r\n{\"a\":\"1\"}";
    struct http_fixture *f = self;
    const int fd = http_client_connect(f->port);
    bool answered = fd >= 0;
    bool closed = false;

    while (answered && !closed) {
        answered = http_client_send(fd, text, sizeof(text) - 1);
        struct http_reply reply = http_client_receive(fd, true, 5000);

        answered = answered && (reply.status == 200 || reply.status == 503);
        closed = reply.closed;
        http_reply_free(&reply);
    }
    (void)close(fd);
    return answered ? NULL : "a request without an answer";
}

/* civetweb alone drops answers that are ready when it is told to stop. */
static void nobody_asks_in_vain_while_it_stops(void **state)
{
    (void)state;
    struct http_fixture *f = http_fixture_start(&(struct http_settings){
        .worker_count = 64, .advertise = "kv.example:80"});
    pthread_t threads[16];
    uint64_t calls = 0;

    for (size_t i = 0; i < 16; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, keep_asking, f), 0);
    }
    while (calls < 100) {
        (void)pthread_mutex_lock(&f->lock);
        calls = f->call_count;
        (void)pthread_mutex_unlock(&f->lock);
    }
    http_fixture_stop(f);
    for (size_t i = 0; i < 16; i++) {
        void *wrong = NULL;

        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        if (wrong != NULL) {
            fail_msg("%s", (const char *)wrong);
        }
    }
}

static void half_a_body_is_answered_when_it_stops(void **state)
{
    (void)state;
    static const char text[] = "POST /key HTTP/1.1\r\nHost: kv.example:80\r\n"
                               "Content-Length: 9\r\n\r\n{\"a\":";
    struct http_fixture *f = http_fixture_start(
        &(struct http_settings){.advertise = "kv.example:80"});
    const int fd = http_client_connect(f->port);

    assert_true(http_client_send(fd, text, sizeof(text) - 1));
    while (atomic_load(&f->http->connections) == 0) {
    }
    assert_true(stop_takes_ms(f) < 1000);
    struct http_reply reply = http_client_receive(fd, true, 5000);

    assert_int_equal(reply.status, 503);
    assert_true(reply.closed);
    http_reply_free(&reply);
    (void)close(fd);
}

/* Its answers are more than the sockets' buffers hold. */
static void a_client_that_reads_nothing_does_not_hold_it(void **state)
{
    (void)state;
    static const char text[] = "GET /key?key=a&level=stale HTTP/1.1\r\n"
                               "Host: kv.example:80\r\n\r\n";
    static uint8_t value[1 << 20];
    struct http_fixture *f = http_fixture_start(
        &(struct http_settings){.advertise = "kv.example:80"});
    const int fd = http_client_connect(f->port);

    memset(value, 'v', sizeof(value));
    http_fixture_put(f, "a", value, sizeof(value), KV_TEXT);
    for (size_t i = 0; i < 32; i++) {
        assert_true(http_client_send(fd, text, sizeof(text) - 1));
    }
    struct http_reply reply = http_client_receive(fd, true, 5000);

    assert_int_equal(reply.status, 200); /* it is at it */
    http_reply_free(&reply);
    assert_true(stop_takes_ms(f) < 1500);
    (void)close(fd);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_bad_address_is_named),
    cmocka_unit_test(a_port_in_use_is_said),
    cmocka_unit_test(an_empty_host_is_loopback),
    cmocka_unit_test(it_stops_at_once_with_idle_connections),
    cmocka_unit_test(waiting_requests_are_answered_when_it_stops),
    cmocka_unit_test(nobody_asks_in_vain_while_it_stops),
    cmocka_unit_test(half_a_body_is_answered_when_it_stops),
    cmocka_unit_test(a_client_that_reads_nothing_does_not_hold_it),
};

T_MAIN(tests)
