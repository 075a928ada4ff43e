/* SPDX-License-Identifier: MIT
 *
 * client.h - many keep-alive connections, each with one request under way.
 *
 * Closed loop: a connection sends its next request when the last one is
 * answered. One thread, non-blocking sockets, poll(): cheap, since it shares
 * the processors with the servers it loads.
 */
#ifndef RAFTBENCH_CLIENT_H
#define RAFTBENCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cmd/raftbench/message.h"
#include "cmd/raftbench/target.h"

enum { CLIENT_MAX_CONNECTIONS = 1000, CLIENT_SPREAD = TARGETS_MAX };

enum client_outcome {
    CLIENT_ANSWERED = 1, /* with any status but a redirect */
    CLIENT_CONNECT,      /* no connection: the request never left */
    CLIENT_TIMEOUT,      /* no answer in time */
    CLIENT_CLOSED,       /* the connection ended before the answer did */
    CLIENT_MALFORMED,    /* not an HTTP answer, or a redirect to nowhere */
    CLIENT_REDIRECTS     /* sent around more than five times */
};

struct client_result {
    enum client_outcome outcome;
    int status;       /* ANSWERED */
    const char *body; /* ANSWERED: borrowed for the call */
    size_t body_bytes;
    uint64_t started_ns; /* when it was first sent */
    uint64_t ended_ns;
    size_t target; /* who answered, or failed to */
};

/* Where the requests come from and the answers go. */
struct client_work {
    void *self;
    /*
     * Fill the next request of a connection; request->body has body_capacity
     * bytes. False: there is none, the connection is done.
     */
    bool (*next)(void *self, uint32_t connection, struct request *request);
    void (*done)(void *self, uint32_t connection,
                 const struct client_result *result);
};

struct client_settings {
    struct targets *targets; /* redirects may add some */
    size_t first_target;     /* failures rotate among first_target and */
    size_t target_count;     /* so many from there on */
    size_t start_target;     /* all begin here; CLIENT_SPREAD: evenly */
    bool forget_redirects;   /* each request begins at its first target */
    uint32_t connection_count;
    uint32_t timeout_ms;
    uint32_t pause_ms; /* after every answer; 0: a closed loop */
    size_t body_capacity;
};

/*
 * Run until next() has returned false for every connection. After a failure
 * or a status of 500 and more, a connection rests 10 ms and goes on with the
 * next target. False: errno says why nothing could be run.
 */
bool client_run(const struct client_settings *settings,
                const struct client_work *work);

#endif
