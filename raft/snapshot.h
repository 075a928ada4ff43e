/* SPDX-License-Identifier: MIT
 *
 * snapshot.h - what a snapshot is of (section 7, Figure 12).
 *
 * Its bytes are the state machine's. They stay outside the core, which knows
 * only how many there are: it says which piece goes to whom, and the node
 * fetches it.
 */
#ifndef RAFT_SNAPSHOT_H
#define RAFT_SNAPSHOT_H

#include "raft/config.h"

struct raft_snapshot {
    raft_index last_index; /* lastIncludedIndex; 0: no snapshot */
    raft_term last_term;   /* lastIncludedTerm */
    uint64_t byte_count;   /* of the whole file */
    uint32_t checksum;     /* of the whole file: two that differ never mix */
    /*
     * The latest in the log up to last_index: committed, since only what has
     * been applied is in a snapshot.
     */
    struct raft_config config;
};

/* Section 6: the cluster shall have these voters and no others. */
struct raft_change {
    uint64_t change_id; /* the caller's, not 0; comes back in the effects */
    size_t member_count;
    struct raft_member members[RAFT_MAX_VOTERS]; /* id, address, name */
};

enum raft_change_outcome {
    RAFT_CHANGE_NONE = 0,
    RAFT_CHANGE_DONE = 1,   /* C_new is committed */
    RAFT_CHANGE_FAILED = 2, /* a new server does not catch up; all as before */
    RAFT_CHANGE_UNKNOWN = 3 /* no longer leader: the next one decides */
};

#endif
