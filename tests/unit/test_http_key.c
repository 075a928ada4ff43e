/* SPDX-License-Identifier: MIT
 *
 * test_http_key.c - the /key routes on a leader, as the clients of
 * raft-kv-demo, hraftd and raftdb know them.
 */
#include "tests/t.h"
#include "tests/unit/http_fixture.h"

static void raft_kv_demo_puts_gets_and_deletes(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"POST", "/key", "{\"key\":\"user1\",\"value\":\"batman\"}", 200, ""},
        {"GET", "/key?key=user1", NULL, 200, "batman"},
        {"GET", "/key?key=user1&level=stale", NULL, 200, "batman"},
        {"GET", "/key?level=default&key=user1", NULL, 200, "batman"},
        {"GET", "/key/?key=user1&level=consistent", NULL, 200, "batman"},
        {"GET", "/key?key=user1&level=", NULL, 200, "batman"},
        {"GET", "/key?key=nobody", NULL, 404, "key not found\n"},
        {"DELETE", "/key/?key=user1", NULL, 200, ""},
        {"DELETE", "/key?key=user1", NULL, 200, ""}, /* absent too */
        {"GET", "/key?key=user1", NULL, 404, NULL},
        {"POST", "/key", "{\"value\":\"\",\"key\":\"e\"}", 200, ""},
        {"GET", "/key?key=e", NULL, 200, ""},
    };

    HTTP_RUN(*state, exchanges);
}

static void hraftd_and_raftdb_speak_in_maps(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"POST", "/key", "{\"foo\":\"bar\",\"k2\":\"v2\"}", 200, ""},
        {"GET", "/key/foo", NULL, 200, "{\"foo\":\"bar\"}"},
        {"GET", "/key/foo?level=stale", NULL, 200, "{\"foo\":\"bar\"}"},
        {"GET", "/key/k2?level=consistent", NULL, 200, "{\"k2\":\"v2\"}"},
        {"GET", "/key/none", NULL, 200, "{\"none\":\"\"}"},
        {"DELETE", "/key/foo", NULL, 200, ""},
        {"DELETE", "/key/foo", NULL, 200, ""},
        {"GET", "/key/foo", NULL, 200, "{\"foo\":\"\"}"},
        {"POST", "/key/", "{\"slash\":\"too\"}", 200, ""},
        {"GET", "/key/slash?key=k2", NULL, 200, "{\"slash\":\"too\"}"},
    };

    HTTP_RUN(*state, exchanges);
}

static void names_decide_between_pair_and_map(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"POST", "/key", "{\"key\":\"p\",\"value\":\"1\"}", 200, ""},
        {"GET", "/key/p", NULL, 200, "{\"p\":\"1\"}"},
        {"GET", "/key/value", NULL, 200, "{\"value\":\"\"}"},
        {"POST", "/key?as=map", "{\"key\":\"a\",\"value\":\"b\"}", 200, ""},
        {"GET", "/key/key", NULL, 200, "{\"key\":\"a\"}"},
        {"GET", "/key/value", NULL, 200, "{\"value\":\"b\"}"},
        {"POST", "/key", "{\"key\":\"only\"}", 200, ""}, /* a map of one */
        {"GET", "/key/key", NULL, 200, "{\"key\":\"only\"}"},
        {"POST", "/key", "{\"Key\":\"x\",\"value\":\"y\"}", 200, ""},
        {"GET", "/key/Key", NULL, 200, "{\"Key\":\"x\"}"},
        {"POST", "/key", "{\"key\":\"m\",\"value\":\"y\",\"z\":\"\"}", 200, ""},
        {"GET", "/key/value", NULL, 200, "{\"value\":\"y\"}"},
        {"POST", "/key?as=pair", "{\"key\":\"q\",\"value\":\"2\"}", 200, ""},
        {"GET", "/key/q", NULL, 200, "{\"q\":\"2\"}"},
        {"POST", "/key?as=pair", "{\"a\":\"b\"}", 400, NULL},
        {"POST", "/key?as=list", "{\"a\":\"b\"}", 400, NULL},
        {"POST", "/key?as=map&as=map", "{\"a\":\"b\"}", 400, NULL},
        {"GET", "/key/a", NULL, 200, "{\"a\":\"\"}"},
        {"POST", "/key", "{}", 200, ""},
        {"POST", "/key", "null", 200, ""},
    };

    HTTP_RUN(*state, exchanges);
}

