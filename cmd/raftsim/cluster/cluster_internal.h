/* SPDX-License-Identifier: MIT
 *
 * cluster_internal.h - between cluster.c and cluster_events.c.
 */
#ifndef RAFTSIM_CLUSTER_INTERNAL_H
#define RAFTSIM_CLUSTER_INTERNAL_H

#include "cmd/raftsim/cluster/cluster.h"

/* What a server's node is wired to. */
struct raft_node_parts cluster_node_parts(struct cluster_server *server);

/*
 * After a call into a server's node: a disk that works at once does so now,
 * and a server whose disk failed stops. Returns the error of the call.
 */
enum raft_error cluster_settle(struct cluster_server *server,
                               enum raft_error error);

/* cluster_snapshots.c: the map is that of the snapshot on the disk. */
void cluster_restore(struct cluster_server *server);
void cluster_on_install(void *self, const struct raft_snapshot *snapshot);
bool cluster_has_unpublished(const struct cluster_server *server);
enum raft_error cluster_publish_one(struct cluster_server *server);

void cluster_stop(struct cluster_server *server, const struct sim_torn *torn,
                  bool disk_failed);

#endif
