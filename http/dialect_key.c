/* SPDX-License-Identifier: MIT
 *
 * dialect_key.c - GET and DELETE on /key: raft-kv-demo (the key in the query),
 * hraftd and raftdb (the key in the path).
 */
#include <string.h>

#include "http/answer.h"
#include "http/json.h"
#include "http/key.h"
#include "http/routes.h"
#include "http/url.h"

static int key_from_query(struct request *request, struct key *key)
{
    const char *value;
    size_t bytes;
    const size_t count = url_find(request->query, "key", &value, &bytes);

    if (count > 1) {
        return answer_error(request, 400, "key is given twice");
    }
    if (bytes == 0) {
        return answer_error(request, 400, "key is missing or empty");
    }
    return key_decode(request, value, bytes, true, key);
}

static int level_from_query(struct request *request, enum http_level *level)
{
    static const struct {
        const char *name;
        enum http_level level;
    } levels[] = {{"stale", HTTP_STALE},
                  {"default", HTTP_DEFAULT},
                  {"consistent", HTTP_CONSISTENT}};
    const char *value;
    size_t bytes;
    const size_t count = url_find(request->query, "level", &value, &bytes);

    *level = request->http->settings.default_level;
    if (count <= 1 && bytes == 0) {
        return 0;
    }
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (count == 1 && url_is(value, bytes, levels[i].name)) {
            *level = levels[i].level;
            return 0;
        }
    }
    return answer_error(request, 400,
                        "level is one of stale, default, consistent");
}

/* Wait until what we hold is new enough for the level asked for. */
static int await_level(struct request *request)
{
    enum http_level level;
    struct bridge_answer answer;
    const int status = level_from_query(request, &level);

    if (status != 0 || level == HTTP_STALE) {
        return status;
    }
    bridge_call(request->http->bridge,
                &(struct bridge_request){.type = level == HTTP_DEFAULT
                                                     ? BRIDGE_READ_LEASE
                                                     : BRIDGE_READ_CONSISTENT},
                request->deadline_ns, &answer);
    if (answer.outcome == BRIDGE_UNKNOWN) {
        return answer_error(request, 504, "no answer in time");
    }
    return answer.outcome == BRIDGE_DONE ? 0 : answer_outcome(request, &answer);
}

/* {K:V}; what JSON cannot carry is fetched from /kv/. */
static int answer_pair(struct request *request, const struct key *key,
                       const struct kv_value *value)
{
    const char *text = value->bytes == NULL ? "" : (const char *)value->bytes;

    if (!json_is_text(key->bytes, key->byte_count) ||
        !json_is_text((const uint8_t *)text, value->byte_count)) {
        return key_not_text(request);
    }
    cJSON *json = cJSON_CreateObject();

    if (cJSON_AddStringToObject(json, (const char *)key->bytes, text) == NULL) {
        cJSON_Delete(json);
        json = NULL;
    }
    return answer_json(request, 200, ANSWER_JSON, json);
}

static int answer_raw(struct request *request, const struct kv_value *value)
{
    return answer_send(request,
                       &(struct answer){.status = 200,
                                        .content_type = ANSWER_TEXT,
                                        .body = value->bytes,
                                        .body_bytes = value->byte_count});
}

static int get(struct request *request, const struct key *key, bool by_path)
{
    struct kv_value value;
    int status = await_level(request);

    if (status != 0) {
        return status;
    }
    const enum kv_found found =
        kv_get(request->http->kv, key->bytes, key->byte_count, &value);

    if (found == KV_NO_MEMORY) {
        return answer_error(request, 503, "out of memory");
    }
    if (by_path) { /* missing: {K:""} */
        status = answer_pair(request, key, &value);
    } else if (found == KV_MISSING) {
        status = answer_error(request, 404, "key not found");
    } else {
        status = answer_raw(request, &value);
    }
    kv_value_free(&value);
    return status;
}

static int delete_key(struct request *request, const struct key *key)
{
    const struct kv_operation operation = {
        .type = KV_DELETE, .key = key->bytes, .key_bytes = key->byte_count};
    uint8_t command[KV_MAX_KEY_BYTES + 16];

    kv_command_encode(&operation, 1, command);
    return key_write(request, command, kv_command_size(&operation, 1));
}

int key_write(struct request *request, const uint8_t *command,
              size_t command_bytes)
{
    struct bridge_answer answer;

    bridge_call(request->http->bridge,
                &(struct bridge_request){.type = BRIDGE_WRITE,
                                         .command = command,
                                         .command_bytes = command_bytes},
                request->deadline_ns, &answer);
    if (answer.outcome != BRIDGE_DONE) {
        return answer_outcome(request, &answer);
    }
    return answer_send(request,
                       &(struct answer){.status = 200, .index = answer.index});
}

int key_get_by_path(struct request *request, const char *rest)
{
    struct key key;
    const int status = key_decode(request, rest, strlen(rest), false, &key);

    return status != 0 ? status : get(request, &key, true);
}

int key_get_by_query(struct request *request, const char *rest)
{
    struct key key;
    const int status = key_from_query(request, &key);

    (void)rest;
    return status != 0 ? status : get(request, &key, false);
}

int key_delete_by_path(struct request *request, const char *rest)
{
    struct key key;
    const int status = key_decode(request, rest, strlen(rest), false, &key);

    return status != 0 ? status : delete_key(request, &key);
}

int key_delete_by_query(struct request *request, const char *rest)
{
    struct key key;
    const int status = key_from_query(request, &key);

    (void)rest;
    return status != 0 ? status : delete_key(request, &key);
}
