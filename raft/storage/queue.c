/* SPDX-License-Identifier: MIT
 *
 * queue.c - the node's face of the disk: encode into the queue and return.
 *
 * The queue holds records as they will stand in the log; checksums and places
 * are the writer's work, off the node's thread.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "raft/storage/internal.h"

void queue_free(struct queue *queue)
{
    free(queue->bytes);
    queue->bytes = NULL;
    queue->byte_count = 0;
    queue->capacity = 0;
}

/* Nothing has changed when it fails. */
static int queue_reserve(struct queue *queue, size_t more)
{
    size_t capacity = queue->capacity == 0 ? 4096 : queue->capacity;

    if (more > SIZE_MAX / 2 - queue->byte_count) {
        errno = ENOMEM;
        return -1;
    }
    while (capacity < queue->byte_count + more) {
        capacity *= 2;
    }
    if (capacity == queue->capacity) {
        return 0;
    }
    uint8_t *const bytes = realloc(queue->bytes, capacity);

    if (bytes == NULL) {
        errno = ENOMEM;
        return -1;
    }
    queue->bytes = bytes;
    queue->capacity = capacity;
    return 0;
}

static void queue_put(struct queue *queue, const struct record *record,
                      const void *payload)
{
    record_encode(queue->bytes + queue->byte_count, record, payload);
    queue->byte_count += record_bytes(record->length);
    queue->record_count++;
}

static int refuse(int errno_value)
{
    errno = errno_value;
    return -1;
}

/* 0, or errno: writes need a loaded log and a disk that works. */
static int why_not(const struct storage *s, raft_write_seq seq)
{
    if (s->has_failed) {
        return s->failure.errno_value != 0 ? s->failure.errno_value : EIO;
    }
    return s->is_loaded && seq > s->queue.last_seq ? 0 : EINVAL;
}

static int put_one(struct storage *s, raft_write_seq seq,
                   const struct record *record)
{
    const int reason = why_not(s, seq);

    if (reason != 0) {
        return refuse(reason);
    }
    if (queue_reserve(&s->queue, RECORD_HEADER_BYTES) != 0) {
        return -1;
    }
    queue_put(&s->queue, record, NULL);
    s->queue.last_seq = seq;
    return 0;
}

static int save_hard_state(void *self, raft_write_seq seq,
                           raft_term current_term, raft_server_id voted_for)
{
    struct storage *const s = self;
    const struct record record = {
        .type = RECORD_HARD_STATE, .term = current_term, .index = voted_for};

    (void)pthread_mutex_lock(&s->mutex);
    const int result = put_one(s, seq, &record);

    (void)pthread_mutex_unlock(&s->mutex);
    return result;
}

static int truncate_log(void *self, raft_write_seq seq, raft_index from)
{
    struct storage *const s = self;
    const struct record record = {.type = RECORD_TRUNCATE, .index = from};
    int result = -1;

    (void)pthread_mutex_lock(&s->mutex);
    if (from <= s->queue_base || from > s->queue_next_index) {
        errno = EINVAL;
    } else if (put_one(s, seq, &record) == 0) {
        s->queue_next_index = from;
        s->queue_last_term = 0;
        result = 0;
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return result;
}

/*
 * Bytes the entries take in the queue; 0: they must not be written, because
 * the log they make could not be loaded.
 */
static size_t entries_bytes(const struct storage *s,
                            const struct raft_slice *slice)
{
    raft_term term = s->queue_last_term;
    size_t byte_count = 0;

    if (slice->first_index != s->queue_next_index) {
        return 0;
    }
    for (size_t i = 0; i < slice->count; i++) {
        const struct raft_entry *const entry = &slice->entries[i];

        if (entry->term == 0 || entry->term < term ||
            entry->type < RAFT_ENTRY_NO_OP || entry->type > RAFT_ENTRY_CONFIG ||
            entry->byte_count > PAYLOAD_BYTES_MAX) {
            return 0;
        }
        term = entry->term;
        byte_count += record_bytes(entry->byte_count);
    }
    return byte_count;
}

static int put_entries(struct storage *s, raft_write_seq seq,
                       const struct raft_slice *slice)
{
    const int reason = why_not(s, seq);

    if (reason != 0) {
        return refuse(reason);
    }
    const size_t byte_count = entries_bytes(s, slice);

    if (byte_count == 0) {
        return refuse(EINVAL);
    }
    if (queue_reserve(&s->queue, byte_count) != 0) {
        return -1;
    }
    for (size_t i = 0; i < slice->count; i++) {
        const struct raft_entry *const entry = &slice->entries[i];
        const struct record record = {.type = RECORD_ENTRY,
                                      .entry_type = entry->type,
                                      .length = entry->byte_count,
                                      .term = entry->term,
                                      .index = slice->first_index + i};

        queue_put(&s->queue, &record, entry->bytes);
    }
    s->queue.last_seq = seq;
    s->queue_next_index += slice->count;
    s->queue_last_term = slice->entries[slice->count - 1].term;
    return 0;
}

static int append(void *self, raft_write_seq seq,
                  const struct raft_slice *entries)
{
    struct storage *const s = self;

    (void)pthread_mutex_lock(&s->mutex);
    const int result = put_entries(s, seq, entries);

    (void)pthread_mutex_unlock(&s->mutex);
    return result;
}

/*
 * Only behind a snapshot that is durable: without one the directory could not
 * be loaded any more.
 */
static int why_not_without(const struct storage *s, raft_index index)
{
    return index == 0 || index > s->snapshot_index ? EINVAL : 0;
}

static int reset(void *self, raft_write_seq seq, raft_index after_index,
                 raft_term after_term)
{
    struct storage *const s = self;
    const struct record record = {
        .type = RECORD_RESET, .term = after_term, .index = after_index};
    int result = -1;

    (void)pthread_mutex_lock(&s->mutex);
    const int reason = why_not_without(s, after_index);

    if (reason != 0) {
        errno = reason;
    } else if (put_one(s, seq, &record) == 0) {
        s->queue_next_index = after_index + 1;
        s->queue_last_term = after_term;
        s->queue_base = after_index;
        result = 0;
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return result;
}

static void wake_writer(struct storage *s)
{
    if (s->writer_sleeps) {
        s->writer_sleeps = false; /* one wake-up is enough */
        (void)pthread_cond_signal(&s->work);
    }
}

static int compact(void *self, raft_index through)
{
    struct storage *const s = self;
    int result = 0;

    (void)pthread_mutex_lock(&s->mutex);
    const int reason = why_not_without(s, through);

    if (s->has_failed || reason != 0) {
        result = refuse(s->has_failed ? EIO : reason);
    } else if (through > s->compact_through) {
        s->compact_through = through;
        s->wants_compaction = true;
        wake_writer(s);
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return result;
}

/* A writer at work looks at the queue by itself before it sleeps. */
static int flush(void *self)
{
    struct storage *const s = self;
    int result = 0;

    (void)pthread_mutex_lock(&s->mutex);
    if (s->has_failed) {
        result = refuse(EIO);
    } else if (s->queue.byte_count > 0) {
        wake_writer(s);
    }
    (void)pthread_mutex_unlock(&s->mutex);
    return result;
}

struct raft_storage storage_interface(struct storage *s)
{
    return (struct raft_storage){.self = s,
                                 .save_hard_state = save_hard_state,
                                 .truncate = truncate_log,
                                 .append = append,
                                 .reset = reset,
                                 .compact = compact,
                                 .flush = flush};
}
