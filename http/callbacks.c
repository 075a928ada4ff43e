/* SPDX-License-Identifier: MIT
 *
 * callbacks.c - what civetweb calls us for.
 *
 * It reads heads and owns the workers; from begin_request() on, all is ours.
 * Its own handlers would decode and fold the path, and look for files.
 */
#include <string.h>

#include "http/answer.h"
#include "http/callbacks.h"
#include "http/deadline.h"
#include "http/routes.h"

static struct http *http_of(const struct mg_connection *connection)
{
    return mg_get_user_context_data(connection);
}

static struct request start_request(struct mg_connection *connection)
{
    return (struct request){.http = http_of(connection),
                            .connection = connection,
                            .info = mg_get_request_info(connection),
                            .body_bytes = -1};
}

static int begin_request(struct mg_connection *connection)
{
    struct request request = start_request(connection);
    const uint64_t timeout_ns =
        request.http->settings.request_timeout_ms * UINT64_C(1000000);

    request.deadline_ns = now_ns() + timeout_ns;
    /* As it came: civetweb folds only local_uri, and cuts at the '?'. */
    request.path = request.info->local_uri_raw;
    request.query = request.info->query_string;
    watch_begin(mg_get_thread_pointer(connection), request.info,
                request.deadline_ns, request.deadline_ns + timeout_ns);
    return routes_dispatch(&request);
}

static void end_request(const struct mg_connection *connection, int status)
{
    (void)status;
    watch_end(mg_get_thread_pointer(connection));
}

/* What civetweb refuses by itself: heads that are no HTTP, or do not end. */
static int answer_civetweb_error(struct mg_connection *connection, int status,
                                 const char *message)
{
    struct request request = start_request(connection);

    if (strcmp(message, "Malformed message") == 0) {
        answer_error(&request, 431,
                     "the request head does not end, within 16 KiB or in "
                     "time, or holds control characters");
    } else if (status == 411) {
        answer_error(&request, 400, "Content-Length is not a number");
    } else {
        answer_error(&request, status, "not a request this server reads");
    }
    return 0;
}

static int count_connection(const struct mg_connection *connection,
                            void **connection_data)
{
    *connection_data = NULL;
    atomic_fetch_add(&http_of(connection)->connections, 1);
    return 0;
}

/* Its socket is closed by now: what we sent is out. */
static void uncount_connection(const struct mg_connection *connection)
{
    struct http *http = http_of(connection);

    atomic_fetch_sub(&http->connections, 1);
    if (!atomic_load(&http->serving)) {
        (void)sem_post(&http->one_ended);
    }
}

/* Each worker gets the watch slot of its number. */
static void *init_thread(const struct mg_context *context, int thread_type)
{
    struct http *http = mg_get_user_data(context);

    if (thread_type != 1) {
        return NULL;
    }
    return watch_slot_of(http->watch,
                         atomic_fetch_add(&http->threads_numbered, 1));
}

/* Nothing a client sends gets into our log by this way. */
static int drop_message(const struct mg_connection *connection,
                        const char *message)
{
    (void)connection;
    (void)message;
    return 1;
}

/* No log_access: civetweb would format each line, and look at the time zone. */
const struct mg_callbacks http_callbacks = {
    .begin_request = begin_request,
    .end_request = end_request,
    .log_message = drop_message,
    .connection_closed = uncount_connection,
    .http_error = answer_civetweb_error,
    .init_thread = init_thread,
    .init_connection = count_connection};
