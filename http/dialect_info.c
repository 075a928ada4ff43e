/* SPDX-License-Identifier: MIT
 *
 * dialect_info.c - who leads (hraftd), and is this node well.
 */
#include <string.h>

#include "http/answer.h"
#include "http/routes.h"

int info_post(struct request *request, const char *rest)
{
    char leader_raft[RAFT_MAX_ADDRESS_BYTES];
    cJSON *json = cJSON_CreateObject();

    (void)rest;
    (void)pthread_mutex_lock(&request->http->view_lock);
    memcpy(leader_raft, request->http->view.leader_raft, sizeof(leader_raft));
    (void)pthread_mutex_unlock(&request->http->view_lock);
    leader_raft[sizeof(leader_raft) - 1] = 0;
    if (cJSON_AddStringToObject(json, "leaderAddr", leader_raft) == NULL) {
        cJSON_Delete(json);
        json = NULL;
    }
    return answer_json(request, 200, ANSWER_JSON, json);
}

int livez_get(struct request *request, const char *rest)
{
    (void)rest;
    return answer_text(request, 200, "ok\n");
}

int readyz_get(struct request *request, const char *rest)
{
    struct http *http = request->http;
    char why[sizeof(http->view.not_ready_why)];

    (void)rest;
    (void)pthread_mutex_lock(&http->view_lock);
    const bool ready = http->view.ready;

    memcpy(why, http->view.not_ready_why, sizeof(why));
    (void)pthread_mutex_unlock(&http->view_lock);
    why[sizeof(why) - 1] = 0;
    if (ready) {
        return answer_text(request, 200, "ready\n");
    }
    request->error_form = ERROR_TEXT;
    return answer_error(request, 503, why[0] != 0 ? why : "not ready");
}
