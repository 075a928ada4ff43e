/* SPDX-License-Identifier: MIT
 *
 * snapshot_writer.h - what snapshot_write.c and snapshot_receive.c share.
 */
#ifndef RAFT_STORAGE_SNAPSHOT_WRITER_H
#define RAFT_STORAGE_SNAPSHOT_WRITER_H

#include "raft/storage/internal.h"

struct snapshot_file_writer {
    struct storage *s;
    struct disk disk;
    struct disk_file file;
    bool is_received;
    bool is_checked;   /* what was received, and found as announced */
    bool is_rewritten; /* and must become what has this checksum */
    uint32_t rewritten_checksum;
    struct raft_snapshot of;
    uint8_t config[RAFT_MAX_CONFIG_BYTES];
    uint32_t config_bytes;
    uint64_t start; /* of what is written: the body, or the file */
    uint64_t end;
    uint64_t synced;
    uint32_t body_crc;
    struct storage_error failure; /* problem 0: none */
};

struct snapshot_file_writer *
snapshot_writer_create(struct storage *s, const struct raft_snapshot *of,
                       bool is_received, struct storage_error *error);
/* Could a file of this be read again? */
int snapshot_check_asked(const struct storage *s,
                         const struct raft_snapshot *of, uint64_t least_bytes,
                         struct storage_error *error);
/* Is there room for all of it, and a little for the log? */
int snapshot_check_room(const struct storage *s, const struct raft_snapshot *of,
                        struct storage_error *error);
/* Is it what was announced, and whole? Sets w->of.config. */
int snapshot_check_received(struct snapshot_file_writer *w,
                            struct storage_error *error);

#endif
