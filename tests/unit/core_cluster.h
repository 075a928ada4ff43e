/* SPDX-License-Identifier: MIT
 *
 * core_cluster.h - several cores connected by hand: every message waits until
 * the test delivers it, every disk is as fast as its server unless the test
 * holds it up.
 *
 * After every step Figure 3 is checked, as far as tests/unit needs it: one
 * leader in a term, and one entry at a committed index, for ever. Two snapshots
 * of one index must say the same.
 */
#ifndef TESTS_UNIT_CORE_CLUSTER_H
#define TESTS_UNIT_CORE_CLUSTER_H

#include "tests/unit/core_harness.h"

enum {
    CLUSTER_SERVERS = RAFT_MAX_SLOTS, /* ids 1 .. this */
    CLUSTER_MESSAGES = 2048,
    CLUSTER_ENTRIES = 4096, /* longest log */
    CLUSTER_TERMS = 1024,
    CLUSTER_FILE_BYTES = 3 /* of a snapshot; a byte is a piece */
};

/* A change that a server was asked for has ended. */
struct cluster_outcome {
    uint64_t change_id;
    enum raft_change_outcome outcome;
};

/* What is committed at an index, and what it is: for ever. */
struct cluster_committed {
    raft_term term; /* 0: nothing yet */
    size_t byte_count;
    uint8_t first_bytes[32];
};

struct core_cluster {
    size_t server_count;
    struct raft *core[CLUSTER_SERVERS + 1]; /* by id */
    bool is_down[CLUSTER_SERVERS + 1];
    bool slow_disk[CLUSTER_SERVERS + 1];
    bool cut[CLUSTER_SERVERS + 1][CLUSTER_SERVERS + 1]; /* from, to */
    struct raft_config first_config;
    struct cluster_outcome ended[CLUSTER_SERVERS + 1]; /* the latest */
    enum raft_error error; /* of the latest step by a test */
    struct raft_effects effects;
    size_t message_count;
    struct raft_message messages[CLUSTER_MESSAGES]; /* oldest first */
    raft_server_id leader_of[CLUSTER_TERMS];
    struct cluster_committed committed[CLUSTER_ENTRIES];
    /* What is in the snapshots up to an index; NULL: nobody took one there. */
    struct raft_snapshot *snapshots[CLUSTER_ENTRIES];
    raft_index received[CLUSTER_SERVERS + 1]; /* whole, not yet durable; 0 */
};

/*
 * Servers 1 .. server_count; those in voters ("1 2 3") begin with that
 * configuration, the others are blank. NULL options: paper with no_op.
 */
struct core_cluster *cores_of(size_t server_count, const char *voters,
                              const struct raft_options *options);
void cores_free(struct core_cluster *c);

/* ---- Steps of one server ------------------------------------------------- */
void cores_step(struct core_cluster *c, raft_server_id id,
                const struct raft_input *in);
void cores_tick(struct core_cluster *c, raft_server_id id, uint32_t ticks);
/* c->error says whether the server took it. */
void cores_change(struct core_cluster *c, raft_server_id id, uint64_t change_id,
                  const char *ids);
void cores_propose(struct core_cluster *c, raft_server_id id);
/* Of what it has applied, if that is more than in its last one. */
void cores_snapshot(struct core_cluster *c, raft_server_id id);
/* Everything asked of its disk is done, now and from now on. */
void cores_disk_is_fast(struct core_cluster *c, raft_server_id id);
/* What was on its disk stays; what only was in memory, or on a slow disk, is
 * gone. */
void cores_crash(struct core_cluster *c, raft_server_id id);
void cores_restart(struct core_cluster *c, raft_server_id id);

/* ---- The network --------------------------------------------------------- */
/* Only servers of one group hear each other: "1 5|2 3 4"; "" = all do. */
void cores_groups(struct core_cluster *c, const char *groups);
/* One message, by its place in the queue. */
void cores_deliver_one(struct core_cluster *c, size_t i);
/* All, and the answers to them, until there is silence. */
void cores_deliver(struct core_cluster *c);
void cores_lose_one(struct core_cluster *c, size_t i);
void cores_lose_all(struct core_cluster *c);
/* All running servers live on for so many ticks; everything is delivered. */
void cores_run(struct core_cluster *c, uint32_t ticks);
/* The server's timer runs out, and it wins. */
void cores_elect(struct core_cluster *c, raft_server_id id);

/* ---- Then ---------------------------------------------------------------- */
/* The only leader of the highest term, or RAFT_NO_SERVER. */
raft_server_id cores_leader(const struct core_cluster *c);

#endif
