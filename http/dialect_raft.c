/* SPDX-License-Identifier: MIT
 *
 * dialect_raft.c - /raft/join and /raft/remove as raft-example has them: the
 * answer shows the leader's figures, and whatever fails is 422.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/answer.h"
#include "http/body.h"
#include "http/forward.h"
#include "http/json.h"
#include "http/membership.h"
#include "http/routes.h"

/* A request as it came, and what it says. */
struct form {
    const struct body *body; /* to be sent on */
    const char *node_id;
    const char *raft_address; /* "" in a remove */
};

/* ID and ADDR as the client wrote them. */
static int answer_done(struct request *request, const struct form *form)
{
    const bool joined = form->raft_address[0] != 0;
    const size_t max = strlen(form->node_id) + strlen(form->raft_address) + 64;
    char *message = malloc(max);

    if (message == NULL) {
        return answer_error(request, 503, "out of memory");
    }
    (void)snprintf(message, max, "node %s%s%s %s successfully", form->node_id,
                   joined ? " at " : "", form->raft_address,
                   joined ? "joined" : "removed");
    const int status = stats_answer(request, message);

    free(message);
    return status;
}

static int answer_not_done(struct request *request, const struct form *form,
                           const struct bridge_answer *answer)
{
    switch (answer->outcome) {
    case BRIDGE_NOT_LEADER:
        return forward_is_possible(request, answer->leader_http)
                   ? forward_request(request, answer->leader_http,
                                     form->body->bytes, form->body->byte_count)
                   : answer_not_leader(request);
    case BRIDGE_CONFLICT:
    case BRIDGE_UNREACHABLE:
    case BRIDGE_FAILED:
        return answer_error(request, 422,
                            answer->why[0] != 0 ? answer->why
                                                : "nothing was changed");
    case BRIDGE_DONE:
    case BRIDGE_BUSY:
    case BRIDGE_REFUSED:
    case BRIDGE_UNKNOWN:
    case BRIDGE_STOPPING:
        break;
    }
    return answer_outcome(request, answer);
}

static int join(struct request *request, const struct form *form)
{
    const struct membership asked = {.name = form->node_id,
                                     .raft = form->raft_address};
    struct bridge_member member;
    struct bridge_answer answer;
    char text[256];
    const char *why = membership_read(&asked, &member, text);

    if (why != NULL) {
        return answer_error(request, 422, why);
    }
    membership_change(request, BRIDGE_ADD, &member, 1, &answer);
    return answer.outcome == BRIDGE_DONE
               ? answer_done(request, form)
               : answer_not_done(request, form, &answer);
}

static int take_out(struct request *request, const struct form *form)
{
    struct bridge_member member = {0};
    struct bridge_answer answer;
    const char *why = NULL;

    membership_confirm(request, &answer);
    if (answer.outcome == BRIDGE_DONE) {
        if (membership_find(request, form->node_id, &member.id, &why) !=
            MEMBER_FOUND) {
            return answer_error(request, 422, why);
        }
        membership_change(request, BRIDGE_REMOVE, &member, 1, &answer);
    }
    return answer.outcome == BRIDGE_DONE
               ? answer_done(request, form)
               : answer_not_done(request, form, &answer);
}

/* ---- The body ------------------------------------------------------------ */

static int binding(struct request *request, int status, const char *why)
{
    char text[160];

    (void)snprintf(text, sizeof(text), "error binding: %s", why);
    return answer_error(request, status == 400 ? 422 : status, text);
}

static int act(struct request *request, const struct body *body,
               const cJSON *json, bool joins)
{
    const struct form form = {
        .body = body,
        .node_id = json_string(json, "node_id"),
        .raft_address = joins ? json_string(json, "raft_address") : ""};

    if (form.node_id == NULL || form.node_id[0] == 0) {
        return binding(request, 422,
                       "node_id must be a string that is not empty");
    }
    if (form.raft_address == NULL || (joins && form.raft_address[0] == 0)) {
        return binding(request, 422,
                       "raft_address must be a string that is not empty");
    }
    return joins ? join(request, &form) : take_out(request, &form);
}

static int read_and_act(struct request *request, bool joins)
{
    struct json_error error = {400, ""};
    struct body body;
    int status = body_read(request, &body);

    if (status == 0) {
        cJSON *json = json_parse(body.bytes, body.byte_count, &error);

        status = json == NULL ? binding(request, error.status, error.why)
                              : act(request, &body, json, joins);
        cJSON_Delete(json);
    }
    body_free(request, &body);
    return status;
}

int raft_join_post(struct request *request, const char *rest)
{
    (void)rest;
    return read_and_act(request, true);
}

int raft_remove_post(struct request *request, const char *rest)
{
    (void)rest;
    return read_and_act(request, false);
}
