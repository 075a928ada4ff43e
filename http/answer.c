/* SPDX-License-Identifier: MIT
 *
 * answer.c - sending one answer. The head is put together by hand: this is
 * the path of every request, and a second write costs a packet.
 */
#include <stdlib.h>
#include <string.h>

#include "http/answer.h"
#include "http/body.h"

enum {
    FIXED_HEAD_BYTES = 1024, /* all of the head but what we are handed */
    SMALL_BYTES = 4096       /* head and body on the stack up to here */
};

/* ---- The head --------------------------------------------------------- */

static char *put_text(char *to, const char *text)
{
    const size_t length = strlen(text);

    memcpy(to, text, length);
    return to + length;
}

static char *put_number(char *to, uint64_t number)
{
    char digits[20];
    size_t count = 0;

    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        *to++ = digits[--count];
    }
    return to;
}

static char *put_field(char *to, const char *name, const char *value)
{
    to = put_text(to, name);
    to = put_text(to, value);
    return put_text(to, "\r\n");
}

static char *put_number_field(char *to, const char *name, uint64_t value)
{
    to = put_text(to, name);
    to = put_number(to, value);
    return put_text(to, "\r\n");
}

/* civetweb's own list has words of its own making. */
const char *answer_reason(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {307, "Temporary Redirect"},
        {400, "Bad Request"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {422, "Unprocessable Content"},
        {431, "Request Header Fields Too Large"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };

    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (reasons[i].status == status) {
            return reasons[i].reason;
        }
    }
    return mg_get_response_code_text(NULL, status);
}

/* Formatted once a second and worker. */
static char *put_date(char *to)
{
    static _Thread_local time_t formatted_at;
    static _Thread_local char text[40];
    const time_t now = time(NULL);
    struct tm utc;

    if (now != formatted_at && gmtime_r(&now, &utc) != NULL) {
        (void)strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &utc);
        formatted_at = now;
    }
    return text[0] == 0 ? to : put_field(to, "Date: ", text);
}

/* What the node knows of the log, in one glance. */
static char *put_raft_fields(char *to, struct http *http, uint64_t index)
{
    (void)pthread_mutex_lock(&http->head_lock);
    const uint64_t applied = http->head.applied;

    to =
        put_number_field(to, "Raft-Index: ", index > applied ? index : applied);
    to = put_number_field(to, "Raft-Term: ", http->head.term);
    to = put_field(to, "Raft-Leader: ", http->head.leader_http);
    (void)pthread_mutex_unlock(&http->head_lock);
    return to;
}

/* Another client may be waiting for the worker this connection holds. */
static bool workers_run_short(struct http *http)
{
    const unsigned connections =
        atomic_load_explicit(&http->connections, memory_order_relaxed);

    return connections * 8 > http->settings.worker_count * 7;
}

static char *put_connection(char *to, struct request *request)
{
    const bool body_left =
        !request->body_read && (request->body_bytes > 0 || request->chunked);

    if (!request->keep_alive || body_left || workers_run_short(request->http)) {
        request->keep_alive = false;
        mg_disable_connection_keep_alive(request->connection);
        return put_text(to, "Connection: close\r\n");
    }
    if (strcmp(request->info->http_version, "1.1") != 0) {
        return put_text(to, "Connection: keep-alive\r\n");
    }
    return to; /* what HTTP/1.1 takes for granted */
}

static char *put_head(char *to, struct request *request,
                      const struct answer *answer)
{
    to = put_text(to, "HTTP/1.1 ");
    to = put_number(to, (uint64_t)answer->status);
    to = put_text(to, " ");
    to = put_field(to, answer_reason(answer->status), "");
    to = put_date(to);
    if (answer->content_type != NULL) {
        to = put_field(to, "Content-Type: ", answer->content_type);
    }
    to = put_number_field(to, "Content-Length: ", answer->body_bytes);
    if (answer->allow != NULL) {
        to = put_field(to, "Allow: ", answer->allow);
    }
    if (answer->location != NULL) {
        to = put_field(to, "Location: ", answer->location);
    }
    if (answer->retry_after) {
        to = put_text(to, "Retry-After: 1\r\n");
    }
    to = put_raft_fields(to, request->http, answer->index);
    to = put_connection(to, request);
    return put_text(to, "\r\n");
}

/* ---- The whole answer ------------------------------------------------- */

int answer_send(struct request *request, const struct answer *answer)
{
    char small[SMALL_BYTES];
    char *bytes = small;
    const size_t body_bytes = request->is_head ? 0 : answer->body_bytes;
    const size_t max =
        FIXED_HEAD_BYTES + body_bytes +
        (answer->location == NULL ? 0 : strlen(answer->location));

    if (max > sizeof(small)) {
        bytes = malloc(max);
    }
    if (bytes == NULL) { /* no memory for the answer: then this one */
        static const char text[] = "out of memory\n";

        return answer_send(request,
                           &(struct answer){.status = 503,
                                            .content_type = ANSWER_TEXT,
                                            .body = text,
                                            .body_bytes = sizeof(text) - 1,
                                            .retry_after = true});
    }
    char *end = put_head(bytes, request, answer);

    if (body_bytes > 0) {
        memcpy(end, answer->body, body_bytes);
        end += body_bytes;
    }
    if (mg_write(request->connection, bytes, (size_t)(end - bytes)) <= 0) {
        mg_disable_connection_keep_alive(request->connection);
    } else if (!request->keep_alive) {
        body_discard(request);
    }
    if (bytes != small) {
        free(bytes);
    }
    return answer->status;
}

int answer_empty(struct request *request, int status)
{
    return answer_send(request, &(struct answer){.status = status});
}

int answer_text(struct request *request, int status, const char *text)
{
    return answer_send(request, &(struct answer){.status = status,
                                                 .content_type = ANSWER_TEXT,
                                                 .body = text,
                                                 .body_bytes = strlen(text),
                                                 .retry_after = status == 503});
}

int answer_with_json(struct request *request, const struct answer *answer,
                     const char *content_type, cJSON *json)
{
    struct answer full = *answer;
    char *text = json == NULL ? NULL : cJSON_PrintUnformatted(json);

    cJSON_Delete(json);
    if (text == NULL) {
        return answer_text(request, 503, "out of memory\n");
    }
    full.content_type = content_type;
    full.body = text;
    full.body_bytes = strlen(text);
    answer_send(request, &full);
    cJSON_free(text);
    return full.status;
}

int answer_json(struct request *request, int status, const char *content_type,
                cJSON *json)
{
    return answer_with_json(request, &(struct answer){.status = status},
                            content_type, json);
}
