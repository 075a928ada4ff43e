/* SPDX-License-Identifier: MIT
 *
 * dialect_cluster_post.c - POST /cluster/transfer: another server shall lead;
 * POST /cluster/snapshot: this one takes a snapshot.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "http/answer.h"
#include "http/cluster.h"
#include "http/forward.h"
#include "http/json.h"
#include "http/member.h"
#include "http/routes.h"

enum { SNAPSHOT_TIMES = 6 }; /* of settings.request_timeout_ms, 10 s */

/* ---- Transfer ----------------------------------------------------------- */

/* Who is meant by the text: a name, else an id. 0: answered, *status. */
static uint64_t find_member(struct request *request,
                            const struct http_view *view, const char *text,
                            int *status)
{
    const struct raft_config *config = &view->config;
    size_t slot = 0;

    switch (member_find(view, text, &slot)) {
    case MEMBER_SEVERAL:
        *status = answer_error(
            request, 422, "more than one member has this name: say its id");
        return 0;
    case MEMBER_UNKNOWN:
        *status = answer_error(request, 422, "no member has this name or id");
        return 0;
    case MEMBER_FOUND:
        break;
    }
    if (!raft_config_will_vote(config, config->members[slot].id)) {
        *status = answer_error(
            request, 422, "a learner, or a member that leaves, cannot lead");
        return 0;
    }
    return config->members[slot].id;
}

static int answer_leader(struct request *request, uint64_t id)
{
    char text[CLUSTER_ID_BYTES];
    cJSON *json = cJSON_CreateObject();

    cluster_format_id(id, text);
    if (cJSON_AddStringToObject(json, "leader", text) == NULL) {
        cJSON_Delete(json);
        json = NULL;
    }
    return answer_json(request, 200, ANSWER_JSON, json);
}

static int transfer(struct request *request, const struct body *body,
                    const char *name)
{
    struct bridge_answer answer;
    struct http_view view;
    int status = 0;

    cluster_copy_view(request, &view);
    if (view.raft.role != RAFT_LEADER) {
        return forward_request(request, view.leader_http, body->bytes,
                               body->byte_count);
    }
    const uint64_t to = find_member(request, &view, name, &status);

    if (to == 0) {
        return status;
    }
    if (to == view.raft.id) {
        return answer_leader(request, to);
    }
    bridge_call(request->http->bridge,
                &(struct bridge_request){.type = BRIDGE_TRANSFER, .to = to},
                request->deadline_ns, &answer);
    if (answer.outcome == BRIDGE_DONE) {
        return answer_leader(request, to);
    }
    if (answer.outcome == BRIDGE_NOT_LEADER) {
        return forward_request(request, answer.leader_http, body->bytes,
                               body->byte_count);
    }
    if (answer.outcome == BRIDGE_UNKNOWN && answer.why[0] == 0) {
        return answer_error(request, 504,
                            "the other server does not lead in time, it may "
                            "yet: GET /cluster shows who does");
    }
    return answer_outcome(request, &answer);
}

/* {"to":...} and nothing else. */
static int transfer_as_told(struct request *request, const struct body *body)
{
    static const char *const names[] = {"to", NULL};
    struct json_error error = {400, ""};
    cJSON *json = json_parse(body->bytes, body->byte_count, &error);
    int status;

    if (json == NULL) {
        return answer_error(request, error.status, error.why);
    }
    const cJSON *to = cJSON_GetObjectItemCaseSensitive(json, "to");

    if (!cJSON_IsObject(json) || cluster_unknown_name(json, names) != NULL) {
        status = answer_error(request, 400,
                              "the body must be {\"to\": a name or an id}");
    } else if (!cJSON_IsString(to) || to->valuestring[0] == 0) {
        status = answer_error(request, 400,
                              "to must be the name or the id of a member");
    } else {
        status = transfer(request, body, to->valuestring);
    }
    cJSON_Delete(json);
    return status;
}

int transfer_post(struct request *request, const char *rest)
{
    struct body body;
    int status = body_read(request, &body);

    (void)rest;
    if (status == 0) {
        status = transfer_as_told(request, &body);
    }
    body_free(request, &body);
    return status;
}

/* ---- Snapshot ----------------------------------------------------------- */

static int answer_snapshot(struct request *request,
                           const struct bridge_answer *answer)
{
    char index[24], term[24];
    cJSON *json = cJSON_CreateObject();

    (void)snprintf(index, sizeof(index), "%" PRIu64, answer->index);
    (void)snprintf(term, sizeof(term), "%" PRIu64, answer->term);
    if (cJSON_AddStringToObject(json, "index", index) == NULL ||
        cJSON_AddStringToObject(json, "term", term) == NULL) {
        cJSON_Delete(json);
        json = NULL;
    }
    return answer_json(request, 200, ANSWER_JSON, json);
}

int snapshot_post(struct request *request, const char *rest)
{
    struct bridge_answer answer;

    (void)rest;
    cluster_wait_longer(request, SNAPSHOT_TIMES);
    bridge_call(request->http->bridge,
                &(struct bridge_request){.type = BRIDGE_SNAPSHOT},
                request->deadline_ns, &answer);
    if (answer.outcome == BRIDGE_DONE) {
        return answer_snapshot(request, &answer);
    }
    if (answer.outcome == BRIDGE_NOT_LEADER) {
        return answer_error(request, 503,
                            "this server is a member of no cluster yet");
    }
    if (answer.outcome == BRIDGE_UNKNOWN && answer.why[0] == 0) {
        return answer_error(request, 504, "not done in time: it may go on");
    }
    return answer_outcome(request, &answer);
}
