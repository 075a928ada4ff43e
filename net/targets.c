/* SPDX-License-Identifier: MIT
 *
 * targets.c - whom to dial. A connection that is still wanted stays open.
 *
 * May be called from a callback in the middle of net_poll(): peers that are
 * no longer wanted are closed and set aside here, but freed by the sweep.
 */
#include <stdlib.h>
#include <string.h>

#include "net/internal.h"

/* Is the server behind the peer, or the one sought there, the target's? */
static bool is_peer_of(const struct net_peer *peer,
                       const struct net_target *target, bool exactly)
{
    const raft_server_id sought = peer->target.server_id;

    if (strcmp(peer->target.address, target->address) != 0) {
        return false;
    }
    if (sought == target->server_id) {
        return true;
    }
    return !exactly &&
           (sought == RAFT_NO_SERVER || target->server_id == RAFT_NO_SERVER ||
            (peer->hello_known && peer->hello.server_id == target->server_id));
}

/* Takes a peer for the target out of the old ones. NULL: there is none. */
static struct net_peer *take(struct net_peer *old[], size_t count,
                             const struct net_target *target)
{
    for (int exactly = 1; exactly >= 0; exactly--) {
        for (size_t i = 0; i < count; i++) {
            struct net_peer *const peer = old[i];

            if (peer != NULL && is_peer_of(peer, target, exactly != 0)) {
                old[i] = NULL;
                return peer;
            }
        }
    }
    return NULL;
}

/* Ourselves, nowhere, or said twice. An id has one address, the first; of an
 * address with an id and without, the one with it says more. */
static bool is_needless(const struct net *net, const struct net_target *targets,
                        size_t count, size_t i)
{
    const struct net_target *const target = &targets[i];

    if (target->server_id == net->self.server_id ||
        target->address[0] == '\0') {
        return true;
    }
    for (size_t j = 0; j < count; j++) {
        const bool same_id = targets[j].server_id == target->server_id;
        const bool same_address =
            strcmp(targets[j].address, target->address) == 0;

        if (target->server_id == RAFT_NO_SERVER
                ? same_address && (!same_id || j < i)
                : same_id && j < i) {
            return true;
        }
    }
    return false;
}

static void retarget(struct net *net, struct net_peer *peer,
                     const struct net_target *target)
{
    const bool is_other = target->server_id != RAFT_NO_SERVER &&
                          peer->state == NET_PEER_OPEN &&
                          peer->hello.server_id != target->server_id;

    net_absorb_retarget(net, peer, target);
    peer->target = *target;
    if (is_other) {
        net_peer_fail(net, peer, "another server is wanted there");
    }
}

static void drop(struct net *net, struct net_peer *peer)
{
    net_connection_close(&peer->connection);
    peer->next_dropped = net->dropped;
    net->dropped = peer;
    net_log(net, "peer dropped addr=%s", peer->target.address);
}

/* The peers become those of the targets, in their order. */
void net_set_targets(struct net *net, const struct net_target *targets,
                     size_t count)
{
    const size_t old_count = net->peer_count;
    struct net_peer *old[NET_MAX_PEERS];

    net->now_ms = net_clock_ms();
    if (count > NET_MAX_PEERS) {
        net_log(net, "peers not dialled count=%zu reason=\"too many\"",
                count - NET_MAX_PEERS);
        count = NET_MAX_PEERS;
    }
    memcpy(old, net->peers, sizeof old);
    net->peer_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_needless(net, targets, count, i)) {
            continue;
        }
        struct net_peer *peer = take(old, old_count, &targets[i]);
        if (peer != NULL) {
            retarget(net, peer, &targets[i]);
        } else if ((peer = net_peer_create(net, &targets[i])) == NULL) {
            net_log(net, "peer not dialled addr=%s reason=\"out of memory\"",
                    targets[i].address);
            continue;
        }
        net->peers[net->peer_count++] = peer;
    }
    for (size_t i = 0; i < old_count; i++) {
        if (old[i] != NULL) {
            drop(net, old[i]);
        }
    }
}

void net_sweep_dropped(struct net *net)
{
    while (net->dropped != NULL) {
        struct net_peer *const peer = net->dropped;

        net->dropped = peer->next_dropped;
        net_peer_destroy(peer);
    }
}

bool net_ask_again(struct net *net, raft_server_id server_id)
{
    for (size_t i = 0; i < net->peer_count; i++) {
        struct net_peer *const peer = net->peers[i];

        if (peer->target.server_id != server_id ||
            peer->state == NET_PEER_OPEN) {
            continue;
        }
        peer->unheard = true;
        peer->backoff_ms = 0;
        if (peer->state == NET_PEER_WAITING) {
            peer->retry_ms = net_clock_ms();
        }
        return true;
    }
    return false;
}
