/* SPDX-License-Identifier: MIT
 *
 * snapshot.h - what a cluster looks like at one moment, as plain data.
 *
 * Read from the real cores, disks and network; two of them, before and after
 * an event, tell what the event changed.
 */
#ifndef RAFTSIM_SNAPSHOT_H
#define RAFTSIM_SNAPSHOT_H

#include "cmd/raftsim/cluster/cluster.h"

enum snapshot_role {
    SNAPSHOT_OFF = 0, /* not started yet */
    SNAPSHOT_DOWN,
    SNAPSHOT_FOLLOWER,
    SNAPSHOT_PRE_VOTING,
    SNAPSHOT_CANDIDATE,
    SNAPSHOT_LEADER
};

struct snapshot_entry {
    raft_term term;
    char mark; /* 'n' no-op, 'c' configuration, ' ' command */
};

struct snapshot_peer {
    raft_server_id id;
    raft_index next_index;
    raft_index match_index;
};

struct snapshot_server {
    raft_server_id id;
    enum snapshot_role role;
    raft_term current_term;
    raft_server_id voted_for;
    bool term_is_durable;
    bool vote_is_durable;
    raft_index commit_index;
    raft_index last_applied;
    raft_index durable_index;
    uint32_t ticks_left; /* of the timer its role has */
    size_t entry_count;
    struct snapshot_entry *entries; /* of index i at entries[i - 1] */
    size_t peer_count;              /* a leader's */
    struct snapshot_peer peers[RAFT_MAX_SLOTS];
    size_t writes_under_way;
    bool disk_by_hand; /* as the scenario has told it, until it says more */
    bool snapshots_by_hand;
    uint32_t disk_slow_ticks;
    bool disk_fails;
    bool machine_by_hand;
    uint32_t clock_percent;
};

struct snapshot_message {
    uint64_t number;
    bool held;
    char *text; /* "S1>S2 append term=2 ..." */
};

struct snapshot_link {
    raft_server_id from;
    raft_server_id to;
    bool cut; /* else held */
};

struct snapshot {
    size_t server_count;
    struct snapshot_server servers[CLUSTER_MAX_SERVERS];
    size_t message_count;
    struct snapshot_message *messages;
    uint64_t sent_count;
    size_t link_count;
    struct snapshot_link links[CLUSTER_MAX_SERVERS * (CLUSTER_MAX_SERVERS - 1)];
};

/* cluster: NULL gives an empty one. started: has anybody been running yet? */
void snapshot_take(struct snapshot *snapshot, const struct cluster *cluster,
                   bool started);
void snapshot_free(struct snapshot *snapshot);

/* Did the event between them change more than this server's timer? */
bool snapshot_server_changed(const struct snapshot_server *before,
                             const struct snapshot_server *now);

/* Is this entry new, or another than before? */
bool snapshot_entry_changed(const struct snapshot_server *before,
                            const struct snapshot_server *now,
                            raft_index index);

#endif
