/* SPDX-License-Identifier: MIT
 *
 * dialect_join.c - /join as raft-kv-demo (in the query) and raftdb (in JSON)
 * have it, told apart by what is there; /remove as raft-kv-demo has it.
 *
 * HTTP addresses are not kept: each server announces its own.
 */
#include <stdio.h>
#include <string.h>

#include "http/answer.h"
#include "http/body.h"
#include "http/json.h"
#include "http/membership.h"
#include "http/routes.h"
#include "http/url.h"

enum { PARAMETER_BYTES = 256 }; /* more than a name or an address has */

/* 0, or the status that was answered. Absent: "". */
static int read_parameter(struct request *request, const char *name,
                          char text[PARAMETER_BYTES])
{
    char why[96] = "";
    const char *value;
    size_t bytes;
    const size_t count = url_find(request->query, name, &value, &bytes);
    uint8_t *to = (uint8_t *)text;
    size_t length = 0;

    if (count > 1) {
        (void)snprintf(why, sizeof(why), "%s is given twice", name);
    } else if (count == 1 &&
               (url_decode(value, bytes, true, to, PARAMETER_BYTES - 1,
                           &length) != URL_OK ||
                !json_is_text(to, length))) {
        (void)snprintf(why, sizeof(why),
                       "%s is too long, or no text in percent-encoding", name);
    }
    text[length] = 0;
    return why[0] == 0 ? 0 : answer_error(request, 400, why);
}

/* ---- Join ---------------------------------------------------------------- */

static int add(struct request *request, const struct membership *asked)
{
    struct bridge_member member;
    struct bridge_answer answer;
    char text[256];
    const char *why = membership_read(asked, &member, text);

    if (why != NULL) {
        return answer_error(request, 400, why);
    }
    membership_change(request, BRIDGE_ADD, &member, 1, &answer);
    return answer.outcome == BRIDGE_DONE ? answer_empty(request, 200)
                                         : answer_outcome(request, &answer);
}

static bool has(const cJSON *json, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(json, name) != NULL;
}

/* raftdb's fields, or raft-kv-demo's; both name the member and where it is. */
static int join_member(struct request *request, const cJSON *json)
{
    const bool is_raftdb = has(json, "httpAddr") && has(json, "raftAddr");
    const char *id = json_string(json, "id");
    const char *raft = json_string(json, is_raftdb ? "raftAddr" : "addr");
    const char *http = is_raftdb ? json_string(json, "httpAddr") : "none";

    if (id == NULL || raft == NULL || http == NULL || *id == 0 || *raft == 0 ||
        *http == 0) {
        return answer_error(request, 400,
                            is_raftdb ? "id, httpAddr and raftAddr must be "
                                        "strings that are not empty"
                                      : "id and addr must be strings that are "
                                        "not empty");
    }
    return add(request, &(struct membership){.name = id, .raft = raft});
}

/* hraftd asks whether it has reached the leader it means. */
static int join_leader(struct request *request, const cJSON *json)
{
    const char *leader = json_string(json, "leaderAddr");
    char address[HTTP_ADDRESS_BYTES];

    (void)snprintf(address, sizeof(address), "%s%s",
                   leader != NULL && leader[0] == ':' ? "127.0.0.1" : "",
                   leader == NULL ? "" : leader);
    if (!http_is_us(request->http, address, strlen(address))) {
        return answer_error(request, 400,
                            "leaderAddr is not the address of this node");
    }
    return answer_empty(request, 200);
}

static int join_json(struct request *request, const cJSON *json)
{
    if (has(json, "id") && ((has(json, "httpAddr") && has(json, "raftAddr")) ||
                            has(json, "addr"))) {
        return join_member(request, json);
    }
    if (has(json, "leaderAddr")) {
        return join_leader(request, json);
    }
    return answer_error(request, 400,
                        "id and addr are missing, or id, httpAddr and "
                        "raftAddr");
}

static int join_by_body(struct request *request, const struct body *body)
{
    struct json_error error = {400, ""};
    cJSON *json = json_parse(body->bytes, body->byte_count, &error);

    if (json == NULL) {
        return answer_error(request, error.status, error.why);
    }
    const int status = join_json(request, json);

    cJSON_Delete(json);
    return status;
}

static int read_and_join(struct request *request)
{
    struct body body;
    int status = body_read(request, &body);

    if (status == 0) {
        status = join_by_body(request, &body);
    }
    body_free(request, &body);
    return status;
}

int join_any(struct request *request, const char *rest)
{
    char id[PARAMETER_BYTES];
    char addr[PARAMETER_BYTES];
    int status = read_parameter(request, "id", id);

    (void)rest;
    if (status == 0) {
        status = read_parameter(request, "addr", addr);
    }
    if (status != 0) {
        return status;
    }
    if (id[0] != 0 && addr[0] != 0) {
        return add(request, &(struct membership){.name = id, .raft = addr});
    }
    if (request->body_bytes > 0 || request->chunked) {
        return read_and_join(request);
    }
    return answer_error(request, 400, "id or addr is missing");
}

/* ---- Remove -------------------------------------------------------------- */

static int take_out(struct request *request, const char *name)
{
    struct bridge_member member = {0};
    struct bridge_answer answer;
    const char *why = NULL;

    switch (membership_find(request, name, &member.id, &why)) {
    case MEMBER_UNKNOWN:
        return answer_error(request, 404, why);
    case MEMBER_SEVERAL:
        return answer_error(request, 409, why);
    case MEMBER_FOUND:
        break;
    }
    membership_change(request, BRIDGE_REMOVE, &member, 1, &answer);
    return answer.outcome == BRIDGE_DONE ? answer_empty(request, 200)
                                         : answer_outcome(request, &answer);
}

int remove_any(struct request *request, const char *rest)
{
    char id[PARAMETER_BYTES];
    struct bridge_answer answer;
    const int status = read_parameter(request, "id", id);

    (void)rest;
    if (status != 0) {
        return status;
    }
    if (id[0] == 0) {
        return answer_error(request, 400, "id is missing");
    }
    membership_confirm(request, &answer);
    return answer.outcome == BRIDGE_DONE ? take_out(request, id)
                                         : answer_outcome(request, &answer);
}
