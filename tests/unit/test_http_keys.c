/* SPDX-License-Identifier: MIT
 *
 * test_http_keys.c - /keys/K/ as raft-kv has it.
 */
#include <stdio.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

static void words_are_those_of_the_demo(void **state)
{
    struct http_fixture *f = *state;
    static const struct http_exchange exchanges[] = {
        {"POST", "/keys/k/", "{\"value\":\"V\"}", 200, "{\"value\":\"V\"}"},
        {"GET", "/keys/k/", NULL, 200, "{\"value\":\"V\"}"},
        {"GET", "/keys/k", NULL, 200, "{\"value\":\"V\"}"},
        {"POST", "/keys/k", "{\"value\":\"\",\"x\":[]}", 200,
         "{\"value\":\"\"}"},
        {"GET", "/keys/k", NULL, 200, "{\"value\":\"\"}"},
        {"GET", "/keys/none/", NULL, 200, "{\"value\":\"\"}"},
        {"POST", "/keys/a%2Fb%2F/", "{\"value\":\"1\"}", 200,
         "{\"value\":\"1\"}"},
        {"GET", "/key/a%2Fb%2F", NULL, 200, "{\"a/b/\":\"1\"}"},
        {"DELETE", "/keys/a%2Fb%2F/", NULL, 200, "{\"value\":\"\"}"},
        {"DELETE", "/keys/a%2Fb%2F", NULL, 200, "{\"value\":\"\"}"},
        {"GET", "/key/a%2Fb%2F", NULL, 200, "{\"a/b/\":\"\"}"},
    };

    HTTP_RUN(f, exchanges);
}

static void what_is_wrong_is_said_and_nothing_is_stored(void **state)
{
    struct http_fixture *f = *state;
    const uint64_t before = http_fixture_hash(f);
    static const char string_wanted[] =
        "{\"error\":\"the body must be {\\\"value\\\": a string}\"}";
    static const struct http_exchange exchanges[] = {
        {"POST", "/keys/k/", "{}", 400, string_wanted},
        {"POST", "/keys/k/", "{\"value\":1}", 400, string_wanted},
        {"POST", "/keys/k/", "{\"value\":null}", 400, string_wanted},
        {"POST", "/keys/k/", "[\"value\"]", 400, string_wanted},
        {"POST", "/keys/k/", "\"V\"", 400, string_wanted},
        {"POST", "/keys/k/", "", 400, NULL},
        {"POST", "/keys/k/", "{\"value\":\"V\"", 400,
         "{\"error\":\"an object or array does not end\"}"},
        {"POST", "/keys/", "{\"value\":\"V\"}", 404,
         "{\"error\":\"the key is empty\"}"},
        {"GET", "/keys", NULL, 404, "{\"error\":\"the key is empty\"}"},
        {"GET", "/keys/", NULL, 404, "{\"error\":\"the key is empty\"}"},
        {"DELETE", "/keys//", NULL, 404, "{\"error\":\"the key is empty\"}"},
        {"POST", "/keys/%00/", "{\"value\":\"V\"}", 400, NULL},
        {"PUT", "/keys/k/", "{\"value\":\"V\"}", 405, NULL},
        {"GET", "/keysk", NULL, 404, NULL},
    };

    HTTP_RUN(f, exchanges);
    t_u64_eq(http_fixture_hash(f), before);
}

static void values_of_others_are_shown_as_text(void **state)
{
    struct http_fixture *f = *state;

    http_fixture_put(f, "json", "{\"a\": 1}", 8, KV_JSON);
    http_fixture_put(f, "bytes", "\xc3", 1, KV_TEXT);
    static const struct http_exchange exchanges[] = {
        {"GET", "/keys/json/", NULL, 200, "{\"value\":\"{\\\"a\\\": 1}\"}"},
        {"GET", "/keys/bytes/", NULL, 422,
         "{\"error\":\"not UTF-8 text: fetch the bytes from /kv/<key>\"}"},
    };

    HTTP_RUN(f, exchanges);
}

static void bounds_are_kept(void **state)
{
    static const struct http_settings settings = {.max_value_bytes = 4};
    struct http_fixture *f = http_fixture_start(&settings);
    char target[KV_MAX_KEY_BYTES + 16];
    static const struct http_exchange exchanges[] = {
        {"POST", "/keys/k/", "{\"value\":\"1234\"}", 200, NULL},
        {"POST", "/keys/k/", "{\"value\":\"12345\"}", 413,
         "{\"error\":\"a value is too large\"}"},
        {"GET", "/keys/k/", NULL, 200, "{\"value\":\"1234\"}"},
    };

    (void)state;
    HTTP_RUN(f, exchanges);
    (void)snprintf(target, sizeof(target), "/keys/%0*d/", KV_MAX_KEY_BYTES, 7);
    assert_int_equal(http_client_status(f->port, "GET", target, NULL), 200);
    (void)snprintf(target, sizeof(target), "/keys/%0*d/", KV_MAX_KEY_BYTES + 1,
                   7);
    assert_int_equal(http_client_status(f->port, "GET", target, NULL), 413);
    http_fixture_stop(f);
}

static void without_a_leader_nothing_is_written(void **state)
{
    struct http_fixture *f = *state;
    const uint64_t before = http_fixture_hash(f);
    static const char no_leader[] =
        "{\"error\":\"only leader can write to the storage\","
        "\"code\":\"some_code\"}";
    static const struct http_exchange nobody[] = {
        {"POST", "/keys/k/", "{\"value\":\"V\"}", 503, no_leader},
        {"DELETE", "/keys/k/", NULL, 503, no_leader},
        {"GET", "/keys/k/", NULL, 200, "{\"value\":\"\"}"}, /* read here */
    };

    http_fixture_play(f, PLAY_NO_LEADER);
    HTTP_RUN(f, nobody);
    http_fixture_play(f, PLAY_HOSTILE);
    HTTP_RUN(f, nobody);
    t_u64_eq(http_fixture_hash(f), before);
}

static const struct CMUnitTest tests[] = {
    T_HTTP(words_are_those_of_the_demo),
    T_HTTP(what_is_wrong_is_said_and_nothing_is_stored),
    T_HTTP(values_of_others_are_shown_as_text),
    cmocka_unit_test(bounds_are_kept),
    T_HTTP(without_a_leader_nothing_is_written),
};

T_MAIN(tests)
