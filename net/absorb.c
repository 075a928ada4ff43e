/* SPDX-License-Identifier: MIT
 *
 * absorb.c - a member of another cluster is asked to leave it for that of the
 * one who dialled: both ends of it.
 *
 * Whether he will is for the program to say. Yes is said by the next HELLO,
 * once the new cluster id is stored, and no by DECLINED.
 */
#include "net/internal.h"

static bool is_to_be_asked(const struct net_target *target)
{
    return target->absorb && target->server_id != RAFT_NO_SERVER;
}

/* ---- Who dialled --------------------------------------------------------- */

bool net_absorb_waits(const struct net_peer *peer)
{
    return peer->state == NET_PEER_GREETING && peer->connection.absorb_asked;
}

/* Another question than before: the answer to that one does not count, and is
 * not waited for. */
void net_absorb_retarget(struct net *net, struct net_peer *peer,
                         const struct net_target *target)
{
    const bool is_same_question =
        is_to_be_asked(&peer->target) == is_to_be_asked(target) &&
        peer->target.server_id == target->server_id;

    if (is_same_question) {
        return;
    }
    if (net_absorb_waits(peer)) {
        net_peer_fail(net, peer, net_is_foreign);
    }
    peer->declined = false;
    if (is_to_be_asked(target)) {
        peer->backoff_ms = 0;
        peer->retry_ms = net->now_ms;
    }
}

/* Why to hang up on him. NULL: he is asked, and may take until the deadline. */
const char *net_absorb_ask(struct net *net, struct net_peer *peer)
{
    struct net_connection *const connection = &peer->connection;

    if (!is_to_be_asked(&peer->target)) {
        return net_is_foreign;
    }
    if (connection->speaks < frame_version_of(FRAME_ABSORB)) {
        peer->declined = true; /* he does not know the question */
    }
    if (peer->declined) {
        return net_is_foreign;
    }
    if (connection->absorb_asked) {
        return NULL;
    }
    connection->absorb_asked = true;
    return net_connection_plain(net, connection, FRAME_ABSORB);
}

const char *net_absorb_declined(struct net_peer *peer)
{
    peer->declined = true;
    return "it will not leave its cluster for ours";
}

/* ---- Who accepted -------------------------------------------------------- */

static const char *decline(struct net *net, struct net_connection *connection)
{
    connection->absorb_answered = true;
    return net_connection_plain(net, connection, FRAME_DECLINED);
}

/* One question on a connection: so many neither callbacks nor answers. */
const char *net_absorb_asked(struct net *net, struct net_connection *connection,
                             const struct frame_route *route)
{
    if (!connection->foreign || connection->absorb_asked ||
        route->to != net->self.server_id ||
        route->cluster_id != connection->hello.cluster_id) {
        net->stats.frames_rejected++;
        return NULL;
    }
    connection->absorb_asked = true;
    if (net->events.absorb_asked == NULL) {
        return decline(net, connection);
    }
    net->events.absorb_asked(net->events.self, &connection->hello);
    return NULL;
}

void net_decline(struct net *net, raft_server_id server_id)
{
    for (size_t i = 0; i < net->accepted_count; i++) {
        struct net_connection *const connection = net->accepted[i];

        if (connection->fd < 0 || !connection->foreign ||
            !connection->absorb_asked || connection->absorb_answered ||
            connection->hello.server_id != server_id) {
            continue;
        }
        const char *const reason = decline(net, connection);
        if (reason != NULL) {
            net_accepted_fail(net, connection, reason);
        }
    }
}
