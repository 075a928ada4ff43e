/* SPDX-License-Identifier: MIT
 *
 * dialect_cluster.c - GET /cluster: the members, and how far each has come.
 *
 * Only a leader knows what the others have in their logs, so another server
 * asks it. Without one it shows what it knows itself, and null for the rest.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "http/answer.h"
#include "http/cluster.h"
#include "http/deadline.h"
#include "http/forward.h"
#include "http/json.h"
#include "http/member.h"
#include "http/routes.h"

enum { LEADER_WITHIN_MS = 1000 };

void cluster_format_id(uint64_t id, char text[CLUSTER_ID_BYTES])
{
    (void)snprintf(text, CLUSTER_ID_BYTES, "%016" PRIx64, id);
}

bool cluster_parse_id(const char *text, uint64_t *id)
{
    uint64_t value = 0;

    for (const char *at = text; *at != 0; at++) {
        const char *digits = "0123456789abcdef";
        const char *digit = strchr(digits, *at);

        if (digit == NULL || at - text == CLUSTER_ID_BYTES - 1) {
            return false;
        }
        value = value << 4 | (uint64_t)(digit - digits);
    }
    *id = value;
    return value != 0 && strlen(text) == CLUSTER_ID_BYTES - 1;
}

void cluster_copy_view(const struct request *request, struct http_view *view)
{
    (void)pthread_mutex_lock(&request->http->view_lock);
    *view = request->http->view;
    (void)pthread_mutex_unlock(&request->http->view_lock);
}

void cluster_wait_longer(struct request *request, uint32_t times)
{
    const uint64_t timeout_ns =
        request->http->settings.request_timeout_ms * UINT64_C(1000000);
    struct watch_slot *slot = mg_get_thread_pointer(request->connection);

    request->deadline_ns = now_ns() + times * timeout_ns;
    watch_read_until(slot, 0);
    watch_write_until(slot, request->deadline_ns + timeout_ns);
}

/* ---- The answer --------------------------------------------------------- */

static bool add_id(cJSON *json, const char *name, uint64_t id)
{
    char text[CLUSTER_ID_BYTES] = "";

    if (id != 0) {
        cluster_format_id(id, text);
    }
    return cJSON_AddStringToObject(json, name, text) != NULL;
}

static bool add_number(cJSON *json, const char *name, uint64_t number,
                       bool known)
{
    char text[24];

    (void)snprintf(text, sizeof(text), "%" PRIu64, number);
    return known ? cJSON_AddStringToObject(json, name, text) != NULL
                 : cJSON_AddNullToObject(json, name) != NULL;
}

/* They come from other nodes: bytes that are no text must not break JSON. */
static bool add_text(cJSON *json, const char *name, const char *from,
                     size_t room)
{
    char text[HTTP_ADDRESS_BYTES];

    (void)snprintf(text, sizeof(text), "%.*s", (int)room - 1, from);
    if (!json_is_text((const uint8_t *)text, strlen(text))) {
        for (char *at = text; *at != 0; at++) {
            *at = (unsigned char)*at < 0x80 ? *at : '?';
        }
    }
    return cJSON_AddStringToObject(json, name, text) != NULL;
}

static const char *role_of(const struct http_view *view,
                           const struct raft_member *member)
{
    if (member->id == view->raft.leader_id) {
        return "leader";
    }
    if (member->id == view->raft.id && view->raft.role == RAFT_CANDIDATE) {
        return "candidate";
    }
    return member->in_old || (view->config.is_joint && member->in_new)
               ? "follower"
               : "learner";
}

static bool add_progress(cJSON *json, const struct http_view *view, size_t slot)
{
    const struct raft_status *raft = &view->raft;
    const bool is_self = view->config.members[slot].id == raft->id;
    const bool leads = raft->role == RAFT_LEADER;
    const raft_index match =
        is_self ? raft->durable_index : raft->match_index[slot];
    const raft_index applied =
        is_self ? raft->last_applied : view->member_applied[slot];

    return add_number(json, "match", match, is_self || leads) &&
           add_number(json, "applied", applied, is_self || applied != 0) &&
           add_number(json, "lag",
                      raft->last_index > match ? raft->last_index - match : 0,
                      leads);
}

static bool add_member(cJSON *members, const struct http_view *view,
                       size_t slot)
{
    const struct raft_member *member = &view->config.members[slot];
    cJSON *json = cJSON_CreateObject();

    if (json == NULL || !cJSON_AddItemToArray(members, json)) {
        cJSON_Delete(json);
        return false;
    }
    return add_id(json, "id", member->id) &&
           add_text(json, "name", member_name(view, slot),
                    sizeof(view->member_names[slot])) &&
           add_text(json, "raft", member->address, sizeof(member->address)) &&
           add_text(json, "http", view->member_http[slot],
                    sizeof(view->member_http[slot])) &&
           cJSON_AddStringToObject(json, "role", role_of(view, member)) !=
               NULL &&
           add_progress(json, view, slot);
}

static cJSON *make_answer(const struct http_view *view)
{
    cJSON *json = cJSON_CreateObject();
    bool is_whole = json != NULL && add_id(json, "cluster", view->cluster_id) &&
                    add_number(json, "term", view->raft.current_term, true) &&
                    add_id(json, "leader", view->raft.leader_id);
    cJSON *members = is_whole ? cJSON_AddArrayToObject(json, "members") : NULL;

    is_whole = members != NULL;
    for (size_t slot = 0;
         is_whole && slot < view->config.member_count && slot < RAFT_MAX_SLOTS;
         slot++) {
        is_whole = add_member(members, view, slot);
    }
    if (!is_whole ||
        !add_number(json, "commit", view->raft.commit_index, true)) {
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

int cluster_answer(struct request *request)
{
    struct http_view view;

    cluster_copy_view(request, &view);
    return answer_json(request, 200, ANSWER_JSON, make_answer(&view));
}

int cluster_get(struct request *request, const char *rest)
{
    struct http_view view;

    (void)rest;
    cluster_copy_view(request, &view);
    if (view.raft.role != RAFT_LEADER) {
        const int status =
            forward_try(request, view.leader_http, LEADER_WITHIN_MS);

        if (status != 0) {
            return status;
        }
    }
    return cluster_answer(request);
}
