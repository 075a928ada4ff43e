/* SPDX-License-Identifier: MIT
 *
 * internal.h - what the files of raft/storage/ share. Formats and the reasons
 * for them: docs/storage.md.
 *
 * disk.c       one operation each: short transfers, EINTR, error texts
 * block.c      64 checksummed bytes: segment headers, identity, term and vote
 * record.c     one log record
 * segment.c    one file of the log: create, extend, write, sync
 * batch.c      the queue to disk, in order
 * load.c       the disk back to memory; tail.c decides about a bad record
 * queue.c      the node's face: encode and return
 * writer.c     the thread
 * identity.c   who the directory belongs to; term and vote
 * storage.c    open, load, close
 * random.c     server ids and salts
 */
#ifndef RAFT_STORAGE_INTERNAL_H
#define RAFT_STORAGE_INTERNAL_H

#include <pthread.h>

#include "raft/storage/storage.h"

enum {
    STORAGE_VERSION = 1, /* of every format */
    BLOCK_BYTES = 64,
    BLOCK_FIELDS = 16, /* where what differs from file to file starts */
    RECORD_HEADER_BYTES = 40,
    NAME_BYTES = 16
};

#define SEGMENT_BYTES_DEFAULT (16u << 20)
#define SEGMENT_BYTES_MIN     512u
#define SEGMENT_BYTES_MAX     (1u << 30)
#define PAYLOAD_BYTES_MAX     (1u << 30)

/* ---- disk.c ---------------------------------------------------------- */

struct disk {
    const struct file_ops *ops;
    const char *path; /* of the directory, for messages */
    int directory;
    int spare; /* a handle to give up when the system has no more; or -1 */
    uint64_t syncs;
};

struct disk_file {
    int handle; /* -1: not open */
    char name[NAME_BYTES];
};

/* Fill in *error; always -1. name may be "" for the directory itself. */
int fail_io(struct storage_error *error, const struct disk *d, const char *name,
            const char *what, int errno_value);
int fail_corrupt(struct storage_error *error, const struct disk *d,
                 const char *name, uint64_t offset, const char *what);
int fail_memory(struct storage_error *error);

int disk_open(const struct disk *d, const char *name, int flags,
              struct disk_file *file, struct storage_error *error);
void disk_close(const struct disk *d, struct disk_file *file);
int disk_size(const struct disk *d, const struct disk_file *file,
              uint64_t *byte_count, struct storage_error *error);
/* All or nothing: a file that ends early is an error. */
int disk_read(const struct disk *d, const struct disk_file *file, void *bytes,
              size_t count, uint64_t offset, struct storage_error *error);
int disk_write(const struct disk *d, const struct disk_file *file,
               const void *bytes, size_t count, uint64_t offset,
               struct storage_error *error);
int disk_write_zeros(const struct disk *d, const struct disk_file *file,
                     uint64_t from, uint64_t to, struct storage_error *error);
int disk_sync(struct disk *d, const struct disk_file *file,
              struct storage_error *error);
int disk_truncate(const struct disk *d, const struct disk_file *file,
                  uint64_t byte_count, struct storage_error *error);
int disk_sync_directory(struct disk *d, struct storage_error *error);
/* Missing is fine. */
int disk_unlink(const struct disk *d, const char *name,
                struct storage_error *error);
/* Give a synced file its name; durable on return. */
int disk_publish(struct disk *d, struct disk_file *file, const char *name,
                 struct storage_error *error);
/*
 * A new, empty file under a name that means nothing yet. Needs a descriptor
 * although other threads may have taken all: the spare one.
 */
int disk_create(struct disk *d, const char *temporary_name,
                struct disk_file *file, struct storage_error *error);

/* Have a spare handle again; none to be had is fine. */
int disk_keep_spare(struct disk *d, struct storage_error *error);
void disk_give_up_spare(struct disk *d);

/* ---- block.c --------------------------------------------------------- */

extern const char identity_magic[8];
extern const char term_magic[8];
extern const char segment_magic[8];

/* Fields first, then magic, version and checksum. */
void block_seal(uint8_t block[BLOCK_BYTES], const char magic[8]);
/* name: for the message. Damage is told from a version we cannot read. */
int block_check(const uint8_t block[BLOCK_BYTES], const char magic[8],
                const struct disk *d, const char *name,
                struct storage_error *error);
/* A file that is one block. 1: read; 0: there is none; -1: error. */
int block_file_read(const struct disk *d, const char *name, const char magic[8],
                    uint8_t block[BLOCK_BYTES], struct storage_error *error);
/* Replace it as a whole: after a crash it is the old one or the new one. */
int block_file_replace(struct disk *d, const char *name,
                       const char *temporary_name,
                       const uint8_t block[BLOCK_BYTES],
                       struct storage_error *error);

/* ---- record.c -------------------------------------------------------- */

/* The numbers stand on disk. */
enum record_type {
    RECORD_ENTRY = 1,
    RECORD_TRUNCATE = 2,  /* delete index and all after it */
    RECORD_MARK = 3,      /* says only: all before me is durable */
    RECORD_HARD_STATE = 4 /* in the queue only; index is voted_for */
};

struct record {
    enum record_type type;
    enum raft_entry_type entry_type; /* of an entry */
    uint32_t length;                 /* of the payload */
    uint32_t payload_crc;
    uint32_t segment;
    uint32_t durable; /* all before this offset was synced before */
    raft_term term;
    raft_index index;
};

/* On disk, padded to 8 bytes. */
size_t record_bytes(uint32_t length);
/* Header, payload, padding; what only the writer knows is left open. */
void record_encode(uint8_t *at, const struct record *record,
                   const void *payload);
