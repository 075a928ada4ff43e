/* SPDX-License-Identifier: MIT
 *
 * leave.c - leaves a cluster of its own for another one that asks.
 *
 * A server that was told to found a cluster alone may be wanted in another
 * one. It goes as long as nobody has been told anything by its own: no write
 * was taken, no other server let in. Two histories are never merged.
 */
#include <stdio.h>

#include "cmd/raftd/server.h"
#include "raft/check.h"

enum { SECOND_NS = 1000000000 };

void leave_nevermore(struct server *server)
{
    struct storage_error error;

    if (storage_settle(server->storage, &error) != 0) {
        server_disk_failed(&error);
    }
}

void leave_asked(struct server *server, const struct net_hello *by)
{
    server->join.asked_by = *by;
}

/* Strangers choose when: so at most one line a second. */
static void decline(struct server *server, const struct net_hello *by)
{
    const uint64_t now_ns = server_clock_ns();
    uint64_t *const last_ns = &server->join.declined_ns;
    struct log_line line;

    net_decline(server->net, by->server_id);
    if (*last_ns != 0 && now_ns - *last_ns < SECOND_NS) {
        return;
    }
    *last_ns = now_ns;
    log_begin(&line, LOG_INFO,
              "stays in its cluster, asked into another one: it has taken a "
              "write, or asks others in");
    log_text(&line, "by", by->raft_address);
    log_id(&line, "into", by->cluster_id);
    log_end(&line);
}

/* What belongs to the cluster that is left; the directory last. */
static int end_part(struct server *server, uint64_t into)
{
    struct storage_error error;
    struct kv_remains remains;

    raft_assert(server->pending.count == 0); /* a write would have settled it */
    reads_end(server, BRIDGE_NOT_LEADER);
    orders_snapshot_failed(server, "this server joins another cluster");
    snapshots_close(server);
    server->snapshots = (struct snapshots){0};
    raft_node_destroy(server->node);
    server->node = NULL;
    if (storage_leave_for(server->storage, into, &error) != 0) {
        return server_storage_failed(&error);
    }
    storage_close(server->storage);
    server->storage = NULL;
    atomic_store(&server->disk_news.done, 0);
    server->disk_done = 0;
    server->flush_wanted = false;
    remains = kv_clear(server->kv);
    kv_remains_free(&remains);
    server->seen.ready_once = false;
    server->seen.ready_index = 0;
    server->seen.contact_ns = 0;
    return -1;
}

/* The path may lead elsewhere by now: whoever moved the directory away would
 * have us start as somebody else. */
static int open_again(struct server *server, raft_server_id own_id,
                      uint64_t cluster_id)
{
    const int code = server_open_directory(server);
    const struct storage_identity *identity;

    if (code != -1) {
        return code;
    }
    identity = storage_identity(server->storage);
    if (identity->server_id != own_id || identity->cluster_id != cluster_id) {
        log_event(LOG_ERROR, "another directory is in the place of the one it "
                             "had: put that one back and start again");
        return EXIT_IO;
    }
    return -1;
}

static int leave_for(struct server *server, const struct net_hello *by)
{
    const raft_server_id own_id = storage_identity(server->storage)->server_id;
    struct log_line line;
    int code;

    log_begin(&line, LOG_INFO,
              "leaves its own cluster, which holds nothing, for another one");
    log_id(&line, "cluster", by->cluster_id);
    log_text(&line, "asked_by", by->raft_address);
    log_end(&line);
    code = end_part(server, by->cluster_id);
    code = code == -1 ? open_again(server, own_id, by->cluster_id) : code;
    if (code != -1) {
        return code;
    }
    net_set_cluster(server->net, by->cluster_id);
    return server_take_part(server);
}

int leave_turn(struct server *server)
{
    const struct net_hello by = server->join.asked_by;

    if (by.cluster_id == 0) {
        return -1;
    }
    server->join.asked_by = (struct net_hello){0};
    /* Who lets others in stays, also while it only looks who they are. */
    if (server->node == NULL || server->orders.change != NULL ||
        !storage_identity(server->storage)->is_provisional) {
        decline(server, &by);
        return -1;
    }
    return leave_for(server, &by);
}
