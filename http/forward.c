/* SPDX-License-Identifier: MIT
 *
 * forward.c - a request that only the leader can answer, asked again there.
 *
 * On the worker, with a connection of its own: seldom used, so kept simple.
 * What comes back is read within limits and taken apart here: it is no more to
 * be trusted than a client's bytes.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/answer.h"
#include "http/forward.h"
#include "http/outgoing.h"

enum { TYPE_BYTES = 96, CONNECT_MS = 2000 };

/* The leader's answer, with its bytes. */
struct reply {
    int status;
    char content_type[TYPE_BYTES];
    uint8_t *bytes; /* head and body */
    size_t byte_count;
    const uint8_t *body; /* inside bytes */
    size_t body_bytes;
};

/* Values of Raft-Forwarded. */
static const char to_leader[] = "1";
static const char to_named[] = "named";

bool forward_is_one(const struct request *request)
{
    const char *value = mg_get_header(request->connection, "Raft-Forwarded");

    return value != NULL && strcmp(value, to_named) != 0;
}

bool forward_is_possible(const struct request *request, const char *leader_http)
{
    return http_is_address(leader_http) &&
           !http_is_us(request->http, leader_http, strlen(leader_http)) &&
           !forward_is_one(request);
}

/* The value of a field in the lines from head to end; NULL: it is not there. */
static const char *find_field(const char *head, const char *end,
                              const char *name, size_t *value_bytes)
{
    const size_t name_bytes = strlen(name);

    while (head < end) {
        const char *stop = memchr(head, '\r', (size_t)(end - head));
        const char *line = head;

        stop = stop == NULL ? end : stop;
        head = stop + 2;
        if ((size_t)(stop - line) > name_bytes && line[name_bytes] == ':' &&
            strncasecmp(line, name, name_bytes) == 0) {
            line += name_bytes + 1;
            while (line < stop && *line == ' ') {
                line++;
            }
            *value_bytes = (size_t)(stop - line);
            return line;
        }
    }
    return NULL;
}

/* Digits and nothing else. */
static bool parse_number(const char *text, size_t bytes, size_t *number)
{
    *number = 0;
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] < '0' || text[i] > '9' || *number > SIZE_MAX / 10 - 10) {
            return false;
        }
        *number = *number * 10 + (size_t)(text[i] - '0');
    }
    return bytes > 0;
}

/* It will stand in our own head: text, and of a length we have room for. */
static void take_type(struct reply *reply, const char *type, size_t bytes)
{
    if (type == NULL || bytes == 0 || bytes >= TYPE_BYTES) {
        return;
    }
    for (size_t i = 0; i < bytes; i++) {
        if (type[i] < ' ' || type[i] > '~') {
            return;
        }
    }
    memcpy(reply->content_type, type, bytes);
}

/* "HTTP/1.1 200 OK" and the fields we want. All of the body must be there. */
static bool take_apart(struct reply *reply)
{
    static const char start[] = "HTTP/1.1 ";
    const size_t skip = sizeof(start) - 1;
    const char *head = (const char *)reply->bytes;
    const char *end = outgoing_head_end(reply->bytes, reply->byte_count);
    size_t value_bytes = 0;
    size_t number = 0;

    if (end == NULL || (size_t)(end - head) < skip + 3 ||
        memcmp(head, start, skip) != 0 ||
        !parse_number(head + skip, 3, &number) || number < 200 ||
        number > 599) {
        return false;
    }
    reply->status = (int)number;
    const char *length = find_field(head, end, "Content-Length", &value_bytes);

    if (length == NULL || !parse_number(length, value_bytes, &number)) {
        return false;
    }
    reply->body = (const uint8_t *)end + strlen("\r\n\r\n");
    reply->body_bytes =
        reply->byte_count - (size_t)(reply->body - reply->bytes);
    const char *type = find_field(head, end, "Content-Type", &value_bytes);

    take_type(reply, type, value_bytes);
    return reply->body_bytes == number;
}

/* Whom we ask: the leader, or who a client has named; and how long. */
struct whom {
    const char *http;
    const char *as; /* Raft-Forwarded */
    uint64_t until_ns;
};

/* The same method, path and query. NULL: out of memory. */
static char *make_head(const struct request *request, const struct whom *whom,
                       size_t body_bytes, size_t *byte_count)
{
    const char *query = request->query == NULL ? "" : request->query;
    const size_t max = 256 + strlen(request->info->request_method) +
                       strlen(request->path) + strlen(query) +
                       strlen(whom->http);
    char *head = malloc(max);

    if (head != NULL) {
        const int length =
            snprintf(head, max,
                     "%s %s%s%s HTTP/1.1\r\nHost: %s\r\nRaft-Forwarded: %s\r\n"
                     "Content-Length: %zu\r\nConnection: close\r\n\r\n",
                     request->info->request_method, request->path,
                     request->query == NULL ? "" : "?", query, whom->http,
                     whom->as, body_bytes);

        *byte_count = (size_t)length;
    }
    return head;
}

