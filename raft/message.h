/* SPDX-License-Identifier: MIT
 *
 * message.h - what servers say to each other, field for field as in
 * Figures 2 and 13.
 *
 * Fields that the paper does not have stand last in each struct, under a line
 * that says which addition needs them. A message borrows its entries.
 */
#ifndef RAFT_MESSAGE_H
#define RAFT_MESSAGE_H

#include "raft/types.h"

/* The numbers stand on the wire. */
enum raft_message_type {
    RAFT_REQUEST_VOTE = 1,
    RAFT_REQUEST_VOTE_RESULT = 2,
    RAFT_APPEND_ENTRIES = 3,
    RAFT_APPEND_ENTRIES_RESULT = 4,
    RAFT_TIMEOUT_NOW = 5, /* dissertation 3.10: stand for election at once */
    RAFT_INSTALL_SNAPSHOT = 6,
    RAFT_INSTALL_SNAPSHOT_RESULT = 7
};

struct raft_request_vote {
    raft_server_id candidate_id;
    raft_index last_log_index;
    raft_term last_log_term;
    /* Beyond Figure 2. */
    raft_term asked_term; /* the term the vote is for: PreVote term + 1 */
    bool pre_vote;        /* dissertation 9.6: "would you vote for me?" */
    bool by_transfer;     /* dissertation 3.10: the leader asked for this */
};

struct raft_request_vote_result {
    bool vote_granted;
    /* Beyond Figure 2. */
    raft_term asked_term; /* of the request */
    bool pre_vote;        /* of the request */
};

struct raft_append_entries {
    raft_server_id leader_id;
    raft_index prev_log_index;
    raft_term prev_log_term;
    const struct raft_entry *entries; /* entries[0] is prev_log_index + 1 */
    size_t entry_count;               /* 0 = heartbeat */
    raft_index leader_commit;
    /* Beyond Figure 2: returned untouched, they date the answer. */
    uint64_t read_round; /* section 8: rounds of heartbeats, 1, 2, 3, ... */
    raft_tick sent_tick; /* of the leader's clock (lease) */
};

struct raft_append_entries_result {
    bool success;
    /* Beyond Figure 2. */
    raft_index match_index;    /* success: our logs are equal up to here */
    raft_index prev_log_index; /* of the request; 0 if its term was old */
    raft_term conflict_term;   /* refusal: term of our entry there, or 0 */
    raft_index conflict_index; /* refusal: our first entry of that term, or
                                  our last index + 1 */
    uint64_t read_round;       /* of the request; 0 if its term was old */
    raft_tick sent_tick;       /* of the request; 0 if its term was old */
};

/* Figure 13. The configuration stands in the snapshot's own bytes. */
struct raft_install_snapshot {
    raft_server_id leader_id;
    raft_index last_included_index;
    raft_term last_included_term;
    uint64_t offset; /* of this piece */
    /*
     * Borrowed. The core sets neither: the node fetches the piece when it
     * sends the message, unless it shall stay empty (a heartbeat).
     */
    const uint8_t *bytes;
    uint32_t byte_count;
    bool done; /* the piece is the last one; the node's, too */
    /* Beyond Figure 13. */
    bool is_heartbeat;   /* without a piece: "I lead, how far are you?" */
    uint64_t file_bytes; /* of the whole snapshot; two that differ in this, */
    uint32_t checksum;   /* or in this, never mix */
    uint64_t read_round; /* returned untouched, as in AppendEntries */
    raft_tick sent_tick;
};

struct raft_install_snapshot_result {
    /* Figure 13 has the term only. */
    raft_index last_included_index; /* of the request; 0 if its term was old */
    bool installed; /* all of it, or more than it, is committed here */
    /* Go on from here; 0: from the start. All of them also means: send nothing
     * now. Only `installed` says that it is there. */
    uint64_t bytes_stored;
    uint64_t read_round; /* of the request; 0 if its term was old */
    raft_tick sent_tick; /* of the request; 0 if its term was old */
};

struct raft_message {
    enum raft_message_type type;
    raft_server_id from;
    raft_server_id to;
    raft_term term; /* the sender's current_term, in every message */

    /*
     * Not sent: the write that must be on disk before this message may leave
     * (Figure 2: "updated on stable storage before responding"). 0 = none.
     */
    raft_write_seq needs_write;

    union {
        struct raft_request_vote request_vote;
        struct raft_request_vote_result request_vote_result;
        struct raft_append_entries append_entries;
        struct raft_append_entries_result append_entries_result;
        struct raft_install_snapshot install_snapshot;
        struct raft_install_snapshot_result install_snapshot_result;
    };
};

#endif
