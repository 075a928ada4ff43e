/* SPDX-License-Identifier: MIT
 *
 * ceiling_http.c - civetweb with a handler that does nothing.
 */
#include <civetweb.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/raftbench/ceilings.h"
#include "cmd/raftbench/load.h"

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

struct mg_context *empty_server_start(uint16_t *port)
{
    const char *const options[] = {"listening_ports",
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
    struct mg_server_port ports[1];

    mg_init_library(0);
    struct mg_context *server = mg_start(NULL, NULL, (const char **)options);
    if (server == NULL || mg_get_server_ports(server, 1, ports) != 1) {
        empty_server_stop(server);
        return NULL;
    }
    mg_set_auth_handler(server, "/", authorize, NULL);
    mg_set_request_handler(server, "/key$", answer, NULL);
    *port = (uint16_t)ports[0].port;
    return server;
}

void empty_server_stop(struct mg_context *server)
{
    if (server != NULL) {
        mg_stop(server);
    }
    mg_exit_library();
}

static bool load(struct ceiling *c, uint32_t connection_count, uint16_t port)
{
    const struct load_settings settings = {.protocol = PROTOCOL_RAFT,
                                           .connection_count = connection_count,
                                           .duration_s = c->duration_s,
                                           .timeout_ms = 5000,
                                           .write_percent = 100,
                                           .key_count = connection_count,
                                           .value_bytes = 64,
                                           .key_prefix = "ceiling-"};
    struct targets targets = {0};
    struct load_result *result = calloc(1, sizeof(*result));
    char host[32];

    snprintf(host, sizeof(host), "127.0.0.1:%u", (unsigned)port);
    const bool ran = result != NULL &&
                     targets_add(&targets, host, c->error) == 0 &&
                     load_run(&settings, &targets, result);
    if (ran) {
        *c->tally = result->writes;
        c->measured_ns = result->measured_ns;
    }
    if (result != NULL) {
        load_free(result);
    }
    free(result);
    return ran;
}

bool ceiling_http(struct ceiling *c, uint32_t connection_count)
{
    uint16_t port = 0;
    struct mg_context *server = empty_server_start(&port);
    const bool loaded = server != NULL && load(c, connection_count, port);

    if (!loaded) {
        snprintf(c->error, sizeof(c->error), "civetweb: %s",
                 server == NULL ? "did not start" : "could not be loaded");
    }
    empty_server_stop(server);
    return loaded;
}
