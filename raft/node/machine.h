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
    /*
     * The whole state becomes that of the snapshot, which has been built aside
     * from its bytes; nothing of the old state is left. Must not fail. The next
     * entry applied is last_index + 1.
     */
    void (*install)(void *self, const struct raft_snapshot *snapshot);
    /* A change handed to raft_node_change() has ended so (section 6). */
    void (*change_ended)(void *self, uint64_t change_id,
                         enum raft_change_outcome outcome);
    /* A read handed to raft_node_read() is answered (section 8). */
    void (*read_answered)(void *self, const struct raft_read_answer *answer);
};

#endif
