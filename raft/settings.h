/* SPDX-License-Identifier: MIT
 *
 * settings.h - what does not change while a server runs: who it is, how it
 * keeps time, and what it does beyond the paper.
 */
#ifndef RAFT_SETTINGS_H
#define RAFT_SETTINGS_H

#include "raft/types.h"

/*
 * What we add to Figure 2, each to be switched off by itself. All zero is the
 * paper to the letter (raft_options_paper); raftd runs raft_options_default.
 */
struct raft_options {
    bool pre_vote;          /* dissertation 9.6 */
    bool stickiness;        /* section 6, last paragraph */
    bool check_quorum;      /* dissertation 6.2 */
    bool no_op;             /* section 8 */
    bool fast_backtracking; /* section 5.3, end */
    bool lease;             /* dissertation 6.4.1; needs stickiness */
    /* Pipelining: unanswered entries per follower; 0 = one request at a time */
    uint32_t max_in_flight_entries;
    uint64_t max_in_flight_bytes; /* with it; 0 = no limit */
    uint32_t max_batch_entries;   /* per AppendEntries; 0 = no limit */
    uint64_t max_batch_bytes;     /* payload; one entry always fits; 0 = none */
    /* Not committed, or not on the leader's disk: above, proposals are refused.
     * 0 = no limit. */
    uint64_t max_uncommitted_bytes;
    uint32_t max_apply_entries; /* per step; 0 = no limit */
    uint32_t keep_entries;      /* behind a snapshot, for slow followers */
    uint64_t keep_bytes;        /* with it; 0 = no limit */
    /* New servers catch up in so many rounds, or are taken out again
     * (dissertation 4.2.1). 0: they vote at once, as in the paper's figures. */
    uint32_t catch_up_rounds;
};

extern const struct raft_options raft_options_paper;
extern const struct raft_options raft_options_default;

/* Who this server is and how it keeps time. */
struct raft_settings {
    raft_server_id id;
    uint64_t random_seed;
    uint32_t election_ticks_min; /* time-outs are drawn from min..max; > 0 */
    uint32_t election_ticks_max; /* >= min */
    uint32_t heartbeat_ticks;    /* > 0, < min */
    struct raft_options options;
};

#endif
