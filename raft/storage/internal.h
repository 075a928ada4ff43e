/* SPDX-License-Identifier: MIT
 *
 * internal.h - what the files of raft/storage/ share. Formats and the reasons
 * for them: docs/storage.md.
 *
 * disk.h, log.h:
 * disk.c       one operation each: short transfers, EINTR, error texts
 * block.c      64 checksummed bytes: segment headers, identity, term and vote
 * record.c     one log record
 * segment.c    one file of the log: create, extend, write, sync
 * compact.c    the files of the log: which are needed
 * load.c       the disk back to memory; tail.c decides about a bad record
 *
 * here:
 * batch.c      the queue to disk, in order
 * queue.c      the node's face: encode and return
 * writer.c     the thread
 * identity.c   who the directory belongs to; term and vote
 * founding.c   a blank directory joins or founds a cluster
 * provisional.c     a cluster that nobody knows of is settled, or left
 * new_cluster.c     a new one of a directory that survived
 * storage.c    open, load, close
 * random.c     server ids and salts
 * snapshot_head.c   the beginning of a snapshot file, and its checksums
 * snapshot_write.c  one that is written; snapshot_receive.c: one received
 * snapshot_read.c   one that is sent or restored
 * snapshot_find.c   the files there are: which counts
 */
#ifndef RAFT_STORAGE_INTERNAL_H
#define RAFT_STORAGE_INTERNAL_H

#include <pthread.h>

#include "raft/storage/log.h"
#include "raft/storage/snapshot_files.h"

/* ---- storage.c, identity.c, queue.c, batch.c ------------------------ */

/* Records one after the other, as they will stand in the log. */
struct queue {
    uint8_t *bytes;
    size_t byte_count;
    size_t capacity;
    uint64_t record_count;
    raft_write_seq last_seq; /* of the newest write in it */
};

/* What is under way with the identity. The numbers stand on disk. */
enum identity_state {
    IDENTITY_SETTLED = 0,
    IDENTITY_FOUNDING = 1, /* a start makes it blank again */
    /* Since version 2: */
    IDENTITY_PROVISIONAL = 2,
    IDENTITY_LEAVING = 3, /* a start empties it: all but the identity is void */
    IDENTITY_FORCING = 4  /* storage_force_new_cluster() must be called again */
};

struct storage {
    struct disk disk;
    char *path;
    struct disk_file lock;
    /* The thread of the caller's alone, as is identity.new. */
    struct storage_identity identity;
    enum identity_state state; /* as on disk */
    bool is_forcing;           /* storage_force_new_cluster() was called here */
    struct disk settling;      /* storage_settle()'s, with a spare handle */

    uint32_t segment_bytes;
    uint32_t last_segment; /* found by storage_open(); 0: none */
    /* The log goes at least this far, says the file "term". */
    uint32_t durable_segment;
    uint32_t durable_end;

    /* Whoever writes: the thread once it runs, else the caller. */
    struct segment segment;
    raft_index next_index; /* after the last entry written */
    struct sealed_list sealed;
    struct queue batch; /* being written */
    struct loaded loaded;

    /* What storage_load() found. */
    struct raft_snapshot snapshot;  /* the newest; last_index 0: none */
    struct storage_error set_aside; /* why it is not a newer one */

    pthread_mutex_t mutex; /* for all below */
    pthread_cond_t work;
    struct queue queue;
    raft_index queue_next_index; /* as next_index, with the queue done */
    raft_term queue_last_term;   /* 0: not known */
    raft_index queue_base;       /* this entry and those before are gone */
    raft_index compact_through;  /* those up to here may go */
    bool wants_compaction;       /* that has changed */
    bool is_loaded;
    raft_write_seq done;
    bool has_failed; /* for good: a failed sync says nothing the next time */
    struct storage_error failure;
    struct storage_stats stats;
    raft_index snapshot_index; /* of the newest file; 0: none */
    bool is_taking;            /* snapshot.new is in use */
    bool is_receiving;         /* snapshot.received is */

