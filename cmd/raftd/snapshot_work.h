/* SPDX-License-Identifier: MIT
 *
 * snapshot_work.h - what the snapshot thread does, one job after the other.
 */
#ifndef RAFTD_SNAPSHOT_WORK_H
#define RAFTD_SNAPSHOT_WORK_H

#include "cmd/raftd/snapshot_thread.h"

enum snapshot_job_type {
    SNAPSHOT_JOB_BEGIN = 1,
    SNAPSHOT_JOB_WRITE,
    SNAPSHOT_JOB_END,
    SNAPSHOT_JOB_ABANDON,
    SNAPSHOT_JOB_STORE,
    SNAPSHOT_JOB_CHECK,
    SNAPSHOT_JOB_FREE
};

struct snapshot_job {
    struct snapshot_job *next;
    enum snapshot_job_type type;
    struct raft_snapshot of;   /* BEGIN, STORE */
    bool again;                /* BEGIN: the newest once more */
    uint64_t offset;           /* STORE */
    bool done;                 /* STORE: the last piece */
    struct kv_remains remains; /* FREE */
    size_t byte_count;
    uint8_t bytes[]; /* WRITE, STORE */
};

struct snapshot_work {
    struct storage *storage;
    struct snapshot_file_writer *own;      /* NULL: none, or it has failed */
    struct snapshot_file_writer *received; /* likewise */
};

struct snapshot_news snapshot_work_do(struct snapshot_work *work,
                                      struct snapshot_job *job);
/* Abandon what is unfinished. */
void snapshot_work_end(struct snapshot_work *work);
void snapshot_job_free(struct snapshot_job *job);

#endif
