/* SPDX-License-Identifier: MIT
 *
 * test_http_states.c - every /key route in every state of the node: leader,
 * follower, without a leader, too busy, stopping, silent.
 */
#include <stdio.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

#define PAIR "{\"key\":\"a\",\"value\":\"1\"}"

static const struct {
    const char *method, *target, *body;
} writes[] = {
    {"POST", "/key", PAIR},         {"POST", "/key/?as=map", "{\"a\":\"1\"}"},
    {"DELETE", "/key/a", NULL},     {"DELETE", "/key/a%2F..%2fb?x=%20", NULL},
    {"DELETE", "/key?key=a", NULL}, {"DELETE", "/key/?key=a", NULL},
};

static const char *const reads[] = {
    "/key/a",           "/key/a?level=default",
    "/key/../a?",       "/key?key=a&level=consistent",
    "/key/?key=a%2f+b", "/key/a?level=consistent&x=/../",
};

static const char *const stale_reads[] = {"/key/a?level=stale",
                                          "/key?key=a&level=stale"};

enum {
    WRITES = sizeof(writes) / sizeof(writes[0]),
    READS = sizeof(reads) / sizeof(reads[0]),
    STALE_READS = sizeof(stale_reads) / sizeof(stale_reads[0])
};

enum { IMPATIENT_MS = 100, TRIES = 100 };

/* Who gives a request so little time may have read none of it when that is
 * over, where the machine is busy: then nothing was asked. */
static struct http_reply ask(const struct http_fixture *f, const char *method,
                             const char *target, const char *body)
{
    const bool impatient = f->http->settings.request_timeout_ms == IMPATIENT_MS;
    struct http_reply reply =
        http_client_request(f->port, method, target, body);

    for (int i = 0; impatient && reply.status == 0 && i < TRIES; i++) {
        http_reply_free(&reply);
        reply = http_client_request(f->port, method, target, body);
    }
    return reply;
}

/* All that need the leader; check() sees each answer. */
static void ask_all(struct http_fixture *f,
                    void (*check)(const struct http_reply *reply,
                                  const char *target))
{
    for (size_t i = 0; i < WRITES; i++) {
        struct http_reply reply =
            ask(f, writes[i].method, writes[i].target, writes[i].body);

        check(&reply, writes[i].target);
        http_reply_free(&reply);
    }
    for (size_t i = 0; i < READS; i++) {
        struct http_reply reply = ask(f, "GET", reads[i], NULL);

        check(&reply, reads[i]);
        http_reply_free(&reply);
    }
}

static void stale_reads_are_served(struct http_fixture *f)
{
    http_fixture_put(f, "a", "old", 3, KV_TEXT);
    const uint64_t calls = f->call_count;

    for (size_t i = 0; i < STALE_READS; i++) {
        struct http_reply reply =
            http_client_request(f->port, "GET", stale_reads[i], NULL);

        assert_int_equal(reply.status, 200);
        assert_non_null(strstr((const char *)reply.body, "old"));
        http_reply_free(&reply);
    }
    t_u64_eq(f->call_count, calls); /* without the loop thread */
}

static void is_redirect(const struct http_reply *reply, const char *target)
{
    char location[256];
    char expected[256];

    assert_int_equal(reply->status, 307);
    assert_non_null(http_reply_field(reply, "Location", location, 256));
    (void)snprintf(expected, sizeof(expected), "http://%s%s", OTHER_LEADER,
                   target);
    assert_string_equal(location, expected);
    t_u64_eq(reply->body_bytes, 0);
}

static void a_follower_sends_to_the_leader(void **state)
{
    http_fixture_play(*state, PLAY_FOLLOWER);
    ask_all(*state, is_redirect);
    stale_reads_are_served(*state);
}

static void is_no_leader(const struct http_reply *reply, const char *target)
{
    char text[16];

    (void)target;
    assert_int_equal(reply->status, 503);
    assert_string_equal((const char *)reply->body, "node is not the leader\n");
    assert_non_null(http_reply_field(reply, "Retry-After", text, 16));
    assert_string_equal(text, "1");
    assert_null(http_reply_field(reply, "Location", text, 16));
}

static void without_a_leader_it_says_so(void **state)
{
    http_fixture_play(*state, PLAY_NO_LEADER);
    ask_all(*state, is_no_leader);
    stale_reads_are_served(*state);
}

