/* SPDX-License-Identifier: MIT
 *
 * newcomers_dial.c - whom a server dials while others are to become members:
 * those of now, and those.
 */
#include <string.h>

#include "cmd/raftd/newcomers.h"
#include "cmd/raftd/server.h"
#include "cmd/raftd/wanted.h"

/* For one that answers where another was. */
enum { MEET_MS = 1000 };

bool newcomers_peer_at(const struct server *server, const char *address,
                       struct net_peer_stats *found)
{
    struct net_peer_stats peers[RAFT_MAX_SLOTS + RAFT_MAX_VOTERS];
    const size_t count =
        net_peers(server->net, peers, sizeof peers / sizeof peers[0]);

    for (size_t i = 0; i < count && i < sizeof peers / sizeof peers[0]; i++) {
        if (endpoint_same(peers[i].address, address)) {
            *found = peers[i];
            return true;
        }
    }
    return false;
}

/* 0: not known yet. */
static uint64_t cluster_of(const struct server *server, raft_server_id id)
{
    const struct net_hello *hello = net_hello_of(server->net, id);

    return hello == NULL ? 0 : hello->cluster_id;
}

bool newcomers_is_foreign(const struct server *server, raft_server_id id)
{
    const uint64_t cluster_id = cluster_of(server, id);

    return cluster_id != 0 &&
           cluster_id != storage_identity(server->storage)->cluster_id;
}

/* Another server is looked for at its address: it was wiped. */
static bool is_replaced(const struct raft_change *wanted,
                        const struct raft_member *member)
{
    for (size_t i = 0; i < wanted->member_count; i++) {
        if (wanted->members[i].id == 0 &&
            endpoint_same(wanted->members[i].address, member->address)) {
            return true;
        }
    }
    return false;
}

void newcomers_dial(struct server *server, bool absorb)
{
    const struct raft_config *config = raft_node_config(server->node);
    const struct raft_change *wanted = &server->orders.wanted;
    struct net_target targets[RAFT_MAX_SLOTS + RAFT_MAX_VOTERS];
    size_t count = 0;

    for (size_t slot = 0; slot < config->member_count; slot++) {
        const struct raft_member *member = &config->members[slot];

        if (member->id != storage_identity(server->storage)->server_id &&
            !is_replaced(wanted, member)) {
            targets[count] = (struct net_target){.server_id = member->id};
            memcpy(targets[count++].address, member->address,
                   RAFT_MAX_ADDRESS_BYTES);
        }
    }
    for (size_t i = 0; i < wanted->member_count; i++) {
        const struct raft_member *member = &wanted->members[i];

        if (raft_config_slot(config, member->id) < 0) {
            targets[count] = (struct net_target){
                .server_id = member->id, /* 0: whoever answers there */
                .absorb = absorb && newcomers_is_foreign(server, member->id)};
            memcpy(targets[count++].address, member->address,
                   RAFT_MAX_ADDRESS_BYTES);
        }
    }
    net_set_targets(server->net, targets, count);
}

/* ---- Members that are away ----------------------------------------------- */

void newcomers_ask_again(struct server *server)
{
    struct orders *o = &server->orders;

    for (size_t i = 0; i < o->wanted.member_count; i++) {
        o->doubted[i] = o->doubted[i] &&
                        net_ask_again(server->net, o->wanted.members[i].id);
    }
}

enum newcomers newcomers_who_is_back(struct server *server, size_t i,
                                     uint64_t now)
{
    struct orders *o = &server->orders;
    const struct raft_member *member = &o->wanted.members[i];
    const uint64_t until = now + MEET_MS * 1000000ull;
    struct net_peer_stats peer;

    if (now <= o->newcomers_until_ns &&
        newcomers_peer_at(server, member->address, &peer) && peer.unheard) {
        return NEWCOMERS_LATER;
    }
    o->doubted[i] = false;
    if (!wanted_is_another(server, member)) {
        return NEWCOMERS_HERE;
    }
    wanted_replace(server, i);
    newcomers_dial(server, false);
    if (o->newcomers_until_ns < until) {
        o->newcomers_until_ns = until;
    }
    return NEWCOMERS_LATER;
}

/* ---- The end ------------------------------------------------------------- */

void newcomers_forget(struct server *server)
{
    server->wire.configure(server->wire.self, raft_node_config(server->node));
}

void newcomers_invite(struct server *server)
{
    const struct raft_change *change = &server->orders.wanted;

    for (size_t i = 0; i < change->member_count; i++) {
        const raft_server_id id = change->members[i].id;

        if (net_hello_of(server->net, id) != NULL &&
            cluster_of(server, id) == 0) {
            net_invite(server->net, id);
        }
    }
}
