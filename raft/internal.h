/* SPDX-License-Identifier: MIT
 *
 * internal.h - one server's state: Figure 2, "State", in the figure's order.
 *
 * Visible inside raft/ and to its tests only. What each file offers the others
 * is in parts.h.
 */
#ifndef RAFT_INTERNAL_H
#define RAFT_INTERNAL_H

#include "raft/check.h"
#include "raft/numbers.h"
#include "raft/raft.h"
#include "raft/rule_events.h"

/* One snapshot must not use up the indexes there are: it ends below. */
#define RAFT_MOST_INDEX ((raft_index)1 << 62)

/* What is known of an entry besides its contents. */
struct raft_log_mark {
    raft_write_seq written_by; /* the write that puts it on our disk */
    uint64_t bytes_through;    /* payload bytes up to and with this one */
};

/*
 * Entry i stands at entries[i - base_index - 1]. What comes before is in our
 * snapshot (Figure 12), and committed: of it only the base is known.
 */
struct raft_log {
    raft_index base_index; /* 0 until something is compacted */
    raft_term base_term;   /* of the entry at base_index: lastIncludedTerm */
    uint64_t base_bytes;   /* where bytes_through goes on */
    struct raft_entry *entries; /* owns their bytes */
    struct raft_log_mark *marks;
    size_t count;
    size_t capacity;
    size_t reserved_count; /* copied behind count, not part of the log yet */
    /* Not part of it any more, and not freed yet (log_forget.c). */
    struct raft_entry *forgotten;
    size_t forgotten_count;
};

/* A snapshot on its way to a server that needs it (Figure 13). */
struct raft_sending {
    raft_index last_index; /* our newest when it began; 0: none */
    uint64_t offset;       /* the server has all before this */
    uint64_t farthest;     /* it ever said, of older ones too */
    uint32_t ticks_left;   /* of the piece under way; 0: there is none */
};

/* A snapshot that comes from a leader: which one, and how far it has come. */
struct raft_receiving {
    raft_term term;        /* of the leader that sent the latest piece */
    raft_index last_index; /* 0: none */
    raft_term last_term;
    uint64_t file_bytes;
    uint32_t checksum;
    uint64_t bytes_stored; /* all of them: it is being made durable */
};

/* What a leader or candidate knows of one server, beyond Figure 2. */
struct raft_peer {
    bool vote_granted;         /* candidate, or a follower that pre-votes */
    bool matched;              /* our logs met: entries may be pipelined */
    bool awaiting;             /* one request unanswered; only if not matched */
    uint32_t ticks_silent;     /* since its last answer (CheckQuorum) */
    uint32_t ticks_stalled;    /* a learner's, since it got on (catch_up.c) */
    uint64_t acked_round;      /* latest round of heartbeats it answered */
    raft_tick acked_sent_tick; /* when we sent the latest one it answered */
    struct raft_sending sending;
};

/* A read that waits (section 8). */
struct raft_pending_read {
    uint64_t read_id;
    uint64_t round;        /* must be answered by a majority; 0 = lease */
    raft_index read_index; /* must be applied; 0 = not known yet */
};

/* A leader's change of members, from the request to its end (section 6). */
struct raft_member_change {
    uint64_t change_id;        /* 0: nobody has asked for one */
    struct raft_config wanted; /* C_new */
    /* Its new servers catch up, all in one round (dissertation 4.2.1). */
    raft_index round_end; /* our last index when the round began */
    uint32_t round_ticks;
    uint32_t round_count; /* with this one */
};

struct raft {
    struct raft_settings settings; /* id, timing, options; never changes */

    /* Persistent state on all servers: on disk before an answer, or a request
     * for votes, that rests on it leaves. */
    raft_term current_term;   /* latest term seen; 0 at first boot */
    raft_server_id voted_for; /* RAFT_NO_SERVER is the paper's null */
    struct raft_log log;      /* first index is 1 */

    /* Volatile state on all servers. last_applied <= commit_index. */
    raft_index commit_index;
    raft_index last_applied;

    /* Volatile state on leaders: by slot; zero in the other roles. */
    raft_index next_index[RAFT_MAX_SLOTS];  /* a guess: send from here */
    raft_index match_index[RAFT_MAX_SLOTS]; /* a proof: equal up to here */

    /* Role (Figure 4) and time. Ticks count down to 0 unless said otherwise. */
    enum raft_role role;      /* changed only by raft_set_role() */
    raft_server_id leader_id; /* of this term, while it is heard */
    uint32_t election_ticks_left;
    uint32_t heartbeat_ticks_left;
    uint32_t ticks_since_leader; /* of any term; up to election_ticks_max */
    uint64_t random_state;
    bool started;

    /* Section 6: the latest configuration in the log, committed or not. */
    struct raft_config config;
    struct raft_member_change change; /* zero in the other roles */

    /* Section 7: the newest one that is durable. Its configuration was in force
     * before the log says anything, even where there is no snapshot. */
    struct raft_snapshot snapshot;
    struct raft_receiving receiving; /* Figure 13, the follower's end */

    /* The disk: what it was asked to hold, and what it holds. */
    raft_term saved_term;
    raft_server_id saved_vote;
    raft_write_seq last_write_seq; /* asked */
    raft_write_seq hard_state_seq; /* asked: the latest term and vote */
    raft_write_seq persisted_seq;  /* done */
    raft_index durable_index;      /* log entries up to here are done */
    raft_index applying_index;     /* handed out to the state machine */

    /* Beyond Figure 2. */
    struct raft_peer peer[RAFT_MAX_SLOTS];
    bool pre_voting;     /* dissertation 9.6: a flag of a follower */
    raft_tick now;       /* counts up; only with options.lease */
    uint64_t read_round; /* the latest round begun in this term */
    size_t pending_read_count;
    struct raft_pending_read pending_reads[RAFT_MAX_READS];
    raft_server_id transfer_to; /* dissertation 3.10 */
    uint32_t transfer_ticks_left;
    bool timeout_now_sent; /* in this term: no lease any more */
};

/* What a step may not change at will; taken before, checked after. */
struct raft_shadow {
    enum raft_role role;
    raft_term current_term;
    raft_server_id voted_for;
    raft_index commit_index;
    raft_term commit_term;
    raft_index last_applied;
    raft_index last_index;
    raft_term last_term;
    raft_index snapshot_index;
};

#include "raft/parts.h"

#endif
