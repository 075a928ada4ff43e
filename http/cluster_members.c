/* SPDX-License-Identifier: MIT
 *
 * cluster_members.c - {"members":[...]} as a client sent it, checked whole
 * before anything is done. What GET /cluster shows may be sent back: fields
 * that a client cannot set are then known, and not looked at.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/cluster.h"
#include "http/json.h"
#include "http/member.h"

enum { SHOWN_BYTES = 60 }; /* of a wrong value */

static const char *const cluster_names[] = {"cluster", "term",   "leader",
                                            "members", "commit", NULL};
static const char *const member_names[] = {
    "id", "name", "raft", "http", "role", "match", "applied", "lag", NULL};

static bool refuse(struct cluster_members *members, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool refuse(struct cluster_members *members, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(members->why, sizeof(members->why), format, arguments);
    va_end(arguments);
    members->status = members->status != 0 ? members->status : 400;
    return false;
}

/* The start of a text that came from outside, cut between characters. */
static const char *shown(const char *text, char start[SHOWN_BYTES + 4])
{
    const size_t length = strlen(text);
    size_t at = 0;

    while (at < length) {
        const size_t next =
            at + json_utf8_length((const uint8_t *)text + at, length - at);

        if (next > SHOWN_BYTES || next == at) {
            break;
        }
        at = next;
    }
    (void)snprintf(start, SHOWN_BYTES + 4, "%.*s%s", (int)at, text,
                   at < length ? "..." : "");
    return start;
}

const char *cluster_unknown_name(const cJSON *json, const char *const names[])
{
    const cJSON *field;

    cJSON_ArrayForEach(field, json)
    {
        const char *const *name = names;

        while (*name != NULL && strcmp(*name, field->string) != 0) {
            name++;
        }
        if (*name == NULL) {
            return field->string;
        }
    }
    return NULL;
}

/* ---- One member --------------------------------------------------------- */

/* All fields but three are strings; those are null when not known. */
static bool has_right_types(const cJSON *json, size_t place,
                            struct cluster_members *members)
{
    static const char *const nullable[] = {"match", "applied", "lag", NULL};
    const cJSON *field;

    cJSON_ArrayForEach(field, json)
    {
        const char *const *name = nullable;

        while (*name != NULL && strcmp(*name, field->string) != 0) {
            name++;
        }
        if (!cJSON_IsString(field) && !(*name != NULL && cJSON_IsNull(field))) {
            return refuse(members, "members[%zu].%s must be a string", place,
                          field->string);
        }
    }
    return true;
}

static bool take_raft(const cJSON *json, size_t place, char *to, size_t room,
                      struct cluster_members *members)
{
    const cJSON *raft = cJSON_GetObjectItemCaseSensitive(json, "raft");
    char start[SHOWN_BYTES + 4];

    if (raft == NULL) {
        return refuse(members, "members[%zu].raft is missing: its raft address",
                      place);
    }
    if (strlen(raft->valuestring) >= room) {
        return refuse(members, "members[%zu].raft is over %zu bytes long",
                      place, room - 1);
    }
    const char *why = member_check_address(raft->valuestring);

    if (why != NULL) {
        return refuse(members, "members[%zu].raft: \"%s\" %s", place,
                      shown(raft->valuestring, start), why);
    }
    (void)snprintf(to, room, "%s", raft->valuestring);
    return true;
}

static bool take_name(const cJSON *json, size_t place, char *to, size_t room,
                      struct cluster_members *members)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(json, "name");

    if (name == NULL) {
        return true; /* a label, and nothing depends on it */
    }
    const char *why = member_check_name(name->valuestring);

    if (why != NULL) {
        return refuse(members, "members[%zu].name %s", place, why);
    }
    (void)snprintf(to, room, "%s", name->valuestring);
    return true;
}

static bool take_id(const cJSON *json, size_t place, uint64_t *to,
                    struct cluster_members *members)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(json, "id");
    char start[SHOWN_BYTES + 4];

    if (id == NULL || cluster_parse_id(id->valuestring, to)) {
        return true;
    }
    return refuse(members,
                  "members[%zu].id: \"%s\" is not 16 hexadecimal digits", place,
                  shown(id->valuestring, start));
}

static bool differs_from_all(struct cluster_members *members,
                             const struct bridge_member *member)
{
    for (size_t i = 0; i < members->count; i++) {
        const struct bridge_member *other = &members->members[i];

        if (strcasecmp(other->raft, member->raft) == 0) {
            return refuse(members,
                          "members[%zu] and members[%zu] have one "
                          "address",
                          i, members->count);
        }
        if (other->id != 0 && other->id == member->id) {
            return refuse(members, "members[%zu] and members[%zu] have one id",
                          i, members->count);
        }
    }
    return true;
}

static bool take_member(const cJSON *json, struct cluster_members *members)
{
    struct bridge_member *member = &members->members[members->count];
    const size_t place = members->count;
    char start[SHOWN_BYTES + 4];

    *member = (struct bridge_member){0};
    if (!cJSON_IsObject(json)) {
        return refuse(members, "members[%zu] must be an object", place);
    }
    const char *unknown = cluster_unknown_name(json, member_names);

    if (unknown != NULL) {
        return refuse(members, "members[%zu] has no field \"%s\"", place,
                      shown(unknown, start));
    }
    if (!has_right_types(json, place, members) ||
        !take_raft(json, place, member->raft, sizeof(member->raft), members) ||
        !take_name(json, place, member->name, sizeof(member->name), members) ||
        !take_id(json, place, &member->id, members) ||
        !differs_from_all(members, member)) {
        return false;
    }
    members->count++;
    return true;
}

/* ---- All of it ---------------------------------------------------------- */

/* What GET shows around the members: nothing to set, but a cluster that is
 * another one was meant for somebody else. */
static bool is_for_us(const cJSON *json, const struct http_view *view,
                      struct cluster_members *members)
{
    const cJSON *field;
    char id[CLUSTER_ID_BYTES];

    cJSON_ArrayForEach(field, json)
    {
        if (strcmp(field->string, "members") != 0 && !cJSON_IsString(field)) {
            return refuse(members, "%s must be a string", field->string);
        }
    }
    field = cJSON_GetObjectItemCaseSensitive(json, "cluster");
    cluster_format_id(view->cluster_id, id);
    if (field != NULL && strcmp(field->valuestring, id) != 0) {
        members->status = 409;
        return refuse(members, "this cluster is %s", id);
    }
    return true;
}

bool cluster_read_members(const cJSON *json, const struct http_view *view,
                          struct cluster_members *members)
{
    const cJSON *array;
    const cJSON *member;
    char start[SHOWN_BYTES + 4];

    members->count = 0;
    members->status = 0;
    if (!cJSON_IsObject(json)) {
        return refuse(members, "the body must be an object with members");
    }
    const char *unknown = cluster_unknown_name(json, cluster_names);

    if (unknown != NULL) {
        return refuse(members, "there is no field \"%s\"",
                      shown(unknown, start));
    }
    array = cJSON_GetObjectItemCaseSensitive(json, "members");
    if (!cJSON_IsArray(array)) {
        return refuse(members, "members must be an array");
    }
    const int count = cJSON_GetArraySize(array);

    if (count < 1 || count > BRIDGE_MAX_MEMBERS) {
        return refuse(members, "%d members: a cluster has from 1 to %d", count,
                      BRIDGE_MAX_MEMBERS);
    }
    cJSON_ArrayForEach(member, array)
    {
        if (!take_member(member, members)) {
            return false;
        }
    }
    return is_for_us(json, view, members);
}
