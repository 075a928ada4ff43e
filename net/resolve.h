/* SPDX-License-Identifier: MIT
 *
 * resolve.h - from "host:port" to addresses, off the loop's thread: a name
 * server that does not answer must not hold up an election.
 */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include "net/socket.h"

enum { NET_MAX_RESOLVED = 8 };

/* IPv4 first: "localhost" is then 127.0.0.1 on every machine. */
struct net_resolved {
    size_t count; /* 0: error says why */
    struct net_address addresses[NET_MAX_RESOLVED];
    char error[96];
};

enum net_resolve_how {
    NET_RESOLVE_NUMERIC, /* numbers only: never waits */
    NET_RESOLVE_NAME     /* asks: may wait for seconds */
};

/* An empty host is 127.0.0.1; IPv6 numbers stand in brackets. */
bool net_resolve(const char *address, enum net_resolve_how how,
                 struct net_resolved *resolved);

/* A look-up on a thread of its own. NULL: cannot start one now. */
struct net_lookup;
struct net_lookup *net_lookup_start(const char *address);

/* false: not yet. true: *resolved is set and the look-up is gone. */
bool net_lookup_done(struct net_lookup *lookup, struct net_resolved *resolved);

/* Nobody wants the answer any more. */
void net_lookup_abandon(struct net_lookup *lookup);

#endif
