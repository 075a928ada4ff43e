/* SPDX-License-Identifier: MIT
 *
 * json.c - JSON that came from outside, parsed by cJSON once it is checked.
 */
#include <stdlib.h>
#include <string.h>

#include "http/json.h"

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of one object, sorted: equal ones become neighbours. */
static bool names_differ(const cJSON *object, struct json_error *error)
{
    size_t count = 0;
    const cJSON *member;

    cJSON_ArrayForEach(member, object)
    {
        count++;
    }
    const char **names = calloc(count + 1, sizeof(*names));

    if (names == NULL) {
        *error = (struct json_error){503, "out of memory"};
        return false;
    }
    count = 0;
    cJSON_ArrayForEach(member, object)
    {
        names[count++] = member->string;
    }
    qsort(names, count, sizeof(*names), compare_names);
    bool differ = true;

    for (size_t i = 1; i < count && differ; i++) {
        differ = strcmp(names[i - 1], names[i]) != 0;
    }
    free(names);
    if (!differ) {
        *error = (struct json_error){400, "a name stands twice in one object"};
    }
    return differ;
}

/* In this value and all below it; as deep as json_scan() lets it be. */
static bool all_names_differ(const cJSON *value, struct json_error *error)
{
    const cJSON *child;

    if (cJSON_IsObject(value) && !names_differ(value, error)) {
        return false;
    }
    cJSON_ArrayForEach(child, value)
    {
        if (!all_names_differ(child, error)) {
            return false;
        }
    }
    return true;
}

cJSON *json_parse(const uint8_t *bytes, size_t byte_count,
                  struct json_error *error)
{
    if (byte_count == 0) {
        *error = (struct json_error){400, "no body, or no Content-Length"};
        return NULL;
    }
    if (!json_scan(bytes, byte_count, false, error)) {
        return NULL;
    }
    /* The length counts the NUL that is required behind the value. */
    cJSON *json = cJSON_ParseWithLengthOpts((const char *)bytes, byte_count + 1,
                                            NULL, true);

    if (json == NULL) { /* what json_scan() took is JSON */
        *error = (struct json_error){503, "out of memory"};
        return NULL;
    }
    if (!all_names_differ(json, error)) {
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

/* ---- The outer object alone ---------------------------------------------- */

/* To what follows; json_scan() knows that something does. */
static const uint8_t *skip_space(const uint8_t *at)
{
    return at + strspn((const char *)at, " \t\r\n");
}

static cJSON *parse_string(const struct json_text *text)
{
    return cJSON_ParseWithLength((const char *)text->bytes, text->byte_count);
}

static bool add_member(cJSON *object, const struct json_member *member)
{
    cJSON *name = parse_string(&member->name);
    cJSON *value = member->value.bytes[0] == '"' ? parse_string(&member->value)
                                                 : cJSON_CreateNull();
    const bool added = name != NULL && value != NULL &&
                       cJSON_AddItemToObject(object, name->valuestring, value);

    cJSON_Delete(name);
    if (!added) {
        cJSON_Delete(value);
    }
    return added;
}

/* at: the '{' of an object that json_scan() has taken. */
static bool add_members(cJSON *object, const uint8_t *at)
{
    struct json_member member;

    if (object == NULL || *skip_space(at + 1) == '}') {
        return object != NULL;
    }
    while (*at != '}') {
        at = json_next_member(at, &member);
        if (!add_member(object, &member)) {
            return false;
        }
    }
    return true;
}

cJSON *json_parse_outer(const uint8_t *bytes, size_t byte_count,
                        struct json_error *error)
{
    if (byte_count == 0) {
        *error = (struct json_error){400, "no body, or no Content-Length"};
        return NULL;
    }
    if (!json_scan(bytes, byte_count, true, error)) {
        return NULL;
    }
    const uint8_t *at = skip_space(bytes);

    if (*at != '{') {
        *error = (struct json_error){400, "the body must be a JSON object"};
        return NULL;
    }
    cJSON *object = cJSON_CreateObject();
    bool good = add_members(object, at);

    if (!good) {
        *error = (struct json_error){503, "out of memory"};
    }
    good = good && names_differ(object, error);
    if (!good) {
        cJSON_Delete(object);
        return NULL;
    }
    return object;
}

const char *json_string(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}
