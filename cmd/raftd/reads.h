/* SPDX-License-Identifier: MIT
 *
 * reads.h - reads that wait for the leader's word (section 8).
 *
 * All reads of one level that wait share one id, and so one round of
 * heartbeats. A read never joins a round that began before it arrived.
 */
#ifndef RAFTD_READS_H
#define RAFTD_READS_H

#include "http/bridge.h"
#include "raft/raft.h"

/* Reads that went to the core under one id. */
struct read_group {
    uint64_t id; /* 0: free */
    struct bridge_call *calls;
};

struct reads {
    uint64_t last_id;          /* an id is never used twice */
    struct bridge_call *lease; /* not handed to the core yet */
    struct bridge_call *consistent;
    struct read_group groups[RAFT_MAX_READS];
};

struct server;

/* Keep a call for the next reads_start(). */
void reads_add(struct reads *reads, struct bridge_call *call);

/* Hand what waits to the core; what it has no room for stays. */
void reads_start(struct server *server);

/* The core answered an id; may be called inside reads_start(). */
void reads_answered(struct server *server,
                    const struct raft_read_answer *answer);

/* Answer every read there is. */
void reads_end(struct server *server, enum bridge_outcome outcome);

#endif
