/* SPDX-License-Identifier: MIT
 *
 * snapshot_work.c - what the snapshot thread does, one job after the other.
 *
 * After an error nothing more is taken of that snapshot; the loop hears of it
 * once.
 */
#include "cmd/raftd/snapshot_work.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { READ_BYTES = 1 << 18 };

void snapshot_job_free(struct snapshot_job *job)
{
    kv_remains_free(&job->remains);
    free(job);
}

static void abandon(struct snapshot_file_writer **writer)
{
    snapshot_file_abandon(*writer);
    *writer = NULL;
}

void snapshot_work_end(struct snapshot_work *work)
{
    abandon(&work->own);
    abandon(&work->received);
}

static struct snapshot_news failed(struct snapshot_file_writer **writer,
                                   enum snapshot_news_type type,
                                   const struct storage_error *error)
{
    struct snapshot_news news = {.type = type};

    abandon(writer);
    snprintf(news.error, sizeof news.error, "%s", error->text);
    return news;
}

/* ---- A map from a file --------------------------------------------------- */

static enum kv_restore_result feed_body(struct kv_restore *restore,
                                        struct snapshot_file_reader *reader,
                                        uint8_t *buffer,
                                        struct storage_error *error)
{
    const uint64_t end = snapshot_file_of(reader)->byte_count;
    enum kv_restore_result result = KV_RESTORE_MORE;

    for (uint64_t at = snapshot_file_body_at(reader);
         at < end && result <= KV_RESTORE_DONE;) {
        const size_t count =
            end - at < READ_BYTES ? (size_t)(end - at) : READ_BYTES;

        if (snapshot_file_read(reader, at, buffer, count, error) != 0) {
            return KV_RESTORE_BAD;
        }
        result = kv_restore_feed(restore, buffer, count);
        at += count;
    }
    if (result != KV_RESTORE_DONE) {
        snprintf(error->text, sizeof error->text, "the snapshot up to %llu: %s",
                 (unsigned long long)snapshot_file_of(reader)->last_index,
                 kv_restore_error(restore));
    }
    return result;
}

static struct kv_restore *read_body(struct snapshot_file_reader *reader,
                                    struct storage_error *error)
{
    const struct raft_snapshot *of = snapshot_file_of(reader);
    struct kv_restore *restore = kv_restore_create(
        of->last_index, of->byte_count - snapshot_file_body_at(reader));
    uint8_t *buffer = malloc(READ_BYTES);
    enum kv_restore_result result = KV_RESTORE_NO_MEMORY;

    snprintf(error->text, sizeof error->text, "out of memory");
    if (restore != NULL && buffer != NULL) {
        result = feed_body(restore, reader, buffer, error);
    }
    free(buffer);
    if (result == KV_RESTORE_DONE) {
        return restore;
    }
    error->problem =
        result == KV_RESTORE_NO_MEMORY ? STORAGE_ENOMEM : STORAGE_ECORRUPT;
    kv_restore_destroy(restore);
    return NULL;
}

struct kv_restore *snapshot_read_map(struct storage *storage,
                                     struct storage_error *error)
{
    struct snapshot_file_reader *reader = snapshot_file_open(storage, error);
    struct kv_restore *restore;

    if (reader == NULL) {
        return NULL;
    }
    restore = read_body(reader, error);
    snapshot_file_close(reader);
    return restore;
}

/* ---- Our own ------------------------------------------------------------- */

static struct snapshot_news begin(struct snapshot_work *work,
                                  const struct snapshot_job *job)
{
    struct storage_error error;

    abandon(&work->own);
    work->own = job->again
                    ? snapshot_file_rewrite(work->storage, &job->of, &error)
                    : snapshot_file_create(work->storage, &job->of, &error);
    return work->own == NULL ? failed(&work->own, SNAPSHOT_NOT_TAKEN, &error)
                             : (struct snapshot_news){0};
}

static struct snapshot_news write_own(struct snapshot_work *work,
                                      const struct snapshot_job *job)
{
    struct storage_error error;

    if (work->own != NULL &&
        snapshot_file_write(work->own, job->bytes, job->byte_count, &error) !=
            0) {
        return failed(&work->own, SNAPSHOT_NOT_TAKEN, &error);
    }
    return (struct snapshot_news){0};
}

