/* SPDX-License-Identifier: MIT
 *
 * http.h - the HTTP server: civetweb, the routes, the guards.
 */
#ifndef HTTP_HTTP_H
#define HTTP_HTTP_H

#include "http/bridge.h"
#include "kv/kv.h"
#include "raft/raft.h"

struct http;

/* Of the 3 s in which all have ended that /shutdown names: to ask the others
 * for it, before this server begins to end. */
enum { HTTP_SHUTDOWN_ASK_MS = 700 };

enum http_level { HTTP_STALE = 1, HTTP_DEFAULT, HTTP_CONSISTENT };

struct http_view;

struct http_settings {
    const char *listen;    /* "host:port"; port 0 = any free one */
    const char *advertise; /* what others should use; NULL = listen */
    enum http_level default_level;
    uint32_t worker_count;        /* 0 = 300 */
    uint32_t request_timeout_ms;  /* whole request; 0 = 10000 */
    size_t max_value_bytes;       /* 0 = KV_MAX_VALUE_BYTES */
    size_t max_body_bytes;        /* 0 = 8 MiB */
    size_t max_parsing_bytes;     /* bodies at one time; 0 = 64 MiB */
    const struct http_view *view; /* until the first http_publish(); copied */
};

/*
 * What the server shows of itself. Filled by the loop thread after its work,
 * copied by workers under a lock: never more than an instant old.
 */
struct http_view {
    struct raft_status raft;
    raft_term snapshot_term; /* of the one at raft.snapshot_index */
    struct raft_config config;
    uint64_t cluster_id; /* 0: member of none yet */
    bool may_leave; /* its cluster, which it founded alone, for another one */
    char leader_raft[RAFT_MAX_ADDRESS_BYTES]; /* "" = not known */
    char leader_http[160];                    /* "" = not known */
    char name[64];                            /* this node's -id */
    char node_raft[RAFT_MAX_ADDRESS_BYTES];   /* announced */
    /* Since the leader was last heard, ms; 0 on a leader; UINT64_MAX never. */
    uint64_t last_contact_ms;
    bool ready;              /* a leader is known and applied caught up once */
    char not_ready_why[288]; /* when !ready */
    /* Names of members by slot (the -id they announced); "" = not known. */
    char member_names[RAFT_MAX_SLOTS][64];
    /* By slot, too: HTTP addresses as announced, this node's among them; ""
     * and 0 = not known. */
    char member_http[RAFT_MAX_SLOTS][160];
    raft_index member_applied[RAFT_MAX_SLOTS];
};

/*
 * Start serving. bridge, kv: must outlive it. NULL: error holds one line, and
 * *port_in_use says whether that was the reason.
 */
struct http *http_start(const struct http_settings *settings,
                        struct bridge *bridge, struct kv *kv, char *error,
                        size_t error_bytes, bool *port_in_use);

/* The port it really listens on. */
uint16_t http_port(const struct http *http);

/* Loop thread: what requests are answered from until the next call. */
void http_publish(struct http *http, const struct http_view *view);

/*
 * Stop, within a second: no new connections; requests under way and those that
 * come within 300 ms are answered, the latter with 503. Call bridge_stop()
 * first, so that nobody waits for the loop.
 */
void http_stop(struct http *http);

#endif
