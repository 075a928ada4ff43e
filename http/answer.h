/* SPDX-License-Identifier: MIT
 *
 * answer.h - sending one answer: head and body in one write, with what the
 * node knows of the log (Raft-Index, Raft-Term, Raft-Leader) on each.
 *
 * All return the status sent, for the handler to return in turn.
 */
#ifndef HTTP_ANSWER_H
#define HTTP_ANSWER_H

#include <cjson/cJSON.h>

#include "http/server.h"

#define ANSWER_TEXT      "text/plain; charset=utf-8"
#define ANSWER_JSON      "application/json"
#define ANSWER_JSON_UTF8 "application/json; charset=UTF-8"
#define ANSWER_PROBLEM   "application/problem+json"

struct answer {
    int status;
    const char *content_type; /* NULL: no body */
    const void *body;
    size_t body_bytes;
    const char *allow;    /* 405 */
    const char *location; /* 307 */
    bool retry_after;     /* 503: in a second */
    uint64_t index;       /* a write: of its entry; 0 = what is applied */
};

/* "Not Found" for 404. */
const char *answer_reason(int status);

int answer_send(struct request *request, const struct answer *answer);

int answer_empty(struct request *request, int status);
int answer_text(struct request *request, int status, const char *text);

/* Takes the JSON over. NULL (no memory to build it): a 503. */
int answer_with_json(struct request *request, const struct answer *answer,
                     const char *content_type, cJSON *json);
int answer_json(struct request *request, int status, const char *content_type,
                cJSON *json);

/* detail: one sentence, no newline; worded as the routes' family does. */
int answer_error(struct request *request, int status, const char *detail);

/* There is no leader, or none that can be asked: nothing was done. In the words
 * that the clients of each family know. */
int answer_not_leader(struct request *request);

/* The same where no words were promised: why nobody can be asked. */
int answer_nobody_to_ask(struct request *request);

/* 405 naming what is allowed. */
int answer_bad_method(struct request *request, const char *allow);

/* A call over the bridge that was not DONE: 307, 503 or 504. */
int answer_outcome(struct request *request,
                   const struct bridge_answer *outcome);

#endif
