/* SPDX-License-Identifier: MIT
 *
 * real_cluster.h - three nodes with the real storage on faulty disks in
 * memory, the real state machine, and a simulated network.
 */
#ifndef TESTS_UNIT_REAL_CLUSTER_H
#define TESTS_UNIT_REAL_CLUSTER_H

#include "cmd/raftsim/cluster/checker.h"
#include "cmd/raftsim/cluster/sim_network.h"
#include "cmd/raftsim/cluster/sim_random.h"
#include "kv/kv.h"
#include "raft/node/node.h"
#include "raft/storage/storage.h"
#include "tests/unit/fault_files.h"

enum { REAL_SERVERS = 3, REAL_MAX_WRITES = 20000 };

struct real_cluster;

struct real_server {
    struct real_cluster *cluster;
    size_t place;
    struct fault_files *files;
    struct storage *storage; /* NULL: not running, as are the next two */
    struct raft_node *node;
    struct kv *kv;
    uint64_t life;
};

/* Write number n puts key n. */
struct real_write {
    size_t place;
    uint64_t life;
    raft_index index;
    raft_term term;
    bool acknowledged;
};

struct real_cluster {
    struct real_server servers[REAL_SERVERS];
    struct sim_network network;
    struct sim_random random;
    struct checker *checker;
    struct raft_options options;
    struct real_write writes[REAL_MAX_WRITES];
    size_t write_count;
    size_t first_open_write; /* all before it are decided */
    uint64_t acknowledged_count;
};

/* The first server founds the cluster, the others are blank members of it. */
void real_create(struct real_cluster *cluster, uint64_t seed,
                 const struct raft_options *options);
void real_destroy(struct real_cluster *cluster);

/* Open, load, start. The test fails when the directory is refused. */
void real_start(struct real_cluster *cluster, size_t place);
/* The power goes: what was not synced is lost. */
void real_kill(struct real_cluster *cluster, size_t place);
/* Kill, but in the middle of writing the next batch. */
void real_kill_while_writing(struct real_cluster *cluster, size_t place);

void real_tick(struct real_cluster *cluster, size_t place);
/* Some message arrives, or is lost. */
void real_deliver(struct real_cluster *cluster, uint64_t loss_in_thousand);
/* What is queued is written and synced. */
void real_persist(struct real_cluster *cluster, size_t place);
/* A client's write; nothing happens where nobody leads. */
void real_write(struct real_cluster *cluster, size_t place);
/* Which writes have been applied where they were taken? */
void real_settle(struct real_cluster *cluster);

/* The place of a leader of the highest term, or -1. */
int real_leader(const struct real_cluster *cluster);
/* Acknowledged writes that a node's state machine does not hold. */
uint64_t real_lost_count(const struct real_cluster *cluster, size_t place);

#endif
