/* SPDX-License-Identifier: MIT
 *
 * types.h - the words every other file uses (section 5.1, Figures 5 and 6).
 */
#ifndef RAFT_TYPES_H
#define RAFT_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A logical clock: at most one leader per term (section 5.1). 0 = none yet. */
typedef uint64_t raft_term;

/* A place in the log. The first entry is 1; 0 means "before the first". */
typedef uint64_t raft_index;

/* Names a server for ever; a wiped disk means a new id. 0 is the paper's null.
 */
typedef uint64_t raft_server_id;

/*
 * Number of a disk write. Every effect that writes carries the next one, and
 * the disk reports them done in order. A number, never an index: an index can
 * be truncated and written again while its first write is still under way.
 */
typedef uint64_t raft_write_seq;

/* Time as the core sees it: ticks, 10 ms in raftd. 0 dates nothing. */
typedef uint64_t raft_tick;

#define RAFT_NO_SERVER ((raft_server_id)0)

enum {
    RAFT_MAX_VOTERS = 9, /* in each of C_old and C_new */
    /* Servers that receive the log but do not vote: all of a C_new. */
    RAFT_MAX_LEARNERS = RAFT_MAX_VOTERS,
    /* C_old with its learners, or C_old with C_new; the leader sees to it that
     * there are never learners beside a C_new. */
    RAFT_MAX_SLOTS = RAFT_MAX_VOTERS + RAFT_MAX_LEARNERS,
    RAFT_MAX_ADDRESS_BYTES = 128, /* of a member, with the final NUL */
    RAFT_MAX_NAME_BYTES = 64      /* the same */
};

/* What an entry is for. The numbers stand on disk and on the wire. */
enum raft_entry_type {
    RAFT_ENTRY_NO_OP = 1,   /* section 8: a new leader's first entry */
    RAFT_ENTRY_COMMAND = 2, /* for the state machine; opaque bytes */
    RAFT_ENTRY_CONFIG = 3   /* section 6: a set of members (config.h) */
};

/* One log entry (Figure 6). bytes belongs to whoever holds the entry. */
struct raft_entry {
    raft_term term; /* when the leader received it */
    enum raft_entry_type type;
    uint32_t byte_count;
    const uint8_t *bytes; /* NULL only when byte_count is 0 */
};

/* A run of neighbouring entries; borrows them. */
struct raft_slice {
    raft_index first_index; /* of entries[0] */
    size_t count;           /* 0 = nothing */
    const struct raft_entry *entries;
};

#endif
