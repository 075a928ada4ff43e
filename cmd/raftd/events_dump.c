/* SPDX-License-Identifier: MIT
 *
 * events_dump.c - SIGUSR1: all that the parts know of themselves, in the log.
 */
#include "cmd/raftd/server.h"

static void dump_node(const struct server *server)
{
    struct raft_status status;
    struct log_line line;

    raft_node_status(server->node, &status);
    log_begin(&line, LOG_INFO, "state of raft");
    log_text(&line, "role", raft_role_text(status.role));
    log_id(&line, "leader", status.leader_id);
    log_id(&line, "voted_for", status.voted_for);
    log_u64(&line, "last_index", status.last_index);
    log_u64(&line, "durable", status.durable_index);
    log_u64(&line, "commit", status.commit_index);
    log_u64(&line, "applied", status.last_applied);
    log_u64(&line, "snapshot", status.snapshot_index);
    log_u64(&line, "pending_writes", server->pending.count);
    log_end(&line);
}

static void dump_peers(const struct server *server)
{
    struct net_peer_stats peers[RAFT_MAX_SLOTS];
    const size_t count = net_peers(server->net, peers, RAFT_MAX_SLOTS);

    for (size_t i = 0; i < count && i < RAFT_MAX_SLOTS; i++) {
        struct log_line line;

        log_begin(&line, LOG_INFO, "state of a peer");
        log_id(&line, "peer", peers[i].server_id);
        log_text(&line, "address", peers[i].address);
        log_text(&line, "connected", peers[i].connected ? "yes" : "no");
        log_end(&line);
    }
}

void events_dump(struct server *server)
{
    struct storage_stats disk;
    struct net_stats net;
    struct kv_stats kv;
    struct log_line line;

    if (server->node != NULL) {
        dump_node(server);
    }
    dump_peers(server);
    storage_stats(server->storage, &disk);
    net_stats(server->net, &net);
    kv_stats(server->kv, &kv);
    log_begin(&line, LOG_INFO, "state of disk, network and map");
    log_u64(&line, "syncs", disk.syncs);
    log_u64(&line, "records", disk.records);
    log_u64(&line, "log_bytes", disk.log_bytes);
    log_u64(&line, "frames_sent", net.frames_sent);
    log_u64(&line, "frames_received", net.frames_received);
    log_u64(&line, "frames_dropped", net.frames_dropped);
    log_u64(&line, "frames_rejected", net.frames_rejected);
    log_u64(&line, "keys", kv.key_count);
    log_id(&line, "state_hash", kv.state_hash);
    log_end(&line);
}
