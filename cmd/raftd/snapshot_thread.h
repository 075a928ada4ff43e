/* SPDX-License-Identifier: MIT
 *
 * snapshot_thread.h - snapshot files are written, synced, checked and read on
 * a thread of their own: neither the loop nor the log's writer waits for them.
 *
 * The loop hands over work in order, and hears how it ended as news.
 */
#ifndef RAFTD_SNAPSHOT_THREAD_H
#define RAFTD_SNAPSHOT_THREAD_H

#include "kv/snapshot.h"
#include "raft/storage/snapshot_files.h"

struct snapshot_thread;

enum snapshot_news_type {
    SNAPSHOT_NO_NEWS = 0,
    SNAPSHOT_TAKEN,      /* our own is durable */
    SNAPSHOT_NOT_TAKEN,  /* it could not be written; error */
    SNAPSHOT_STORED,     /* a leader's is durable, and its map is built */
    SNAPSHOT_NOT_STORED, /* it could not be written or read; error */
    SNAPSHOT_SOUND,      /* the newest file is what it should be */
    SNAPSHOT_DAMAGED,    /* it is not; error */
    SNAPSHOT_NOT_CHECKED /* memory or descriptors ran out; error */
};

struct snapshot_news {
    enum snapshot_news_type type;
    struct raft_snapshot snapshot; /* NOT_STORED: as it was announced */
    struct kv_restore *restore;    /* STORED: now the caller's */
    char error[512];
};

/* wake: called on the thread when there is news. NULL: errno says why. */
struct snapshot_thread *snapshot_thread_start(struct storage *storage,
                                              void (*wake)(void *self),
                                              void *self);
/* What is unfinished is abandoned. NULL is fine. */
void snapshot_thread_stop(struct snapshot_thread *thread);

/* false, of each of these: out of memory, nothing was handed over. A stream of
 * bytes with a hole in it must be abandoned, and begun anew. */

/* One of our own: of as raft_snapshot_now() has it; then its bytes. */
bool snapshot_thread_begin(struct snapshot_thread *thread,
                           const struct raft_snapshot *of);
/* The same for the newest once more: its file is damaged, its state is ours. */
bool snapshot_thread_begin_again(struct snapshot_thread *thread,
                                 const struct raft_snapshot *of);
bool snapshot_thread_write(struct snapshot_thread *thread, const void *bytes,
                           size_t byte_count);
bool snapshot_thread_end(struct snapshot_thread *thread);
/* The state it was of is no more: a leader's has taken its place. */
bool snapshot_thread_abandon(struct snapshot_thread *thread);

/* A leader's; a piece at offset 0 begins anew, the last one is done. */
bool snapshot_thread_store(struct snapshot_thread *thread,
                           const struct raft_install_snapshot *piece);

/* Is the newest file what it should be? */
bool snapshot_thread_check(struct snapshot_thread *thread);

/* A map nobody uses any more is freed, which takes a while. */
void snapshot_thread_free(struct snapshot_thread *thread,
                          struct kv_remains remains);

/* Bytes handed over and not written yet. */
size_t snapshot_thread_waiting(struct snapshot_thread *thread);

struct snapshot_news snapshot_thread_news(struct snapshot_thread *thread);

/*
 * The map in the newest snapshot's file. NULL, with *error: it can't be read.
 * Also used before the thread runs.
 */
struct kv_restore *snapshot_read_map(struct storage *storage,
                                     struct storage_error *error);

#endif
