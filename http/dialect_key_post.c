/* SPDX-License-Identifier: MIT
 *
 * dialect_key_post.c - POST /key: one pair {"key":K,"value":V} as in
 * raft-kv-demo, or a map {K:V,...} as in hraftd and raftdb, in one entry.
 */
#include <stdlib.h>
#include <string.h>

#include "http/answer.h"
#include "http/json.h"
#include "http/key.h"
#include "http/routes.h"
#include "http/url.h"

enum shape { BY_NAMES, AS_MAP, AS_PAIR };

/* ?as= decides by hand what the names would decide. */
static int shape_from_query(struct request *request, enum shape *shape)
{
    const char *value;
    size_t bytes;
    const size_t count = url_find(request->query, "as", &value, &bytes);

    *shape = BY_NAMES;
    if (count <= 1 && bytes == 0) {
        return 0;
    }
    if (count == 1 && url_is(value, bytes, "map")) {
        *shape = AS_MAP;
        return 0;
    }
    if (count == 1 && url_is(value, bytes, "pair")) {
        *shape = AS_PAIR;
        return 0;
    }
    return answer_error(request, 400, "as is one of map, pair");
}

/* Exactly the names key and value; both are known to differ. */
static bool has_the_names_of_a_pair(const cJSON *json)
{
    return cJSON_GetArraySize(json) == 2 &&
           cJSON_GetObjectItemCaseSensitive(json, "key") != NULL &&
           cJSON_GetObjectItemCaseSensitive(json, "value") != NULL;
}

/* NULL: fine, and *operation is to put the value. Otherwise why not. */
static const char *make_put(const struct http *http, const char *key,
                            const cJSON *value, struct kv_operation *operation,
                            int *status)
{
    *status = 400;
    if (!cJSON_IsString(value)) {
        return "every value must be a string";
    }
    if (key[0] == 0) {
        return "a key is empty";
    }
    *operation =
        (struct kv_operation){.type = KV_PUT,
                              .tag = KV_TEXT,
                              .key = (const uint8_t *)key,
                              .key_bytes = strlen(key),
                              .value = (const uint8_t *)value->valuestring,
                              .value_bytes = strlen(value->valuestring)};
    return key_check_put(http, operation, status);
}

/* Puts from the JSON: count of them in operations; as make_put(). */
static const char *make_puts(const struct http *http, const cJSON *json,
                             bool pair, struct kv_operation *operations,
                             int *status)
{
    const char *why = NULL;
    const cJSON *member;
    size_t count = 0;

    if (pair) {
        const cJSON *key = cJSON_GetObjectItemCaseSensitive(json, "key");

        *status = 400;
        if (!cJSON_IsString(key)) {
            return "key must be a string";
        }
        return make_put(http, key->valuestring,
                        cJSON_GetObjectItemCaseSensitive(json, "value"),
                        &operations[0], status);
    }
    cJSON_ArrayForEach(member, json)
    {
        why = make_put(http, member->string, member, &operations[count++],
                       status);
        if (why != NULL) {
            return why;
        }
    }
    return NULL;
}

static int write_puts(struct request *request,
                      const struct kv_operation *operations, size_t count)
{
    const size_t bytes = kv_command_size(operations, count);
    uint8_t *command = malloc(bytes);

    if (command == NULL) {
        return answer_error(request, 503, "out of memory");
    }
    kv_command_encode(operations, count, command);
    const int status = key_write(request, command, bytes);

    free(command);
    return status;
}

static int put_object(struct request *request, const cJSON *json, bool pair)
{
    const size_t count = pair ? 1 : (size_t)cJSON_GetArraySize(json);
    struct kv_operation *operations = calloc(count, sizeof(*operations));
    int status;

    if (operations == NULL) {
        return answer_error(request, 503, "out of memory");
    }
    const char *why = make_puts(request->http, json, pair, operations, &status);

    status = why != NULL ? answer_error(request, status, why)
                         : write_puts(request, operations, count);
    free(operations);
    return status;
}

static int put_json(struct request *request, const cJSON *json,
                    enum shape shape)
{
    if (cJSON_IsNull(json) ||
        (cJSON_IsObject(json) && cJSON_GetArraySize(json) == 0)) {
        return answer_empty(request, 200); /* nothing to do */
    }
    if (!cJSON_IsObject(json)) {
        return answer_error(request, 400, "the body must be a JSON object");
    }
    const bool names = has_the_names_of_a_pair(json);

    if (shape == AS_PAIR && !names) {
        return answer_error(request, 400,
                            "a pair has exactly the names key and value");
    }
    return put_object(request, json, names && shape != AS_MAP);
}

static int put_body(struct request *request, const struct body *body,
                    enum shape shape)
{
    struct json_error error = {400, ""};
    cJSON *json = json_parse(body->bytes, body->byte_count, &error);

    if (json == NULL) {
        return answer_error(request, error.status, error.why);
    }
    const int status = put_json(request, json, shape);

    cJSON_Delete(json);
    return status;
}

int key_post(struct request *request, const char *rest)
{
    struct body body;
    enum shape shape;
    int status = shape_from_query(request, &shape);

    (void)rest;
    if (status != 0) {
        return status;
    }
    status = body_read(request, &body);
    if (status == 0) {
        status = put_body(request, &body, shape);
    }
    body_free(request, &body);
    return status;
}
