/* SPDX-License-Identifier: MIT
 *
 * storage_rig.h - storage on a fault_files disk, and a memory of what was
 * written to it, to compare with what comes back.
 *
 * Every write is a row of steps (a hard state, a truncation, one entry). After
 * a crash the disk must hold the state after some number of steps: no fewer
 * than were acknowledged, no more than were asked for.
 */
#ifndef TESTS_UNIT_STORAGE_RIG_H
#define TESTS_UNIT_STORAGE_RIG_H

#include "raft/storage/storage.h"
#include "tests/unit/fault_files.h"

enum { RIG_MAX_BYTES = 16384 };

enum rig_kind { RIG_HARD_STATE, RIG_TRUNCATE, RIG_ENTRY, RIG_RESET };

struct rig_step {
    enum rig_kind kind;
    raft_term term;
    uint64_t number; /* voted_for, or index; the log begins after it */
    enum raft_entry_type type;
    uint32_t byte_count;
    uint8_t filling;
};

struct storage_rig {
    struct fault_files *disk;
    struct storage *storage; /* NULL: closed */
    struct raft_storage face;
    struct storage_settings settings;
    struct storage_error error;
    struct rig_step *steps;
    size_t step_count;
    size_t acked_count; /* of the steps */
    size_t last_index;  /* with all steps done */
    raft_term last_term;
    raft_index first_index;        /* of the log loaded */
    struct raft_snapshot snapshot; /* loaded */
    raft_index compacted; /* as far as this the log may have forgotten */
    raft_write_seq seq;
    uint64_t random;
};

void rig_create(struct storage_rig *rig, uint64_t seed, uint32_t segment_bytes);
void rig_destroy(struct storage_rig *rig);
uint64_t rig_random(struct storage_rig *rig, uint64_t below);

/* Open and load; false: rig->error. What came back replaces the memory. */
bool rig_open(struct storage_rig *rig);
void rig_close(struct storage_rig *rig);

/* Ask for one write; false: it was refused. */
bool rig_hard_state(struct storage_rig *rig, raft_term term, uint64_t vote);
bool rig_truncate(struct storage_rig *rig, raft_index from);
bool rig_reset(struct storage_rig *rig, raft_index after_index, raft_term term);
bool rig_append(struct storage_rig *rig, size_t count, uint32_t byte_count);
bool rig_write_something(struct storage_rig *rig); /* at random */

/* Not a write: what was compacted may be there or not. */
bool rig_compact(struct storage_rig *rig, raft_index through);

/* Write and sync what was asked for; false: rig->error. */
bool rig_sync(struct storage_rig *rig);

/* The step that made an entry, with all steps done; NULL: not in the log. */
const struct rig_step *rig_entry(const struct storage_rig *rig,
                                 raft_index index);
void rig_fill(const struct rig_step *step, uint8_t *bytes);

/* The steps that start describes, from least on; -1: it is none of them. */
long rig_steps_of(const struct storage_rig *rig, const struct raft_start *start,
                  size_t least);

/* The same, or the test fails. */
void rig_must_open(struct storage_rig *rig);
void rig_batch(struct storage_rig *rig, size_t count, uint32_t byte_count);
/* Opening must fail as damaged, naming this place. */
void rig_must_refuse(struct storage_rig *rig, const char *name, size_t offset);
/*
 * A disk that was stopped in good order with four batches of two entries, 64
 * bytes a record: they start at offset 64, a mark of 40 bytes follows them.
 */
void rig_create_log(struct storage_rig *rig, uint32_t segment_bytes);

#endif
