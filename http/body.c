/* SPDX-License-Identifier: MIT
 *
 * body.c - a request's body, within its limits and its deadline.
 *
 * Memory is taken as bytes arrive, never because a length was announced. The
 * deadline cuts a body that drips (deadline.h): mg_read() then returns.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "http/answer.h"
#include "http/body.h"
#include "http/deadline.h"

enum { DISCARD_NS = 1000000000 };

static struct watch_slot *slot_of(struct request *request)
{
    return mg_get_thread_pointer(request->connection);
}

/* Our part of the memory for all bodies. false: there is no more. */
static bool reserve(struct http *http, struct body *body, size_t bytes)
{
    const size_t before = atomic_fetch_add(&http->parsing_bytes, bytes);

    if (before + bytes > http->settings.max_parsing_bytes) {
        atomic_fetch_sub(&http->parsing_bytes, bytes);
        return false;
    }
    body->reserved += bytes;
    return true;
}

void body_free(struct request *request, struct body *body)
{
    if (body->reserved > 0) {
        atomic_fetch_sub(&request->http->parsing_bytes, body->reserved);
    }
    if (body->bytes != body->small) {
        free(body->bytes);
    }
    body->bytes = body->small;
    body->reserved = 0;
}

/* What went wrong, answered once the memory is given back. 0: nothing. */
struct failure {
    int status;
    const char *why;
};

static const struct failure fine = {0, NULL};

/* Twice the room, at most max bytes and the NUL. */
static struct failure grow(struct http *http, struct body *body, size_t max)
{
    const size_t twice = body->capacity * 2;
    const size_t capacity = twice > max + 1 ? max + 1 : twice;
    uint8_t *bytes;

    if (!reserve(http, body, capacity - body->reserved)) {
        return (struct failure){503, "too many bodies at one time"};
    }
    bytes = realloc(body->bytes == body->small ? NULL : body->bytes, capacity);
    if (bytes == NULL) {
        return (struct failure){503, "out of memory"};
    }
    if (body->bytes == body->small) {
        memcpy(bytes, body->small, body->byte_count);
    }
    body->bytes = bytes;
    body->capacity = capacity;
    return fine;
}

/* wanted: the announced length, or one above the limit when chunked. */
static struct failure read_up_to(struct request *request, struct body *body,
                                 size_t wanted)
{
    while (body->byte_count < wanted) {
        if (body->byte_count + 1 == body->capacity) {
            const struct failure failure = grow(request->http, body, wanted);

            if (failure.status != 0) {
                return failure;
            }
        }
        const size_t left = wanted - body->byte_count;
        const size_t room = body->capacity - 1 - body->byte_count;
        const int count =
            mg_read(request->connection, body->bytes + body->byte_count,
                    room < left ? room : left);

        if (count == 0 && request->chunked) {
            return fine; /* the last chunk */
        }
        if (now_ns() >= request->deadline_ns) {
            return (struct failure){408, "the body came too slowly"};
        }
        if (count <= 0 && !atomic_load(&request->http->serving)) {
            return (struct failure){503, "shutting down: nothing was done"};
        }
        if (count <= 0) {
            return (struct failure){400,
                                    "the body ended early or is malformed"};
        }
        body->byte_count += (size_t)count;
    }
    return fine;
}

static void go_on(struct request *request)
{
    static const char text[] = "HTTP/1.1 100 Continue\r\n\r\n";

    if (request->wants_continue) {
        (void)mg_write(request->connection, text, sizeof(text) - 1);
        request->wants_continue = false;
    }
}

int body_read(struct request *request, struct body *body)
{
    const size_t max = request->http->settings.max_body_bytes;
    size_t wanted = max + 1;

    body->bytes = body->small;
    body->byte_count = 0;
    body->capacity = sizeof(body->small);
    body->reserved = 0;
    if (!request->chunked) {
        /* <= max: guard.c; not said: there is none (RFC 9112, 6.3) */
        wanted = request->body_bytes < 0 ? 0 : (size_t)request->body_bytes;
    }
    go_on(request);
    struct failure failure = read_up_to(request, body, wanted);

    if (failure.status == 0 && body->byte_count > max) {
        failure = (struct failure){413, "the body is too large"};
    }
    if (failure.status != 0) {
        body_free(request, body); /* answering may take a while */
        return answer_error(request, failure.status, failure.why);
    }
    request->body_read = true;
    body->bytes[body->byte_count] = 0;
    watch_read_until(slot_of(request), 0);
    return 0;
}

void body_discard(struct request *request)
{
    char ignored[4096];
    const uint64_t until = now_ns() + DISCARD_NS;

    if (request->body_read || request->wants_continue ||
        (request->body_bytes <= 0 && !request->chunked)) {
        return; /* nothing is coming */
    }
    watch_read_until(slot_of(request), until);
    while (mg_read(request->connection, ignored, sizeof(ignored)) > 0 &&
           now_ns() < until) {
    }
    request->body_read = true;
}
