/* SPDX-License-Identifier: MIT
 *
 * server.h - what the files of http/ share: the server, and one request.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <time.h>

#include <civetweb.h>

#include "http/http.h"

enum {
    HTTP_MAX_HEAD_BYTES = 16384,
    /* More than a head may have, so that guard.c sees the long ones. */
    HTTP_HEAD_BUFFER_BYTES = 65536,
    HTTP_MAX_CONNECTIONS = 800, /* the descriptors above are for others */
    HTTP_QUEUED_CONNECTIONS = 20,
    HTTP_ADDRESS_BYTES = 160,
    HTTP_MAX_HOSTS = 4
};

struct watch; /* deadline.h */

/* What every answer tells of the node; a few words, so copied quickly. */
struct http_head {
    raft_index applied;
    raft_term term;
    char leader_http[HTTP_ADDRESS_BYTES];
};

struct http {
    struct http_settings settings; /* defaults filled in */
    struct bridge *bridge;
    struct kv *kv;
    struct mg_context *civetweb;
    struct watch *watch;
    uint16_t port;
    char listen_host[16]; /* numeric */
    atomic_bool serving;  /* port and hosts are known; not stopping */
    sem_t one_ended;      /* while stopping: posted as a connection ends */

    /* Names a client may know us by: Host, Origin; [0] is the announced one. */
    char hosts[HTTP_MAX_HOSTS][HTTP_ADDRESS_BYTES];
    size_t host_count;

    uint32_t drain_ms; /* how long old connections may ask when it stops */
    atomic_uint connections;      /* each holds a worker until it closes */
    atomic_size_t parsing_bytes;  /* of bodies in memory */
    atomic_uint threads_numbered; /* workers that have their watch slot */

    /* Two locks, so that an answer never waits for a copy of the view. */
    pthread_mutex_t head_lock;
    struct http_head head;
    pthread_mutex_t view_lock;
    struct http_view view;
};

/* How a family of routes words its errors. */
enum error_form {
    ERROR_PROBLEM = 0, /* application/problem+json */
    ERROR_TEXT,        /* one line of plain text: the /key routes */
    ERROR_MESSAGE,     /* {"message"} or {"error"}: raft-example's routes */
    ERROR_OBJECT,      /* {"error"}: raft-kv's routes */
    ERROR_JOIN         /* the same, but {} when it failed: raft-kv's join */
};

struct request {
    struct http *http;
    struct mg_connection *connection;
    const struct mg_request_info *info;
    const char *path;  /* as sent: not decoded, nothing folded */
    const char *query; /* as sent, without the '?'; NULL: none */
    uint64_t deadline_ns;
    enum error_form error_form;
    long long body_bytes; /* announced; -1: chunked, or not said */
    bool chunked;
    bool wants_continue; /* Expect: 100-continue */
    bool body_read;      /* to its end */
    bool is_head;        /* HEAD: no body in the answer */
    bool keep_alive;     /* what the client wants */
};

static inline uint64_t now_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

/* Is "host:port" one of the names we go by? */
bool http_is_us(const struct http *http, const char *address, size_t bytes);

/* Other nodes say where they are: fit to stand in a header? Not when empty. */
bool http_is_address(const char *address);

#endif
