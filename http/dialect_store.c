/* SPDX-License-Identifier: MIT
 *
 * dialect_store.c - /store as raft-example has it: local reads, and any JSON as
 * a value, which comes back as it was written.
 */
#include <stdio.h>
#include <string.h>

#include "http/answer.h"
#include "http/json.h"
#include "http/key.h"
#include "http/routes.h"

/* Of a value: what is stored, and what is shown. */
struct stored {
    enum kv_tag tag;
    const uint8_t *bytes;
    size_t byte_count;
};

static bool is_space(uint8_t byte)
{
    return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

/* Space around it is no part of a key. */
static void trim(struct key *key)
{
    size_t first = 0;

    while (first < key->byte_count && is_space(key->bytes[first])) {
        first++;
    }
    while (key->byte_count > first &&
           is_space(key->bytes[key->byte_count - 1])) {
        key->byte_count--;
    }
    key->byte_count -= first;
    memmove(key->bytes, key->bytes + first, key->byte_count);
    key->bytes[key->byte_count] = 0;
}

static int check_key(struct request *request, struct key *key)
{
    trim(key);
    return key->byte_count == 0 ? answer_error(request, 422, "key is empty")
                                : 0;
}

static int read_key(struct request *request, const char *rest, struct key *key)
{
    const int status = key_from_rest(request, rest, key);

    return status != 0 ? status : check_key(request, key);
}

/* ---- Answers ------------------------------------------------------------- */

static cJSON *raw_json(const struct stored *value)
{
    char *text = cJSON_malloc(value->byte_count + 1);

    if (text == NULL) {
        return NULL;
    }
    memcpy(text, value->bytes, value->byte_count);
    text[value->byte_count] = 0;
    cJSON *json = cJSON_CreateRaw(text);

    cJSON_free(text);
    return json;
}

/* A text has a NUL behind it, or is empty. */
static cJSON *shown_value(const struct stored *value)
{
    if (value->tag == KV_JSON) {
        return raw_json(value);
    }
    return cJSON_CreateString(
        value->byte_count == 0 ? "" : (const char *)value->bytes);
}

/* {"data":{"key","value"},"message"}; takes the value over. */
static int answer_data(struct request *request, const struct key *key,
                       cJSON *value, const char *message, uint64_t index)
{
    cJSON *json = cJSON_CreateObject();
    cJSON *data = cJSON_AddObjectToObject(json, "data");
    const bool whole =
        value != NULL && data != NULL &&
        cJSON_AddStringToObject(data, "key", (const char *)key->bytes) !=
            NULL &&
        cJSON_AddStringToObject(json, "message", message) != NULL &&
        cJSON_AddItemToObject(data, "value", value);

    if (!whole) {
        cJSON_Delete(value);
        cJSON_Delete(json);
        json = NULL;
    }
    return answer_with_json(request,
                            &(struct answer){.status = 200, .index = index},
                            ANSWER_JSON_UTF8, json);
}

static int answer_missing(struct request *request, const struct key *key)
{
    char why[KV_MAX_KEY_BYTES + 64];

    (void)snprintf(why, sizeof(why),
                   "error getting key %s from storage: Key not found",
                   (const char *)key->bytes);
    return answer_error(request, 422, why);
}

int store_get(struct request *request, const char *rest)
{
    struct kv_value found;
    struct key key;
    int status = read_key(request, rest, &key);

    if (status != 0) {
        return status;
    }
    if (!json_is_text(key.bytes, key.byte_count)) {
        return key_not_text(request);
    }
    switch (kv_get(request->http->kv, key.bytes, key.byte_count, &found)) {
    case KV_NO_MEMORY:
        return answer_error(request, 503, "out of memory");
    case KV_MISSING:
        return answer_missing(request, &key);
    case KV_FOUND:
        break;
    }
    if (!json_is_text(found.bytes, found.byte_count)) {
        status = key_not_text(request);
    } else {
        const struct stored value = {found.tag, found.bytes, found.byte_count};

        status = answer_data(request, &key, shown_value(&value),
                             "success fetching data", 0);
    }
    kv_value_free(&found);
    return status;
}

/* ---- Writes -------------------------------------------------------------- */

static int put(struct request *request, const struct key *key,
               const struct stored *value, const struct body *body,
               cJSON *shown)
{
    const struct kv_operation operation = {.type = KV_PUT,
                                           .tag = value->tag,
                                           .key = key->bytes,
                                           .key_bytes = key->byte_count,
                                           .value = value->bytes,
                                           .value_bytes = value->byte_count};
    int status = 0;
    uint64_t index = 0;
    const char *why = key_check_put(request->http, &operation, &status);

    status = why != NULL
                 ? answer_error(request, status, why)
                 : key_write_anywhere(request, &operation, body, &index);
    if (status != 0) {
        cJSON_Delete(shown);
        return status;
    }
    return answer_data(request, key, shown, "success persisting data", index);
}

/* The text of a string; other JSON as it came, to the letter. */
static struct stored read_value(const cJSON *json, const struct body *body)
{
    const cJSON *member = json->child;
    size_t place = 0;

    while (member != NULL && strcmp(member->string, "value") != 0) {
        member = member->next;
        place++;
    }
    if (member == NULL) {
        return (struct stored){KV_JSON, (const uint8_t *)"null", 4};
    }
    if (cJSON_IsString(member)) {
        return (struct stored){KV_TEXT, (const uint8_t *)member->valuestring,
                               strlen(member->valuestring)};
    }
    const struct json_text text = json_text_of(body->bytes, place);

    return (struct stored){KV_JSON, text.bytes, text.byte_count};
}

static int bad_binding(struct request *request, int status, const char *what)
{
    char why[160];

    (void)snprintf(why, sizeof(why), "error binding: %s", what);
    return answer_error(request, status == 503 ? 503 : 422, why);
}

static int put_json(struct request *request, const cJSON *json,
                    const struct body *body)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(json, "key");
    struct key key = {.byte_count = 0};

    if (name != NULL && !cJSON_IsString(name)) {
        return bad_binding(request, 400, "key must be a string");
    }
    if (name != NULL) {
        key.byte_count = strlen(name->valuestring);
    }
    if (key.byte_count > KV_MAX_KEY_BYTES) {
        return answer_error(request, 413, "the key is over 4096 bytes long");
    }
    if (name != NULL) {
        memcpy(key.bytes, name->valuestring, key.byte_count);
    }
    const int status = check_key(request, &key);
    const struct stored value = read_value(json, body);

    return status != 0 ? status
                       : put(request, &key, &value, body, shown_value(&value));
}

int store_post(struct request *request, const char *rest)
{
    struct json_error error = {400, ""};
    struct body body;
    int status = body_read(request, &body);

    (void)rest;
    if (status == 0) {
        cJSON *json = json_parse_outer(body.bytes, body.byte_count, &error);

        status = json == NULL ? bad_binding(request, error.status, error.why)
                              : put_json(request, json, &body);
        cJSON_Delete(json);
    }
    body_free(request, &body);
    return status;
}

int store_delete(struct request *request, const char *rest)
{
    struct key key;
    uint64_t index = 0;
    int status = read_key(request, rest, &key);
    const struct kv_operation operation = {
        .type = KV_DELETE, .key = key.bytes, .key_bytes = key.byte_count};

    if (status != 0) {
        return status;
    }
    if (!json_is_text(key.bytes, key.byte_count)) {
        return key_not_text(request);
    }
    status = key_write_anywhere(request, &operation, NULL, &index);
    return status != 0 ? status
                       : answer_data(request, &key, cJSON_CreateNull(),
                                     "success removing data", index);
}
