/* SPDX-License-Identifier: MIT
 *
 * chaos_internal.h - one run, between chaos.c and its helpers.
 */
#ifndef RAFTSIM_CHAOS_INTERNAL_H
#define RAFTSIM_CHAOS_INTERNAL_H

#include "cmd/raftsim/cluster/sim_random.h"
#include "cmd/raftsim/random/chaos.h"

enum { CHAOS_MAX_WRITES = 64, CHAOS_MAX_READS = 64 };

/* A client's write that was accepted and not decided yet. */
struct chaos_write {
    size_t place;  /* of the server that took it */
    uint64_t life; /* its start_count then; a later life owes no answer */
    raft_index last_index;
    raft_term term;
};

struct chaos_read {
    uint64_t read_id; /* 0: no read */
    enum raft_read_level level;
    raft_index issued; /* checker_read_issued() */
};

/* What is drawn once per seed; chances in a thousand. */
struct chaos_profile {
    uint64_t tick, write, read, persist, apply, fault; /* the rest delivers */
    uint64_t loss, doubling, overtaking;
    size_t most_in_flight; /* above: deliver before anything else */
    bool disks_by_hand;
    bool apply_by_hand;
};

struct chaos_server {
    uint32_t down_ticks;   /* until it is restarted */
    uint32_t paused_ticks; /* until it goes on */
    uint32_t missed_ticks; /* of a pause */
    bool slow_clock;       /* misses every 16th tick */
};

struct chaos {
    struct cluster *cluster;
    struct sim_random random;
    struct chaos_profile profile;
    struct chaos_server servers[CLUSTER_MAX_SERVERS];
    uint64_t clock;
    uint32_t cut_ticks_left; /* until the network is whole again */
    struct chaos_write writes[CHAOS_MAX_WRITES];
    size_t write_count;
    struct chaos_read reads[CHAOS_MAX_READS];
    uint64_t last_read_id;
    uint64_t last_value;
    uint64_t *counts; /* of enum chaos_count */
};

/* chaos_clients.c */
void chaos_write(struct chaos *chaos);
void chaos_read(struct chaos *chaos);
/* Which accepted writes have been decided? */
void chaos_settle_writes(struct chaos *chaos);
void chaos_on_read_answered(void *self, size_t place,
                            const struct raft_read_answer *answer);
/* Propose one command; false: refused. */
bool chaos_propose_at(struct chaos *chaos, size_t place, size_t count,
                      raft_index *last_index);
/* Somebody who leads, or anybody. */
size_t chaos_pick_leader(struct chaos *chaos);
bool chaos_is_up(const struct chaos *chaos, size_t place);

/* chaos_faults.c */
void chaos_fault(struct chaos *chaos);
/* A tick of the cluster's clock: restarts, ends of pauses and partitions. */
void chaos_tick(struct chaos *chaos);
void chaos_heal_all(struct chaos *chaos);

/* chaos_end.c: false: failure says why. */
bool chaos_end(struct chaos *chaos, char *failure, size_t failure_bytes);

#endif
