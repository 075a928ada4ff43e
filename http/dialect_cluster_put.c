/* SPDX-License-Identifier: MIT
 *
 * dialect_cluster_put.c - PUT /cluster: these are to be the members, in one
 * change (section 6). Answered when the last of its entries is committed.
 */
#include <stdio.h>
#include <strings.h>

#include "http/answer.h"
#include "http/cluster.h"
#include "http/forward.h"
#include "http/json.h"
#include "http/membership.h"
#include "http/routes.h"

/* Its address is in the configuration, and a change of members would leave it
 * there. Said by the leader, who has the latest one. */
static bool nobody_moves(const struct http_view *view,
                         struct cluster_members *members)
{
    const struct raft_config *config = &view->config;

    for (size_t i = 0; i < members->count; i++) {
        const struct bridge_member *member = &members->members[i];
        const int slot = raft_config_slot(config, member->id);

        if (view->raft.role == RAFT_LEADER && slot >= 0 &&
            strcasecmp(config->members[slot].address, member->raft) != 0) {
            members->status = 409;
            (void)snprintf(members->why, sizeof(members->why),
                           "members[%zu] is at %.*s: take it out first, then "
                           "in again at its new address",
                           i, RAFT_MAX_ADDRESS_BYTES - 1,
                           config->members[slot].address);
            return false;
        }
    }
    return true;
}

/* 0, or the status that was answered. */
static int read_members(struct request *request, const struct body *body,
                        struct cluster_members *members)
{
    struct json_error error = {400, ""};
    struct http_view view;
    cJSON *json = json_parse(body->bytes, body->byte_count, &error);

    if (json == NULL) {
        return answer_error(request, error.status, error.why);
    }
    cluster_copy_view(request, &view);
    const bool good = cluster_read_members(json, &view, members) &&
                      nobody_moves(&view, members);

    cJSON_Delete(json);
    return good ? 0 : answer_error(request, members->status, members->why);
}

static int change(struct request *request, const struct body *body,
                  const struct cluster_members *members)
{
    struct bridge_answer answer;

    membership_change(request, BRIDGE_SET, members->members, members->count,
                      &answer);
    if (answer.outcome == BRIDGE_DONE) {
        /* Also when we lead no more: the new leader is not known yet. */
        return cluster_answer(request);
    }
    if (answer.outcome == BRIDGE_NOT_LEADER) {
        return forward_request(request, answer.leader_http, body->bytes,
                               body->byte_count);
    }
    if (answer.outcome == BRIDGE_UNKNOWN && answer.why[0] == 0) {
        return answer_error(request, 504,
                            "not done in time, it may go on: GET /cluster "
                            "shows it, asking again is safe");
    }
    return answer_outcome(request, &answer);
}

int cluster_put(struct request *request, const char *rest)
{
    struct body body;
    struct cluster_members members;
    int status = body_read(request, &body);

    (void)rest;
    if (status == 0) {
        status = read_members(request, &body, &members);
    }
    if (status == 0) {
        status = change(request, &body, &members);
    }
    body_free(request, &body);
    return status;
}
