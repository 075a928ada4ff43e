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
    if (!json_scan(bytes, byte_count, error)) {
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

const char *json_string(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}
