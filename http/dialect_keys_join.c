/* SPDX-License-Identifier: MIT
 *
 * dialect_keys_join.c - POST /cluster/join/ as raft-kv has it: a new server
 * asks to be let in, any member will do, and {} is all there is to say.
 */
#include <string.h>

#include "http/answer.h"
#include "http/body.h"
#include "http/forward.h"
#include "http/json.h"
#include "http/membership.h"
#include "http/routes.h"

static int join(struct request *request, const struct body *body,
                const char *address)
{
    /* Its address is its name there; and its -id, started as it is. */
    const struct membership asked = {.name = "", .raft = address};
    struct bridge_member member;
    struct bridge_answer answer;
    char text[256];
    const char *why = membership_read(&asked, &member, text);

    if (why != NULL) {
        return answer_error(request, 400, why);
    }
    membership_change(request, BRIDGE_ADD, &member, 1, &answer);
    if (answer.outcome == BRIDGE_DONE) {
        return answer_json(request, 200, ANSWER_JSON, cJSON_CreateObject());
    }
    if (answer.outcome == BRIDGE_NOT_LEADER) {
        return forward_request(request, answer.leader_http, body->bytes,
                               body->byte_count);
    }
    return answer_error(request, answer.outcome == BRIDGE_UNKNOWN ? 504 : 503,
                        "");
}

static int join_as_told(struct request *request, const struct body *body)
{
    struct json_error error = {400, ""};
    cJSON *json = json_parse(body->bytes, body->byte_count, &error);
    const char *address = json_string(json, "address");
    int status;

    if (json == NULL) {
        return answer_error(request, error.status, error.why);
    }
    status = address == NULL
                 ? answer_error(request, 400,
                                "the body must be {\"address\": a string}")
                 : join(request, body, address);
    cJSON_Delete(json);
    return status;
}

int keys_join_post(struct request *request, const char *rest)
{
    struct body body;
    int status = body_read(request, &body);

    (void)rest;
    if (status == 0) {
        status = join_as_told(request, &body);
    }
    body_free(request, &body);
    return status;
}
