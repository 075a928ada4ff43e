/* SPDX-License-Identifier: MIT
 *
 * pending.h - writes that were proposed and are not decided yet.
 *
 * What was proposed at (index, term) is done when exactly that entry is
 * applied. It can't happen any more once another one is applied at its index,
 * or one of a later term before it: terms never fall along a log. The log
 * decides, not the role: a write outlives the leadership it began under.
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

/* A ring, in the order of proposals: by term, then by index. */
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

/*
 * The entry (index, term) was applied: take out the oldest write that it
 * decides. false: none left.
 */
bool pending_take_decided(struct pending *p, raft_index index, raft_term term,
                          struct pending_write *write);

/* What that entry means for such a write. */
enum bridge_outcome pending_outcome(const struct pending_write *write,
                                    raft_index index, raft_term term);

/* Take out the oldest write, decided or not; false: none left. */
bool pending_take(struct pending *p, struct pending_write *write);

#endif
