/* SPDX-License-Identifier: MIT
 *
 * test_http_store.c - /store as raft-example has it: any JSON as a value, word
 * for word.
 */
#include <stdio.h>
#include <string.h>

#include "http/json.h"
#include "tests/t.h"
#include "tests/unit/http_fixture.h"

#define SAID(key, value, message)                     \
    "{\"data\":{\"key\":\"" key "\",\"value\":" value \
    "},\"message\":\"success " message " data\"}"

static void values_of_every_kind_come_back_as_they_were(void **state)
{
    struct http_fixture *f = *state;
    static const char *const values[] = {
        "\"text\"",
        "\"\"",
        "\"quote \\\" and \xc3\xa4\"",
        "12345678901234567890",
        "-0.10e+7",
        "true",
        "null",
        "[]",
        "{}",
        "[1, {\"}\": \"]\"}, [null]]",
        "{\"key\":\"inner\",\"value\":[\"\\\\\",\"{\"]}",
        "{\"a\":1,\"a\":2}",
        "[12345678901234567890123456789012345678901234567890123456789012345]",
    };

    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        char body[256], put[256], got[256];

        (void)snprintf(body, sizeof(body),
                       " { \"other\" : {\"value\":1} , \"value\" :  %s  ,\n"
                       "\"key\":\"k\" } ",
                       values[i]);
        (void)snprintf(put, sizeof(put), SAID("k", "%s", "persisting"),
                       values[i]);
        (void)snprintf(got, sizeof(got), SAID("k", "%s", "fetching"),
                       values[i]);
        const struct http_exchange exchanges[] = {
            {"POST", "/store", body, 200, put},
            {"GET", "/store/k", NULL, 200, got},
            {"GET", "/store/k/", NULL, 200, got}};

        HTTP_RUN(f, exchanges);
    }
}

static char *repeat(char *to, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        to = stpcpy(to, text);
    }
    return to;
}

/* A value of so many of each; and, when it is taken, that it comes back. */
static int store(struct http_fixture *f, const char *begin, size_t begins,
                 const char *end, size_t ends)
{
    static char value[65536], body[65600], got[65664];

    (void)repeat(repeat(value, begin, begins), end, ends);
    (void)snprintf(body, sizeof(body), "{\"value\":%s,\"key\":\"k\"}", value);
    const int status = http_client_status(f->port, "POST", "/store", body);

    if (status == 200) {
        (void)snprintf(got, sizeof(got), SAID("k", "%s", "fetching"), value);
        const struct http_exchange exchanges[] = {
            {"GET", "/store/k", NULL, 200, got}};

        HTTP_RUN(f, exchanges);
    }
    return status;
}

static void however_long_and_deep_they_are(void **state)
{
    struct http_fixture *f = *state;

    assert_int_equal(store(f, "9", 60000, "", 0), 200);
    assert_int_equal(store(f, "-1.", 1, "0", 64), 200);
    assert_int_equal(store(f, "[0", 1, ",0", 0), 422);
    assert_int_equal(store(f, "[", 999, "]", 999), 200);
    assert_int_equal(store(f, "[", 1000, "]", 1000), 422);
}

static void however_many_there_are(void **state)
{
    static char value[32768];
    struct http_fixture *f = *state;

    (void)repeat(repeat(repeat(value, "[0", 1), ",0", 10001), "]", 1);
    assert_int_equal(store(f, value, 1, "", 0), 200);
}

static void words_are_those_of_the_demo(void **state)
{
    struct http_fixture *f = *state;
    static const struct http_exchange exchanges[] = {
        {"POST", "/store", "{\"key\":\"hello\",\"value\":\"w\"}", 200,
         SAID("hello", "\"w\"", "persisting")},
        {"POST", "/store/", "{\"key\":\" \\t hello \\n\",\"value\":2}", 200,
         SAID("hello", "2", "persisting")},
        {"GET", "/store/%20hello%09", NULL, 200,
         SAID("hello", "2", "fetching")},
        {"POST", "/store", "{\"key\":\"none\"}", 200,
         SAID("none", "null", "persisting")},
        {"GET", "/store/none", NULL, 200, SAID("none", "null", "fetching")},
        {"DELETE", "/store/hello", NULL, 200,
         SAID("hello", "null", "removing")},
        {"DELETE", "/store/hello/", NULL, 200,
         SAID("hello", "null", "removing")},
        {"GET", "/store/hello", NULL, 422,
         "{\"error\":\"error getting key hello from storage: Key not "
         "found\"}"},
        {"POST", "/store", "{\"key\":\"a/\",\"value\":1}", 200,
         SAID("a/", "1", "persisting")},
        {"GET", "/store/a%2F/", NULL, 200, SAID("a/", "1", "fetching")},
    };

    HTTP_RUN(f, exchanges);
}

