/* SPDX-License-Identifier: MIT
 *
 * storage.h - a server's directory: identity, term and vote, the log. Its
 * snapshots: snapshot_files.h.
 *
 * Only raft/storage/ calls write, fsync and rename, and only through the
 * file operations it was given (file_ops.h), so tests can lose, tear and
 * refuse what was written. Server ids and salts alone come from the system
 * directly (getrandom(), no file). Formats: docs/storage.md.
 *
 * Errors: -1 or NULL, with *error filled in. Whatever failed, nothing that
 * was durable before is lost, and nothing half-written is taken for whole.
 */
#ifndef RAFT_STORAGE_STORAGE_H
#define RAFT_STORAGE_STORAGE_H

#include "raft/node/storage.h"
#include "raft/raft.h"
#include "raft/storage/file_ops.h"

struct storage;

enum storage_problem {
    STORAGE_EIO = 1,      /* an operation failed: error->errno_value */
    STORAGE_ECORRUPT = 2, /* bytes are damaged: error->text names the place */
    STORAGE_ELOCKED = 3,  /* another process uses the directory */
    STORAGE_EVERSION = 4, /* a format this version does not read */
    STORAGE_ENOMEM = 5
};

struct storage_error {
    enum storage_problem problem;
    int errno_value; /* 0 when none */
    char text[512];  /* one line, with file and offset */
};

/* Who a directory belongs to. A wiped directory is a new server. */
struct storage_identity {
    uint64_t cluster_id;      /* 0: blank, member of nothing yet */
    raft_server_id server_id; /* random, never 0 */
    bool is_provisional;      /* founded alone, and it has told nobody yet */
};

struct storage_settings {
    uint32_t segment_bytes; /* 0: the default */
};

/*
 * Open (create when missing: 0700) and lock a directory; one that others may
 * write to is refused. Draws a server id the first time. ops: must outlive
 * the storage; directory: copied.
 */
struct storage *storage_open(const char *directory, const struct file_ops *ops,
                             const struct storage_settings *settings,
                             struct storage_error *error);

/*
 * Stop the writer if it runs: what is queued is written first, and the log is
 * closed. Nothing can be written any more but snapshots that are under way.
 */
void storage_end_log(struct storage *s);

/* The same if it was not done, and unlock. */
void storage_close(struct storage *s);

/* Changes only in the calls below that say so, on their caller's thread. */
const struct storage_identity *storage_identity(const struct storage *s);

/*
 * Read term, vote, log, and what the newest snapshot is of. A torn tail that
 * was never acknowledged is cut; any other damage is STORAGE_ECORRUPT: never
 * drop what may have been acknowledged. A damaged snapshot is that only if
 * neither an older one nor the log alone can stand in for it. A new cluster
 * that was begun and not finished: STORAGE_EIO with errno_value 0.
 * *start borrows memory of s until storage_loaded_free().
 */
int storage_load(struct storage *s, struct raft_start *start,
                 struct storage_error *error);
void storage_loaded_free(struct storage *s);

/*
 * Why storage_load() did without a newer snapshot, which is damaged; NULL: it
 * did not. The file is called snapshot.damaged now.
 */
const struct storage_error *storage_set_aside(const struct storage *s);

/*
 * A blank directory becomes a member of cluster_id; durable on return.
 * Refused (STORAGE_EIO, EEXIST) when it already belongs to another one. Call
 * before storage_start_writer().
 */
int storage_join_cluster(struct storage *s, uint64_t cluster_id,
                         struct storage_error *error);

/*
 * A blank directory founds a cluster: entry 1 (term 1) and term 1, then the
 * identity; durable on return. A crash before the end leaves it blank.
 * is_provisional: it may be left for another one, until it is settled.
 * Call before storage_load().
 */
int storage_found_cluster(struct storage *s, uint64_t cluster_id,
                          const struct raft_entry *first, bool is_provisional,
                          struct storage_error *error);

/*
 * The cluster is provisional no longer; durable on return, so call it before
 * anybody is told anything. Does nothing when it is settled already. The
 * node's thread may call it while the writer runs. -1: the server must stop,
 * as after a failed write.
 */
int storage_settle(struct storage *s, struct storage_error *error);

/*
 * Leave a provisional cluster for another one. Stops the writer first; then
 * the identity is durable on return: from now on this is a member of
 * cluster_id, and nothing else here means anything. Only storage_close() may
 * follow. The next storage_open(), whenever that is, removes log, snapshots,
 * term and vote; the server id stays.
 * Refused, and nothing changed: EEXIST when it is not provisional, EINVAL
 * when cluster_id is 0 or its own. Other errors: the server must stop.
 */
int storage_leave_for(struct storage *s, uint64_t cluster_id,
                      struct storage_error *error);

/*
 * After the loss of a majority: one directory becomes a cluster of its own,
 * under a new id. First storage_force_new_cluster(), before storage_load() or
 * after it; then one configuration entry with this server alone, through
 * storage_interface() and storage_write_queued(); then
 * storage_new_cluster_ready(). Each is durable on return. No writer thread
 * may run. A stop in between leaves a directory that is no member of the old
 * cluster any more, and that storage_load() refuses until all three are done
 * again.
 * Refused, and nothing changed: EINVAL for a blank directory, or when
 * cluster_id is 0 or that of the old cluster; ready: when entries wait to be
 * written, or nothing was begun.
 */
int storage_force_new_cluster(struct storage *s, uint64_t cluster_id,
                              struct storage_error *error);
int storage_new_cluster_ready(struct storage *s, struct storage_error *error);

/*
 * The node's face of it: writes are encoded into a queue at once. They reach
 * the disk when storage_write_queued() runs: by hand, or on the writer thread.
 */
struct raft_storage storage_interface(struct storage *s);

/*
 * Write and sync everything queued up to now: one batch. *done: the last
 * finished number. -1: the server must stop; a failed sync is never retried.
 */
int storage_write_queued(struct storage *s, raft_write_seq *done,
                         struct storage_error *error);

/* Called on the writer thread. error NULL: done is durable. */
struct storage_listener {
    void *self;
    void (*written)(void *self, raft_write_seq done,
                    const struct storage_error *error);
};

/* From now on a thread of its own writes the queue (group commit). */
int storage_start_writer(struct storage *s,
                         const struct storage_listener *listener,
                         struct storage_error *error);

struct storage_stats {
    uint64_t batches; /* written; a group commit each */
    uint64_t syncs;   /* of files and of the directory */
    uint64_t records; /* entries, truncations, term-and-vote records */
    uint64_t bytes_written;
    uint64_t log_bytes;    /* on disk, segments in use */
    uint64_t loaded_bytes; /* of them when loaded, without zeros ahead */
};

void storage_stats(struct storage *s, struct storage_stats *stats);

#endif