enum outcome { ANSWERED, NOT_ASKED, NO_ANSWER };

static enum outcome ask(const struct request *request, const struct whom *whom,
                        const void *body, size_t body_bytes,
                        struct reply *reply)
{
    const uint64_t connect_ns = now_ns() + CONNECT_MS * UINT64_C(1000000);
    const size_t most =
        request->http->settings.max_body_bytes + HTTP_MAX_HEAD_BYTES;
    struct outgoing to = {.deadline_ns = connect_ns < whom->until_ns
                                             ? connect_ns
                                             : whom->until_ns,
                          .go_on = &request->http->serving};
    size_t head_bytes = 0;
    char *head = make_head(request, whom, body_bytes, &head_bytes);
    enum outcome outcome = NOT_ASKED;

    if (head != NULL && outgoing_connect(&to, whom->http)) {
        to.deadline_ns = whom->until_ns;
        /* From the first byte on it may happen. */
        outcome = NO_ANSWER;
        if (outgoing_send(&to, head, head_bytes) &&
            outgoing_send(&to, body, body_bytes)) {
            reply->bytes = outgoing_receive(&to, most, &reply->byte_count);
            outcome = reply->bytes != NULL && take_apart(reply) ? ANSWERED
                                                                : NO_ANSWER;
        }
        outgoing_close(&to);
    }
    free(head);
    return outcome;
}

static int pass_on(struct request *request, const struct reply *reply)
{
    return answer_send(
        request, &(struct answer){.status = reply->status,
                                  .content_type = reply->content_type[0] != 0
                                                      ? reply->content_type
                                                      : NULL,
                                  .body = reply->body,
                                  .body_bytes = reply->body_bytes,
                                  .retry_after = reply->status == 503});
}

static int ask_and_answer(struct request *request, const struct whom *whom,
                          const void *body, size_t body_bytes)
{
    struct reply reply = {0};
    int status = 0;

    switch (ask(request, whom, body, body_bytes, &reply)) {
    case ANSWERED:
        status = pass_on(request, &reply);
        break;
    case NOT_ASKED:
        status = answer_error(request, 503,
                              "the leader cannot be reached: nothing was done");
        break;
    case NO_ANSWER:
        status = answer_error(request, 504,
                              "no answer from the leader: it may or may not "
                              "happen");
        break;
    }
    free(reply.bytes);
    return status;
}

/* Who hangs is waited for as long as a usual request takes, and a quarter for
 * the way: another one may lead by then, and can be asked. */
static uint64_t until_ns(const struct request *request)
{
    const uint64_t timeout_ns =
        request->http->settings.request_timeout_ms * UINT64_C(1000000);
    const uint64_t soon = now_ns() + timeout_ns + timeout_ns / 4;

    return soon < request->deadline_ns ? soon : request->deadline_ns;
}

int forward_request(struct request *request, const char *leader_http,
                    const void *body, size_t body_bytes)
{
    if (!forward_is_possible(request, leader_http)) {
        return answer_nobody_to_ask(request);
    }
    return ask_and_answer(
        request, &(struct whom){leader_http, to_leader, until_ns(request)},
        body, body_bytes);
}

int forward_to_named(struct request *request, const char *named_http,
                     const void *body, size_t body_bytes)
{
    return ask_and_answer(
        request, &(struct whom){named_http, to_named, until_ns(request)}, body,
        body_bytes);
}

int forward_try(struct request *request, const char *leader_http,
                uint32_t timeout_ms)
{
    return forward_try_body(request, leader_http, NULL, 0, timeout_ms);
}

int forward_try_body(struct request *request, const char *leader_http,
                     const void *body, size_t body_bytes, uint32_t timeout_ms)
{
    const uint64_t soon = now_ns() + timeout_ms * UINT64_C(1000000);
    const struct whom whom = {
        leader_http, to_leader,
        soon < request->deadline_ns ? soon : request->deadline_ns};
    struct reply reply = {0};
    int status = 0;

    if (forward_is_possible(request, leader_http) &&
        ask(request, &whom, body, body_bytes, &reply) == ANSWERED &&
        reply.status == 200) {
        status = pass_on(request, &reply);
    }
    free(reply.bytes);
    return status;
}
