/* SPDX-License-Identifier: MIT
 *
 * raft.h - the core's public face: inputs go in, effects come out.
 *
 * The core is pure: no clock, no disk, no network, no threads, no callbacks.
 * Everything that happens to a server is an input to raft_step(); everything
 * the server wants done is an effect. raft/node/ carries the effects out.
 */
#ifndef RAFT_RAFT_H
#define RAFT_RAFT_H

#include "raft/config.h"
#include "raft/message.h"
#include "raft/rules.h"
#include "raft/settings.h"
#include "raft/snapshot.h"
#include "raft/types.h"

struct raft; /* one server; its layout is in internal.h */

enum raft_error {
    RAFT_OK = 0,
    RAFT_ENOMEM = 1,     /* out of memory; the log is as it was */
    RAFT_ENOTLEADER = 2, /* refused; raft_status() names the leader known */
    RAFT_EBUSY = 3,      /* a bound is reached; try again later */
    RAFT_EINVALID = 4,   /* the input makes no sense (unknown server, ...) */
    RAFT_EDISK = 5       /* from the node: a write failed; stop the server */
};

const char *raft_error_text(enum raft_error error);

enum raft_role { RAFT_FOLLOWER = 0, RAFT_CANDIDATE = 1, RAFT_LEADER = 2 };

const char *raft_role_text(enum raft_role role);

/* ---- Inputs ---------------------------------------------------------- */

enum raft_input_type {
    RAFT_IN_START = 1, /* the first input, exactly once */
    RAFT_IN_TICK,
    RAFT_IN_MESSAGE,
    RAFT_IN_PROPOSE,
    RAFT_IN_PERSISTED,
    RAFT_IN_APPLIED,
    RAFT_IN_READ,
    RAFT_IN_TRANSFER,
    RAFT_IN_CHANGE,
    RAFT_IN_SNAPSHOT_TAKEN,
    RAFT_IN_SNAPSHOT_STORED,
    RAFT_IN_SNAPSHOT_FAILED
};

/* What the disk held at start (Figure 2, "Persistent state"). */
struct raft_start {
    raft_term current_term;
    raft_server_id voted_for;
    struct raft_slice log; /* copied; from index 1, or see snapshot */
    /*
     * In force before the log says anything (index 0); NULL = none. For worlds
     * drawn as in the paper, whose logs hold commands only; raftd has none.
     */
    const struct raft_config *initial_config;
    /*
     * The newest one, or NULL: the state machine holds it already. The log then
     * begins at its last_index + 1 or before. A log that has no entry of its
     * last_term at last_index is dropped, as Figure 13 has it: the server
     * crashed before its disk had done so.
     */
    const struct raft_snapshot *snapshot;
};

/* A batch of commands; the core sets their terms. */
struct raft_propose {
    const struct raft_entry *entries; /* type and bytes; copied */
    size_t count;
};

enum raft_read_level {
    RAFT_READ_LEASE = 1,     /* under the lease if there is one, else a round */
    RAFT_READ_CONSISTENT = 2 /* always a round of heartbeats */
};

/* One id may stand for many reads: those that wait share a round. */
struct raft_read {
    uint64_t read_id; /* the caller's; comes back in effects.reads */
    enum raft_read_level level;
};

/* Borrowed for the call of raft_step(). */
struct raft_input {
    enum raft_input_type type;
    union {
        struct raft_start start;
        uint32_t ticks; /* TICK: how many have passed */
        struct raft_message message;
        struct raft_propose propose;
        raft_write_seq persisted; /* this write and all before it are done */
        raft_index applied;       /* the state machine has applied up to */
        struct raft_read read;
        raft_server_id transfer_to; /* RAFT_NO_SERVER: the most up to date */
        const struct raft_change *change; /* section 6 */
        /*
         * TAKEN: one of our own (raft_snapshot_now()) is durable.
         * STORED: the one received (effects.store) is durable, and the state
         * machine can replace its state by it at once.
         */
        const struct raft_snapshot *snapshot;
        /* SNAPSHOT_FAILED: what was received is gone; start again. */
    };
};

/* ---- Effects --------------------------------------------------------- */

enum {
    RAFT_MAX_APPENDS_PER_STEP =
        2, /* to one follower; the pipe fills in steps */
    /* Per follower: those, those once more when a configuration was appended
     * in the same step, and one more (vote, TimeoutNow, heartbeat). */
    RAFT_MAX_MESSAGES =
        RAFT_MAX_SLOTS * (2 * RAFT_MAX_APPENDS_PER_STEP + 1) + 1,
    RAFT_MAX_READS = 16,       /* read ids waiting at one time */
    RAFT_MAX_RULE_EVENTS = 256 /* neighbours that are equal count as one */
};

/* A read that is answered: serve it from the state machine, or refuse it. */
struct raft_read_answer {
    uint64_t read_id;
    bool confirmed; /* false: no longer leader; nothing is known */
};

struct raft_rule_event {
    enum raft_rule rule;
    bool taken;     /* a guard that declined is recorded too */
    uint32_t count; /* times in a row */
};

/*
 * What the caller owes after raft_step().
 * Order:     top to bottom; a message waits for its needs_write, so a simple
 *            caller writes everything first and then sends everything.
 * Ownership: the caller owns the struct; slices borrow the server's log until
 *            the next raft_step() on this server: encode them at once.
 * Writes:    save_hard_state_seq, truncate_seq, append_seq number the writes;
 *            0 = no such write. They rise in the order they stand here.
 */
