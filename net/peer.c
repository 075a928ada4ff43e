/* SPDX-License-Identifier: MIT
 *
 * peer.c - somebody we dial: greet, watch, and when to do what (dial.c: how).
 *
 *   WAITING -> RESOLVING -> CONNECTING -> GREETING -> OPEN
 *      ^___________|____________|____________|_________|   net_peer_fail()
 */
#include <inttypes.h>
#include <stdlib.h>

#include "net/internal.h"

enum { LOOKUP_POLL_MS = 5 };

struct net_peer *net_peer_create(struct net *net,
                                 const struct net_target *target)
{
    struct net_peer *const peer = calloc(1, sizeof *peer);

    if (peer == NULL) {
        return NULL;
    }
    peer->target = *target;
    peer->connection.fd = -1;
    peer->connection.peer = peer;
    peer->retry_ms = net->now_ms;
    return peer;
}

void net_peer_destroy(struct net_peer *peer)
{
    net_lookup_abandon(peer->lookup);
    net_connection_free(&peer->connection);
    free(peer);
}

void net_peer_flush(struct net *net, struct net_peer *peer)
{
    if (peer->state < NET_PEER_GREETING || peer->connection.blocked ||
        !net_connection_waits(&peer->connection)) {
        return;
    }
    const char *const reason = net_connection_write(net, &peer->connection);
    if (reason != NULL) {
        net_peer_fail(net, peer, reason);
    }
}

void net_peer_writable(struct net *net, struct net_peer *peer)
{
    if (peer->state != NET_PEER_CONNECTING) {
        peer->connection.blocked = false;
        net_peer_flush(net, peer);
        return;
    }
    const int error = net_connect_result(peer->connection.fd);
    if (error != 0) {
        net_peer_fail(net, peer, net_error_text(net, error));
        return;
    }
    peer->state = NET_PEER_GREETING;
    const char *const reason =
        net_connection_hello(net, &peer->connection, peer->target.server_id);
    if (reason != NULL) {
        net_peer_fail(net, peer, reason);
        return;
    }
    net_peer_flush(net, peer);
}

void net_peer_readable(struct net *net, struct net_peer *peer)
{
    const char *const reason = net_connection_read(net, &peer->connection);

    if (reason != NULL && peer->connection.fd >= 0) {
        net_peer_fail(net, peer, reason);
    }
}

/*
 * Does an address given without an id lead to a server that is connected
 * already? Decided anew by each answer: who stands there may have changed. An
 * address with an id never gives way, so of two ways one is kept.
 */
static bool is_second_way(const struct net *net, const struct net_peer *peer)
{
    for (size_t i = 0; i < net->peer_count; i++) {
        const struct net_peer *const other = net->peers[i];

        if (other != peer && other->state == NET_PEER_OPEN &&
            other->hello.server_id == peer->hello.server_id) {
            return peer->target.server_id == RAFT_NO_SERVER;
        }
    }
    return false;
}

static void introduce(struct net *net, const struct net_hello *hello)
{
    if (net->events.introduced != NULL) {
        net->events.introduced(net->events.self, hello);
    }
}

static const char *opened(struct net *net, struct net_peer *peer)
{
    peer->state = NET_PEER_OPEN;
    peer->reason[0] = '\0';
    peer->full_logged = false;
    peer->ping_sent = false;
    peer->ping_ms = net->now_ms + NET_PING_AFTER * (uint64_t)net->heartbeat_ms;
    net_log(net, "peer connected addr=%s id=%016" PRIx64, peer->target.address,
            peer->hello.server_id);
    /* Until now we only asked who he is: this one is meant to stay. */
    return peer->target.server_id == RAFT_NO_SERVER
               ? net_connection_hello(net, &peer->connection,
                                      peer->hello.server_id)
               : NULL;
}

/* Why not to talk to who answered. NULL: he is welcome. */
static const char *unwelcome(const struct net *net, const struct net_peer *peer)
{
    if (peer->target.server_id != RAFT_NO_SERVER &&
        peer->target.server_id != peer->hello.server_id) {
        return "another server answers there";
    }
    if (net_foreign_cluster(net, &peer->hello)) {
        return net_is_foreign;
    }
    return is_second_way(net, peer) ? net_is_second_way : NULL;
}

