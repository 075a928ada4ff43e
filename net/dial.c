/* SPDX-License-Identifier: MIT
 *
 * dial.c - from an address to a connection, and how long to wait after a
 * failure.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "net/internal.h"

enum { FIRST_BACKOFF_MS = 50, LAST_BACKOFF_MS = 1000 };

const char net_is_self[] = "it is this server itself";
const char net_is_second_way[] = "already connected by another address";
const char net_is_foreign[] = "member of another cluster";

static uint32_t next_random(struct net *net)
{
    net->random = net->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(net->random >> 33);
}

/* Doubling, from a half to the whole of it: no two servers in step. */
static uint32_t next_backoff(struct net *net, struct net_peer *peer)
{
    const uint32_t half = peer->backoff_ms < FIRST_BACKOFF_MS
                              ? FIRST_BACKOFF_MS / 2
                              : peer->backoff_ms / 2;

    peer->backoff_ms = half * 4 > LAST_BACKOFF_MS ? LAST_BACKOFF_MS : half * 4;
    return half + next_random(net) % (half + 1);
}

/* Once per change: a server that is down for a day fills no log. */
static void log_failure(struct net *net, struct net_peer *peer, bool was_open,
                        const char *reason)
{
    if (!was_open && strcmp(peer->reason, reason) == 0) {
        return;
    }
    snprintf(peer->reason, sizeof peer->reason, "%s", reason);
    net_log(net, "peer %s addr=%s id=%016" PRIx64 " reason=\"%s\"",
            was_open ? "lost" : "unreachable", peer->target.address,
            was_open ? peer->hello.server_id : peer->target.server_id, reason);
}

void net_peer_fail(struct net *net, struct net_peer *peer, const char *reason)
{
    const bool was_open = peer->state == NET_PEER_OPEN;

    net_lookup_abandon(peer->lookup);
    peer->lookup = NULL;
    net_connection_close(&peer->connection);
    peer->state = NET_PEER_WAITING;
    peer->retry_ms = net->now_ms + next_backoff(net, peer);
    if (reason == net_is_self || reason == net_is_second_way) {
        peer->retry_ms =
            net->now_ms + NET_NOT_A_PEER * (uint64_t)net->heartbeat_ms;
    }
    log_failure(net, peer, was_open, reason);
}

/* A name may have several addresses: each attempt takes the next. */
static void connect_to_one(struct net *net, struct net_peer *peer,
                           const struct net_resolved *resolved)
{
    const struct net_address *const address =
        &resolved->addresses[peer->attempts++ % resolved->count];
    /* Later than ping.c: to the system a window that opens slowly is silent. */
    const int fd = net_connect_to(address, NET_SILENT_FOR * net->heartbeat_ms);

    if (fd < 0) {
        net_peer_fail(net, peer, net_error_text(net, errno));
        return;
    }
    net_connection_open(net, &peer->connection, fd);
    peer->state = NET_PEER_CONNECTING;
}

void net_dial(struct net *net, struct net_peer *peer)
{
    struct net_resolved resolved;

    peer->deadline_ms = net->now_ms + (NET_PING_AFTER + NET_PONG_WITHIN) *
                                          (uint64_t)net->heartbeat_ms;
    if (net_resolve(peer->target.address, NET_RESOLVE_NUMERIC, &resolved)) {
        connect_to_one(net, peer, &resolved);
        return;
    }
    peer->lookup = net_lookup_start(peer->target.address);
    if (peer->lookup == NULL) {
        net_peer_fail(net, peer, "cannot start a look-up");
        return;
    }
    peer->state = NET_PEER_RESOLVING;
}

void net_dial_resolved(struct net *net, struct net_peer *peer)
{
    struct net_resolved resolved;

    if (!net_lookup_done(peer->lookup, &resolved)) {
        return; /* the resolver has deadlines of its own */
    }
    peer->lookup = NULL;
    if (resolved.count == 0) {
        net_peer_fail(net, peer, resolved.error);
        return;
    }
    peer->deadline_ms = net->now_ms + (NET_PING_AFTER + NET_PONG_WITHIN) *
                                          (uint64_t)net->heartbeat_ms;
    connect_to_one(net, peer, &resolved);
}