static void what_is_wrong_is_said_and_nothing_is_stored(void **state)
{
    struct http_fixture *f = *state;
    const uint64_t before = http_fixture_hash(f);
    static const struct http_exchange exchanges[] = {
        {"POST", "/store", "{\"key\":\"\",\"value\":1}", 422,
         "{\"error\":\"key is empty\"}"},
        {"POST", "/store", "{\"key\":\" \\n\"}", 422,
         "{\"error\":\"key is empty\"}"},
        {"POST", "/store", "{\"value\":1}", 422,
         "{\"error\":\"key is empty\"}"},
        {"POST", "/store", "{}", 422, "{\"error\":\"key is empty\"}"},
        {"POST", "/store", "{\"key\":1}", 422,
         "{\"error\":\"error binding: key must be a string\"}"},
        {"POST", "/store", "[1]", 422,
         "{\"error\":\"error binding: the body must be a JSON object\"}"},
        {"POST", "/store", "{\"key\":\"k\",\"value\":}", 422,
         "{\"error\":\"error binding: a value is missing or malformed\"}"},
        {"POST", "/store", "{\"key\":\"k\",\"value\":1,\"value\":2}", 422,
         "{\"error\":\"error binding: a name stands twice in one object\"}"},
        {"POST", "/store", "", 422, NULL},
        {"POST", "/store", "{\"key\":\"k\",\"value\":[1,]}", 422, NULL},
        {"GET", "/store/%20", NULL, 422, "{\"error\":\"key is empty\"}"},
        {"GET", "/store/%00", NULL, 400, NULL},
        {"GET", "/store/%zz", NULL, 400, NULL},
        {"GET", "/store", NULL, 405, "{\"message\":\"Method Not Allowed\"}"},
        {"GET", "/store/", NULL, 422, "{\"error\":\"key is empty\"}"},
        {"DELETE", "/store/?x", NULL, 422, "{\"error\":\"key is empty\"}"},
        {"PUT", "/store/", NULL, 405, "{\"message\":\"Method Not Allowed\"}"},
        {"PUT", "/store/k", NULL, 405, "{\"message\":\"Method Not Allowed\"}"},
        {"POST", "/store/k", "{}", 405, "{\"message\":\"Method Not Allowed\"}"},
        {"GET", "/stores", NULL, 404, "{\"message\":\"Not Found\"}"},
    };

    HTTP_RUN(f, exchanges);
    t_u64_eq(http_fixture_hash(f), before);
}

static void keys_and_values_have_bounds(void **state)
{
    static const struct http_settings settings = {.max_value_bytes = 8};
    struct http_fixture *f = http_fixture_start(&settings);
    char key[KV_MAX_KEY_BYTES + 64];
    static const struct http_exchange exchanges[] = {
        {"POST", "/store", "{\"key\":\"k\",\"value\":\"12345678\"}", 200, NULL},
        {"POST", "/store", "{\"key\":\"k\",\"value\":\"123456789\"}", 413,
         "{\"error\":\"a value is too large\"}"},
        {"POST", "/store", "{\"key\":\"k\",\"value\":123456789}", 413, NULL},
        {"GET", "/store/k", NULL, 200, SAID("k", "\"12345678\"", "fetching")},
    };

    (void)state;
    HTTP_RUN(f, exchanges);
    (void)snprintf(key, sizeof(key), "{\"key\":\"%0*d\",\"value\":1}",
                   KV_MAX_KEY_BYTES, 7);
    assert_int_equal(http_client_status(f->port, "POST", "/store", key), 200);
    (void)snprintf(key, sizeof(key), "{\"key\":\"%0*d\",\"value\":1}",
                   KV_MAX_KEY_BYTES + 1, 7);
    assert_int_equal(http_client_status(f->port, "POST", "/store", key), 413);
    http_fixture_stop(f);
}

