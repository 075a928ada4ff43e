/* SPDX-License-Identifier: MIT
 *
 * newcomers.h - the servers a change names that are no members yet: who they
 * are, and whether they can come.
 */
#ifndef RAFTD_NEWCOMERS_H
#define RAFTD_NEWCOMERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "raft/types.h"

struct net_peer_stats;
struct server;

enum newcomers {
    NEWCOMERS_HERE,  /* each is blank, or of our cluster already */
    NEWCOMERS_LATER, /* we wait for some of them */
    NEWCOMERS_NEVER  /* one can't be had; why says which and why */
};

/* Those of orders.wanted that have no id yet are looked for; the client waits
 * since then. */
void newcomers_look_for(struct server *server, uint64_t since_ns);

/* Look who has answered; ask those that have a cluster of their own to leave
 * it, once everybody is known. Once a turn. */
enum newcomers newcomers_turn(struct server *server, char *why, size_t bytes);

/* The node has given them up: why says what is known of it. Did one of them
 * not want to come? */
bool newcomers_refused(const struct server *server, char *why, size_t bytes);

/* ---- newcomers_dial.c --------------------------------------------------- */

/* Connections to the members of now and to orders.wanted; absorb: who is of
 * another cluster is asked to leave it. */
void newcomers_dial(struct server *server, bool absorb);
/* It has a cluster, and not ours. */
bool newcomers_is_foreign(const struct server *server, raft_server_id id);

/* Whom we dial at an address. false: nobody. */
bool newcomers_peer_at(const struct server *server, const char *address,
                       struct net_peer_stats *found);

/* Members that are asked for, and are away, are dialled at once: orders.doubted
 * until it is known who is back, the member itself (HERE), or another one in
 * its place, who is wanted then (LATER). HERE, too, when nobody comes. */
void newcomers_ask_again(struct server *server);
enum newcomers newcomers_who_is_back(struct server *server, size_t i,
                                     uint64_t now);

/* Those that are blank become members of our cluster. */
void newcomers_invite(struct server *server);

/* The change is over: only members are dialled. */
void newcomers_forget(struct server *server);

#endif
