/* SPDX-License-Identifier: MIT
 *
 * protocol.c - what a write, a read and a question about the leader look like
 * on raftd, and on etcd's HTTP gateway.
 */
#include "cmd/raftbench/protocol.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd/raftbench/base64.h"

enum { FRAME_BYTES = 256 }; /* member names, quotes and braces of a body */

size_t protocol_body_capacity(size_t value_bytes)
{
    return FRAME_BYTES + (KEY_BYTES + value_bytes + 8) / 3 * 4;
}

static void add(struct request *r, const void *bytes, size_t byte_count)
{
    memcpy(r->body + r->body_bytes, bytes, byte_count);
    r->body_bytes += byte_count;
}

static void add_text(struct request *r, const char *text)
{
    add(r, text, strlen(text));
}

/* 16 hexadecimal digits, then dots. */
static void add_value(struct request *r, uint64_t sequence, size_t value_bytes)
{
    char digits[VALUE_MIN_BYTES + 1];

    snprintf(digits, sizeof(digits), "%016" PRIx64, sequence);
    add(r, digits, VALUE_MIN_BYTES);
    memset(r->body + r->body_bytes, '.', value_bytes - VALUE_MIN_BYTES);
    r->body_bytes += value_bytes - VALUE_MIN_BYTES;
}

static void add_base64(struct request *r, const void *bytes, size_t byte_count)
{
    r->body_bytes += base64_encode(bytes, byte_count, r->body + r->body_bytes);
}

static void post(struct request *r, const char *path)
{
    r->method = "POST";
    snprintf(r->path, sizeof(r->path), "%s", path);
    r->body_bytes = 0;
}

static void get(struct request *r, const char *path)
{
    post(r, path);
    r->method = "GET";
}

/* The value is built at the far end of the body and encoded towards it. */
static void etcd_put(const char *key, uint64_t sequence, size_t value_bytes,
                     struct request *r)
{
    const size_t far = r->body_capacity - value_bytes;
    struct request value = {.body = r->body + far};

    post(r, "/v3/kv/put");
    add_text(r, "{\"key\":\"");
    add_base64(r, key, strlen(key));
    add_text(r, "\",\"value\":\"");
    add_value(&value, sequence, value_bytes);
    add_base64(r, value.body, value_bytes);
    add_text(r, "\"}");
}

void protocol_write(enum protocol protocol, const char *key, uint64_t sequence,
                    size_t value_bytes, struct request *r)
{
    if (protocol == PROTOCOL_ETCD) {
        etcd_put(key, sequence, value_bytes, r);
        return;
    }
    post(r, "/key");
    add_text(r, "{\"key\":\"");
    add_text(r, key);
    add_text(r, "\",\"value\":\"");
    add_value(r, sequence, value_bytes);
    add_text(r, "\"}");
}

void protocol_read(enum protocol protocol, const char *key, enum level level,
                   struct request *r)
{
    static const char *const names[] = {[LEVEL_STALE] = "stale",
                                        [LEVEL_DEFAULT] = "default",
                                        [LEVEL_CONSISTENT] = "consistent"};

    if (protocol == PROTOCOL_RAFT) {
        get(r, "");
        snprintf(r->path, sizeof(r->path), "/key?key=%s&level=%s", key,
                 names[level]);
        return;
    }
    post(r, "/v3/kv/range");
    add_text(r, "{\"key\":\"");
    add_base64(r, key, strlen(key));
    add_text(r, level == LEVEL_STALE ? "\",\"serializable\":true}" : "\"}");
}

void protocol_ask_role(enum protocol protocol, struct request *r)
{
    if (protocol == PROTOCOL_RAFT) {
        get(r, "/raft/stats");
        return;
    }
    post(r, "/v3/maintenance/status");
    add_text(r, "{}");
}

void protocol_ask_ready(enum protocol protocol, struct request *r)
{
    get(r, protocol == PROTOCOL_RAFT ? "/readyz" : "/health");
}

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}

static bool is_text(const cJSON *item, const char *text)
{
    const char *value = cJSON_GetStringValue(item);

    return value != NULL && strcmp(value, text) == 0;
}

bool protocol_is_leader(enum protocol protocol, const char *body,
                        size_t body_bytes)
{
    cJSON *json = cJSON_ParseWithLength(body, body_bytes);
    bool is_leader = false;

    if (protocol == PROTOCOL_RAFT) {
        is_leader = is_text(member(member(json, "data"), "state"), "Leader");
    } else {
        const char *self =
            cJSON_GetStringValue(member(member(json, "header"), "member_id"));

        is_leader = self != NULL && is_text(member(json, "leader"), self);
    }
    cJSON_Delete(json);
    return is_leader;
}

bool protocol_is_ready(enum protocol protocol, int status, const char *body,
                       size_t body_bytes)
{
    if (protocol == PROTOCOL_RAFT || status != 200) {
        return status == 200;
    }
    cJSON *json = cJSON_ParseWithLength(body, body_bytes);
    const bool is_ready = is_text(member(json, "health"), "true");
    cJSON_Delete(json);
    return is_ready;
}

/* False: not a value that protocol_write() made. */
static bool read_sequence(const char *value, size_t value_bytes,
                          uint64_t *sequence)
{
    *sequence = 0;
    for (size_t i = 0; i < VALUE_MIN_BYTES; i++) {
        static const char digits[] = "0123456789abcdef";
        const char *digit =
            i < value_bytes ? memchr(digits, value[i], 16) : NULL;

        if (digit == NULL) {
            return false;
        }
        *sequence = *sequence << 4 | (uint64_t)(digit - digits);
    }
    return true;
}

static enum read_answer etcd_read_answer(const char *body, size_t body_bytes,
                                         uint64_t *sequence)
{
    char value[VALUE_MIN_BYTES] = {0};
    enum read_answer answer = READ_UNREADABLE;
    cJSON *json = cJSON_ParseWithLength(body, body_bytes);
    const cJSON *pairs = member(json, "kvs");
    const char *text =
        cJSON_GetStringValue(member(cJSON_GetArrayItem(pairs, 0), "value"));

    if (json != NULL && pairs == NULL) {
        answer = READ_MISSING;
    } else if (text != NULL) {
        const size_t n =
            base64_decode(text, strlen(text), value, sizeof(value));

        if (read_sequence(value, n, sequence)) {
            answer = READ_FOUND;
        }
    }
    cJSON_Delete(json);
    return answer;
}

enum read_answer protocol_read_answer(enum protocol protocol, int status,
                                      const char *body, size_t body_bytes,
                                      uint64_t *sequence)
{
    if (status == 200 && protocol == PROTOCOL_ETCD) {
        return etcd_read_answer(body, body_bytes, sequence);
    }
    if (status == 200) {
        return read_sequence(body, body_bytes, sequence) ? READ_FOUND
                                                         : READ_UNREADABLE;
    }
    return status == 404 && protocol == PROTOCOL_RAFT ? READ_MISSING
                                                      : READ_UNREADABLE;
}
