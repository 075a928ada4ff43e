/* SPDX-License-Identifier: MIT
 *
 * batch.c - group commit: everything queued while the last batch was written
 * goes to disk with one write and one sync.
 *
 * The order given is kept even through a crash in the middle: what survives
 * is a prefix. So a hard state between log records costs a sync of its own;
 * elections are rare.
 */
#include "raft/storage/internal.h"

/* A cursor: records from run to at are sealed and wait for their write. */
struct walk {
    uint8_t *bytes;
    size_t byte_count;
    size_t run;
    size_t at;
};

static int write_run(struct storage *s, struct walk *walk,
                     struct storage_error *error)
{
    struct segment *const segment = &s->segment;

    if (segment_write(&s->disk, segment, walk->bytes + walk->run,
                      walk->at - walk->run, s->segment_bytes, error) != 0) {
        return -1;
    }
    walk->run = walk->at;
    return segment_sync(&s->disk, segment, error);
}

/* Only the last of neighbouring hard states matters. */
static bool is_overtaken(const struct walk *walk)
{
    const size_t next = walk->at + RECORD_HEADER_BYTES;
    struct record record;

    if (next >= walk->byte_count) {
        return false;
    }
    record_peek(walk->bytes + next, &record);
    return record.type == RECORD_HARD_STATE;
}

static int write_hard_state(struct storage *s, struct walk *walk,
                            const struct record *record,
                            struct storage_error *error)
{
    if (write_run(s, walk, error) != 0) {
        return -1;
    }
    if (!is_overtaken(walk) &&
        term_write(s, record->term, record->index, error) != 0) {
        return -1;
    }
    walk->at += RECORD_HEADER_BYTES;
    walk->run = walk->at;
    return 0;
}

/* The old segment is synced before the new one gets its name. */
static int next_segment(struct storage *s, struct walk *walk, bool is_reset,
                        struct storage_error *error)
{
    const struct segment_header next = {.number = s->segment.number + 1,
                                        .first_index = s->next_index,
                                        .is_reset = is_reset};

    if (write_run(s, walk, error) != 0 ||
        sealed_add(&s->sealed, s->segment.number, s->next_index - 1,
                   s->segment.zeroed, error) != 0) {
        return -1;
    }
    return segment_create(&s->disk, &s->segment, &next, s->segment_bytes,
                          error);
}

/* One step for a crash: the new segment's name makes the older ones void. */
static int write_reset(struct storage *s, struct walk *walk,
                       const struct record *record, struct storage_error *error)
{
    s->next_index = record->index + 1;
    if (next_segment(s, walk, true, error) != 0) {
        return -1;
    }
    sealed_void(&s->sealed);
    walk->at += RECORD_HEADER_BYTES;
    walk->run = walk->at;
    return 0;
}

static int write_log_record(struct storage *s, struct walk *walk,
                            const struct record *record,
                            struct storage_error *error)
{
    const size_t size = record_bytes(record->length);
    const size_t waiting = walk->at - walk->run;

    if (s->segment.end + waiting > BLOCK_BYTES &&
        s->segment.end + waiting + size > s->segment_bytes &&
        next_segment(s, walk, false, error) != 0) {
        return -1;
    }
    record_seal(walk->bytes + walk->at, s->segment.salt, s->segment.number,
                s->segment.synced);
    s->next_index =
        record->type == RECORD_ENTRY ? record->index + 1 : record->index;
    walk->at += size;
    return 0;
}

static int write_record(struct storage *s, struct walk *walk,
                        const struct record *record,
                        struct storage_error *error)
{
    if (record->type == RECORD_HARD_STATE) {
        return write_hard_state(s, walk, record, error);
    }
    return record->type == RECORD_RESET
               ? write_reset(s, walk, record, error)
               : write_log_record(s, walk, record, error);
}

static int write_all(struct storage *s, struct walk *walk,
                     struct storage_error *error)
{
    /* In case the last time there was none to be had. */
    if (disk_keep_spare(&s->disk, error) != 0) {
        return -1;
    }
    while (walk->at < walk->byte_count) {
        struct record record;

        record_peek(walk->bytes + walk->at, &record);
        if (write_record(s, walk, &record, error) != 0) {
            return -1;
        }
    }
    return write_run(s, walk, error);
}

int storage_failed(struct storage *s, const struct storage_error *error)
{
    (void)pthread_mutex_lock(&s->mutex);
    if (!s->has_failed) {
        s->has_failed = true;
        s->failure = *error;
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return -1;
}

/* Take what is queued; the emptied batch becomes the queue. */
static int take_queue(struct storage *s, struct storage_error *error)
{
    enum { KEPT_BYTES = 1 << 20 };
    int result = 0;

    if (s->batch.capacity > KEPT_BYTES) {
        queue_free(&s->batch); /* after a burst */
    }
    (void)pthread_mutex_lock(&s->mutex);
    if (s->has_failed) {
        *error = s->failure;
        result = -1;
    } else {
        const struct queue taken = s->queue;

        s->queue = s->batch;
        s->queue.byte_count = 0;
        s->queue.record_count = 0;
        s->queue.last_seq = taken.last_seq;
        s->batch = taken;
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return result;
}

int batch_write(struct storage *s, raft_write_seq *done,
                struct storage_error *error)
{
    if (take_queue(s, error) != 0) {
        return -1;
    }
    struct walk walk = {.bytes = s->batch.bytes,
                        .byte_count = s->batch.byte_count};
    if (write_all(s, &walk, error) != 0) {
        return storage_failed(s, error);
    }
    (void)pthread_mutex_lock(&s->mutex);
    s->done = s->batch.last_seq;
    s->stats.batches += walk.byte_count > 0 ? 1u : 0u;
    s->stats.syncs = s->disk.syncs;
    s->stats.records += s->batch.record_count;
    s->stats.bytes_written += walk.byte_count;
    s->stats.log_bytes = s->sealed.byte_count + s->segment.zeroed;
    *done = s->done;
    (void)pthread_mutex_unlock(&s->mutex);
    return 0;
}