    pthread_t writer;
    bool writer_runs;
    bool writer_sleeps;
    bool writer_stops;
    struct storage_listener listener;
};

/* identity.c. */
int identity_open(struct storage *s, struct storage_error *error);
/* Durable on return; what s knows changes only then. d: who writes. */
int identity_write(struct storage *s, struct disk *d, uint64_t cluster_id,
                   enum identity_state state, struct storage_error *error);
int identity_refuse(struct storage *s, struct storage_error *error); /* -1 */
/* An empty log, term 0, then the identity. */
int identity_start_over(struct storage *s, uint64_t cluster_id,
                        struct storage_error *error);
/* term_read(): 1 read, 0 there is none, -1 error. */
int term_read(struct storage *s, raft_term *current_term,
              raft_server_id *voted_for, struct storage_error *error);
int term_write(struct storage *s, raft_term current_term,
               raft_server_id voted_for, struct storage_error *error);

/* provisional.c. The node's thread may settle it while the writer runs. */
int settling_prepare(struct storage *s, struct storage_error *error);
/* At start: the log and the snapshots are void, and go. */
int leaving_finish(struct storage *s, struct storage_error *error);
/* new_cluster.c. Begun here, and not finished: it must not be loaded. */
int forcing_check(const struct storage *s, struct storage_error *error);

void queue_free(struct queue *queue);
/* Write and sync what is queued; the caller is the only writer. */
int batch_write(struct storage *s, raft_write_seq *done,
                struct storage_error *error);
/* -1 when an earlier operation failed. */
int storage_check(struct storage *s, struct storage_error *error);
/* Remember a failure; always -1. */
int storage_failed(struct storage *s, const struct storage_error *error);
void writer_stop(struct storage *s);

/* ---- snapshot_*.c ---------------------------------------------------- */

/* The first block of a snapshot file. */
struct snapshot_head {
    raft_index last_index;
    raft_term last_term;
    raft_index config_index;
    uint64_t body_bytes;
    uint32_t body_crc;
    uint32_t config_bytes; /* they follow the block; 0: no configuration */
    uint32_t config_crc;
};

/* Returns the checksum that stands for the whole file. */
uint32_t snapshot_head_encode(const struct snapshot_head *head,
                              uint8_t block[BLOCK_BYTES]);
/* Block and configuration, checked, and the size of the file. */
int snapshot_head_read(const struct disk *d, const struct disk_file *file,
                       struct snapshot_head *head,
                       struct raft_snapshot *snapshot,
                       struct storage_error *error);
/* The rest, as far as its checksum tells. */
int snapshot_body_check(const struct disk *d, const struct disk_file *file,
                        const struct snapshot_head *head,
                        struct storage_error *error);

/* A reader of a file that stays open for somebody else. */
struct snapshot_file_reader *snapshot_reader_of(const struct disk *d,
                                                const struct disk_file *file,
                                                struct storage_error *error);

void snapshot_name(char name[NAME_BYTES], raft_index last_index);
/* The newest whole one; s->snapshot and s->set_aside. Changes nothing. */
int snapshots_find(struct storage *s, struct storage_error *error);
/* After that: was there any, whole or not? */
bool snapshots_found(const struct storage *s);
/* Damaged newer ones lose their names, older ones go. */
int snapshots_tidy(struct storage *s, struct storage_error *error);
/* All of them, whole or damaged. */
int snapshots_remove_all(const struct disk *d, struct storage_error *error);
/* Those before last_index; what cannot be removed is tried again later. */
void snapshots_remove_before(const struct disk *d, raft_index last_index);
/* A disk of its own for whoever works beside the writer thread. */
struct disk snapshot_disk(const struct storage *s);
raft_index snapshot_newest(struct storage *s);

/* random.c. From the operating system; -1: none to be had, errno says why. */
int random_bits(void *bytes, size_t byte_count);

#endif
