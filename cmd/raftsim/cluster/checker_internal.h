/* SPDX-License-Identifier: MIT
 *
 * checker_internal.h - what the checker remembers.
 */
#ifndef RAFTSIM_CHECKER_INTERNAL_H
#define RAFTSIM_CHECKER_INTERNAL_H

#include "cmd/raftsim/cluster/checker.h"

/* An entry that stood in some log. By induction on prev_term this is Log
 * Matching: index and term name the entry and all before it. */
struct seen_entry {
    raft_term term;
    raft_term prev_term;
    uint64_t hash; /* of type and bytes */
};

/* All entries that ever stood at one index. */
struct seen_index {
    struct seen_entry *entries;
    size_t count;
    size_t capacity;
};

struct committed_entry {
    raft_term term;
    uint64_t hash;
    raft_term in_term; /* of whoever committed it first: the leader */
    bool is_config;
};

/* What the state machine holds when it has applied up to an index. */
struct seen_state {
    raft_index index;
    uint64_t hash;
};

struct seen_leader {
    raft_term term;
    raft_server_id id;
};

struct seen_vote {
    raft_term term;
    raft_server_id candidate_id;
};

/* Votes that left a server, over all its lives. */
struct seen_votes {
    struct seen_vote *votes;
    size_t count;
    size_t capacity;
};

enum { CHECKER_MAX_ID = 31 };

struct checked_server {
    bool running;
    raft_server_id id;
    const struct sim_disk *disk;
    const struct raft *core; /* NULL before its first step */
    enum raft_role role;
    bool led; /* before the latest step, or after it */
    raft_term current_term;
    raft_server_id voted_for;
    raft_index commit_index;
    raft_index last_applied; /* by the state machine */
    raft_index last_index;
    raft_index snapshot_index;
    struct raft_config config;                  /* before the latest step */
    raft_index match_index[CHECKER_MAX_ID + 1]; /* of a leader, by id */
};

struct checker {
    struct checked_server servers[CHECKER_MAX_SERVERS];

    struct seen_index *seen; /* of index i at seen[i - 1] */
    size_t seen_count;
    size_t seen_capacity;

    struct committed_entry *committed; /* of index i at committed[i - 1] */
    size_t committed_count;
    size_t committed_capacity;
    struct raft_config committed_config; /* the latest */

    struct seen_leader *leaders;
    size_t leader_count;
    size_t leader_capacity;

    struct seen_state *states;
    size_t state_count;
    size_t state_capacity;

    struct seen_votes votes[CHECKER_MAX_ID + 1]; /* by server id */

    raft_index told_index; /* the newest state anybody was told of */
    raft_index acknowledged_index;
    uint64_t held[RAFT_RULE_COUNT];
    char violation[256]; /* "" = none */
};

/* Record the first violation; the later ones follow from it. */
__attribute__((format(printf, 3, 4))) void
checker_broken(struct checker *checker, const char *property,
               const char *format, ...);

uint64_t checker_hash(const struct raft_entry *entry);
/* Term of the entry at an index, in the log or gone into a snapshot. */
raft_term checker_term_at(const struct checker *checker,
                          const struct raft *core, raft_index index);
/* Is it gone into the snapshot? */
bool checker_is_compacted(const struct raft *core, raft_index index);
/* checker_snapshots.c: after a step. */
void checker_see_snapshot(struct checker *checker, size_t place,
                          const struct raft *core,
                          const struct raft_effects *out);

/* checker_members.c: after a step. */
void checker_see_members(struct checker *checker, size_t place,
                         const struct raft *core,
                         const struct raft_effects *out);

/* checker_messages.c: the leader of a term takes the log of the server in a
 * slot for equal to its own up to match. */
void checker_see_match(struct checker *checker,
                       const struct checked_server *leader, raft_term term,
                       size_t slot, raft_index match);

/* NULL: it cannot be looked into. */
const struct sim_disk *checker_disk_of(const struct checker *checker,
                                       raft_server_id id);

/* checker_log.c: entries that came into a log, or were there at its start. */
void checker_see_entries(struct checker *checker, raft_server_id id,
                         raft_term prev_term, const struct raft_slice *entries);
/* A server's commit_index moved from old. */
void checker_see_commit(struct checker *checker, size_t place,
                        const struct raft *core, raft_index old);
/* A server became leader. */
void checker_see_leader(struct checker *checker, size_t place);

#endif
