/* SPDX-License-Identifier: MIT
 *
 * snapshot_thread.c - work in order, news in order.
 */
#include "cmd/raftd/snapshot_thread.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftd/snapshot_work.h"

enum { MOST_NEWS = 8 };

struct snapshot_thread {
    struct snapshot_work work; /* the thread's own */
    void (*wake)(void *self);
    void *self;
    pthread_t thread;
    pthread_mutex_t mutex; /* for all below */
    pthread_cond_t changed;
    struct snapshot_job *first;
    struct snapshot_job *last;
    size_t waiting_bytes;
    bool stops;
    struct snapshot_news news[MOST_NEWS]; /* a ring */
    size_t news_first;
    size_t news_count;
};

/* ---- The thread ---------------------------------------------------------- */

/* NULL: it is to stop. */
static struct snapshot_job *wait_for_job(struct snapshot_thread *t)
{
    struct snapshot_job *job;

    pthread_mutex_lock(&t->mutex);
    while (t->first == NULL && !t->stops) {
        pthread_cond_wait(&t->changed, &t->mutex);
    }
    job = t->stops ? NULL : t->first;
    if (job != NULL) {
        t->first = job->next;
        t->last = t->first == NULL ? NULL : t->last;
        t->waiting_bytes -= job->byte_count;
    }
    pthread_mutex_unlock(&t->mutex);
    return job;
}

/* A node has one snapshot of each kind under way: the ring can't be full, but
 * for failures of a leader that tries again, and checks; the loop reads soon.
 */
static void tell(struct snapshot_thread *t, const struct snapshot_news *news)
{
    pthread_mutex_lock(&t->mutex);
    while (t->news_count == MOST_NEWS && !t->stops) {
        pthread_cond_wait(&t->changed, &t->mutex);
    }
    if (!t->stops) {
        t->news[(t->news_first + t->news_count++) % MOST_NEWS] = *news;
    } else {
        kv_restore_destroy(news->restore);
    }
    pthread_mutex_unlock(&t->mutex);
    t->wake(t->self);
}

static void *run(void *self)
{
    struct snapshot_thread *t = self;
    struct snapshot_job *job;

    while ((job = wait_for_job(t)) != NULL) {
        const struct snapshot_news news = snapshot_work_do(&t->work, job);

        snapshot_job_free(job);
        if (news.type != SNAPSHOT_NO_NEWS) {
            tell(t, &news);
        }
    }
    snapshot_work_end(&t->work);
    return NULL;
}

struct snapshot_thread *snapshot_thread_start(struct storage *storage,
                                              void (*wake)(void *self),
                                              void *self)
{
    struct snapshot_thread *t = calloc(1, sizeof *t);

    if (t == NULL) {
        return NULL;
    }
    t->work.storage = storage;
    t->wake = wake;
    t->self = self;
    pthread_mutex_init(&t->mutex, NULL);
    pthread_cond_init(&t->changed, NULL);
    if (pthread_create(&t->thread, NULL, run, t) != 0) {
        pthread_cond_destroy(&t->changed);
        pthread_mutex_destroy(&t->mutex);
        free(t);
        return NULL;
    }
    return t;
}

void snapshot_thread_stop(struct snapshot_thread *t)
{
    if (t == NULL) {
        return;
    }
    pthread_mutex_lock(&t->mutex);
    t->stops = true;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->mutex);
    pthread_join(t->thread, NULL);
    while (t->first != NULL) {
        struct snapshot_job *job = t->first;

        t->first = job->next;
        snapshot_job_free(job);
    }
    for (; t->news_count > 0; t->news_count--) {
        kv_restore_destroy(t->news[t->news_first].restore);
        t->news_first = (t->news_first + 1) % MOST_NEWS;
    }
    pthread_cond_destroy(&t->changed);
    pthread_mutex_destroy(&t->mutex);
    free(t);
}

