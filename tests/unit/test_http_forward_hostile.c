/* SPDX-License-Identifier: MIT
 *
 * test_http_forward_hostile.c - a request is asked again of a leader who is
 * none: what he hears, and what his bytes can do.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/http_pair.h"

#define ONE  "{\"members\":[{\"raft\":\"127.0.0.1:10001\"}]}"
#define NODE "{\"to\":\"node2\"}"

static int listen_anywhere(char address[64])
{
    struct sockaddr_in bound = {.sin_family = AF_INET,
                                .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t bytes = sizeof(bound);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&bound, bytes), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&bound, &bytes), 0);
    (void)snprintf(address, 64, "127.0.0.1:%u", ntohs(bound.sin_port));
    return fd;
}

/* The follower is asked; its own request is heard and answered so. */
static struct http_reply ask_through(const struct http_pair *pair,
                                     int listen_fd, const char *request,
                                     const char *answer, char *heard,
                                     size_t room)
{
    const int client = http_client_connect(pair->follower->port);
    size_t count = 0;

    assert_true(http_client_send(client, request, strlen(request)));
    const int fd = accept(listen_fd, NULL, NULL);

    assert_true(fd >= 0);
    heard[0] = 0;
    while (strstr(heard, "]}") == NULL && strstr(heard, "GET") == NULL) {
        const ssize_t got = recv(fd, heard + count, room - 1 - count, 0);

        assert_true(got > 0);
        count += (size_t)got;
        heard[count] = 0;
    }
    assert_true(http_client_send(fd, answer, strlen(answer)));
    (void)close(fd);
    struct http_reply reply = http_client_receive(client, true, 10000);

    (void)close(client);
    return reply;
}

static void make_put(const struct http_pair *pair, char *request, size_t room)
{
    (void)snprintf(request, room,
                   "PUT /cluster?a=%%20b HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
                   "Cookie: secret\r\nContent-Length: %zu\r\n\r\n%s",
                   pair->follower->port, strlen(ONE), ONE);
}

static void the_request_is_passed_on_whole(void **state)
{
    struct http_pair *pair = *state;
    char address[64], request[512], heard[2048], expected[512], type[64];
    const int fd = listen_anywhere(address);

    http_pair_follow(pair->follower, address);
    make_put(pair, request, sizeof(request));
    struct http_reply reply =
        ask_through(pair, fd, request,
                    "HTTP/1.1 418 I'm a teapot\r\nContent-Type: text/plain\r\n"
                    "Set-Cookie: a=b\r\ncontent-length:  5\r\n\r\nhello",
                    heard, sizeof(heard));

    (void)snprintf(expected, sizeof(expected),
                   "PUT /cluster?a=%%20b HTTP/1.1\r\nHost: %s\r\n"
                   "Raft-Forwarded: 1\r\nContent-Length: %zu\r\n"
                   "Connection: close\r\n\r\n%s",
                   address, strlen(ONE), ONE);
    assert_string_equal(heard, expected);
    assert_int_equal(reply.status, 418);
    assert_string_equal((char *)reply.body, "hello");
    assert_non_null(http_reply_field(&reply, "Content-Type", type, 64));
    assert_string_equal(type, "text/plain");
    assert_null(http_reply_field(&reply, "Set-Cookie", type, 64));
    http_reply_free(&reply);
    (void)close(fd);
}

/* It has been asked: nobody knows what became of it. */
static void nonsense_for_an_answer_is_unknown(void **state)
{
    static const char *const answers[] = {
        "",
        "HTTP/1.1",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello!",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n\r\n",
    };
    struct http_pair *pair = *state;
    char address[64], request[512], heard[2048];
    const int fd = listen_anywhere(address);

    http_pair_follow(pair->follower, address);
    make_put(pair, request, sizeof(request));
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        struct http_reply reply =
            ask_through(pair, fd, request, answers[i], heard, sizeof(heard));

        if (reply.status != 504) {
            fail_msg("%s: %d", answers[i], reply.status);
        }
        http_reply_free(&reply);
    }
    (void)close(fd);
}

/* A Content-Type must not bring lines of its own, nor be without end. */
static void a_strange_type_is_left_out(void **state)
{
    static const char *const types[] = {"a\nSet-Cookie: b", "\x7f", ""};
    struct http_pair *pair = *state;
    char address[64], request[512], heard[2048], answer[512], field[64];
    const int fd = listen_anywhere(address);

    http_pair_follow(pair->follower, address);
    make_put(pair, request, sizeof(request));
    for (size_t i = 0; i <= 3; i++) {
        char type[128];

        memset(type, 't', sizeof(type));
        type[120] = 0;
        (void)snprintf(answer, sizeof(answer),
                       "HTTP/1.1 200 OK\r\nContent-Type: %s\r\n"
                       "Content-Length: 2\r\n\r\nok",
                       i < 3 ? types[i] : type);
        struct http_reply reply =
            ask_through(pair, fd, request, answer, heard, sizeof(heard));

        assert_int_equal(reply.status, 200);
        assert_string_equal((char *)reply.body, "ok");
        assert_null(http_reply_field(&reply, "Content-Type", field, 64));
        assert_null(http_reply_field(&reply, "Set-Cookie", field, 64));
        http_reply_free(&reply);
    }
    (void)close(fd);
}

