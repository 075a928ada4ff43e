/* SPDX-License-Identifier: MIT
 *
 * storage.h - what the node needs of a disk.
 *
 * Writes are taken over at once (encode: the slices are borrowed) and done
 * later, strictly in the order given. Whoever runs the disk reports the last
 * finished number with raft_node_persisted(). A write that fails must stop
 * the server: its memory would be ahead of its disk.
 *
 * Each call: 0, or -1 with errno when the write could not even be queued.
 */
#ifndef RAFT_NODE_STORAGE_H
#define RAFT_NODE_STORAGE_H

#include "raft/types.h"

struct raft_storage {
    void *self;
    int (*save_hard_state)(void *self, raft_write_seq seq,
                           raft_term current_term, raft_server_id voted_for);
    /* Delete the entry at from, and all after it. */
    int (*truncate)(void *self, raft_write_seq seq, raft_index from);
    int (*append)(void *self, raft_write_seq seq,
                  const struct raft_slice *entries);
    /* Forget the log: what is appended next comes after this entry, which a
     * durable snapshot holds (Figure 13, rule 7). */
    int (*reset)(void *self, raft_write_seq seq, raft_index after_index,
                 raft_term after_term);
    /* A durable snapshot has the entries up to here: they may be forgotten when
     * it suits, after all writes asked for before. Not a numbered write. */
    int (*compact)(void *self, raft_index through);
    /* No more writes for now: start working on what is queued. */
    int (*flush)(void *self);
};

#endif