static void bad_requests_store_nothing(void **state)
{
    static const struct http_exchange exchanges[] = {
        {"POST", "/key", "", 400, NULL},
        {"POST", "/key", "{", 400, NULL},
        {"POST", "/key", "[]", 400, NULL},
        {"POST", "/key", "[\"a\"]", 400, NULL},
        {"POST", "/key", "\"a\"", 400, NULL},
        {"POST", "/key", "true", 400, NULL},
        {"POST", "/key", "7", 400, NULL},
        {"POST", "/key", "{\"a\":1}", 400, NULL},
        {"POST", "/key", "{\"a\":null}", 400, NULL},
        {"POST", "/key", "{\"a\":{}}", 400, NULL},
        {"POST", "/key", "{\"a\":[\"b\"]}", 400, NULL},
        {"POST", "/key", "{\"good\":\"1\",\"a\":false}", 400, NULL},
        {"POST", "/key", "{\"good\":\"1\",\"\":\"b\"}", 400, NULL},
        {"POST", "/key", "{\"key\":\"\",\"value\":\"b\"}", 400, NULL},
        {"POST", "/key", "{\"key\":1,\"value\":\"b\"}", 400, NULL},
        {"POST", "/key", "{\"key\":\"a\",\"value\":1}", 400, NULL},
        {"POST", "/key", "{\"a\":\"1\",\"a\":\"2\"}", 400, NULL},
        {"POST", "/key", "{\"a\":\"1\",\"\\u0061\":\"2\"}", 400, NULL},
        {"POST", "/key", "{\"a\":\"1\"}x", 400, NULL},
        {"POST", "/key", "{\"a\\u0000b\":\"1\"}", 400, NULL},
        {"POST", "/key", "{\"a\":\"1\\u0000\"}", 400, NULL},
        {"POST", "/key", "{\"a\":\"\xff\"}", 400, NULL},
        {"POST", "/key", "{\"a\":NaN}", 400, NULL},
        {"GET", "/key", NULL, 400, NULL},
        {"GET", "/key/", NULL, 400, NULL},
        {"GET", "/key?key=", NULL, 400, NULL},
        {"GET", "/key?keyx=a", NULL, 400, NULL},
        {"GET", "/key?key=a&key=b", NULL, 400, NULL},
        {"GET", "/key?key=a%00", NULL, 400, NULL},
        {"GET", "/key?key=a%2", NULL, 400, NULL},
        {"GET", "/key?key=a%zz", NULL, 400, NULL},
        {"GET", "/key?key=a&level=strong", NULL, 400, NULL},
        {"GET", "/key?key=a&level=STALE", NULL, 400, NULL},
        {"GET", "/key?key=a&level=stale&level=stale", NULL, 400, NULL},
        {"GET", "/key/a%00b", NULL, 400, NULL},
        {"GET", "/key/%", NULL, 400, NULL},
        {"GET", "/key/a?level=x", NULL, 400, NULL},
        {"DELETE", "/key", NULL, 400, NULL},
        {"DELETE", "/key/%00", NULL, 400, NULL},
        {"GET", "/keyfoo", NULL, 404, NULL},
        {"GET", "/keys?key=a", NULL, 404, NULL},
        {"GET", "/%6bey?key=a", NULL, 404, NULL},
        {"GET", "//key?key=a", NULL, 404, NULL},
    };
    struct http_fixture *f = *state;
    const uint64_t hash = http_fixture_hash(f);
    const uint64_t index = f->index;

    HTTP_RUN(f, exchanges);
    t_u64_eq(http_fixture_hash(f), hash);
    t_u64_eq(f->index, index);
}

static void errors_are_one_line_of_text(void **state)
{
    struct http_fixture *f = *state;
    char type[64];
    struct http_reply reply =
        http_client_request(f->port, "POST", "/key", "{\"a\":\"1\"}x");

    assert_int_equal(reply.status, 400);
    assert_non_null(http_reply_field(&reply, "Content-Type", type, 64));
    assert_string_equal(type, "text/plain; charset=utf-8");
    assert_string_equal((const char *)reply.body,
                        "something follows the JSON\n");
    http_reply_free(&reply);
    reply = http_client_request(f->port, "GET", "/key?key=zz", NULL);
    assert_non_null(http_reply_field(&reply, "Content-Type", type, 64));
    assert_string_equal(type, "text/plain; charset=utf-8");
    http_reply_free(&reply);
}

static const struct CMUnitTest tests[] = {
    T_HTTP(raft_kv_demo_puts_gets_and_deletes),
    T_HTTP(hraftd_and_raftdb_speak_in_maps),
    T_HTTP(names_decide_between_pair_and_map),
    T_HTTP(bad_requests_store_nothing),
    T_HTTP(errors_are_one_line_of_text),
};

T_MAIN(tests)
