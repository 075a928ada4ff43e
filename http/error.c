/* SPDX-License-Identifier: MIT
 *
 * error.c - answers that say no, worded as each family of routes does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/answer.h"
#include "http/json.h"

/* What a sentence quotes may be cut in the middle of a character. */
static void mend(char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        size_t length = json_utf8_length((const uint8_t *)text, left);

        if (length == 0) {
            *text = '?';
            length = 1;
        }
        text += length;
        left -= length;
    }
}

/* Owns nothing on failure. NULL: out of memory. */
static cJSON *problem(int status, const char *detail)
{
    cJSON *json = cJSON_CreateObject();

    if (json == NULL ||
        cJSON_AddStringToObject(json, "title", answer_reason(status)) == NULL ||
        cJSON_AddNumberToObject(json, "status", status) == NULL ||
        cJSON_AddStringToObject(json, "detail", detail) == NULL) {
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

static cJSON *one_string(const char *name, const char *text)
{
    cJSON *json = cJSON_CreateObject();

    if (json == NULL || cJSON_AddStringToObject(json, name, text) == NULL) {
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

/* raft-example words 404 and 405 as its framework does. */
static cJSON *message(int status, const char *detail)
{
    if (status == 404 || status == 405) {
        return one_string("message", answer_reason(status));
    }
    return one_string("error", detail);
}

static int answer_as_text(struct request *request, const struct answer *answer,
                          const char *detail)
{
    char line[512];
    struct answer full = *answer;
    const int length = snprintf(line, sizeof(line), "%s\n", detail);

    full.content_type = ANSWER_TEXT;
    full.body = line;
    full.body_bytes =
        (size_t)length < sizeof(line) ? (size_t)length : sizeof(line) - 1;
    return answer_send(request, &full);
}

static int answer_mended(struct request *request, const struct answer *answer,
                         const char *detail)
{
    switch (request->error_form) {
    case ERROR_TEXT:
        return answer_as_text(request, answer, detail);
    case ERROR_MESSAGE:
        return answer_with_json(request, answer, ANSWER_JSON_UTF8,
                                message(answer->status, detail));
    case ERROR_OBJECT:
        return answer_with_json(request, answer, ANSWER_JSON,
                                one_string("error", detail));
    case ERROR_JOIN:
        return answer_with_json(request, answer, ANSWER_JSON,
                                answer->status >= 500
                                    ? cJSON_CreateObject()
                                    : one_string("error", detail));
    case ERROR_PROBLEM:
        break;
    }
    return answer_with_json(request, answer, ANSWER_PROBLEM,
                            problem(answer->status, detail));
}

static int answer_in_form(struct request *request, const struct answer *answer,
                          const char *detail)
{
    char *text = strdup(detail);

    if (text == NULL) {
        return answer_mended(request, answer, "out of memory");
    }
    mend(text);
    const int status = answer_mended(request, answer, text);

    free(text);
    return status;
}

int answer_error(struct request *request, int status, const char *detail)
{
    const struct answer answer = {.status = status,
                                  .retry_after = status == 503};

    return answer_in_form(request, &answer, detail);
}

int answer_bad_method(struct request *request, const char *allow)
{
    char detail[96];
    const struct answer answer = {.status = 405, .allow = allow};

    (void)snprintf(detail, sizeof(detail), "allowed here: %s", allow);
    return answer_in_form(request, &answer, detail);
}

/* raft-kv's clients look at the code. */
static cJSON *only_leader(void)
{
    cJSON *json = one_string("error", "only leader can write to the storage");

    if (cJSON_AddStringToObject(json, "code", "some_code") == NULL) {
        cJSON_Delete(json);
        return NULL;
    }
    return json;
}

int answer_not_leader(struct request *request)
{
    if (request->error_form == ERROR_MESSAGE) {
        return answer_error(request, 422, "not the leader");
    }
    if (request->error_form == ERROR_OBJECT) {
        return answer_with_json(
            request, &(struct answer){.status = 503, .retry_after = true},
            ANSWER_JSON, only_leader());
    }
    return answer_error(request, 503, "node is not the leader");
}

int answer_nobody_to_ask(struct request *request)
{
    struct http *http = request->http;
    const char *why = "node is not the leader: nothing was done";

    (void)pthread_mutex_lock(&http->view_lock);
    if (http->view.cluster_id == 0) {
        why = "this server is a member of no cluster yet: nothing was done";
    } else if (http->view.raft.leader_id == RAFT_NO_SERVER) {
        why = "no leader is known: nothing was done";
    }
    (void)pthread_mutex_unlock(&http->view_lock);
    return answer_error(request, 503, why);
}

/* Path and query go on exactly as they came: they name the same thing there. */
static int redirect(struct request *request, const char *leader_http)
{
    const char *query = request->query == NULL ? "" : request->query;
    const size_t max = strlen("http://") + strlen(leader_http) +
                       strlen(request->path) + strlen("?") + strlen(query) + 1;
    char *location = malloc(max);

    if (location == NULL) {
        return answer_error(request, 503, "out of memory");
    }
    (void)snprintf(location, max, "http://%s%s%s%s", leader_http, request->path,
                   request->query == NULL ? "" : "?", query);
    answer_send(request, &(struct answer){.status = 307, .location = location});
    free(location);
    return 307;
}

static const char *why_or(const struct bridge_answer *outcome, const char *text)
{
    return outcome->why[0] != 0 ? outcome->why : text;
}

int answer_outcome(struct request *request, const struct bridge_answer *outcome)
{
    const char *leader = outcome->leader_http;

    switch (outcome->outcome) {
    case BRIDGE_NOT_LEADER:
        /* Never to ourselves: the client would come back for ever. */
        if (!http_is_address(leader) ||
            http_is_us(request->http, leader, strlen(leader))) {
            return answer_not_leader(request);
        }
        return redirect(request, leader);
    case BRIDGE_UNKNOWN:
        return answer_error(request, 504,
                            why_or(outcome, "no answer in time: it may or "
                                            "may not happen"));
    case BRIDGE_BUSY:
        return answer_error(request, 503,
                            why_or(outcome, "too busy: nothing was done"));
    case BRIDGE_REFUSED:
        return answer_error(request, 503,
                            "another leader took over: nothing was done");
    case BRIDGE_STOPPING:
        return answer_error(request, 503, "shutting down: nothing was done");
    case BRIDGE_CONFLICT:
        return answer_error(request, 409,
                            why_or(outcome, "another such request is under "
                                            "way: nothing was done"));
    case BRIDGE_UNREACHABLE:
        return answer_error(
            request, 502,
            why_or(outcome, "a new member cannot be reached: nothing changed"));
    case BRIDGE_FAILED:
        return answer_error(
            request, 503,
            why_or(outcome, "it was tried, and given up: nothing changed"));
    case BRIDGE_DONE:
        break; /* not asked for */
    }
    return answer_error(request, 500, "an outcome nobody expects");
}
