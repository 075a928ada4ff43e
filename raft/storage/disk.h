/* SPDX-License-Identifier: MIT
 *
 * disk.h - single operations on files of a server's directory, and the block
 * that many of them begin with.
 */
#ifndef RAFT_STORAGE_DISK_H
#define RAFT_STORAGE_DISK_H

#include "raft/storage/storage.h"

enum {
    BLOCK_BYTES = 64,
    BLOCK_CHECKSUM = 12, /* where the block's own checksum stands */
    BLOCK_FIELDS = 16,   /* where what differs from file to file starts */
    NAME_BYTES = 32
};

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
extern const char snapshot_magic[8];

/* Fields first, then magic, version and checksum. */
void block_seal(uint8_t block[BLOCK_BYTES], const char magic[8]);
/* The same, for what an older version can say as well. */
void block_seal_as(uint8_t block[BLOCK_BYTES], const char magic[8],
                   uint32_t version);
uint32_t block_version(const uint8_t block[BLOCK_BYTES]);
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

#endif
