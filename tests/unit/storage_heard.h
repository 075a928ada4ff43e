/* SPDX-License-Identifier: MIT
 *
 * storage_heard.h - a listener to the writer thread that tests wait on.
 */
#ifndef TESTS_UNIT_STORAGE_HEARD_H
#define TESTS_UNIT_STORAGE_HEARD_H

#include <pthread.h>

#include "tests/unit/storage_rig.h"

/* What the listener heard. */
struct heard {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    raft_write_seq done;
    uint64_t calls;
    bool went_back;
    bool is_held;               /* the writer waits in written() */
    struct storage_error error; /* problem 0: none */
};

/* Open and load the rig's storage, start its writer. */
void heard_start(struct storage_rig *rig, struct heard *heard);
/* Until seq is done or the disk has failed; half a minute at most. */
void heard_wait(struct heard *heard, raft_write_seq seq);
void heard_hold(struct heard *heard, bool is_held);
/* The listener itself. */
void heard_written(void *self, raft_write_seq done,
                   const struct storage_error *error);

#endif