struct raft_effects {
    raft_write_seq save_hard_state_seq; /* write term and vote */
    raft_term current_term;
    raft_server_id voted_for;

    raft_write_seq truncate_seq; /* delete truncate_from and all after it */
    raft_index truncate_from;

    raft_write_seq reset_seq; /* forget the log: it begins after this entry */
    raft_index reset_index;
    raft_term reset_term;

    raft_write_seq append_seq; /* then write these entries */
    struct raft_slice append;

    /* A durable snapshot has the entries up to here: the disk may forget them
     * when it likes. 0: nothing new. */
    raft_index compact_through;

    /* Keep this piece of a snapshot (borrows the input); report STORED when
     * the last one is durable. NULL: none. */
    const struct raft_install_snapshot *store;

    size_t message_count; /* then send these */
    struct raft_message messages[RAFT_MAX_MESSAGES];

    /* Then replace the whole state by that of raft_snapshot_of(): it has been
     * applied up to there. */
    bool install;

    struct raft_slice apply; /* then apply these, and report RAFT_IN_APPLIED */

    size_t read_count; /* then answer these reads */
    struct raft_read_answer reads[RAFT_MAX_READS];

    bool config_changed; /* raft_config_of() has other members now */

    uint64_t change_id; /* of the change that ended so */
    enum raft_change_outcome change_outcome;

    size_t rule_event_count; /* what fired, in order; for people and tests */
    struct raft_rule_event rule_events[RAFT_MAX_RULE_EVENTS];
    size_t rule_events_lost; /* those that did not fit */
};

/* ---- Calls ----------------------------------------------------------- */

/*
 * A new server, not started. settings: copied.
 * NULL when out of memory or when the settings make no sense.
 */
struct raft *raft_create(const struct raft_settings *settings);
void raft_destroy(struct raft *r); /* NULL is fine */

/*
 * Advance one server by one input (section 5.1, Fig2:ALL.2).
 * in: borrowed for this call. out: the caller's, overwritten.
 * Errors: RAFT_ENOMEM, RAFT_ENOTLEADER, RAFT_EBUSY, RAFT_EINVALID: what was
 *         asked for was not done. Still carry out *out: of a message the
 *         term, and the leader it names, may have been heeded.
 */
enum raft_error raft_step(struct raft *r, const struct raft_input *in,
                          struct raft_effects *out);

/* What one server knows, for logs, pages and tests. A copy. */
struct raft_status {
    raft_server_id id;
    enum raft_role role;
    bool pre_voting; /* a follower that asks whether it could win */
    raft_term current_term;
    raft_server_id voted_for;
    raft_server_id leader_id; /* RAFT_NO_SERVER: not known */
    raft_index first_index;   /* of the log held; last + 1 when empty */
    raft_index last_index;
    raft_term last_term;
    raft_index durable_index; /* on our own disk */
    raft_index commit_index;
    raft_index last_applied;
    uint64_t uncommitted_bytes;
    bool transferring;
    bool changing; /* leader: members come or go, whoever asked for it */
    bool has_lease;
    raft_index snapshot_index; /* of the newest snapshot; 0: none */
    bool sending_snapshot;     /* leader: to anybody who answers */
    /* Since a leader was last heard; stops at election_ticks_max (never). */
    raft_tick leader_contact_ticks;
    /* The timers (5.2), for people; a leader has only the second. */
    uint32_t election_ticks_left;
    uint32_t heartbeat_ticks_left;
    /* Leader only, by slot of the configuration. */
    raft_index next_index[RAFT_MAX_SLOTS];
    raft_index match_index[RAFT_MAX_SLOTS];
};

void raft_status(const struct raft *r, struct raft_status *status);

/* The configuration in force; valid until the next step. */
const struct raft_config *raft_config_of(const struct raft *r);

/* The newest snapshot; last_index 0: none. Valid until the next step. */
const struct raft_snapshot *raft_snapshot_of(const struct raft *r);

/*
 * What a snapshot taken now, of what has been applied, must say of itself;
 * byte_count and checksum are left 0. false: there is nothing new to take.
 */
bool raft_snapshot_now(const struct raft *r, struct raft_snapshot *snapshot);

/* Entry at an index, or NULL; valid until the next step. */
const struct raft_entry *raft_entry_at(const struct raft *r, raft_index index);

/* ---- Canonical image (image.c) --------------------------------------- */

/* Bytes raft_image_encode() would write. */
size_t raft_image_size(const struct raft *r);

/* Write the whole state of a server; bytes: at least raft_image_size(). */
void raft_image_encode(const struct raft *r, uint8_t *bytes);

/* The server such bytes describe, or NULL: out of memory or not an image. */
struct raft *raft_image_decode(const uint8_t *bytes, size_t byte_count);

/*
 * An image that is the same for all servers that will act alike (image_view.c):
 * write numbers count from what is done; a seed, a random state or a clock
 * that no option in force looks at is 0. Servers have new names: id becomes
 * renamed[id], if it is below renamed_count, and addresses are left out.
 * Entries are opaque, so where members change, renamed must be NULL: all keep
 * their names. Only a transfer to whoever is most up to date may still look at
 * more.
 * bytes: NULL only measures. Returns the bytes used.
 */
size_t raft_image_view(const struct raft *r, const raft_server_id renamed[],
                       size_t renamed_count, uint8_t *bytes);

#endif
