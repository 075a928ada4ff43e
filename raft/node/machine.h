/* SPDX-License-Identifier: MIT
 *
 * machine.h - what the node needs of a state machine (section 2, Figure 1).
 */
#ifndef RAFT_NODE_MACHINE_H
#define RAFT_NODE_MACHINE_H

#include "raft/raft.h"

struct raft_machine {
    void *self;
    /*
     * Entry number index is committed. Called once for each index, in order,
     * no-ops and configurations included (they change no state). Must be
     * deterministic and must not fail. The entry is borrowed.
     */
    void (*apply)(void *self, raft_index index, const struct raft_entry *entry);
    /* A read handed to raft_node_read() is answered (section 8). */
    void (*read_answered)(void *self, const struct raft_read_answer *answer);
};

#endif