/* GET asks for a second at most, and then shows what this server knows. */
static void who_does_not_answer_is_not_waited_for(void **state)
{
    static const struct http_exchange get[] = {
        {"GET", "/cluster", NULL, 200, NULL}};
    static const struct http_exchange transfer[] = {
        {"POST", "/cluster/transfer", NODE, 504,
         "{\"title\":\"Gateway Timeout\",\"status\":504,\"detail\":"
         "\"no answer from the leader: it may or may not happen\"}"}};
    struct http_pair *pair = *state;
    char address[64];
    const int fd = listen_anywhere(address); /* connects, and that is all */

    http_pair_follow(pair->follower, address);
    HTTP_RUN(pair->follower, get);
    HTTP_RUN(pair->follower, transfer);
    (void)close(fd);
}

/* The leader may take long over a change of members. But one who hangs is not
 * waited for so long: another one leads by then. */
static void a_leader_that_hangs_is_given_up(void **state)
{
    static const char *const asked[][2] = {
        {"PUT /cluster", ONE},
        {"POST /raft/join", "{\"node_id\":\"n\",\"raft_address\":\"a:1\"}"},
        {"POST /cluster/join/", "{\"address\":\"a:1\"}"},
        {"POST /setup", "{\"leaderRaftAddr\":\"a:1\"}"},
    };
    enum { COUNT = sizeof(asked) / sizeof(asked[0]) };
    static const struct http_settings settings = {.request_timeout_ms = 1200};
    struct http_fixture *f = http_fixture_start(&settings);
    char address[64], request[256];
    const int fd = listen_anywhere(address); /* connects, and that is all */
    int clients[COUNT];

    (void)state;
    http_pair_follow(f, address);
    for (size_t i = 0; i < COUNT; i++) {
        const int length = snprintf(
            request, sizeof(request),
            "%s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nContent-Length: "
            "%zu\r\n\r\n%s",
            asked[i][0], (unsigned)f->port, strlen(asked[i][1]), asked[i][1]);

        clients[i] = http_client_connect(f->port);
        assert_true(http_client_send(clients[i], request, (size_t)length));
    }
    for (size_t i = 0; i < COUNT; i++) { /* 5 times 1.2 s would be too long */
        struct http_reply reply = http_client_receive(clients[i], true, 4500);

        assert_int_equal(reply.status, 504);
        http_reply_free(&reply);
        (void)close(clients[i]);
    }
    http_fixture_stop(f);
    (void)close(fd);
}

/* Who waits for him would wait ten seconds. */
static void a_server_that_stops_waits_for_nobody(void **state)
{
    struct http_pair *pair = *state;
    char address[64], request[512];
    const int listen_fd = listen_anywhere(address);
    const int client = http_client_connect(pair->follower->port);

    http_pair_follow(pair->follower, address);
    make_put(pair, request, sizeof(request));
    assert_true(http_client_send(client, request, strlen(request)));
    const int fd = accept(listen_fd, NULL, NULL);

    assert_true(fd >= 0);
    /* Before it was sent, the answer would be another: nothing happened. */
    assert_true(recv(fd, request, sizeof(request), 0) > 0);

    const uint64_t begin = now_ns();

    http_fixture_stop(pair->follower);
    pair->follower = NULL;
    assert_true(now_ns() - begin < UINT64_C(5000000000));
    struct http_reply reply = http_client_receive(client, true, 1000);

    assert_int_equal(reply.status, 504);
    http_reply_free(&reply);
    (void)close(client);
    (void)close(fd);
    (void)close(listen_fd);
}

#define TEST(name) \
    cmocka_unit_test_setup_teardown(name, http_pair_setup, http_pair_teardown)

static const struct CMUnitTest tests[] = {
    TEST(the_request_is_passed_on_whole),
    TEST(nonsense_for_an_answer_is_unknown),
    TEST(a_strange_type_is_left_out),
    TEST(who_does_not_answer_is_not_waited_for),
    cmocka_unit_test(a_leader_that_hangs_is_given_up),
    TEST(a_server_that_stops_waits_for_nobody),
};

T_MAIN(tests)
