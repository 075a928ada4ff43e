/* SPDX-License-Identifier: MIT
 *
 * storage_bodies.h - snapshots whose every byte follows from their index.
 */
#ifndef TESTS_UNIT_STORAGE_BODIES_H
#define TESTS_UNIT_STORAGE_BODIES_H

#include "raft/storage/snapshot_files.h"

enum { BODY_MAX_BYTES = 4096 };

/* The body of the snapshot of an index; returns its length. */
size_t body_fill(raft_index index, uint8_t bytes[BODY_MAX_BYTES]);

/* What it says of itself before it is written. */
struct raft_snapshot body_of(raft_index index, raft_term term);

/* Write one, in pieces; false: *error. */
bool body_take(struct storage *s, raft_index index, raft_term term,
               struct raft_snapshot *done, struct storage_error *error);

/* The file that another server made of it; the caller frees it. */
uint8_t *body_file(raft_index index, raft_term term, struct raft_snapshot *of);

/* Receive that file, in pieces; false: *error. */
bool body_receive(struct storage *s, raft_index index, raft_term term,
                  struct raft_snapshot *done, struct storage_error *error);

/* Receive these bytes as the snapshot that of announces; false: *error. */
bool body_receive_bytes(struct storage *s, const struct raft_snapshot *of,
                        const uint8_t *bytes, size_t byte_count,
                        struct raft_snapshot *done,
                        struct storage_error *error);

/* The newest one is that of this index, byte for byte, or the test fails. */
void body_must_be(struct storage *s, raft_index index, raft_term term);
/* There is none. */
void body_must_not_be(struct storage *s);

#endif
