/* SPDX-License-Identifier: MIT
 *
 * http_contract_bad_keys.c - requests for keys and values that are not to be
 * fulfilled, in any state of the node.
 */
#include "tests/unit/http_contract.h"

#define PAIR "{\"key\":\"k\",\"value\":\"v\"}"

#define POST(target, body)      "/key", "POST", target, body
#define QUERY(target)           "/key", "GET", target, NULL
#define UNSET(target)           "/key", "DELETE", target, NULL
#define GET(target)             "/key/*", "GET", target, NULL
#define DELETE(target)          "/key/*", "DELETE", target, NULL
#define STORE(body)             "/store", "POST", "/store", body
#define STORED(method, target)  "/store/*", method, target, NULL
#define KEYS(method, target)    "/keys/*", method, target, NULL
#define KEYS_POST(target, body) "/keys/*", "POST", target, body

static const struct contract_input inputs[] = {
    {"number as value", POST("/key", "{\"a\":1}"), 400, NULL},
    {"null as value", POST("/key", "{\"a\":\"1\",\"b\":null}"), 400, NULL},
    {"object as value", POST("/key", "{\"key\":\"k\",\"value\":{}}"), 400,
     NULL},
    {"number as key", POST("/key", "{\"key\":1,\"value\":\"v\"}"), 400, NULL},
    {"number in a map", POST("/key?as=map", "{\"key\":\"k\",\"value\":1}"), 400,
     NULL},
    {"empty key", POST("/key", "{\"key\":\"\",\"value\":\"v\"}"), 400, NULL},
    {"empty name", POST("/key/", "{\"\":\"v\"}"), 400, NULL},
    {"a map as pair", POST("/key?as=pair", "{\"key\":\"k\"}"), 400, NULL},
    {"more than a pair",
     POST("/key?as=pair", "{\"key\":\"k\",\"value\":\"v\",\"x\":\"y\"}"), 400,
     NULL},
    {"unknown as", POST("/key?as=list", PAIR), 400, NULL},
    {"as twice", POST("/key?as=map&as=map", PAIR), 400, NULL},
    {"long key", POST("/key", "{\"key\":\"$K\",\"value\":\"v\"}"), 413, NULL},
    {"long name", POST("/key", "{\"a\":\"b\",\"$K\":\"v\"}"), 413, NULL},
    {"large value", POST("/key", "{\"key\":\"k\",\"value\":\"$V\"}"), 413,
     NULL},
    {"large value in a map", POST("/key", "{\"a\":\"b\",\"c\":\"$V\"}"), 413,
     NULL},
    {"no key", QUERY("/key"), 400, NULL},
    {"no key", QUERY("/key/"), 400, NULL},
    {"no key", UNSET("/key/?"), 400, NULL},
    {"empty key", QUERY("/key?key="), 400, NULL},
    {"empty key", UNSET("/key?key=&level=stale"), 400, NULL},
    {"key twice", QUERY("/key?key=k&key=k"), 400, NULL},
    {"key twice", UNSET("/key?key=k&key=k"), 400, NULL},
    {"NUL in the key", QUERY("/key?key=k%00"), 400, NULL},
    {"NUL in the key", UNSET("/key?key=%00k"), 400, NULL},
    {"half an escape", QUERY("/key?key=k%2"), 400, NULL},
    {"bad escape", UNSET("/key?key=%zzk"), 400, NULL},
    {"long key", QUERY("/key?key=$K"), 413, NULL},
    {"long key", UNSET("/key/?key=$K"), 413, NULL},
    {"unknown level", QUERY("/key?key=k&level=odd"), 400, NULL},
    {"escaped twice", QUERY("/key?key=k&level=sta%256ce"), 400, NULL},
    {"key twice", QUERY("/key?key=k&%6bey=k"), 400, NULL},
    {"level twice", QUERY("/key?key=k&level=stale&level=stale"), 400, NULL},
    {"NUL in the key", GET("/key/k%00"), 400, NULL},
    {"NUL in the key", DELETE("/key/%00k"), 400, NULL},
    {"half an escape", GET("/key/k%"), 400, NULL},
    {"bad escape", DELETE("/key/%g0"), 400, NULL},
    {"long key", GET("/key/$K"), 413, NULL},
    {"long key", DELETE("/key/$K"), 413, NULL},
    {"unknown level", GET("/key/k?level=Stale"), 400, NULL},
    {"key not UTF-8", GET("/key/%ff?level=stale"), 422, "/kv/"},
    {"value not UTF-8", GET("/key/bytes?level=stale"), 422, "/kv/"},

    {"no key", STORE("{\"value\":1}"), 422, "key is empty"},
    {"blank key", STORE("{\"key\":\" \\t\",\"value\":1}"), 422, "key is empty"},
    {"number as key", STORE("{\"key\":1}"), 422, "error binding: "},
    {"an array", STORE("$E"), 422, "error binding: "},
    {"17 levels that are no object", STORE("$D"), 422, "error binding: "},
    {"long key", STORE("{\"key\":\"$K\",\"value\":1}"), 413, NULL},
    {"large value", STORE("{\"key\":\"k\",\"value\":\"$V\"}"), 413, NULL},
    {"large JSON", STORE("{\"key\":\"k\",\"value\":{\"$V\":1}}"), 413, NULL},
    {"blank key", STORED("GET", "/store/%20"), 422, "key is empty"},
    {"blank key", STORED("DELETE", "/store/%09/"), 422, "key is empty"},
    {"NUL in the key", STORED("GET", "/store/%00"), 400, NULL},
    {"NUL in the key", STORED("DELETE", "/store/k%00"), 400, NULL},
    {"bad escape", STORED("GET", "/store/%x0"), 400, NULL},
    {"long key", STORED("GET", "/store/$K"), 413, NULL},
    {"long key", STORED("DELETE", "/store/$K"), 413, NULL},
    {"key not UTF-8", STORED("GET", "/store/%ff"), 422, "/kv/"},
    {"key not UTF-8", STORED("DELETE", "/store/%ff"), 422, "/kv/"},
    {"value not UTF-8", STORED("GET", "/store/bytes"), 422, "/kv/"},

    {"no value", KEYS_POST("/keys/k/", "{}"), 400, NULL},
    {"null as value", KEYS_POST("/keys/k/", "{\"value\":null}"), 400, NULL},
    {"number as value", KEYS_POST("/keys/k", "{\"value\":1}"), 400, NULL},
    {"large value", KEYS_POST("/keys/k/", "{\"value\":\"$V\"}"), 413, NULL},
    {"long key", KEYS_POST("/keys/$K/", "{\"value\":\"v\"}"), 413, NULL},
    {"empty key", KEYS_POST("/keys//", "{\"value\":\"v\"}"), 404, NULL},
    {"NUL in the key", KEYS_POST("/keys/%00/", "{\"value\":\"v\"}"), 400, NULL},
    {"NUL in the key", KEYS("GET", "/keys/%00/"), 400, NULL},
    {"NUL in the key", KEYS("DELETE", "/keys/k%00"), 400, NULL},
    {"bad escape", KEYS("GET", "/keys/%1/"), 400, NULL},
    {"long key", KEYS("GET", "/keys/$K/"), 413, NULL},
    {"long key", KEYS("DELETE", "/keys/$K"), 413, NULL},
    {"value not UTF-8", KEYS("GET", "/keys/bytes/"), 422, "/kv/"},
};
const struct contract_inputs contract_bad_keys = {inputs, T_COUNT(inputs)};
