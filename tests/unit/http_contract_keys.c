/* SPDX-License-Identifier: MIT
 *
 * http_contract_keys.c - what is owed for keys and values: /key, /store and
 * /keys. There are k (a text, v), a/..b (the same), object (JSON) and bytes
 * (which are no text).
 */
#include "http/answer.h"
#include "tests/unit/http_contract.h"

#define PAIR "{\"key\":\"k\",\"value\":\"v\"}"
#define MAP  "{\"k\":\"v\",\"key\":\"w\"}"

/* Writes answer 200 and nothing; reads by query the bytes, by path a pair. */
#define WRITE(path, method, target, body)                                \
    {                                                                    \
        path, method, target, body, SENT_ON, BRIDGE_WRITE, 200, NULL, "" \
    }
#define NOTHING_TO_DO(path, target, body)                  \
    {                                                      \
        path, "POST", target, body, HERE, 0, 200, NULL, "" \
    }
#define READ(path, target, call, type, expect)                      \
    {                                                               \
        path, "GET", target, NULL, SENT_ON, call, 200, type, expect \
    }
#define STALE(path, target, type, expect)                     \
    {                                                         \
        path, "GET", target, NULL, HERE, 0, 200, type, expect \
    }
#define LEASE      BRIDGE_READ_LEASE
#define CONSISTENT BRIDGE_READ_CONSISTENT

#define STORED(key, value, done)                               \
    200, ANSWER_JSON_UTF8,                                     \
        "{\"data\":{\"key\":\"" key "\",\"value\":" value "}," \
        "\"message\":\"success " done " data\"}"
#define STORE(path, body, key, value)                        \
    {                                                        \
        path, "POST", path, body, ASKED_THERE, BRIDGE_WRITE, \
            STORED(key, value, "persisting")                 \
    }
#define FETCH(target, key, value)                 \
    {                                             \
        "/store/*", "GET", target, NULL, HERE, 0, \
            STORED(key, value, "fetching")        \
    }
#define TAKE(target, key)                                              \
    {                                                                  \
        "/store/*", "DELETE", target, NULL, ASKED_THERE, BRIDGE_WRITE, \
            STORED(key, "null", "removing")                            \
    }
#define NO_KEY(method)                                          \
    {                                                           \
        "/store/", method, "/store/", NULL, HERE, 0, 422, NULL, \
            "{\"error\":\"key is empty\"}"                      \
    }

#define VALUE(value) 200, ANSWER_JSON, "{\"value\":" value "}"
#define EMPTY_KEY(path, method, target, body)                \
    {                                                        \
        path, method, target, body, HERE, 0, 404, NULL, NULL \
    }

