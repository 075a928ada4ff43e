/* SPDX-License-Identifier: MIT
 *
 * test_http_join_states.c - /join and /remove in every state of the node, and
 * with everything that can come of a change.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

static const struct {
    const char *method, *target, *body;
} requests[] = {
    {"GET", "/join?id=n&addr=a:1", NULL},
    {"POST", "/join?x=%20&addr=a:1&id=n%2f", "{}"},
    {"POST", "/join",
     "{\"id\":\"n\",\"httpAddr\":\"a:2\",\"raftAddr\":\"a:1\"}"},
    {"POST", "/join?", "{\"id\":\"n\",\"addr\":\"a:1\"}"},
    {"GET", "/remove?id=node2", NULL},
    {"POST", "/remove?y=+&id=node%32", NULL},
};
enum { REQUESTS = sizeof(requests) / sizeof(requests[0]) };

static void expect(const struct http_fixture *f, int status, const char *text,
                   bool retry, const char *leader)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        struct http_reply reply = http_client_request(
            f->port, requests[i].method, requests[i].target, requests[i].body);
        char location[256] = "", expected[256] = "", field[64];

        if (leader[0] != 0) {
            (void)snprintf(expected, sizeof(expected), "http://%s%s", leader,
                           requests[i].target);
        }
        assert_int_equal(reply.status, status);
        assert_string_equal((const char *)reply.body, text);
        (void)http_reply_field(&reply, "Location", location, 256);
        assert_string_equal(location, expected);
        assert_int_equal(
            http_reply_field(&reply, "Retry-After", field, 64) != NULL, retry);
        http_reply_free(&reply);
    }
}

static void a_follower_sends_to_the_leader(void **state)
{
    struct http_fixture *f = *state;

    http_fixture_play(f, PLAY_FOLLOWER);
    expect(f, 307, "", false, OTHER_LEADER);
    t_u64_eq(f->call_count, REQUESTS);
}

/* Nor is anybody sent here again, or to what is no address. */
static void without_a_leader_it_is_503(void **state)
{
    struct http_fixture *f = *state;

    http_fixture_play(f, PLAY_NO_LEADER);
    expect(f, 503, "node is not the leader\n", true, "");
    http_fixture_play(f, PLAY_SELF);
    expect(f, 503, "node is not the leader\n", true, "");
    http_fixture_play(f, PLAY_HOSTILE);
    expect(f, 503, "node is not the leader\n", true, "");
}

static void every_end_of_a_change_has_its_status(void **state)
{
    static const struct {
        struct bridge_answer answer;
        int status;
        const char *text;
    } cases[] = {
        {{.outcome = BRIDGE_DONE}, 200, ""},
        {{.outcome = BRIDGE_UNREACHABLE, .why = "a:1 does not answer"},
         502,
         "a:1 does not answer\n"},
        {{.outcome = BRIDGE_CONFLICT, .why = "not now"}, 409, "not now\n"},
        {{.outcome = BRIDGE_FAILED, .why = "too slow"}, 503, "too slow\n"},
        {{.outcome = BRIDGE_BUSY}, 503, "too busy: nothing was done\n"},
        {{.outcome = BRIDGE_REFUSED},
         503,
         "another leader took over: nothing was done\n"},
        {{.outcome = BRIDGE_UNKNOWN},
         504,
         "no answer in time: it may or may not happen\n"},
        {{.outcome = BRIDGE_STOPPING},
         503,
         "shutting down: nothing was done\n"},
    };
    struct http_fixture *f = *state;

    f->script_type = BRIDGE_CHANGE;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        http_fixture_script(f, &cases[i].answer, NULL);
        expect(f, cases[i].status, cases[i].text, cases[i].status == 503, "");
    }
}

/* Its list may be an old one: it is not told that nobody is called so. */
static void who_leads_no_more_says_nothing_of_members(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/remove?id=nobody", NULL, 503, "node is not the leader\n"},
        {"GET", "/join?id=n", NULL, 400, NULL}, /* wrong anywhere */
    };
    struct http_fixture *f = *state;

    http_fixture_play(f, PLAY_NO_LEADER);
    HTTP_RUN(f, exchanges);
}

static void a_head_is_answered_without_a_body(void **state)
{
    struct http_fixture *f = *state;
    char text[128];
    const int length =
        snprintf(text, sizeof(text),
                 "HEAD /join?id=n HTTP/1.1\r\nHost: localhost:%u\r\n\r\n",
                 (unsigned)f->port);
    const int fd = http_client_connect(f->port);

    assert_true(http_client_send(fd, text, (size_t)length));
    struct http_reply reply = http_client_receive(fd, false, 10000);

    assert_int_equal(reply.status, 400);
    http_reply_free(&reply);
    http_client_finish(fd);
    assert_true(http_client_closed(fd, 10000));
    (void)close(fd);
}

static const struct CMUnitTest tests[] = {
    T_HTTP(a_follower_sends_to_the_leader),
    T_HTTP(without_a_leader_it_is_503),
    T_HTTP(every_end_of_a_change_has_its_status),
    T_HTTP(who_leads_no_more_says_nothing_of_members),
    T_HTTP(a_head_is_answered_without_a_body),
};

T_MAIN(tests)
