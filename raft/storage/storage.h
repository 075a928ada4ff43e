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

/* Stop the writer if it runs (what is queued is written first), unlock. */
void storage_close(struct storage *s);

const struct storage_identity *storage_identity(const struct storage *s);

/*
 * Read term, vote, log, and what the newest snapshot is of. A torn tail that
 * was never acknowledged is cut; any other damage is STORAGE_ECORRUPT: never
 * drop what may have been acknowledged. A damaged snapshot is that only if
 * neither an older one nor the log alone can stand in for it.
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
 * Call before storage_load().
 */
int storage_found_cluster(struct storage *s, uint64_t cluster_id,
                          const struct raft_entry *first,
                          struct storage_error *error);

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
    uint64_t log_bytes; /* on disk, segments in use */
};

void storage_stats(struct storage *s, struct storage_stats *stats);

#endif
