/* SPDX-License-Identifier: MIT
 *
 * writer.c - the thread that owns the log: batch after batch while there is
 * work, then zeros ahead, then sleep. Files of the log that are not needed any
 * more go one at a time, so that the next batch does not wait for all of them.
 */
#include <errno.h>
#include <signal.h>

#include "raft/storage/internal.h"

/* Nothing queued and nobody waits for the end: time for other work. */
static bool is_idle(struct storage *s)
{
    (void)pthread_mutex_lock(&s->mutex);
    const bool idle = s->queue.byte_count == 0 && !s->writer_stops;

    (void)pthread_mutex_unlock(&s->mutex);
    return idle;
}

enum work { WORK_NONE, WORK_WRITE, WORK_COMPACT };

/* None: stop; the queue is empty. */
static enum work wait_for_work(struct storage *s)
{
    enum work work = WORK_NONE;

    (void)pthread_mutex_lock(&s->mutex);
    while (s->queue.byte_count == 0 && !s->wants_compaction &&
           !s->writer_stops) {
        s->writer_sleeps = true;
        (void)pthread_cond_wait(&s->work, &s->mutex);
    }
    s->writer_sleeps = false;
    if (s->queue.byte_count > 0) {
        work = WORK_WRITE;
    } else if (!s->writer_stops) {
        work = WORK_COMPACT;
        s->wants_compaction = false;
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return work;
}

/* *is_full: the disk is; so there is no point in going on at once. */
static int fill_ahead(struct storage *s, bool *is_full,
                      struct storage_error *error)
{
    const uint32_t before = s->segment.zeroed;

    if (segment_fill_ahead(&s->disk, &s->segment, s->segment_bytes, error) !=
        0) {
        return storage_failed(s, error);
    }
    (void)pthread_mutex_lock(&s->mutex);
    s->stats.log_bytes = s->sealed.byte_count + s->segment.zeroed;
    s->stats.syncs = s->disk.syncs;
    (void)pthread_mutex_unlock(&s->mutex);
    *is_full = s->segment.zeroed == before;
    return 0;
}

static void *write_until_stopped(void *self)
{
    struct storage *const s = self;
    struct storage_error error = {0};
    raft_write_seq done = s->done; /* only this thread changes it */
    bool is_full = false;

    for (;;) {
        if (log_compact_one(s) && is_idle(s)) {
            continue;
        }
        if (!is_full && is_idle(s) &&
            segment_wants_zeros(&s->segment, s->segment_bytes)) {
            if (fill_ahead(s, &is_full, &error) != 0) {
                break;
            }
            continue;
        }
        const enum work work = wait_for_work(s);

        if (work == WORK_NONE) {
            return NULL;
        }
        if (work == WORK_COMPACT) {
            continue;
        }
        if (batch_write(s, &done, &error) != 0) {
            break;
        }
        s->listener.written(s->listener.self, done, NULL);
        is_full = false; /* there may be room again */
    }
    s->listener.written(s->listener.self, done, &error);
    return NULL;
}

int storage_start_writer(struct storage *s,
                         const struct storage_listener *listener,
                         struct storage_error *error)
{
    sigset_t all;
    sigset_t before;

    if (!s->is_loaded || s->writer_runs) {
        return fail_io(error, &s->disk, "", "start writer",
                       s->writer_runs ? EBUSY : EINVAL);
    }
    s->listener = *listener;
    s->writer_stops = false;
    /* Signals are for the program's own threads. */
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    const int result = pthread_create(&s->writer, NULL, write_until_stopped, s);

    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (result != 0) {
        return fail_io(error, &s->disk, "", "start writer", result);
    }
    s->writer_runs = true;
    return 0;
}

void writer_stop(struct storage *s)
{
    if (!s->writer_runs) {
        return;
    }
    (void)pthread_mutex_lock(&s->mutex);
    s->writer_stops = true;
    (void)pthread_cond_signal(&s->work);
    (void)pthread_mutex_unlock(&s->mutex);
    (void)pthread_join(s->writer, NULL);
    s->writer_runs = false;
}
