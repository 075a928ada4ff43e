/* SPDX-License-Identifier: MIT
 *
 * pending.h - writes that were proposed and are not decided yet.
 *
 * What was proposed at (index, term) is done when exactly that entry is
 * applied, and did not happen when another one is applied at its index. The
 * log decides, not the role: a write outlives the leadership it began under.
 */
#ifndef RAFTD_PENDING_H
#define RAFTD_PENDING_H

#include "http/bridge.h"
#include "raft/types.h"

struct pending_write {
    raft_index index;
    raft_term term;
    struct bridge_call *call;
};

/* A ring, by rising index. An index can be there twice, of two terms. */
struct pending {
    struct pending_write *writes;
    size_t capacity; /* 0, or a power of two */
    size_t first;
    size_t count;
};

void pending_free(struct pending *p);

/* Make room for more. false: out of memory, nothing changed. */
bool pending_reserve(struct pending *p, size_t more);

/* Room must have been reserved. */
void pending_add(struct pending *p, const struct pending_write *write);

/* Take out the oldest write of an index up to this one; false: none left. */
bool pending_take(struct pending *p, raft_index up_to,
                  struct pending_write *write);

#endif
