/* SPDX-License-Identifier: MIT
 *
 * targets.c - whom to dial. A connection that is still wanted stays open.
 *
 * May be called from a callback in the middle of net_poll(): peers that are
 * no longer wanted are closed here, but freed only by the sweep.
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

/* A peer no other target has taken yet. */
static struct net_peer *find(const struct net *net, const bool taken[],
                             const struct net_target *target)
{
    for (int exactly = 1; exactly >= 0; exactly--) {
        for (size_t i = 0; i < net->peer_count; i++) {
            if (!taken[i] && net->peers[i]->wanted &&
                is_peer_of(net->peers[i], target, exactly != 0)) {
                return net->peers[i];
            }
        }
    }
    return NULL;
}

/* Ourselves, nowhere, or said twice: an address with an id says more. */
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

        if (strcmp(targets[j].address, target->address) == 0 &&
            ((same_id && j < i) ||
             (!same_id && target->server_id == RAFT_NO_SERVER))) {
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

    peer->target = *target;
    if (is_other) {
        net_peer_fail(net, peer, "another server is wanted there");
    }
}

static void add(struct net *net, const struct net_target *target)
{
    struct net_peer *const peer =
        net->peer_count < NET_MAX_PEERS ? net_peer_create(net, target) : NULL;
    if (peer == NULL) {
        net_log(net, "peer not dialled addr=%s reason=\"%s\"", target->address,
                net->peer_count < NET_MAX_PEERS ? "out of memory"
                                                : "too many peers");
        return;
    }
    peer->wanted = true;
    net->peers[net->peer_count++] = peer;
}

static void drop_unwanted(struct net *net, const bool taken[], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct net_peer *const peer = net->peers[i];

        if (!taken[i] && peer->wanted) {
            peer->wanted = false;
            net_connection_close(&peer->connection);
            peer->state = NET_PEER_WAITING;
            net_lookup_abandon(peer->lookup);
            peer->lookup = NULL;
            net_log(net, "peer dropped addr=%s", peer->target.address);
        }
    }
}

void net_set_targets(struct net *net, const struct net_target *targets,
                     size_t count)
{
    const size_t old_count = net->peer_count;
    bool taken[NET_MAX_PEERS] = {false};
    const struct net_target *fresh[NET_MAX_PEERS];
    size_t fresh_count = 0;

    net->now_ms = net_clock_ms();
    if (count > NET_MAX_PEERS) {
        net_log(net, "peers not dialled count=%zu reason=\"too many\"",
                count - NET_MAX_PEERS);
        count = NET_MAX_PEERS;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_needless(net, targets, count, i)) {
            continue;
        }
        struct net_peer *const peer = find(net, taken, &targets[i]);
        if (peer == NULL) {
            fresh[fresh_count++] = &targets[i];
            continue;
        }
        for (size_t j = 0; j < old_count; j++) {
            taken[j] = taken[j] || net->peers[j] == peer;
        }
        retarget(net, peer, &targets[i]);
    }
    drop_unwanted(net, taken, old_count);
    for (size_t i = 0; i < fresh_count; i++) {
        add(net, fresh[i]);
    }
}

void net_sweep_peers(struct net *net)
{
    size_t kept = 0;

    for (size_t i = 0; i < net->peer_count; i++) {
        if (net->peers[i]->wanted) {
            net->peers[kept++] = net->peers[i];
        } else {
            net_peer_destroy(net->peers[i]);
        }
    }
    net->peer_count = kept;
}
