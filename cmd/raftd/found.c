/* SPDX-License-Identifier: MIT
 *
 * found.c - founding a cluster: only when nobody can hold state of another.
 */
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "cmd/raftd/names.h"
#include "cmd/raftd/server.h"

/* Entry 1, then the identity, then the others may hear of it. */
static int found(struct server *server, const struct raft_config *config,
                 bool is_provisional)
{
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const struct raft_entry entry = {
        .term = 1,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(config, bytes),
        .bytes = bytes};
    struct storage_error error;
    struct log_line line;
    uint64_t cluster_id = 0;

    while (cluster_id == 0) {
        if (getrandom(&cluster_id, sizeof cluster_id, 0) !=
            (ssize_t)sizeof cluster_id) {
            log_event(LOG_ERROR, "getrandom() failed: no cluster id");
            return EXIT_IO;
        }
    }
    if (storage_found_cluster(server->storage, cluster_id, &entry,
                              is_provisional, &error) != 0) {
        return join_failed("can't found a cluster", &error);
    }
    log_begin(&line, LOG_INFO, "founded a cluster");
    log_id(&line, "cluster", cluster_id);
    log_u64(&line, "servers", config->member_count);
    log_end(&line);
    net_set_cluster(server->net, cluster_id);
    return server_take_part(server);
}

static void add_member(struct raft_config *config, raft_server_id id,
                       const char *address)
{
    struct raft_member *member = &config->members[config->member_count++];

    member->id = id;
    member->in_old = true;
    snprintf(member->address, sizeof member->address, "%s", address);
}

/* Its name is told to others with the first of them: an old one may come. */
int join_found_alone(struct server *server)
{
    struct raft_config config = {0};

    add_member(&config, storage_identity(server->storage)->server_id,
               server->raft_advertise);
    return found(server, &config, true);
}

int join_found_with_peers(struct server *server)
{
    const struct raftd_options *options = server->options;
    struct raft_config config = {0};
    int code;

    for (size_t i = 0; i < options->peer_count; i++) {
        add_member(&config,
                   i == options->own_peer
                       ? storage_identity(server->storage)->server_id
                       : server->join.peers[i].server_id,
                   options->peers[i]);
    }
    names_fill(server, &config, config.members, config.member_count);
    code = found(server, &config, false);
    for (size_t slot = 0; code == -1 && slot < config.member_count; slot++) {
        if (slot != options->own_peer) {
            net_invite(server->net, config.members[slot].id);
        }
    }
    return code;
}

/* ---- When --------------------------------------------------------------- */

static bool is_id_taken(const struct server *server, size_t peer)
{
    const struct join_peer *peers = server->join.peers;
    const raft_server_id id = peers[peer].server_id;

    for (size_t i = 0; i < peer; i++) {
        if (i != server->options->own_peer && peers[i].server_id == id) {
            return true;
        }
    }
    return id == storage_identity(server->storage)->server_id;
}

/* He was heard, and is still there: a dead id must not become a member. */
static bool is_up(const struct server *server, size_t peer)
{
    const struct join_peer *heard = &server->join.peers[peer];
    struct net_peer_stats stats[RAFT_MAX_VOTERS + RAFT_MAX_SLOTS];
    const size_t count =
        net_peers(server->net, stats, sizeof stats / sizeof stats[0]);

    for (size_t i = 0; heard->heard && i < count; i++) {
        if (stats[i].open && stats[i].server_id == heard->server_id &&
            endpoint_same(stats[i].address, server->options->peers[peer])) {
            return true;
        }
    }
    return false;
}

/* Why this server does not found now; "" when it may. */
void join_why_not_found(const struct server *server, char *why, size_t bytes)
{
    const struct raftd_options *options = server->options;

    *why = '\0';
    for (size_t i = 0; i < options->peer_count; i++) {
        const struct join_peer *peer = &server->join.peers[i];
        const char *problem = NULL;

        if (i == options->own_peer) {
            continue;
        }
        if (peer->heard && peer->cluster_id != 0) {
            snprintf(why, bytes,
                     "an invitation: %s belongs to a cluster already, so none "
                     "is founded",
                     options->peers[i]);
            return;
        }
        if (!is_up(server, i)) {
            problem = "to be up";
        } else if (is_id_taken(server, i)) {
            problem = "to be a server of its own: its id is there twice";
        }
        if (problem != NULL && *why == '\0') {
            snprintf(why, bytes, "%s %s", options->peers[i], problem);
        }
    }
}