/* Whoever answers is made known, also when he is not whom we looked for: so
 * a wiped server, which has a new id, is noticed. */
static const char *take_hello(struct net *net, struct net_peer *peer,
                              const struct frame *frame)
{
    const struct net_hello *const hello = &frame->hello;
    const bool was_open = peer->state == NET_PEER_OPEN;

    peer->unheard = false;
    peer->is_self = hello->server_id == net->self.server_id;
    if (peer->is_self) {
        return net_is_self;
    }
    if (was_open && hello->server_id != peer->hello.server_id) {
        net->stats.frames_rejected++;
        return "its id changed";
    }
    peer->hello = *hello;
    peer->hello_known = true;
    peer->connection.hello = *hello;
    peer->connection.speaks = frame_speaks(frame->route.sequence);
    const char *reason = unwelcome(net, peer);
    if (reason == NULL) {
        peer->connection.introduced = true;
        reason = was_open ? NULL : opened(net, peer);
    } else if (reason == net_is_foreign && !was_open) {
        reason = net_absorb_ask(net, peer);
    }
    introduce(net, &peer->hello);
    return reason;
}

const char *net_peer_frame(struct net *net, struct net_peer *peer,
                           const struct frame *frame)
{
    if (frame->type == FRAME_HELLO && frame->route.to == RAFT_NO_SERVER) {
        return "another process with our id is connected there";
    }
    if (frame->route.to == net->self.server_id) {
        if (frame->type == FRAME_HELLO) {
            return take_hello(net, peer, frame);
        }
        if (frame->type == FRAME_PONG && peer->state == NET_PEER_OPEN &&
            frame->route.from == peer->hello.server_id) {
            peer->attempts = 0; /* not before: it may be closed at once */
            peer->backoff_ms = 0;
            peer->ping_sent = false;
            peer->ping_ms =
                net->now_ms + NET_PING_AFTER * (uint64_t)net->heartbeat_ms;
            return NULL;
        }
        if (net_is_answer(frame->type) && peer->state == NET_PEER_OPEN &&
            frame->route.from == peer->hello.server_id) {
            net_take_message(net, &peer->connection, frame);
            return NULL;
        }
        if (frame->type == FRAME_DECLINED && net_absorb_waits(peer) &&
            frame->route.from == peer->hello.server_id) {
            return net_absorb_declined(peer);
        }
    }
    net->stats.frames_rejected++;
    return "unexpected frame";
}

/* When net_peer_timers() has something to do. */
uint64_t net_peer_next_ms(const struct net *net, const struct net_peer *peer)
{
    switch (peer->state) {
    case NET_PEER_WAITING:
        return peer->retry_ms;
    case NET_PEER_RESOLVING:
        return net->now_ms + LOOKUP_POLL_MS;
    case NET_PEER_CONNECTING:
    case NET_PEER_GREETING:
        return peer->deadline_ms;
    case NET_PEER_OPEN:
        return peer->ping_ms;
    }
    return 0;
}

void net_peer_timers(struct net *net, struct net_peer *peer)
{
    if (peer->state == NET_PEER_RESOLVING) {
        net_dial_resolved(net, peer);
        return;
    }
    if (net->now_ms < net_peer_next_ms(net, peer)) {
        return;
    }
    switch (peer->state) {
    case NET_PEER_WAITING:
        net_dial(net, peer);
        break;
    case NET_PEER_CONNECTING:
    case NET_PEER_GREETING:
        net_peer_fail(net, peer, "no answer");
        break;
    case NET_PEER_OPEN:
        net_ping(net, peer);
        break;
    case NET_PEER_RESOLVING:
        break;
    }
}

struct net_peer *net_peer_for(const struct net *net, raft_server_id server_id)
{
    for (size_t i = 0; i < net->peer_count; i++) {
        struct net_peer *const peer = net->peers[i];

        if (peer->state == NET_PEER_OPEN &&
            peer->hello.server_id == server_id) {
            return peer;
        }
    }
    return NULL;
}
