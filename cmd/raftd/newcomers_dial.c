/* SPDX-License-Identifier: MIT
 *
 * newcomers_dial.c - whom a server dials while others are to become members:
 * those of now, and those.
 */
#include <string.h>

#include "cmd/raftd/newcomers.h"
#include "cmd/raftd/server.h"

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