/* ---- The loop ------------------------------------------------------------ */

/* false: out of memory; the job is not done. */
static bool add_job(struct snapshot_thread *t, enum snapshot_job_type type,
                    const struct snapshot_job *what, const void *bytes,
                    size_t byte_count)
{
    struct snapshot_job *job = malloc(sizeof *job + byte_count);

    if (job == NULL) {
        return false;
    }
    *job = *what;
    job->type = type;
    job->next = NULL;
    job->byte_count = byte_count;
    if (byte_count > 0) {
        memcpy(job->bytes, bytes, byte_count);
    }
    pthread_mutex_lock(&t->mutex);
    if (t->last == NULL) {
        t->first = job;
    } else {
        t->last->next = job;
    }
    t->last = job;
    t->waiting_bytes += byte_count;
    pthread_cond_broadcast(&t->changed);
    pthread_mutex_unlock(&t->mutex);
    return true;
}

bool snapshot_thread_begin(struct snapshot_thread *t,
                           const struct raft_snapshot *of)
{
    const struct snapshot_job what = {.of = *of};

    return add_job(t, SNAPSHOT_JOB_BEGIN, &what, NULL, 0);
}

bool snapshot_thread_begin_again(struct snapshot_thread *t,
                                 const struct raft_snapshot *of)
{
    const struct snapshot_job what = {.of = *of, .again = true};

    return add_job(t, SNAPSHOT_JOB_BEGIN, &what, NULL, 0);
}

bool snapshot_thread_write(struct snapshot_thread *t, const void *bytes,
                           size_t byte_count)
{
    static const struct snapshot_job what;

    return add_job(t, SNAPSHOT_JOB_WRITE, &what, bytes, byte_count);
}

bool snapshot_thread_end(struct snapshot_thread *t)
{
    static const struct snapshot_job what;

    return add_job(t, SNAPSHOT_JOB_END, &what, NULL, 0);
}

bool snapshot_thread_abandon(struct snapshot_thread *t)
{
    static const struct snapshot_job what;

    return add_job(t, SNAPSHOT_JOB_ABANDON, &what, NULL, 0);
}

bool snapshot_thread_store(struct snapshot_thread *t,
                           const struct raft_install_snapshot *piece)
{
    struct snapshot_job what = {.offset = piece->offset, .done = piece->done};

    what.of.last_index = piece->last_included_index;
    what.of.last_term = piece->last_included_term;
    what.of.byte_count = piece->file_bytes;
    what.of.checksum = piece->checksum;
    return add_job(t, SNAPSHOT_JOB_STORE, &what, piece->bytes,
                   piece->byte_count);
}

bool snapshot_thread_check(struct snapshot_thread *t)
{
    static const struct snapshot_job what;

    return add_job(t, SNAPSHOT_JOB_CHECK, &what, NULL, 0);
}

void snapshot_thread_free(struct snapshot_thread *t, struct kv_remains remains)
{
    const struct snapshot_job what = {.remains = remains};

    if (!add_job(t, SNAPSHOT_JOB_FREE, &what, NULL, 0)) {
        kv_remains_free(&remains);
    }
}

size_t snapshot_thread_waiting(struct snapshot_thread *t)
{
    size_t bytes;

    pthread_mutex_lock(&t->mutex);
    bytes = t->waiting_bytes;
    pthread_mutex_unlock(&t->mutex);
    return bytes;
}

struct snapshot_news snapshot_thread_news(struct snapshot_thread *t)
{
    struct snapshot_news news = {.type = SNAPSHOT_NO_NEWS};

    pthread_mutex_lock(&t->mutex);
    if (t->news_count > 0) {
        news = t->news[t->news_first];
        t->news_first = (t->news_first + 1) % MOST_NEWS;
        t->news_count--;
        pthread_cond_broadcast(&t->changed);
    }
    pthread_mutex_unlock(&t->mutex);
    return news;
}
