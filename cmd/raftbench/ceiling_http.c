/* SPDX-License-Identifier: MIT
 *
 * ceiling_http.c - civetweb with a handler that does nothing.
 */
#include <civetweb.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/raftbench/ceilings.h"
#include "cmd/raftbench/load.h"

struct empty_server {
    struct mg_context *civetweb;
    char host[32];
};

/* Reads the whole body: civetweb keeps a connection alive only then. */
static int answer(struct mg_connection *connection, void *self)
{
    static const char response[] = "HTTP/1.1 200 OK\r\n"
                                   "Content-Length: 0\r\n"
                                   "Connection: keep-alive\r\n\r\n";
    char body[4096];

    (void)self;
    while (mg_read(connection, body, sizeof(body)) > 0) {
    }
    mg_write(connection, response, sizeof(response) - 1);
    return 200;
}

/* Spares the look for a password file at each request. */
static int authorize(struct mg_connection *connection, void *self)
{
    (void)connection;
    (void)self;
    return 1;
}

struct empty_server *empty_server_start(void)
{
    const char *options[] = {"listening_ports",
                             "127.0.0.1:0",
                             "num_threads",
                             "300",
                             "enable_keep_alive",
                             "yes",
                             "keep_alive_timeout_ms",
                             "10000",
                             "tcp_nodelay",
                             "1",
                             NULL};
    struct empty_server *server = calloc(1, sizeof(*server));
    struct mg_server_port port[1];

    if (server == NULL) {
        return NULL;
    }
    mg_init_library(0);
    server->civetweb = mg_start(NULL, NULL, options);
    if (server->civetweb == NULL ||
        mg_get_server_ports(server->civetweb, 1, port) != 1) {
        empty_server_stop(server);
        return NULL;
    }
    mg_set_auth_handler(server->civetweb, "/", authorize, NULL);
    mg_set_request_handler(server->civetweb, "/key$", answer, NULL);
    snprintf(server->host, sizeof(server->host), "127.0.0.1:%d", port[0].port);
    return server;
}

void empty_server_stop(struct empty_server *server)
{
    if (server == NULL) {
        return;
    }
    if (server->civetweb != NULL) {
        mg_stop(server->civetweb);
    }
    mg_exit_library();
    free(server);
}

bool ceiling_http(struct ceiling *c, struct empty_server *server,
                  uint32_t connection_count)
{
    const struct load_settings settings = {.protocol = PROTOCOL_RAFT,
                                           .connection_count = connection_count,
                                           .duration_ms = c->duration_ms,
                                           .timeout_ms = 5000,
                                           .write_percent = 100,
                                           .key_count = connection_count,
                                           .value_bytes = 64,
                                           .key_prefix = "ceiling-"};
    struct targets targets = {0};
    struct load_result *result = calloc(1, sizeof(*result));
    const bool ran = result != NULL &&
                     targets_add(&targets, server->host, c->error) == 0 &&
                     load_run(&settings, &targets, result);

    if (ran) {
        *c->tally = result->writes;
        c->measured_ns = result->measured_ns;
    } else {
        snprintf(c->error, sizeof(c->error), "civetweb could not be loaded");
    }
    if (result != NULL) {
        load_free(result);
    }
    free(result);
    return ran;
}