/* The writer's part: where it goes, and the checksums. */
void record_seal(uint8_t *at, uint32_t salt, uint32_t segment,
                 uint32_t durable);
/* Of a header that need not be sealed yet. */
void record_peek(const uint8_t *at, struct record *record);
/* False: no header of this segment stands here. */
bool record_decode(const uint8_t *at, uint32_t salt, uint32_t segment,
                   struct record *record);
bool record_payload_is_whole(const uint8_t *at, const struct record *record);

/* ---- segment.c ------------------------------------------------------- */

/* The last segment, the one that is written. Offsets are in the file. */
struct segment {
    struct disk_file file;
    uint32_t number; /* 1, 2, 3, ...; 0: none yet */
    uint32_t salt;   /* seeds the header checksums: payloads cannot forge */
    uint32_t end;    /* of the last record: the next goes here */
    uint32_t synced; /* durable up to here */
    uint32_t zeroed; /* zeros from end to here, at least */
    bool is_marked;  /* the last record is a mark, or there is none */
};

struct segment_header {
    uint32_t number;
    uint32_t salt;
    uint32_t previous_end; /* where the segment before this one ended */
    raft_index first_index;
};

void segment_name(char name[NAME_BYTES], uint32_t number);
/* The number in a segment's name, or 0. */
uint32_t segment_number(const char *name);
void segment_header_decode(const uint8_t block[BLOCK_BYTES],
                           struct segment_header *header);
/* A new, empty one, durable under its name; the old one is closed. */
int segment_create(struct disk *d, struct segment *segment, uint32_t number,
                   raft_index first_index, uint32_t segment_bytes,
                   struct storage_error *error);
int segment_write(const struct disk *d, struct segment *segment,
                  const uint8_t *records, size_t byte_count,
                  uint32_t segment_bytes, struct storage_error *error);
int segment_sync(struct disk *d, struct segment *segment,
                 struct storage_error *error);
int segment_mark(struct disk *d, struct segment *segment,
                 uint32_t segment_bytes, struct storage_error *error);
/* In the writer's idle time. On a full disk, zeroed stays what it was. */
bool segment_wants_zeros(const struct segment *segment, uint32_t segment_bytes);
int segment_fill_ahead(struct disk *d, struct segment *segment,
                       uint32_t segment_bytes, struct storage_error *error);

/* ---- load.c, tail.c -------------------------------------------------- */

/* What storage_load() read; entries borrow the buffers. */
struct loaded {
    uint8_t **buffers; /* one a segment */
    size_t buffer_count;
    struct raft_entry *entries; /* from index 1 */
    size_t count;
    size_t capacity;
    uint64_t record_count;
};

/* One segment while it is read. */
struct reading {
    struct disk_file file;
    struct segment_header header;
    const uint8_t *bytes;
    uint32_t byte_count;
    uint32_t at;        /* first byte that is no whole record */
    struct record last; /* the record before at */
    uint32_t last_at;   /* its offset; 0: none */
};

void loaded_free(struct loaded *loaded);
int log_load(struct storage *s, struct storage_error *error);
/* The last segment: cut what a crash tore, make the rest durable. */
int tail_recover(struct storage *s, struct reading *reading,
                 struct storage_error *error);

/* ---- storage.c, identity.c, queue.c, batch.c ------------------------ */

/* Records one after the other, as they will stand in the log. */
struct queue {
    uint8_t *bytes;
    size_t byte_count;
    size_t capacity;
    uint64_t record_count;
    raft_write_seq last_seq; /* of the newest write in it */
};

struct storage {
    struct disk disk;
    char *path;
    struct disk_file lock;
    struct storage_identity identity;
    uint32_t segment_bytes;
    uint32_t last_segment; /* found by storage_open(); 0: none */
    /* The log goes at least this far, says the file "term". */
    uint32_t durable_segment;
    uint32_t durable_end;

    /* Whoever writes: the thread once it runs, else the caller. */
    struct segment segment;
    raft_index next_index; /* after the last entry written */
    uint64_t sealed_bytes; /* size of the segments before it */
    struct queue batch;    /* being written */
    struct loaded loaded;

    pthread_mutex_t mutex; /* for all below */
    pthread_cond_t work;
    struct queue queue;
    raft_index queue_next_index; /* as next_index, with the queue done */
    raft_term queue_last_term;   /* 0: not known */
    bool is_loaded;
    raft_write_seq done;
    bool has_failed; /* for good: a failed sync says nothing the next time */
    struct storage_error failure;
    struct storage_stats stats;

    pthread_t writer;
    bool writer_runs;
    bool writer_sleeps;
    bool writer_stops;
    struct storage_listener listener;
};

/* identity.c. term_read(): 1 read, 0 there is none, -1 error. */
int identity_open(struct storage *s, struct storage_error *error);
int term_read(struct storage *s, raft_term *current_term,
              raft_server_id *voted_for, struct storage_error *error);
int term_write(struct storage *s, raft_term current_term,
               raft_server_id voted_for, struct storage_error *error);

void queue_free(struct queue *queue);
/* Write and sync what is queued; the caller is the only writer. */
int batch_write(struct storage *s, raft_write_seq *done,
                struct storage_error *error);
/* -1 when an earlier operation failed. */
int storage_check(struct storage *s, struct storage_error *error);
/* Remember a failure; always -1. */
int storage_failed(struct storage *s, const struct storage_error *error);
void writer_stop(struct storage *s);

/* random.c. From the operating system; -1: none to be had, errno says why. */
int random_bits(void *bytes, size_t byte_count);

#endif
