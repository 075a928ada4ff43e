/* SPDX-License-Identifier: MIT
 *
 * ping.c - is somebody we dialled still there?
 *
 * A PING stands behind all that was queued before it, and a slow link takes
 * its time with that: until the PING is there, each byte that his system takes
 * is a sign of life. Not afterwards, for a system goes on taking bytes for a
 * process that hangs. So who hangs is kept no longer than those bytes take,
 * and NET_PONG_WITHIN.
 */
#include "net/internal.h"
#include "raft/numbers.h"

static uint64_t taken_bytes(const struct net_connection *connection)
{
    const uint64_t waiting = net_unacknowledged(connection->fd);

    return connection->sent_bytes - raft_min(waiting, connection->sent_bytes);
}

static void ask(struct net *net, struct net_peer *peer)
{
    struct net_connection *const connection = &peer->connection;
    const char *reason = net_connection_applied(net, connection);

    if (reason == NULL) {
        reason = net_connection_plain(net, connection, FRAME_PING);
    }
    if (reason != NULL) {
        net_peer_fail(net, peer, reason);
        return;
    }
    peer->ping_sent = true;
    /* At most: heartbeats may yet be taken out in front of it. */
    peer->ping_end = connection->sent_bytes + net_buffer_count(&connection->tx);
    peer->taken_bytes = taken_bytes(connection);
    peer->taken_ms = net->now_ms;
}

static void look(struct net *net, struct net_peer *peer)
{
    const uint64_t taken = taken_bytes(&peer->connection);

    if (taken > peer->taken_bytes && peer->taken_bytes < peer->ping_end) {
        peer->taken_ms = net->now_ms;
    }
    peer->taken_bytes = taken;
    if (net->now_ms - raft_max(peer->taken_ms, peer->connection.heard_ms) >=
        NET_PONG_WITHIN * (uint64_t)net->heartbeat_ms) {
        net_peer_fail(net, peer, "no answer");
    }
}

void net_ping(struct net *net, struct net_peer *peer)
{
    if (peer->ping_sent) {
        look(net, peer);
    } else {
        ask(net, peer);
    }
    peer->ping_ms = net->now_ms + net->heartbeat_ms;
}
