/* SPDX-License-Identifier: MIT
 *
 * test_http_states.c - what the tables of http_contract.h do not say of a
 * node's state: what was given up does not happen, -default-level, and what
 * is told of the log.
 */
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

#define PAIR "{\"key\":\"a\",\"value\":\"1\"}"

static int setup_impatient(void **state)
{
    *state =
        http_fixture_start(&(struct http_settings){.request_timeout_ms = 1000});
    return 0;
}

static void what_was_given_up_never_happens(void **state)
{
    struct http_fixture *f = *state;

    http_fixture_play(f, PLAY_DEAF);
    assert_int_equal(http_client_status(f->port, "POST", "/key", PAIR), 503);
    http_fixture_play(f, PLAY_LEADER);
    assert_int_equal(http_client_status(f->port, "POST", "/key", PAIR), 200);
    t_u64_eq(f->index, 1);
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
    T_HTTP_AS(what_was_given_up_never_happens, setup_impatient),
    T_HTTP_AS(default_level_is_an_option, setup_stale),
    T_HTTP(every_answer_tells_of_the_log),
};

T_MAIN(tests)
