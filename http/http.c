/* SPDX-License-Identifier: MIT
 *
 * http.c - the HTTP server: civetweb started, watched and stopped.
 *
 * civetweb reads heads and owns the workers; from begin_request() on, all is
 * ours. Its own handlers would decode and fold the path, and look for files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/address.h"
#include "http/answer.h"
#include "http/deadline.h"
#include "http/hurry.h"
#include "http/routes.h"

/* ---- civetweb's callbacks ---------------------------------------------- */

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
    if (!atomic_load(&request.http->serving)) {
        return answer_error(&request, 503, "starting");
    }
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

static void uncount_connection(const struct mg_connection *connection)
{
    atomic_fetch_sub(&http_of(connection)->connections, 1);
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

/* ---- Start and stop ---------------------------------------------------- */

static int start_civetweb(struct http *http, const char *listen, char *error,
                          size_t error_bytes)
{
    char workers[16], queue[16], timeout[16], head[16];
    const char *options[] = {"listening_ports",
                             listen,
                             "num_threads",
                             workers,
                             "connection_queue",
                             queue,
                             "request_timeout_ms",
                             timeout,
                             "max_request_size",
                             head,
                             "enable_keep_alive",
                             "yes",
                             "keep_alive_timeout_ms",
                             "3000",
                             "tcp_nodelay",
                             "1",
                             "decode_url",
                             "no",
                             "decode_query_string",
                             "no",
                             "enable_directory_listing",
                             "no",
                             "access_control_allow_origin",
                             "",
                             "cgi_pattern",
                             "",
                             "enable_auth_domain_check",
                             "no",
                             NULL};
    static const struct mg_callbacks callbacks = {
        .begin_request = begin_request,
        .end_request = end_request,
        .log_message = drop_message,
        .connection_close = uncount_connection,
        .http_error = answer_civetweb_error,
        .init_thread = init_thread,
        .init_connection = count_connection};
    struct mg_init_data init = {.callbacks = &callbacks,
                                .user_data = http,
                                .configuration_options = options};
    struct mg_error_data failed = {.text = error,
                                   .text_buffer_size = error_bytes};

    (void)snprintf(workers, sizeof(workers), "%u",
                   (unsigned)http->settings.worker_count);
    (void)snprintf(queue, sizeof(queue), "%d", HTTP_QUEUED_CONNECTIONS);
    (void)snprintf(timeout, sizeof(timeout), "%u",
                   (unsigned)http->settings.request_timeout_ms);
    (void)snprintf(head, sizeof(head), "%d", HTTP_HEAD_BUFFER_BYTES);
    http->civetweb = mg_start2(&init, &failed);
    return http->civetweb != NULL ? 0 : -1;
}

static void fill_in_defaults(struct http_settings *s)
{
    const uint32_t most = HTTP_MAX_CONNECTIONS - HTTP_QUEUED_CONNECTIONS;

    s->default_level = s->default_level != 0 ? s->default_level : HTTP_DEFAULT;
    s->worker_count = s->worker_count != 0 ? s->worker_count : 300;
    s->worker_count = s->worker_count < most ? s->worker_count : most;
    s->request_timeout_ms =
        s->request_timeout_ms != 0 ? s->request_timeout_ms : 10000;
    s->max_value_bytes =
        s->max_value_bytes != 0 ? s->max_value_bytes : KV_MAX_VALUE_BYTES;
    s->max_body_bytes =
        s->max_body_bytes != 0 ? s->max_body_bytes : (size_t)8 << 20;
    s->max_parsing_bytes =
        s->max_parsing_bytes != 0 ? s->max_parsing_bytes : (size_t)64 << 20;
}

static struct http *create(const struct http_settings *settings,
                           struct bridge *bridge, struct kv *kv)
{
    struct http *http = calloc(1, sizeof(*http));

    if (http == NULL) {
        return NULL;
    }
    http->settings = *settings;
    fill_in_defaults(&http->settings);
    http->bridge = bridge;
    http->kv = kv;
    http->view.last_contact_ms = UINT64_MAX;
    /* Mutexes of the default kind are only memory: this cannot fail. */
    (void)pthread_mutex_init(&http->head_lock, NULL);
    (void)pthread_mutex_init(&http->view_lock, NULL);
    return http;
}

static void destroy(struct http *http)
{
    struct hurry hurry;

    if (http->civetweb != NULL) {
        hurry_begin(&hurry, http->listen_host, http->port);
        mg_stop(http->civetweb); /* waits for the workers */
        hurry_end(&hurry);
        (void)mg_exit_library();
    }
    watch_stop(http->watch);
    (void)pthread_mutex_destroy(&http->head_lock);
    (void)pthread_mutex_destroy(&http->view_lock);
    free(http);
}

struct http *http_start(const struct http_settings *settings,
                        struct bridge *bridge, struct kv *kv, char *error,
                        size_t error_bytes, bool *port_in_use)
{
    char listen[HTTP_ADDRESS_BYTES];
    struct mg_server_port port = {0};

    *port_in_use = false;
    if (!address_resolve(settings->listen, listen, sizeof(listen), error,
                         error_bytes)) {
        return NULL;
    }
    struct http *http = create(settings, bridge, kv);

    if (http == NULL) {
        (void)snprintf(error, error_bytes, "out of memory");
        return NULL;
    }
    http->watch = watch_start(http->settings.worker_count);
    if (http->watch == NULL) {
        (void)snprintf(error, error_bytes, "cannot start a thread");
        destroy(http);
        return NULL;
    }
    (void)mg_init_library(0);
    if (start_civetweb(http, listen, error, error_bytes) != 0) {
        *port_in_use = address_in_use(listen);
        (void)mg_exit_library();
        destroy(http);
        return NULL;
    }
    (void)mg_get_server_ports(http->civetweb, 1, &port);
    http->port = (uint16_t)port.port;
    (void)snprintf(http->listen_host, sizeof(http->listen_host), "%.*s",
                   (int)strcspn(listen, ":"), listen);
    watch_set_port(http->watch, http->port);
    if (!address_name_hosts(http)) {
        (void)snprintf(error, error_bytes, "%s: not host:port",
                       settings->advertise != NULL ? settings->advertise
                                                   : settings->listen);
        destroy(http);
        return NULL;
    }
    atomic_store(&http->serving, true);
    return http;
}

uint16_t http_port(const struct http *http)
{
    return http->port;
}

void http_publish(struct http *http, const struct http_view *view)
{
    (void)pthread_mutex_lock(&http->head_lock);
    http->head.applied = view->raft.last_applied;
    http->head.term = view->raft.current_term;
    memcpy(http->head.leader_http, view->leader_http,
           sizeof(http->head.leader_http));
    http->head.leader_http[sizeof(http->head.leader_http) - 1] = 0;
    if (!http_is_address(http->head.leader_http)) {
        http->head.leader_http[0] = 0;
    }
    (void)pthread_mutex_unlock(&http->head_lock);
    (void)pthread_mutex_lock(&http->view_lock);
    http->view = *view;
    (void)pthread_mutex_unlock(&http->view_lock);
}

void http_stop(struct http *http)
{
    if (http != NULL) {
        destroy(http);
    }
}
