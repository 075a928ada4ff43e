/* SPDX-License-Identifier: MIT
 *
 * members.c - who we are, who the others are, and messages to them: where
 * the rest of the program meets the connections.
 */
#include <stdio.h>
#include <string.h>

#include "net/internal.h"

/* Tell everybody who is still welcome what our HELLO says now. */
static void greet_again(struct net *net)
{
    for (size_t i = 0; i < net->peer_count; i++) {
        struct net_peer *const peer = net->peers[i];
        const char *reason = NULL;

        if (peer->state != NET_PEER_OPEN && peer->state != NET_PEER_GREETING) {
            continue;
        }
        if (peer->state == NET_PEER_OPEN &&
            net_foreign_cluster(net, &peer->hello)) {
            reason = net_is_foreign;
        } else {
            reason = net_connection_hello(net, &peer->connection,
                                          peer->state == NET_PEER_OPEN
                                              ? peer->hello.server_id
                                              : peer->target.server_id);
        }
        if (reason != NULL) {
            net_peer_fail(net, peer, reason);
        }
    }
    for (size_t i = 0; i < net->accepted_count; i++) {
        struct net_connection *const connection = net->accepted[i];

        if (connection->fd < 0 ||
            (!connection->introduced && !connection->refused)) {
            continue;
        }
        /* Whoever was refused is judged anew, by his next HELLO. */
        if (connection->refused ||
            net_foreign_cluster(net, &connection->hello) ||
            net_connection_hello(net, connection,
                                 connection->hello.server_id) != NULL) {
            net_connection_close(connection);
        }
    }
}

void net_set_cluster(struct net *net, uint64_t cluster_id)
{
    if (net->self.cluster_id != cluster_id) {
        net->self.cluster_id = cluster_id;
        greet_again(net);
    }
}

void net_set_addresses(struct net *net, const char *raft_address,
                       const char *http_address)
{
    const struct net_hello old = net->self;

    snprintf(net->self.raft_address, sizeof net->self.raft_address, "%s",
             raft_address);
    snprintf(net->self.http_address, sizeof net->self.http_address, "%s",
             http_address);
    if (strcmp(old.raft_address, net->self.raft_address) != 0 ||
        strcmp(old.http_address, net->self.http_address) != 0) {
        greet_again(net);
    }
}

void net_set_applied(struct net *net, raft_index applied)
{
    net->applied = applied;
}

raft_index net_applied_of(const struct net *net, raft_server_id server_id)
{
    for (size_t i = 0; i < net->accepted_count; i++) {
        const struct net_connection *const connection = net->accepted[i];

        if (connection->fd >= 0 && net_is_member(net, connection) &&
            connection->hello.server_id == server_id) {
            return connection->applied;
        }
    }
    return 0;
}

uint16_t net_speaks(const struct net *net, raft_server_id server_id)
{
    const struct net_peer *const peer = net_peer_for(net, server_id);

    return peer == NULL ? 0 : peer->connection.speaks;
}

void net_invite(struct net *net, raft_server_id server_id)
{
    struct net_peer *const peer = net_peer_for(net, server_id);

    if (peer == NULL || peer->hello.cluster_id != 0 ||
        net->self.cluster_id == 0) {
        return;
    }
    const char *const reason =
        net_connection_plain(net, &peer->connection, FRAME_INVITE);
    if (reason != NULL) {
        net_peer_fail(net, peer, reason);
    }
}

/* Whom we dialled ourselves comes first: we chose the address. */
const struct net_hello *net_hello_of(const struct net *net,
                                     raft_server_id server_id)
{
    const struct net_peer *const open = net_peer_for(net, server_id);

    if (open != NULL) {
        return &open->hello;
    }
    for (size_t i = 0; i < net->accepted_count; i++) {
        const struct net_connection *const connection = net->accepted[i];

        if (connection->fd >= 0 && connection->introduced &&
            connection->hello.server_id == server_id) {
            return &connection->hello;
        }
    }
    for (size_t i = 0; i < net->peer_count; i++) {
        const struct net_peer *const peer = net->peers[i];

        if (peer->hello_known && peer->hello.server_id == server_id) {
            return &peer->hello;
        }
    }
    return NULL;
}

static void log_drop(struct net *net, struct net_peer *peer,
                     const struct raft_message *message)
{
    const uint16_t version = frame_version_of((uint8_t)message->type);
    const size_t frame_bytes = frame_message_bytes(message);
    const size_t most = (size_t)net->max_frame_bytes + FRAME_HEADER_BYTES;

    if (peer->full_logged) {
        return;
    }
    peer->full_logged = true;
    if (version > peer->connection.speaks) {
        net_log(net,
                "message dropped addr=%s reason=\"it is of protocol version "
                "%u, that server speaks %u\"",
                peer->target.address, version, peer->connection.speaks);
        return;
    }
    net_log(net, "message dropped addr=%s reason=\"%s\"", peer->target.address,
            frame_bytes == 0 || frame_bytes > most
                ? "longer than a frame may be"
                : "queue full");
}

static bool is_target(const struct net *net, raft_server_id server_id)
{
    for (size_t i = 0; i < net->peer_count; i++) {
        if (net->peers[i]->target.server_id == server_id) {
            return true;
        }
    }
    return false;
}

/*
 * A leader or candidate that our configuration does not know (section 6: it
 * may have one that we have not received) gets its answer the way it asked.
 */
static bool answer_guest(struct net *net, const struct raft_message *message)
{
    if (!net_is_answer((uint8_t)message->type) || is_target(net, message->to)) {
        return false;
    }
    for (size_t i = 0; i < net->accepted_count; i++) {
        struct net_connection *const connection = net->accepted[i];

        if (connection->fd >= 0 && net_is_member(net, connection) &&
            connection->hello.server_id == message->to &&
            connection->speaks >= NET_ANSWERS_VERSION &&
            net_buffer_count(&connection->tx) < NET_MAX_ANSWERS / 2) {
            return net_connection_message(net, connection, message);
        }
    }
    return false;
}

static void send_message(void *self, const struct raft_message *message)
{
    struct net *const net = self;
    struct net_peer *const peer = net_peer_for(net, message->to);

    if (peer != NULL && net_same_cluster(net, &peer->hello)) {
        if (!net_connection_message(net, &peer->connection, message)) {
            net->stats.frames_dropped++;
            log_drop(net, peer, message);
        }
    } else if (!answer_guest(net, message)) {
        net->stats.frames_dropped++;
    }
}

static void configure(void *self, const struct raft_config *config)
{
    struct net *const net = self;
    struct net_target targets[RAFT_MAX_SLOTS];
    size_t count = 0; /* ourselves among them: passed over there */

    for (size_t i = 0; i < config->member_count; i++) {
        const struct raft_member *const member = &config->members[i];

        targets[count] = (struct net_target){.server_id = member->id};
        memcpy(targets[count].address, member->address,
               sizeof targets[count].address);
        count++;
    }
    net_set_targets(net, targets, count);
}

struct raft_transport net_transport(struct net *net)
{
    return (struct raft_transport){
        .self = net, .send = send_message, .configure = configure};
}
