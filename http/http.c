/* SPDX-License-Identifier: MIT
 *
 * http.c - the HTTP server: civetweb started, watched and stopped.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/address.h"
#include "http/callbacks.h"
#include "http/deadline.h"
#include "http/drain.h"

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
    struct mg_init_data init = {.callbacks = &http_callbacks,
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

/* civetweb does not say it. Returns: the port is in use. */
static bool say_why_not(const char *listen, char *error, size_t error_bytes)
{
    const int failed = address_bind_error(listen);
    char reason[128];

    if (failed != 0 && strerror_r(failed, reason, sizeof(reason)) == 0) {
        (void)snprintf(error, error_bytes, "cannot listen on %s: %s", listen,
                       reason);
    }
    return failed == EADDRINUSE;
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
    if (settings->view != NULL) {
        http->view = *settings->view;
    }
    /* These are only memory: this cannot fail. */
    http->drain_ms = HTTP_DRAIN_MS;
    (void)sem_init(&http->one_ended, 0, 0);
    (void)pthread_mutex_init(&http->head_lock, NULL);
    (void)pthread_mutex_init(&http->view_lock, NULL);
    return http;
}

static void destroy(struct http *http)
{
    if (http->civetweb != NULL) {
        drain(http);
        mg_stop(http->civetweb); /* waits for the workers */
        (void)mg_exit_library();
    }
    watch_stop(http->watch);
    (void)sem_destroy(&http->one_ended);
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
        *port_in_use = say_why_not(listen, error, error_bytes);
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
