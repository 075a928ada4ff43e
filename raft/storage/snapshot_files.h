/* SPDX-License-Identifier: MIT
 *
 * snapshot_files.h - snapshots in a server's directory (section 7).
 *
 * One file each. A file gets its name only when it is whole and durable, and
 * then the older ones go: there is the newest one, or none. Files are sent
 * byte for byte, so a follower's file is equal to its leader's.
 *
 * Threads: one thread at a time for each writer and reader, any thread; beside
 * the log's writer thread. All of them are gone before storage_close().
 *
 * Errors: -1 or NULL, with *error filled in. A snapshot that could not be
 * written (disk full, ...) leaves nothing behind: the log and the snapshots
 * there were are as before, and it can be tried again.
 */
#ifndef RAFT_STORAGE_SNAPSHOT_FILES_H
#define RAFT_STORAGE_SNAPSHOT_FILES_H

#include "raft/snapshot.h"
#include "raft/storage/storage.h"

/* ---- Writing --------------------------------------------------------- */

struct snapshot_file_writer;

/*
 * A snapshot of our own. of: last_index, last_term and config are those of
 * raft_snapshot_now(), of the same moment as the state that is then written.
 * EBUSY: another one is being written.
 */
struct snapshot_file_writer *
snapshot_file_create(struct storage *s, const struct raft_snapshot *of,
                     struct storage_error *error);

/*
 * The newest one again, because its file is damaged: the same state gives the
 * same bytes. of: all that is known of it. As above; but finish is
 * STORAGE_ECORRUPT, and the file stays as it is, when they are not the same.
 */
struct snapshot_file_writer *
snapshot_file_rewrite(struct storage *s, const struct raft_snapshot *of,
                      struct storage_error *error);

/*
 * One that is received. of: last_index, last_term, byte_count and checksum are
 * those of the leader's file; the configuration comes with the bytes. EBUSY:
 * another one is being received. ENOSPC: there is no room for all of it and a
 * segment of the log.
 */
struct snapshot_file_writer *
snapshot_file_receive(struct storage *s, const struct raft_snapshot *of,
                      struct storage_error *error);

/*
 * The next bytes: of the state, or of the file that is received. After -1
 * there is nothing to do but to abandon it.
 */
int snapshot_file_write(struct snapshot_file_writer *w, const void *bytes,
                        size_t byte_count, struct storage_error *error);

/* Bytes written so far: where the next piece received must begin. */
uint64_t snapshot_file_written(const struct snapshot_file_writer *w);

struct snapshot_file_reader;

/*
 * All of it has been received: check it, and read it before it counts. So one
 * that the state machine can make nothing of is abandoned and never becomes the
 * newest. Close the reader before the writer is finished or abandoned.
 */
struct snapshot_file_reader *
snapshot_file_reread(struct snapshot_file_writer *w,
                     struct storage_error *error);

/*
 * Check what was received, make the file durable under its name, remove older
 * ones. *done: everything about it. The writer is gone afterwards, whatever
 * the result. STORAGE_ECORRUPT: what came is not what was announced.
 * Of two that end out of order the older one is thrown away; that is no error.
 */
int snapshot_file_finish(struct snapshot_file_writer *w,
                         struct raft_snapshot *done,
                         struct storage_error *error);

/* The writer and its file are gone. NULL is fine. */
void snapshot_file_abandon(struct snapshot_file_writer *w);

/* ---- Reading --------------------------------------------------------- */

/*
 * The newest one. All its checksums were found right when it was received, or
 * when the server started. It stays readable when a newer one takes its place.
 * ENOENT: there is none.
 */
struct snapshot_file_reader *snapshot_file_open(struct storage *s,
                                                struct storage_error *error);

/* What it is of; valid as long as the reader. */
const struct raft_snapshot *
snapshot_file_of(const struct snapshot_file_reader *reader);

/* Where the state begins; it goes up to the end of the file. */
uint64_t snapshot_file_body_at(const struct snapshot_file_reader *reader);

/* Bytes of the file, all or none: pieces to send, or the state. */
int snapshot_file_read(const struct snapshot_file_reader *reader,
                       uint64_t offset, void *bytes, size_t byte_count,
                       struct storage_error *error);

/* Read all of the state: is it what its checksum says? -1: *error. */
int snapshot_file_check(const struct snapshot_file_reader *reader,
                        struct storage_error *error);

void snapshot_file_close(struct snapshot_file_reader *reader); /* NULL: fine */

#endif