/* However long, and whatever characters it is made of. */
static void a_missing_key_is_named_in_whole(void **state)
{
    enum { COUNT = KV_MAX_KEY_BYTES / 3 };
    struct http_fixture *f = *state;
    char target[9 * COUNT + 16] = "/store/";
    char said[KV_MAX_KEY_BYTES + 96] = "{\"error\":\"error getting key ";

    for (size_t i = 0; i < COUNT; i++) {
        memcpy(target + strlen("/store/") + 9 * i, "%E2%82%AC", 10);
        memcpy(said + strlen("{\"error\":\"error getting key ") + 3 * i,
               "\xe2\x82\xac", 4);
    }
    strcat(said, " from storage: Key not found\"}");
    const struct http_exchange exchanges[] = {{"GET", target, NULL, 422, said}};

    HTTP_RUN(f, exchanges);
}

/* Stored by the other routes. */
static void values_of_others_are_shown(void **state)
{
    struct http_fixture *f = *state;

    http_fixture_put(f, "text", "12", 2, KV_TEXT);
    http_fixture_put(f, "json", "[ 12 ]", 6, KV_JSON);
    http_fixture_put(f, "empty", "", 0, KV_TEXT);
    http_fixture_put(f, "bytes", "\xff", 1, KV_TEXT);
    static const struct http_exchange exchanges[] = {
        {"GET", "/store/text", NULL, 200, SAID("text", "\"12\"", "fetching")},
        {"GET", "/store/json", NULL, 200, SAID("json", "[ 12 ]", "fetching")},
        {"GET", "/store/empty", NULL, 200, SAID("empty", "\"\"", "fetching")},
        {"GET", "/store/bytes", NULL, 422,
         "{\"error\":\"not UTF-8 text: fetch the bytes from /kv/<key>\"}"},
        {"GET", "/store/%ff", NULL, 422, NULL},
        {"GET", "/key/json?level=stale", NULL, 200, "{\"json\":\"[ 12 ]\"}"},
    };

    HTTP_RUN(f, exchanges);
}

static void without_a_leader_nothing_is_written(void **state)
{
    struct http_fixture *f = *state;
    const uint64_t before = http_fixture_hash(f);
    static const struct http_exchange nobody[] = {
        {"POST", "/store", "{\"key\":\"k\"}", 422,
         "{\"error\":\"not the leader\"}"},
        {"DELETE", "/store/k", NULL, 422, "{\"error\":\"not the leader\"}"},
        {"GET", "/store/k", NULL, 422, NULL}, /* missing; read here */
    };
    static const struct http_exchange busy[] = {
        {"POST", "/store", "{\"key\":\"k\"}", 503,
         "{\"error\":\"too busy: nothing was done\"}"}};

    http_fixture_play(f, PLAY_NO_LEADER);
    HTTP_RUN(f, nobody);
    http_fixture_play(f, PLAY_SELF);
    HTTP_RUN(f, nobody);
    http_fixture_play(f, PLAY_HOSTILE);
    HTTP_RUN(f, nobody);
    http_fixture_play(f, PLAY_BUSY);
    HTTP_RUN(f, busy);
    t_u64_eq(http_fixture_hash(f), before);
}

static void text_of(const char *json, size_t place, const char *expected)
{
    const struct json_text text = json_text_of((const uint8_t *)json, place);

    t_u64_eq(text.byte_count, strlen(expected));
    assert_memory_equal(text.bytes, expected, text.byte_count);
}

static void text_of_a_member_is_found_by_its_place(void **state)
{
    (void)state;
    text_of("{\"a\":1}", 0, "1");
    text_of(" {\"a\": [1,{\"b\":2}] , \"c\"\n:\t\"x\\\"},\" }", 0,
            "[1,{\"b\":2}]");
    text_of(" {\"a\": [1,{\"b\":2}] , \"c\"\n:\t\"x\\\"},\" }", 1,
            "\"x\\\"},\"");
    text_of("{\"\\\"\\\\\":\"\\\\\",\":\":{\"d\":{}}}", 1, "{\"d\":{}}");
}

static const struct CMUnitTest tests[] = {
    T_HTTP(values_of_every_kind_come_back_as_they_were),
    T_HTTP(however_long_and_deep_they_are),
    T_HTTP(however_many_there_are),
    T_HTTP(words_are_those_of_the_demo),
    T_HTTP(what_is_wrong_is_said_and_nothing_is_stored),
    cmocka_unit_test(keys_and_values_have_bounds),
    T_HTTP(a_missing_key_is_named_in_whole),
    T_HTTP(values_of_others_are_shown),
    T_HTTP(without_a_leader_nothing_is_written),
    cmocka_unit_test(text_of_a_member_is_found_by_its_place),
};

T_MAIN(tests)
