/* SPDX-License-Identifier: MIT
 *
 * cluster.h - a whole cluster in one process, from one seed.
 *
 * Real cores under the real glue (raft/node/) and the real state machine
 * (kv/); only network, disk and clock are simulated. Nothing happens by
 * itself: each call below is one event. The same settings and the same events
 * give the same cluster, to the bit; so "one step back" is "all events but
 * the last, from nothing".
 */
#ifndef RAFTSIM_CLUSTER_H
#define RAFTSIM_CLUSTER_H

#include "cmd/raftsim/cluster/checker.h"
#include "cmd/raftsim/cluster/sim_network.h"
#include "cmd/raftsim/cluster/sim_storage.h"
#include "kv/kv.h"
#include "raft/node/node.h"

enum { CLUSTER_MAX_SERVERS = CHECKER_MAX_SERVERS };

struct cluster_settings {
    size_t server_count; /* S1, S2, ...: ids 1, 2, ... */
    size_t member_count; /* the first so many are members; 0: all */
    uint64_t seed;
    struct raft_options options;
    uint32_t election_ticks_min;
    uint32_t election_ticks_max;
    uint32_t heartbeat_ticks;
    /*
     * Where the first configuration stands. true: entry 1 of the log, as in
     * raftd. false: outside, so logs hold commands only, as in the paper.
     */
    bool config_in_log;
    uint32_t piece_bytes; /* of a snapshot, in one message; 0: no limit */
};

/* Sees what happens, for transcripts. Calls may be NULL. */
struct cluster_watcher {
    void *self;
    void (*started)(void *self, size_t place); /* before its first step */
    void (*stepped)(void *self, size_t place, const struct raft_effects *out);
    /* number: of the copy in flight; 0: lost into a cut link. */
    void (*sent)(void *self, const struct raft_message *message,
                 uint64_t number);
    void (*applied)(void *self, size_t place, raft_index index,
                    const struct raft_entry *entry);
    void (*read_answered)(void *self, size_t place,
                          const struct raft_read_answer *answer);
    void (*change_ended)(void *self, size_t place, uint64_t change_id,
                         enum raft_change_outcome outcome);
    void (*installed)(void *self, size_t place,
                      const struct raft_snapshot *snapshot);
    void (*stopped)(void *self, size_t place, bool disk_failed);
};

struct cluster;

struct cluster_server {
    struct cluster *cluster;
    size_t place; /* in servers[] */
    raft_server_id id;
    struct raft_node *node; /* NULL: not running */
    struct kv *kv;
    struct kv_restore *restore; /* while a snapshot is installed */
    struct sim_disk disk;
    bool disk_by_hand;        /* writes are done by cluster_persist() only */
    bool snapshots_by_hand;   /* so they are with it, or without */
    uint32_t disk_slow_ticks; /* not by hand: each takes so long; 0: none */
    bool apply_by_hand; /* second and later batches by cluster_apply() only */
    uint64_t start_count;
    uint32_t clock_percent;   /* how fast its clock runs; 100 as created */
    uint32_t clock_remainder; /* hundredths of its next tick */
};

struct cluster_totals {
    uint64_t steps; /* inputs to cores */
    uint64_t applied_count;
    uint64_t rule_events_lost;
    struct raft_rule_count rules[RAFT_RULE_COUNT];
};

struct cluster {
    struct cluster_settings settings;
    struct cluster_server servers[CLUSTER_MAX_SERVERS];
    struct sim_network network;
    struct sim_message *arriving; /* while its receiver takes it */
    struct checker *checker;
    struct cluster_watcher watcher;
    struct raft_config first_config;
    struct cluster_totals totals;
};

/* No server runs yet; all disks are blank. */
struct cluster *cluster_create(const struct cluster_settings *settings);
void cluster_destroy(struct cluster *cluster); /* NULL is fine */

/* Entry 1 of a cluster whose configuration is in the log: term 1. */
void cluster_found(struct cluster *cluster, size_t place);

/* The server with this id, or NULL. */
struct cluster_server *cluster_find(struct cluster *cluster, raft_server_id id);

/* ---- Events --------------------------------------------------------------
 * place: the server must run (restart: must not). The error is the core's;
 * after RAFT_EDISK the server has stopped.
 */
enum raft_error cluster_start(struct cluster *cluster, size_t place);
/* torn: what of the unfinished writes survives; NULL: none. */
void cluster_crash(struct cluster *cluster, size_t place,
                   const struct sim_torn *torn);
/* A stopped server loses its disk; what starts there is a new server. */
void cluster_wipe(struct cluster *cluster, size_t place, raft_server_id new_id);
/* Ticks of its own clock; first, the writes of a slow disk that are due. */
enum raft_error cluster_tick(struct cluster *cluster, size_t place,
                             uint32_t ticks);
/* Time passes: as many ticks as the server's clock makes of these. */
enum raft_error cluster_pass_time(struct cluster *cluster, size_t place,
                                  uint32_t ticks);
enum raft_error cluster_propose(struct cluster *cluster, size_t place,
                                const struct raft_entry *entries, size_t count,
                                raft_index *first_index, raft_term *term);
enum raft_error cluster_read(struct cluster *cluster, size_t place,
                             uint64_t read_id, enum raft_read_level level);
enum raft_error cluster_transfer(struct cluster *cluster, size_t place,
                                 raft_server_id to);
/* Section 6: these shall be the members, by id. */
enum raft_error cluster_change(struct cluster *cluster, size_t place,
                               uint64_t change_id, const raft_server_id ids[],
                               size_t id_count);
/*
 * Section 7: a snapshot of what has been applied is taken. It is durable at
 * once, unless the disk, or its snapshots alone, are driven by hand: then
 * cluster_publish() does it, and it is lost in a crash before that.
 * RAFT_EINVALID: there is nothing to take.
 */
enum raft_error cluster_snapshot(struct cluster *cluster, size_t place);
bool cluster_can_publish(const struct cluster *cluster, size_t place);
/* What was taken, and what has come whole, is durable. */
enum raft_error cluster_publish(struct cluster *cluster, size_t place);
/* The oldest `count` writes under way are done. */
enum raft_error cluster_persist(struct cluster *cluster, size_t place,
                                size_t count);
/* The next batch of committed entries is applied, if there is one. */
enum raft_error cluster_apply(struct cluster *cluster, size_t place);
/*
 * The message at a place in network.in_flight arrives. RAFT_EINVALID, too,
 * when nobody is there to receive it: then it is lost.
 */
enum raft_error cluster_deliver(struct cluster *cluster, size_t message_place);

/* ---- Questions ----------------------------------------------------------- */

bool cluster_is_running(const struct cluster *cluster, size_t place);
void cluster_status(const struct cluster *cluster, size_t place,
                    struct raft_status *status);

/* Counts of all servers, those that have stopped included. */
void cluster_count_rules(const struct cluster *cluster,
                         struct cluster_totals *totals);

/* Does each core's log equal what its disk holds or is about to hold? */
bool cluster_logs_match_disks(const struct cluster *cluster);

#endif
