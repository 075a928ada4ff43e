/* SPDX-License-Identifier: MIT
 *
 * connection.h - one non-blocking HTTP connection with one request under way.
 */
#ifndef RAFTBENCH_CONNECTION_H
#define RAFTBENCH_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/raftbench/message.h"
#include "cmd/raftbench/target.h"

struct connection {
    int fd; /* -1: none */
    bool connecting;
    bool refused; /* connect() said no; told by connection_advance() */
    char *out;    /* the request, head and body */
    size_t out_bytes;
    size_t out_sent;
    size_t out_capacity;
    char *in;
    size_t in_bytes;
    size_t in_capacity;
};

enum connection_state {
    CONNECTION_WAITING = 1,
    CONNECTION_ANSWERED,
    CONNECTION_REFUSED, /* not one byte of the request has left */
    CONNECTION_ENDED,   /* closed by the server before the answer's end */
    CONNECTION_GARBLED  /* what came is no HTTP answer */
};

void connection_init(struct connection *connection);
void connection_destroy(struct connection *connection);
void connection_close(struct connection *connection);

/*
 * Begin a request, over the open connection or a new one to the target.
 * Failures are told by connection_advance().
 */
void connection_send(struct connection *connection, const struct target *target,
                     const struct request *request);

/* What poll() shall wait for. */
short connection_events(const struct connection *connection);

/* Go on without blocking. ANSWERED: response borrows the connection. */
enum connection_state connection_advance(struct connection *connection,
                                         struct response *response);

/* After an answer was used: ready for the next request. */
void connection_finish(struct connection *connection,
                       const struct response *response);

#endif