static void it_never_redirects_to_itself(void **state)
{
    http_fixture_play(*state, PLAY_SELF);
    ask_all(*state, is_no_leader);
}

/* An address with a line break in it would add a header of its own. */
static void it_never_redirects_to_what_is_no_address(void **state)
{
    http_fixture_play(*state, PLAY_HOSTILE);
    ask_all(*state, is_no_leader);
}

static void is_503(const struct http_reply *reply, const char *target)
{
    char text[16];

    (void)target;
    assert_int_equal(reply->status, 503);
    assert_non_null(http_reply_field(reply, "Retry-After", text, 16));
}

static void certain_that_nothing_happened_is_503(void **state)
{
    static const enum fixture_part parts[] = {PLAY_BUSY, PLAY_REFUSED,
                                              PLAY_STOPPING};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        http_fixture_play(*state, parts[i]);
        ask_all(*state, is_503);
        stale_reads_are_served(*state);
    }
}

static void is_504(const struct http_reply *reply, const char *target)
{
    (void)target;
    assert_int_equal(reply->status, 504);
    assert_non_null(strstr((const char *)reply->body, "may or may not"));
}

static int setup_impatient(void **state)
{
    *state = http_fixture_start(
        &(struct http_settings){.request_timeout_ms = IMPATIENT_MS});
    return 0;
}

static void taken_but_not_answered_is_504(void **state)
{
    http_fixture_play(*state, PLAY_SILENT);
    ask_all(*state, is_504);
}

static void not_even_taken_is_503(void **state)
{
    struct http_fixture *f = *state;

    http_fixture_play(f, PLAY_DEAF);
    ask_all(f, is_503);
    http_fixture_play(f, PLAY_LEADER);
    struct http_reply reply =
        http_client_request(f->port, "POST", "/key", PAIR);

    assert_int_equal(reply.status, 200);
    http_reply_free(&reply);
    t_u64_eq(f->index, 1); /* what was given up never happened later */
}

static void default_level_is_an_option(void **state)
{
    struct http_fixture *f = *state;

    http_fixture_play(f, PLAY_NO_LEADER);
    static const struct http_exchange exchanges[] = {
        {"GET", "/key/none", NULL, 200, "{\"none\":\"\"}"},
        {"GET", "/key/none?level=default", NULL, 503, NULL},
    };

    HTTP_RUN(f, exchanges);
}

static int setup_stale(void **state)
{
    *state = http_fixture_start(
        &(struct http_settings){.default_level = HTTP_STALE});
    return 0;
}

/* What a client of ours reads from every answer, whatever it is. */
static void every_answer_tells_of_the_log(void **state)
{
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();
    static const char *const targets[] = {"/livez", "/nothing", "/key?key=zz",
                                          "/key/%", "/raft/stats"};
    char text[64];

    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        struct http_reply reply =
            http_client_request(f->port, "GET", targets[i], NULL);

        assert_string_equal(http_reply_field(&reply, "Raft-Index", text, 64),
                            "7");
        assert_string_equal(http_reply_field(&reply, "Raft-Term", text, 64),
                            "3");
        assert_string_equal(http_reply_field(&reply, "Raft-Leader", text, 64),
                            "127.0.0.1:8001");
        assert_non_null(http_reply_field(&reply, "Date", text, 64));
        http_reply_free(&reply);
    }
    f->index = UINT64_C(18446744073709551614);
    view.leader_http[0] = 0;
    http_publish(f->http, &view);
    struct http_reply reply =
        http_client_request(f->port, "POST", "/key", PAIR);

    assert_string_equal(http_reply_field(&reply, "Raft-Index", text, 64),
                        "18446744073709551615"); /* of this write */
    assert_string_equal(http_reply_field(&reply, "Raft-Leader", text, 64), "");
    http_reply_free(&reply);
}

static const struct CMUnitTest tests[] = {
    T_HTTP(a_follower_sends_to_the_leader),
    T_HTTP(without_a_leader_it_says_so),
    T_HTTP(it_never_redirects_to_itself),
    T_HTTP(it_never_redirects_to_what_is_no_address),
    T_HTTP(certain_that_nothing_happened_is_503),
    T_HTTP_AS(taken_but_not_answered_is_504, setup_impatient),
    T_HTTP_AS(not_even_taken_is_503, setup_impatient),
    T_HTTP_AS(default_level_is_an_option, setup_stale),
    T_HTTP(every_answer_tells_of_the_log),
};

T_MAIN(tests)
