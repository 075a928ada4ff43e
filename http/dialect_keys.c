/* SPDX-License-Identifier: MIT
 *
 * dialect_keys.c - /keys/K/ as raft-kv has it: local reads, values that are
 * strings, and a slash at the end that may be left out.
 */
#include <string.h>

#include "http/answer.h"
#include "http/json.h"
#include "http/key.h"
#include "http/routes.h"

static int read_key(struct request *request, const char *rest, struct key *key)
{
    const int status = key_from_rest(request, rest, key);

    if (status == 0 && key->byte_count == 0) {
        return answer_error(request, 404, "the key is empty");
    }
    return status;
}

/* {"value":...}; takes the value over. index: of a write, else 0. */
static int answer_value(struct request *request, cJSON *value, uint64_t index)
{
    cJSON *json = cJSON_CreateObject();

    if (value == NULL || !cJSON_AddItemToObject(json, "value", value)) {
        cJSON_Delete(value);
        cJSON_Delete(json);
        json = NULL;
    }
    return answer_with_json(request,
                            &(struct answer){.status = 200, .index = index},
                            ANSWER_JSON, json);
}

int keys_get(struct request *request, const char *rest)
{
    struct kv_value value;
    struct key key;
    int status = read_key(request, rest, &key);

    if (status != 0) {
        return status;
    }
    if (kv_get(request->http->kv, key.bytes, key.byte_count, &value) ==
        KV_NO_MEMORY) {
        return answer_error(request, 503, "out of memory");
    }
    const char *text = value.bytes == NULL ? "" : (const char *)value.bytes;

    status = json_is_text((const uint8_t *)text, value.byte_count)
                 ? answer_value(request, cJSON_CreateString(text), 0)
                 : key_not_text(request);
    kv_value_free(&value);
    return status;
}

/* ---- Writes -------------------------------------------------------------- */

static int put(struct request *request, const struct key *key, const char *text,
               const struct body *body)
{
    const struct kv_operation operation = {.type = KV_PUT,
                                           .tag = KV_TEXT,
                                           .key = key->bytes,
                                           .key_bytes = key->byte_count,
                                           .value = (const uint8_t *)text,
                                           .value_bytes = strlen(text)};
    int status = 0;
    uint64_t index = 0;
    const char *why = key_check_put(request->http, &operation, &status);

    if (why != NULL) {
        return answer_error(request, status, why);
    }
    status = key_write_anywhere(request, &operation, body, &index);
    return status != 0 ? status
                       : answer_value(request, cJSON_CreateString(text), index);
}

static int put_body(struct request *request, const struct key *key,
                    const struct body *body)
{
    struct json_error error = {400, ""};
    cJSON *json = json_parse(body->bytes, body->byte_count, &error);
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(json, "value");
    int status;

    if (json == NULL) {
        return answer_error(request, error.status, error.why);
    }
    if (!cJSON_IsObject(json) || !cJSON_IsString(value)) {
        status = answer_error(request, 400,
                              "the body must be {\"value\": a string}");
    } else {
        status = put(request, key, value->valuestring, body);
    }
    cJSON_Delete(json);
    return status;
}

int keys_post(struct request *request, const char *rest)
{
    struct body body;
    struct key key;
    int status = read_key(request, rest, &key);

    if (status != 0) {
        return status;
    }
    status = body_read(request, &body);
    if (status == 0) {
        status = put_body(request, &key, &body);
    }
    body_free(request, &body);
    return status;
}

int keys_delete(struct request *request, const char *rest)
{
    struct key key;
    uint64_t index = 0;
    int status = read_key(request, rest, &key);
    const struct kv_operation operation = {
        .type = KV_DELETE, .key = key.bytes, .key_bytes = key.byte_count};

    if (status == 0) {
        status = key_write_anywhere(request, &operation, NULL, &index);
    }
    return status != 0 ? status
                       : answer_value(request, cJSON_CreateString(""), index);
}