static struct snapshot_news end_own(struct snapshot_work *work)
{
    struct snapshot_news news = {.type = SNAPSHOT_TAKEN};
    struct snapshot_file_writer *writer = work->own;
    struct storage_error error;

    if (writer == NULL) {
        return (struct snapshot_news){0};
    }
    work->own = NULL; /* gone, however it ends */
    return snapshot_file_finish(writer, &news.snapshot, &error) == 0
               ? news
               : failed(&work->own, SNAPSHOT_NOT_TAKEN, &error);
}

/* ---- A leader's ---------------------------------------------------------- */

static struct kv_restore *read_received(struct snapshot_file_writer *writer,
                                        struct storage_error *error)
{
    struct snapshot_file_reader *reader = snapshot_file_reread(writer, error);
    struct kv_restore *restore =
        reader == NULL ? NULL : read_body(reader, error);

    snapshot_file_close(reader);
    return restore;
}

/* What we cannot read must not be what the next start depends on. */
static struct snapshot_news end_received(struct snapshot_work *work)
{
    struct snapshot_news news = {.type = SNAPSHOT_STORED};
    struct snapshot_file_writer *writer = work->received;
    struct storage_error error;

    news.restore = read_received(writer, &error);
    if (news.restore == NULL) {
        return failed(&work->received, SNAPSHOT_NOT_STORED, &error);
    }
    work->received = NULL; /* gone, however it ends */
    if (snapshot_file_finish(writer, &news.snapshot, &error) != 0) {
        kv_restore_destroy(news.restore);
        return failed(&work->received, SNAPSHOT_NOT_STORED, &error);
    }
    return news;
}

static struct snapshot_news store_piece(struct snapshot_work *work,
                                        const struct snapshot_job *job)
{
    struct storage_error error;

    if (job->offset == 0) {
        abandon(&work->received);
        work->received = snapshot_file_receive(work->storage, &job->of, &error);
        if (work->received == NULL) {
            return failed(&work->received, SNAPSHOT_NOT_STORED, &error);
        }
    }
    if (work->received == NULL) {
        return (struct snapshot_news){0}; /* it has failed, and that is told */
    }
    if (snapshot_file_write(work->received, job->bytes, job->byte_count,
                            &error) != 0) {
        return failed(&work->received, SNAPSHOT_NOT_STORED, &error);
    }
    return job->done ? end_received(work) : (struct snapshot_news){0};
}

static struct snapshot_news store(struct snapshot_work *work,
                                  const struct snapshot_job *job)
{
    struct snapshot_news news = store_piece(work, job);

    if (news.type == SNAPSHOT_NOT_STORED) {
        news.snapshot = job->of;
    }
    return news;
}

/* ---- The newest ---------------------------------------------------------- */

/* One that is gone or can't be read is as bad as one with wrong bytes. */
static bool is_damage(const struct storage_error *error)
{
    return error->problem != STORAGE_ENOMEM && error->errno_value != ENOMEM &&
           error->errno_value != EMFILE && error->errno_value != ENFILE;
}

static struct snapshot_news check(struct snapshot_work *work)
{
    struct snapshot_news news = {.type = SNAPSHOT_SOUND};
    struct storage_error error;
    struct snapshot_file_reader *reader =
        snapshot_file_open(work->storage, &error);

    if (reader == NULL || snapshot_file_check(reader, &error) != 0) {
        news.type = is_damage(&error) ? SNAPSHOT_DAMAGED : SNAPSHOT_NOT_CHECKED;
        snprintf(news.error, sizeof news.error, "%s", error.text);
    }
    snapshot_file_close(reader);
    return news;
}

struct snapshot_news snapshot_work_do(struct snapshot_work *work,
                                      struct snapshot_job *job)
{
    switch (job->type) {
    case SNAPSHOT_JOB_BEGIN:
        return begin(work, job);
    case SNAPSHOT_JOB_WRITE:
        return write_own(work, job);
    case SNAPSHOT_JOB_END:
        return end_own(work);
    case SNAPSHOT_JOB_ABANDON:
        abandon(&work->own);
        break;
    case SNAPSHOT_JOB_STORE:
        return store(work, job);
    case SNAPSHOT_JOB_CHECK:
        return check(work);
    case SNAPSHOT_JOB_FREE:
        break; /* with the job */
    }
    return (struct snapshot_news){0};
}
