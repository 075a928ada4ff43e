/* SPDX-License-Identifier: MIT
 *
 * test_http_key_bytes.c - keys and values that a decoder, a path cleaner or
 * JSON would change on their way.
 */
#include <string.h>

#include <cjson/cJSON.h>

#include "tests/t.h"
#include "tests/unit/http_fixture.h"

/* Keys that a decoder or a path cleaner would change or send elsewhere. */
static void awkward_keys_come_back_as_they_went_in(void **state)
{
    static const struct {
        const char *encoded, *key;
    } keys[] = {
        {"a%2Fb", "a/b"},
        {"a/b", "a/b"},
        {"..", ".."},
        {"../raft/stats", "../raft/stats"},
        {"a/../b", "a/../b"},
        {"..%2fraft%2fstats", "../raft/stats"},
        {"./.", "./."},
        {"a//b/", "a//b/"},
        {"a+b", "a+b"},
        {"a%2Bb", "a+b"},
        {"a%20b", "a b"},
        {"%23", "#"},
        {"a%3Fb", "a?b"},
        {"%25", "%"},
        {"%2541", "%41"},
        {"%C3%A4%E2%82%AC", "\xc3\xa4\xe2\x82\xac"},
        {"%F0%9F%98%80", "\xf0\x9f\x98\x80"},
        {"a&b=c;d", "a&b=c;d"},
        {"%0A%0d%22%5c", "\n\r\"\\"},
        {"%7f", "\x7f"},
    };
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        char target[64] = "/key/";
        char value[16];

        value[0] = (char)('A' + i);
        value[1] = 0;
        strcat(target, keys[i].encoded);
        http_fixture_put(f, keys[i].key, value, 1, KV_TEXT);
        struct http_reply reply =
            http_client_request(f->port, "GET", target, NULL);
        cJSON *json = cJSON_Parse((const char *)reply.body);
        const cJSON *member =
            cJSON_GetObjectItemCaseSensitive(json, keys[i].key);

        assert_int_equal(reply.status, 200);
        assert_non_null(member);
        assert_string_equal(member->valuestring, value);
        cJSON_Delete(json);
        http_reply_free(&reply);
        reply = http_client_request(f->port, "DELETE", target, NULL);
        assert_int_equal(reply.status, 200);
        http_reply_free(&reply);
        struct kv_value gone;

        assert_int_equal(kv_get(f->kv, (const uint8_t *)keys[i].key,
                                strlen(keys[i].key), &gone),
                         KV_MISSING);
    }
}

/* In a query '+' is a space, as the seeds' own server reads it. */
static void a_query_is_decoded_as_a_form(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/key?key=a+b", NULL, 200, "space"},
        {"GET", "/key?key=a%20b", NULL, 200, "space"},
        {"GET", "/key?key=a%2Bb", NULL, 200, "plus"},
        {"GET", "/key?key=c%26d%3d", NULL, 200, "amp"},
        {"GET", "/key?x=1&key=c%26d=&y", NULL, 200, "amp"},
    };

    http_fixture_put(*state, "a b", "space", 5, KV_TEXT);
    http_fixture_put(*state, "a+b", "plus", 4, KV_TEXT);
    http_fixture_put(*state, "c&d=", "amp", 3, KV_TEXT);
    HTTP_RUN(*state, exchanges);
}

static void json_values_are_shown_as_their_text(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"GET", "/key?key=j", NULL, 200, "{\"n\": 9007199254740993}"},
        {"GET", "/key/j", NULL, 200,
         "{\"j\":\"{\\\"n\\\": 9007199254740993}\"}"},
    };

    http_fixture_put(*state, "j", "{\"n\": 9007199254740993}", 23, KV_JSON);
    HTTP_RUN(*state, exchanges);
}

static void what_json_cannot_carry_is_fetched_raw(void **state)
{
    struct http_fixture *f = *state;
    static const struct http_exchange refused[] = {
        {"GET", "/key/b", NULL, 422, NULL},
        {"GET", "/key/n", NULL, 422, NULL},
        {"GET", "/key/%ff", NULL, 422, NULL},
        {"GET", "/key/%c0%80", NULL, 422, NULL},
    };

    http_fixture_put(f, "b", "\xfe\xff", 2, KV_TEXT);
    http_fixture_put(f, "n", "a\0b", 3, KV_TEXT);
    HTTP_RUN(f, refused);
    struct http_reply reply =
        http_client_request(f->port, "GET", "/key/b", NULL);

    assert_non_null(strstr((const char *)reply.body, "/kv/"));
    http_reply_free(&reply);
    reply = http_client_request(f->port, "GET", "/key?key=n", NULL);
    assert_int_equal(reply.status, 200);
    t_u64_eq(reply.body_bytes, 3);
    assert_memory_equal(reply.body, "a\0b", 3);
    http_reply_free(&reply);
}

static const struct CMUnitTest tests[] = {
    T_HTTP(awkward_keys_come_back_as_they_went_in),
    T_HTTP(a_query_is_decoded_as_a_form),
    T_HTTP(json_values_are_shown_as_their_text),
    T_HTTP(what_json_cannot_carry_is_fetched_raw),
};

T_MAIN(tests)
