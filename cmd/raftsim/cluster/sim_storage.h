/* SPDX-License-Identifier: MIT
 *
 * sim_storage.h - a disk that does only what it is told.
 *
 * What a server writes waits here until somebody says that it is done. A
 * crash keeps what was done, and of the rest nothing or a torn piece.
 */
#ifndef RAFTSIM_SIM_STORAGE_H
#define RAFTSIM_SIM_STORAGE_H

#include "raft/node/snapshots.h"
#include "raft/node/storage.h"
#include "raft/raft.h"

enum sim_write_type {
    SIM_WRITE_HARD_STATE = 1,
    SIM_WRITE_TRUNCATE,
    SIM_WRITE_RESET,
    SIM_WRITE_APPEND
};

struct sim_write {
    enum sim_write_type type;
    raft_write_seq seq;
    raft_tick asked;            /* of the server's clock */
    raft_term current_term;     /* HARD_STATE; RESET: of the entry before */
    raft_server_id voted_for;   /* HARD_STATE */
    raft_index first_index;     /* TRUNCATE, RESET, APPEND */
    size_t count;               /* APPEND */
    struct raft_entry *entries; /* APPEND; owned, with their bytes */
};

/* A snapshot and its bytes; owned. meta.last_index 0: none. */
struct sim_snapshot {
    struct raft_snapshot meta;
    uint8_t *bytes; /* meta.byte_count of them, once it is whole */
    size_t stored;  /* so many have come, while it is received */
};

struct sim_disk {
    /* Durable (Figure 2, "Persistent state"). */
    raft_term current_term;
    raft_server_id voted_for;
    raft_index log_base;    /* the entry before log[0]; 0: none */
    struct raft_entry *log; /* log_base + 1 at log[0]; owned, with bytes */
    size_t log_count;
    size_t log_capacity;
    struct sim_snapshot snapshot; /* the newest */

    /* Under way, oldest first. */
    struct sim_write *writes;
    size_t write_count;
    size_t write_capacity;

    /* Not durable yet: one of our own, and one that comes from a leader. */
    struct sim_snapshot taken;
    struct sim_snapshot received;

    /* To be forgotten when this write is done; 0: nothing. */
    raft_index compact_through;
    raft_write_seq compact_after;

    raft_write_seq done;
    raft_tick now; /* of the server's clock: how long writes have waited */
    bool fails;    /* the next write is refused */
    uint32_t piece_bytes; /* of a snapshot, in one message; 0: no limit */
};

/* What of the writes under way survives a crash. All zero: none. */
struct sim_torn {
    size_t writes;      /* so many, whole, oldest first */
    size_t entries;     /* so many entries of the append that follows them */
    size_t hard_states; /* term and vote stand in a file of their own: so many
                           of those further on may be there, too */
};

/* A zeroed struct is a blank disk; this makes it blank again. */
void sim_disk_wipe(struct sim_disk *disk);

/* The node's face of it. */
struct raft_storage sim_disk_interface(struct sim_disk *disk);

/* Put something on the disk before any server uses it. */
void sim_disk_set_hard_state(struct sim_disk *disk, raft_term current_term,
                             raft_server_id voted_for);
void sim_disk_add_entry(struct sim_disk *disk, const struct raft_entry *entry);

/* Do the oldest `count` of the writes under way; returns the last done. */
raft_write_seq sim_disk_complete(struct sim_disk *disk, size_t count);

/* How many of them, oldest first, were asked for `ticks` ago or earlier. */
size_t sim_disk_count_due(const struct sim_disk *disk, uint32_t ticks);

/* The power goes; the numbers of writes start anew. */
void sim_disk_crash(struct sim_disk *disk, const struct sim_torn *torn);

/* What a server finds when it starts; borrows from the disk. */
struct raft_start sim_disk_start(const struct sim_disk *disk);

/* Of the last entry, or of what the log begins after. */
raft_index sim_disk_last_index(const struct sim_disk *disk);
/* NULL: not in the log. */
const struct raft_entry *sim_disk_entry(const struct sim_disk *disk,
                                        raft_index index);
/* Is the entry at an index there, of this term? Snapshots hold entries, too. */
bool sim_disk_has(const struct sim_disk *disk, raft_index index,
                  raft_term term);

/* ---- sim_snapshots.c ------------------------------------------------------
 */

void sim_snapshot_free(struct sim_snapshot *snapshot);
/* The node's face of it. */
struct raft_snapshots sim_snapshots_interface(struct sim_disk *disk);
/* One of our own is being written; bytes are taken over. Replaces the last. */
void sim_disk_take_snapshot(struct sim_disk *disk,
                            const struct raft_snapshot *meta, uint8_t *bytes);
/* It is whole: it becomes the newest, unless a newer one is there. */
void sim_disk_publish(struct sim_disk *disk, struct sim_snapshot *snapshot);
/* Has the last piece come? */
bool sim_disk_has_received(const struct sim_disk *disk);

#endif
