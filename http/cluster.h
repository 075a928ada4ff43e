/* SPDX-License-Identifier: MIT
 *
 * cluster.h - what the routes below /cluster share.
 */
#ifndef HTTP_CLUSTER_H
#define HTTP_CLUSTER_H

#include <cjson/cJSON.h>

#include "http/body.h"

enum { CLUSTER_ID_BYTES = 17 }; /* 16 hexadecimal digits, and a NUL */

/* Ids of servers and clusters, as they stand in logs. */
void cluster_format_id(uint64_t id, char text[CLUSTER_ID_BYTES]);
/* false: not exactly what the above writes, or 0, which is nobody. */
bool cluster_parse_id(const char *text, uint64_t *id);

void cluster_copy_view(const struct request *request, struct http_view *view);

/* What GET /cluster answers, from what this server knows. */
int cluster_answer(struct request *request);

/*
 * What is left takes longer than requests usually may: from now on so many
 * times settings.request_timeout_ms. The body has been read.
 */
void cluster_wait_longer(struct request *request, uint32_t times);

/* cluster_members.c: {"members":[...]} as a client sent it. */
struct cluster_members {
    struct bridge_member members[BRIDGE_MAX_MEMBERS];
    size_t count;
    int status;    /* of an error */
    char why[256]; /* one sentence, naming field and value */
};
/* view: what this node knows. false: status and why are set. */
bool cluster_read_members(const cJSON *json, const struct http_view *view,
                          struct cluster_members *members);

/* NULL: json has only names of that list (it ends with NULL). */
const char *cluster_unknown_name(const cJSON *json, const char *const names[]);

#endif
