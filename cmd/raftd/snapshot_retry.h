/* SPDX-License-Identifier: MIT
 *
 * snapshot_retry.h - a snapshot that can't be installed: when it may come
 * again.
 *
 * The cause is often one that stays: a disk that is too small, a leader's file
 * that has gone bad. Then each attempt costs a transfer of all of it.
 */
#ifndef RAFTD_SNAPSHOT_RETRY_H
#define RAFTD_SNAPSHOT_RETRY_H

#include "raft/message.h"
#include "raft/snapshot.h"

/* Two that differ in any of these are two snapshots. */
struct snapshot_id {
    raft_index last_index; /* 0: none */
    raft_term last_term;
    uint64_t file_bytes;
    uint32_t checksum;
};

struct snapshot_id snapshot_id_of(const struct raft_snapshot *snapshot);
struct snapshot_id
snapshot_id_of_piece(const struct raft_install_snapshot *piece);
bool snapshot_id_same(const struct snapshot_id *a, const struct snapshot_id *b);

/* All zero: nothing has failed. */
struct snapshot_retry {
    struct snapshot_id of; /* what has failed */
    uint32_t failures;     /* one after the other */
    uint64_t until_ns;
    bool waits;
};

/*
 * It has failed, and waits: the first time for 0 seconds, then for 1, 2, 4 and
 * so on, at most 30. Of another one it is the first time. Returns the seconds.
 */
uint32_t snapshot_retry_failed(struct snapshot_retry *retry,
                               const struct snapshot_id *of, uint64_t now_ns);

/* Has the time come? Once for each failure. */
bool snapshot_retry_is_due(struct snapshot_retry *retry, uint64_t now_ns);

/* Is it this one that waits? */
bool snapshot_retry_waits_for(const struct snapshot_retry *retry,
                              const struct snapshot_id *of);

#endif
