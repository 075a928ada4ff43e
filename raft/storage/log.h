/* SPDX-License-Identifier: MIT
 *
 * log.h - the files and records of the log.
 */
#ifndef RAFT_STORAGE_LOG_H
#define RAFT_STORAGE_LOG_H

#include "raft/storage/disk.h"

enum { RECORD_HEADER_BYTES = 40 };

#define SEGMENT_BYTES_DEFAULT (16u << 20)
#define SEGMENT_BYTES_MIN     512u
#define SEGMENT_BYTES_MAX     (1u << 30)
#define PAYLOAD_BYTES_MAX     (1u << 30)

/* ---- record.c -------------------------------------------------------- */

/* The numbers stand on disk. */
enum record_type {
    RECORD_ENTRY = 1,
    RECORD_TRUNCATE = 2, /* delete index and all after it */
    RECORD_MARK = 3,     /* says only: all before me is durable */
    /* In the queue only: */
    RECORD_HARD_STATE = 4, /* index is voted_for */
    RECORD_RESET = 5       /* index and term: the log begins after this entry */
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
    bool is_reset; /* the log begins here; all older segments are void */
};

void segment_name(char name[NAME_BYTES], uint32_t number);
/* The number in a segment's name, or 0. */
uint32_t segment_number(const char *name);
void segment_header_decode(const uint8_t block[BLOCK_BYTES],
                           struct segment_header *header);
/*
 * A new, empty one, durable under its name; the old one is closed.
 * header: number, first_index and is_reset.
 */
int segment_create(struct disk *d, struct segment *segment,
                   const struct segment_header *header, uint32_t segment_bytes,
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

/* ---- compact.c ------------------------------------------------------- */

/* A segment before the last. Needed until a snapshot stands for all of it. */
struct sealed {
    uint32_t number;
    raft_index until; /* may be removed once all up to here may be forgotten */
    uint64_t byte_count;
};

/* Oldest first, numbered without a gap. */
struct sealed_list {
    struct sealed *at;
    size_t count;
    size_t capacity;
    uint64_t byte_count; /* of all of them */
};

void sealed_free(struct sealed_list *list);
/* The next one. until: the index before the first one of its successor. */
int sealed_add(struct sealed_list *list, uint32_t number, raft_index until,
               uint64_t byte_count, struct storage_error *error);
/* The log begins anew behind them: none is needed. */
void sealed_void(struct sealed_list *list);
/* Remove the oldest segment if it is not needed; true: it was removed. */
bool log_compact_one(struct storage *s);
/* What was removed and came back by a crash, or should have been removed. */
int log_remove_before(struct storage *s, uint32_t number,
                      struct storage_error *error);
/*
 * Where the log begins: at the newest segment that says so, or behind a gap.
 * Whatever is missing before must stand in the snapshot. 0: there is no log.
 */
int log_find_first(struct storage *s, uint32_t *number,
                   struct storage_error *error);

/* ---- load.c, tail.c -------------------------------------------------- */

/* What storage_load() read; entries borrow the buffers. */
struct loaded {
    uint8_t **buffers; /* one a segment */
    size_t buffer_count;
    raft_index first_index;
    struct raft_entry *entries; /* from first_index */
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

#endif
