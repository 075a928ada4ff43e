/* SPDX-License-Identifier: MIT
 *
 * snapshots.h - what the node needs of a place for snapshots (section 7).
 *
 * Bytes of snapshots go past the core: it says which piece, this fetches or
 * keeps it. Work that takes long (syncing, building a new state from the
 * bytes) is done elsewhere; whoever does it then calls
 * raft_node_snapshot_taken(), _stored() or _failed().
 */
#ifndef RAFT_NODE_SNAPSHOTS_H
#define RAFT_NODE_SNAPSHOTS_H

#include "raft/message.h"
#include "raft/snapshot.h"

struct raft_snapshots {
    void *self;
    /*
     * A piece of our own newest snapshot, for a message that is sent now. Sets
     * bytes (borrowed until the next call), byte_count and done from offset on.
     * false: not to be had now; the message is dropped, Raft tries again.
     */
    bool (*fetch)(void *self, struct raft_install_snapshot *piece);
    /*
     * Keep a piece that has come (copy it: it is borrowed). Pieces come in
     * order, from offset 0 on; offset 0 again: forget what there was. With the
     * last one (done): make it durable, check it, have the state machine build
     * its state from it aside, then raft_node_snapshot_stored().
     */
    void (*store)(void *self, const struct raft_install_snapshot *piece);
};

#endif
