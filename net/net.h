/* SPDX-License-Identifier: MIT
 *
 * net.h - TCP between servers: one select() thread, frames, handshakes.
 *
 * Each server dials every other one and sends on the connection it dialled;
 * what comes in on accepted connections is received. (Answers to somebody we
 * do not dial take his own connection.) A connection starts
 * with HELLO both ways; only when both names and clusters fit do Raft
 * messages pass. Frames: docs/protocol.md.
 *
 * One thread owns a struct net; only net_wake() may be called from others.
 */
#ifndef NET_NET_H
#define NET_NET_H

#include "raft/node/transport.h"

struct net;

enum {
    NET_MAX_NAME = 64,
    NET_MAX_HTTP_ADDRESS = 160,
    NET_MAX_PIECE_BYTES = 256 * 1024, /* of a snapshot, in one message */
    NET_NAMES_VERSION = 3 /* who speaks it, reads names in a configuration */
};

/* What a server says of itself when a connection opens. */
struct net_hello {
    uint64_t cluster_id; /* 0: blank, member of nothing yet */
    raft_server_id server_id;
    char name[NET_MAX_NAME];                   /* its -id: a label */
    char raft_address[RAFT_MAX_ADDRESS_BYTES]; /* where others dial it */
    char http_address[NET_MAX_HTTP_ADDRESS];
};

struct net_settings {
    const char *listen; /* "host:port"; port 0 = any free one */
    struct net_hello self;
    uint32_t heartbeat_ms;    /* half-open: no answer for 20 of these */
    uint32_t max_queue_bytes; /* per peer; 0 = 16 MiB */
    uint32_t max_frame_bytes; /* 0 = 16 MiB */
};

/* Called inside net_poll(). Must not destroy the net. */
struct net_events {
    void *self;
    /* A message for us from a member of our cluster. Borrowed. */
    void (*received)(void *self, const struct raft_message *message);
    /* Somebody introduced himself (again), over either kind of connection. */
    void (*introduced)(void *self, const struct net_hello *hello);
    /* A member asks us, a blank server, into its cluster. */
    void (*invited)(void *self, const struct net_hello *by);
    /* A member of another cluster asks us to leave ours for his. To agree:
     * net_set_cluster(), later; else net_decline(). He may ask again until
     * then, on a new connection. NULL: declined at once. */
    void (*absorb_asked)(void *self, const struct net_hello *by);
    /* One event as text, "peer lost addr=... reason=...". NULL: not wanted.
     * Called from any function below that changes a connection. */
    void (*log)(void *self, const char *line);
};

/* NULL: error holds one line; *port_in_use says whether that was it. */
struct net *net_create(const struct net_settings *settings,
                       const struct net_events *events, char *error,
                       size_t error_bytes, bool *port_in_use);
void net_destroy(struct net *net);

uint16_t net_port(const struct net *net);

/* Our current_term: a message more than 2^32 terms ahead is refused. */
void net_set_term(struct net *net, raft_term term);

/* How far our state machine is: told to those we dial, with each PING. */
void net_set_applied(struct net *net, raft_index applied);
/* What a member has said of its own, a few heartbeats ago. 0: nothing. */
raft_index net_applied_of(const struct net *net, raft_server_id server_id);
/* The newest version of the protocol he speaks; 0: he is not connected. */
uint16_t net_speaks(const struct net *net, raft_server_id server_id);

/* What our next HELLOs say. Open connections of another cluster are closed, and
 * those that were refused: he dials again, and is judged anew. */
void net_set_cluster(struct net *net, uint64_t cluster_id);
void net_set_addresses(struct net *net, const char *raft_address,
                       const char *http_address);

/* Keep a connection to each of these; others are closed. server_id 0: not
 * known yet, whoever answers at the address, unless he is connected already.
 * Of an id said twice the first counts. Resolved off this thread. */
struct net_target {
    raft_server_id server_id;
    char address[RAFT_MAX_ADDRESS_BYTES];
    bool absorb; /* of another cluster: ask him to leave that for ours. Only
                  * with a server_id: nobody else is asked */
};
void net_set_targets(struct net *net, const struct net_target *targets,
                     size_t count);
/* Dial this one now, however often in vain: who answers there today? false:
 * he is connected, or no target. */
bool net_ask_again(struct net *net, raft_server_id server_id);

/* Ask the blank server that answers for this id to join our cluster. Nothing
 * happens while there is no connection to it: wait for introduced(). */
void net_invite(struct net *net, raft_server_id server_id);

/* The answer to absorb_asked() is no. Nothing happens if he is gone, or has
 * been told already. */
void net_decline(struct net *net, raft_server_id server_id);

/* The last HELLO of a server, or NULL; valid until the next net_poll(). */
const struct net_hello *net_hello_of(const struct net *net,
                                     raft_server_id server_id);

/* send() queues; configure() sets the targets to the other members: voters of
 * both sets, and learners. */
struct raft_transport net_transport(struct net *net);

/*
 * Write what is queued, then wait for sockets, net_wake() or the time-out
 * (0: just look), and handle what is there. 0, or -1 with errno.
 */
int net_poll(struct net *net, uint32_t timeout_ms);

/* Write what is queued now, without waiting: call it after a step's sends. */
void net_flush(struct net *net);

/* Any thread, also a signal handler: net_poll() returns soon. Coalesces. */
void net_wake(struct net *net);

struct net_peer_stats {
    raft_server_id server_id;
    char address[RAFT_MAX_ADDRESS_BYTES];
    bool open;      /* and server_id is who answers, whatever his cluster */
    bool connected; /* open, and of our cluster */
    bool foreign;   /* not open: who answered last is of another cluster */
    /* Asked to leave his cluster for ours (absorb): he will not, or his
     * version cannot. Stays until the target is removed or not to be asked. */
    bool declined;
    raft_server_id answered; /* who said HELLO there last; 0: nobody did;
                              * our own id: it is another way to ourselves */
    bool unheard; /* nobody has said HELLO there since net_ask_again() */
};
size_t net_peers(const struct net *net, struct net_peer_stats *peers,
                 size_t max);

struct net_stats {
    uint64_t frames_sent, frames_received;
    uint64_t bytes_sent, bytes_received;
    uint64_t frames_dropped;  /* queue full, or nobody to send it to */
    uint64_t frames_rejected; /* damaged, foreign, not for us */
};
void net_stats(const struct net *net, struct net_stats *stats);

#endif
