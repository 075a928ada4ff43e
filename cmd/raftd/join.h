/* SPDX-License-Identifier: MIT
 *
 * join.h - how a blank server becomes a member.
 *
 * Only the first address of --peers founds a cluster, once every listed
 * server has introduced itself and is blank. The others are invited by a
 * member. If any of them holds state nobody founds: a wiped directory must
 * not make a second history.
 */
#ifndef RAFTD_JOIN_H
#define RAFTD_JOIN_H

#include "cmd/raftd/endpoint.h"
#include "net/net.h"
#include "raft/storage/storage.h"

struct server;

/* What is known of one address of --peers. */
struct join_peer {
    bool heard; /* the rest is from its last HELLO */
    uint64_t cluster_id;
    raft_server_id server_id;
};

struct join {
    struct join_peer peers[RAFT_MAX_VOTERS]; /* as in --peers */
    uint64_t invited_into;                   /* cluster id; 0: not invited */
    char invited_by[ADDRESS_BYTES];
    struct net_target met[RAFT_MAX_SLOTS]; /* members, while we know none */
    size_t met_count;
    bool dial_again;           /* whom to dial has changed */
    struct net_hello asked_by; /* leave.c; cluster_id 0: nobody asks */
    uint64_t declined_ns;      /* leave.c; when that was last logged */
    char waiting_for[256];     /* as last logged; "" = for nothing */
};

/* Keep connections to the servers of --peers, or to those met. */
void join_dial(struct server *server);

/* Events of the net; only taken note of. */
void join_introduced(struct server *server, const struct net_hello *hello);
void join_invited(struct server *server, const struct net_hello *by);

/* Act on them, in the loop. -1, or an exit code. */
int join_turn(struct server *server);

/* Log what storage says; returns the exit code. */
int join_failed(const char *message, const struct storage_error *error);

/* ---- found.c ------------------------------------------------------------ */

/* Why this server may not found now; "" when it may. */
void join_why_not_found(const struct server *server, char *why, size_t bytes);

/* Found a cluster of all of --peers, or of this server. -1, or an exit code. */
int join_found_with_peers(struct server *server);
int join_found_alone(struct server *server);

#endif