static const struct contract_row rows[] = {
    WRITE("/key", "POST", "/key", PAIR),
    WRITE("/key", "POST", "/key?as=pair", PAIR),
    WRITE("/key", "POST", "/key?as=map&x=%20", PAIR),
    WRITE("/key", "POST", "/key?%61s=%6dap", PAIR),
    WRITE("/key", "POST", "/key?", MAP),
    WRITE("/key", "POST", "/key", "{\"key\":\"k\"}"),
    WRITE("/key/", "POST", "/key/", PAIR),
    WRITE("/key/", "POST", "/key/?as=map", MAP),
    WRITE("/key", "POST", "/key", "{\"key\":\"$k\",\"value\":\"$v\"}"),
    WRITE("/key/", "POST", "/key/", "{\"k\":\"v\",\"$k\":\"$v\"}"),
    WRITE("/key", "DELETE", "/key?key=$k", NULL),
    READ("/key/*", "/key/$k", LEASE, ANSWER_JSON, "{\"$k\":\"\"}"),
    NOTHING_TO_DO("/key", "/key", "{}"),
    NOTHING_TO_DO("/key/", "/key/", " null "),
    WRITE("/key", "DELETE", "/key?key=gone", NULL),
    WRITE("/key", "DELETE", "/key?x=/../&key=a%2f+b", NULL),
    WRITE("/key/", "DELETE", "/key/?key=gone", NULL),
    WRITE("/key/*", "DELETE", "/key/gone", NULL),
    WRITE("/key/*", "DELETE", "/key/gone?key=k", NULL),
    WRITE("/key/*", "DELETE", "/key/gone%2F..%2fb?x=%20", NULL),
    READ("/key", "/key?key=k", LEASE, ANSWER_TEXT, "v"),
    READ("/key", "/key?key=k&level=default", LEASE, ANSWER_TEXT, "v"),
    READ("/key", "/key?level=consistent&key=%6b", CONSISTENT, ANSWER_TEXT, "v"),
    READ("/key", "/key?key=object", LEASE, ANSWER_TEXT, "{\"n\":[1,null]}"),
    READ("/key/", "/key/?key=a%2f..b", LEASE, ANSWER_TEXT, "v"),
    STALE("/key", "/key?key=k&level=stale", ANSWER_TEXT, "v"),
    STALE("/key", "/key?%6bey=%6B&l%65vel=sta%6ce", ANSWER_TEXT, "v"),
    {"/key", "GET", "/key?key=none", NULL, SENT_ON, LEASE, 404, NULL, NULL},
    {"/key/", "GET", "/key/?key=none&level=stale", NULL, HERE, 0, 404, NULL,
     NULL},
    READ("/key/*", "/key/k", LEASE, ANSWER_JSON, "{\"k\":\"v\"}"),
    READ("/key/*", "/key/k?key=none", LEASE, ANSWER_JSON, "{\"k\":\"v\"}"),
    READ("/key/*", "/key/a%2F..b?x=/../&level=consistent", CONSISTENT,
         ANSWER_JSON, "{\"a/..b\":\"v\"}"),
    READ("/key/*", "/key/none?", LEASE, ANSWER_JSON, "{\"none\":\"\"}"),
    STALE("/key/*", "/key/k?level=stale", ANSWER_JSON, "{\"k\":\"v\"}"),
    STALE("/key/*", "/key/object?level=stale", ANSWER_JSON,
          "{\"object\":\"{\\\"n\\\":[1,null]}\"}"),

    STORE("/store", PAIR, "k", "\"v\""),
    STORE("/store", "{\"key\":\" o \",\"value\":{\"n\":[1,null]},\"x\":1}", "o",
          "{\"n\":[1,null]}"),
    STORE("/store/", "{\"key\":\"n\"}", "n", "null"),
    STORE("/store", "{\"key\":\"$k\",\"value\":$D}", "$k", "$D"),
    STORE("/store", "{\"key\":\"$k\",\"value\":\"$v\"}", "$k", "\"$v\""),
    TAKE("/store/$k", "$k"),
    FETCH("/store/k", "k", "\"v\""),
    FETCH("/store/%20k/", "k", "\"v\""),
    FETCH("/store/object", "object", "{\"n\":[1,null]}"),
    {"/store/*", "GET", "/store/none", NULL, HERE, 0, 422, NULL,
     "{\"error\":\"error getting key none from storage: Key not found\"}"},
    NO_KEY("GET"),
    NO_KEY("DELETE"),
    TAKE("/store/gone", "gone"),
    TAKE("/store/gone%2fb/", "gone/b"),

    {"/keys/*", "GET", "/keys/k/", NULL, HERE, 0, VALUE("\"v\"")},
    {"/keys/*", "GET", "/keys/k", NULL, HERE, 0, VALUE("\"v\"")},
    {"/keys/*", "GET", "/keys/none/", NULL, HERE, 0, VALUE("\"\"")},
    {"/keys/*", "GET", "/keys/object/", NULL, HERE, 0,
     VALUE("\"{\\\"n\\\":[1,null]}\"")},
    {"/keys/*", "POST", "/keys/k/", "{\"value\":\"v\"}", ASKED_THERE,
     BRIDGE_WRITE, VALUE("\"v\"")},
    {"/keys/*", "POST", "/keys/a%2F..b", "{\"value\":\"v\"}", ASKED_THERE,
     BRIDGE_WRITE, VALUE("\"v\"")},
    {"/keys/*", "POST", "/keys/$k/", "{\"value\":\"$v\"}", ASKED_THERE,
     BRIDGE_WRITE, VALUE("\"$v\"")},
    {"/keys/*", "DELETE", "/keys/$k", NULL, ASKED_THERE, BRIDGE_WRITE,
     VALUE("\"\"")},
    {"/keys/*", "DELETE", "/keys/gone/", NULL, ASKED_THERE, BRIDGE_WRITE,
     VALUE("\"\"")},
    EMPTY_KEY("/keys", "GET", "/keys", NULL),
    EMPTY_KEY("/keys", "POST", "/keys", "{\"value\":\"v\"}"),
    EMPTY_KEY("/keys", "DELETE", "/keys", NULL),
    EMPTY_KEY("/keys/", "GET", "/keys/", NULL),
    EMPTY_KEY("/keys/", "POST", "/keys/", "{\"value\":\"v\"}"),
    EMPTY_KEY("/keys/", "DELETE", "/keys/", NULL),
    EMPTY_KEY("/keys/*", "GET", "/keys//", NULL),
};
const struct contract_rows contract_keys = {rows, T_COUNT(rows)};
