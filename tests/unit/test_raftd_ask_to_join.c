/* SPDX-License-Identifier: MIT
 *
 * test_raftd_ask_to_join.c - asking to be let in, of somebody who plays the
 * member: what he is sent, and whatever he sends back.
 */
#include "tests/t.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd/raftd/ask_to_join.h"

static struct ask_to_join ask;
static int listener;
static char heard[4096]; /* the last request */

static int set_up(void **state)
{
    struct sockaddr_in place = {.sin_family = AF_INET};
    socklen_t bytes = sizeof place;

    (void)state;
    alarm(20); /* who waits for an answer that never comes does so for 15 s */
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0 ||
        bind(listener, (struct sockaddr *)&place, sizeof place) != 0 ||
        listen(listener, 8) != 0 ||
        getsockname(listener, (struct sockaddr *)&place, &bytes) != 0) {
        return -1;
    }
    ask = (struct ask_to_join){
        .name = "node \"2\"", .raft_address = "127.0.0.1:9", .every_ms = 1};
    snprintf(ask.address, sizeof ask.address, "127.0.0.1:%u",
             (unsigned)ntohs(place.sin_port));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ask_to_join_end(&ask);
    close(listener);
    alarm(0);
    return 0;
}

/* He is asked; what came is in heard. */
static int asked(void)
{
    const int client = accept(listener, NULL, NULL);
    size_t used = 0;

    assert_true(client >= 0);
    while (used == 0 || heard[used - 1] != '}') { /* the body's end */
        const ssize_t got =
            recv(client, heard + used, sizeof heard - 1 - used, 0);

        assert_true(got > 0);
        used += (size_t)got;
        heard[used] = '\0';
    }
    return client;
}

static void answer(const char *bytes, size_t count)
{
    const int client = asked();

    while (count > 0) {
        const ssize_t sent = send(client, bytes, count, MSG_NOSIGNAL);

        if (sent <= 0) {
            break; /* he has had enough */
        }
        bytes += sent;
        count -= (size_t)sent;
    }
    close(client);
}

static void answer_text(const char *text)
{
    answer(text, strlen(text));
}

#define HEAD(status) "HTTP/1.1 " status "\r\nContent-Length: 9\r\n\r\n"
#define NOT_LEADER   HEAD("422 x") "{\"error\":\"not the leader\"}"

/* When he is asked again, all that came before is done: so many reasons. */
static void asked_again_after(size_t reason_count)
{
    const int client = asked();

    ask_to_join_end(&ask);
    close(client);
    t_u64_eq(ask.reason_count, reason_count);
}

/* ---- Tests --------------------------------------------------------------- */

static void he_is_asked_as_raft_example_is(void **state)
{
    char head[512];

    (void)state;
    assert_int_equal(ask_to_join_start(&ask), 0);
    asked_again_after(0);
    snprintf(
        head, sizeof head,
        "POST /raft/join HTTP/1.1\r\nHost: %s\r\n"
        "Content-Type: application/json\r\nContent-Length: 53\r\n"
        "Connection: close\r\n\r\n"
        "{\"node_id\":\"node \\\"2\\\"\",\"raft_address\":\"127.0.0.1:9\"}",
        ask.address);
    assert_string_equal(heard, head);
}

static void each_reason_is_said_once(void **state)
{
    (void)state;
    assert_int_equal(ask_to_join_start(&ask), 0);
    answer_text(NOT_LEADER);
    answer_text(NOT_LEADER);
    answer_text(HEAD("503 x") "{\"message\":\"stopping\"}");
    answer_text(NOT_LEADER);
    answer_text(HEAD("404 x") "nothing");
    asked_again_after(3);
    assert_string_equal(ask.reasons[0], "it answers 422: not the leader");
    assert_string_equal(ask.reasons[1], "it answers 503: stopping");
    assert_string_equal(ask.reasons[2], "it answers 404");
}

