/* SPDX-License-Identifier: MIT
 *
 * storage_heard.c - a listener to the writer thread that tests wait on.
 */
#include <time.h>

#include "tests/t.h"
#include "tests/unit/storage_heard.h"

void heard_written(void *self, raft_write_seq done,
                   const struct storage_error *error)
{
    struct heard *const heard = self;

    (void)pthread_mutex_lock(&heard->mutex);
    heard->went_back |= done < heard->done;
    heard->done = done;
    heard->calls++;
    if (error != NULL) {
        heard->error = *error;
    }
    (void)pthread_cond_signal(&heard->changed);
    while (heard->is_held) {
        (void)pthread_cond_wait(&heard->changed, &heard->mutex);
    }
    (void)pthread_mutex_unlock(&heard->mutex);
}

void heard_hold(struct heard *heard, bool is_held)
{
    (void)pthread_mutex_lock(&heard->mutex);
    heard->is_held = is_held;
    (void)pthread_cond_signal(&heard->changed);
    (void)pthread_mutex_unlock(&heard->mutex);
}

void heard_wait(struct heard *heard, raft_write_seq seq)
{
    struct timespec until;
    int result = 0;

    assert_int_equal(clock_gettime(CLOCK_REALTIME, &until), 0);
    until.tv_sec += 30;
    (void)pthread_mutex_lock(&heard->mutex);
    while (heard->done < seq && heard->error.problem == 0 && result == 0) {
        result = pthread_cond_timedwait(&heard->changed, &heard->mutex, &until);
    }
    (void)pthread_mutex_unlock(&heard->mutex);
    assert_int_equal(result, 0);
}

void heard_start(struct storage_rig *rig, struct heard *heard)
{
    const struct storage_listener listener = {.self = heard,
                                              .written = heard_written};

    *heard = (struct heard){0};
    (void)pthread_mutex_init(&heard->mutex, NULL);
    (void)pthread_cond_init(&heard->changed, NULL);
    rig_must_open(rig);
    assert_int_equal(storage_start_writer(rig->storage, &listener, &rig->error),
                     0);
}