static void reasons_without_end_are_all_forgotten_again(void **state)
{
    char text[128];

    (void)state;
    assert_int_equal(ask_to_join_start(&ask), 0);
    for (int i = 0; i < 2 * ASK_REASONS + 3; i++) {
        snprintf(text, sizeof text, HEAD("422 x") "{\"error\":\"%d\"}", i);
        answer_text(text);
    }
    asked_again_after(2 * ASK_REASONS + 3);
    assert_string_equal(ask.reasons[2], "it answers 422: 18");
    assert_string_equal(ask.reasons[3], "it answers 422: 11");
}

/* Wiped, at an old address: the cluster takes us for the one it knows, until
 * its leader has seen who answers there. */
static void a_yes_is_not_the_end_of_asking(void **state)
{
    (void)state;
    assert_int_equal(ask_to_join_start(&ask), 0);
    for (int i = 0; i < 3; i++) {
        answer_text(HEAD("200 OK") "{}");
    }
    asked_again_after(0);
}

static void a_yes_that_nothing_follows_is_a_reason(void **state)
{
    (void)state;
    assert_int_equal(ask_to_join_start(&ask), 0);
    answer_text(HEAD("200 OK") "{}");
    answer_text(NOT_LEADER); /* the count begins anew */
    for (int i = 0; i < 4; i++) {
        answer_text(HEAD("200 OK") "{}");
    }
    asked_again_after(2);
    assert_string_equal(ask.reasons[1],
                        "it says we are a member, but no leader comes to us at "
                        "127.0.0.1:9");
}

static void hostile_answers_are_reasons_too(void **state)
{
    static const char *const bad[] = {"\n",
                                      "HTTP/1.1 200 OK\r\n",
                                      "HTTP/1.1 \r\n\r\n",
                                      "HTTP/2 200\r\n\r\n",
                                      "SSH-2.0-x\r\n\r\n",
                                      "\r\n\r\n"};
    const size_t much = 1 << 20;
    char *bytes = malloc(much);

    (void)state;
    assert_non_null(bytes);
    assert_int_equal(ask_to_join_start(&ask), 0);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        answer_text(bad[i]);
    }
    memset(bytes, 'x', much);
    answer(bytes, much);
    memset(bytes, '[', 30000); /* beyond what a parser's stack would take */
    memcpy(bytes, HEAD("422 x"), strlen(HEAD("422 x")));
    answer(bytes, 30000);
    memcpy(bytes, HEAD("422 x") "{\"error\":\"",
           strlen(HEAD("422 x") "{\"error\":\""));
    memset(bytes + 60, 'e', 20000);
    memcpy(bytes + 20060, "\"}", 2);
    answer(bytes, 20062);
    answer("HTTP/1.1 422 x\r\n\r\n{\"error\":\"\0\"}", 32);
    asked_again_after(4);
    free(bytes);
    assert_string_equal(ask.reasons[0],
                        "what answers there does not speak HTTP");
    assert_string_equal(ask.reasons[1], "no answer");
    assert_string_equal(ask.reasons[2], "it answers 422");
    assert_memory_equal(ask.reasons[3], "it answers 422: ", 16);
    assert_true(strlen(ask.reasons[3]) < ASK_REASON_BYTES);
}

static void the_end_does_not_wait_for_an_answer(void **state)
{
    int client;

    (void)state;
    assert_int_equal(ask_to_join_start(&ask), 0);
    client = asked();
    ask_to_join_end(&ask);
    t_u64_eq(recv(client, heard, sizeof heard, 0), 0); /* he has hung up */
    close(client);
    t_u64_eq(ask.reason_count, 0); /* our own end is nobody's fault */
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(he_is_asked_as_raft_example_is, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(each_reason_is_said_once, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(reasons_without_end_are_all_forgotten_again,
                                    set_up, tear_down),
    cmocka_unit_test_setup_teardown(a_yes_is_not_the_end_of_asking, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(a_yes_that_nothing_follows_is_a_reason,
                                    set_up, tear_down),
    cmocka_unit_test_setup_teardown(hostile_answers_are_reasons_too, set_up,
                                    tear_down),
    cmocka_unit_test_setup_teardown(the_end_does_not_wait_for_an_answer, set_up,
                                    tear_down),
};

T_MAIN(tests)
