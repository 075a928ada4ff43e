/* SPDX-License-Identifier: MIT
 *
 * load.c - read the log back, record by record, in the order written.
 *
 * A segment before the last was synced to its end before the next one got its
 * name, and the next one's header says where that end is: whatever is not
 * whole up to there is damage. About the last segment tail.c decides.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "raft/storage/internal.h"

void loaded_free(struct loaded *loaded)
{
    for (size_t i = 0; i < loaded->buffer_count; i++) {
        free(loaded->buffers[i]);
    }
    free(loaded->buffers);
    free(loaded->entries);
    *loaded = (struct loaded){.first_index = 1};
}

/* A buffer that lives as long as the entries that point into it. */
static uint8_t *new_buffer(struct loaded *loaded, size_t byte_count)
{
    const size_t count = loaded->buffer_count;
    uint8_t **const buffers =
        realloc(loaded->buffers, (count + 1) * sizeof *buffers);

    if (buffers == NULL) {
        return NULL;
    }
    loaded->buffers = buffers;
    buffers[count] = malloc(byte_count);
    if (buffers[count] == NULL) {
        return NULL;
    }
    loaded->buffer_count++;
    return buffers[count];
}

static int read_bytes(struct storage *s, struct reading *reading,
                      struct storage_error *error)
{
    const struct disk *const d = &s->disk;
    const char *const name = reading->file.name;
    uint64_t size = 0;

    if (disk_size(d, &reading->file, &size, error) != 0) {
        return -1;
    }
    if (size < BLOCK_BYTES || size > UINT32_MAX) {
        return fail_corrupt(error, d, name, size, "impossible file size");
    }
    uint8_t *const bytes = new_buffer(&s->loaded, (size_t)size);

    if (bytes == NULL) {
        return fail_memory(error);
    }
    if (disk_read(d, &reading->file, bytes, (size_t)size, 0, error) != 0 ||
        block_check(bytes, segment_magic, d, name, error) != 0) {
        return -1;
    }
    reading->bytes = bytes;
    reading->byte_count = (uint32_t)size;
    segment_header_decode(bytes, &reading->header);
    return 0;
}

static int open_segment(struct storage *s, uint32_t number,
                        struct reading *reading, struct storage_error *error)
{
    char name[NAME_BYTES];

    *reading = (struct reading){.at = BLOCK_BYTES};
    segment_name(name, number);
    if (disk_open(&s->disk, name, O_RDWR, &reading->file, error) != 0) {
        return error->errno_value == ENOENT
                   ? fail_corrupt(error, &s->disk, name, 0,
                                  "this part of the log is missing")
                   : -1;
    }
    if (read_bytes(s, reading, error) != 0) {
        disk_close(&s->disk, &reading->file);
        return -1;
    }
    return 0;
}

static raft_index next_of(const struct loaded *loaded)
{
    return loaded->first_index + loaded->count;
}

/* Does this header go on where the segment before it ended? */
static int check_follows(const struct storage *s, uint32_t number,
                         const struct reading *before,
                         const struct reading *reading,
                         struct storage_error *error)
{
    const struct segment_header *const header = &reading->header;
    const bool is_first = before->at == 0;

    if (!is_first && before->at < header->previous_end) {
        return fail_corrupt(error, &s->disk, before->file.name, before->at,
                            "record damaged (the next segment names it "
                            "durable)");
    }
    if (header->number != number || header->first_index == 0 ||
        (!is_first && (header->previous_end != before->at ||
                       header->first_index != next_of(&s->loaded)))) {
        return fail_corrupt(error, &s->disk, reading->file.name, BLOCK_FIELDS,
                            "does not continue the segment before it");
    }
    return 0;
}

static bool reserve_entry(struct loaded *loaded)
{
    if (loaded->count < loaded->capacity) {
        return true;
    }
    const size_t capacity = loaded->capacity == 0 ? 1024 : loaded->capacity * 2;
    struct raft_entry *const entries =
        realloc(loaded->entries, capacity * sizeof *entries);

    if (entries == NULL) {
        return false;
    }
    loaded->entries = entries;
    loaded->capacity = capacity;
    return true;
}

/* NULL, or what makes a whole record impossible at this place. */
static const char *why_impossible(const struct loaded *loaded,
                                  const struct record *record, uint32_t at)
{
    const raft_index next = next_of(loaded);

    if (record->durable < BLOCK_BYTES || record->durable > at) {
        return "record names bytes durable that come after it";
    }
    switch (record->type) {
    case RECORD_ENTRY:
        if (record->index != next) {
            return "entry out of order";
        }
        if (record->term == 0 ||
            (loaded->count > 0 &&
             record->term < loaded->entries[loaded->count - 1].term)) {
            return "term lower than that of the entry before";
        }
        return record->entry_type < RAFT_ENTRY_NO_OP ||
                       record->entry_type > RAFT_ENTRY_CONFIG
                   ? "unknown type of entry"
                   : NULL;
    case RECORD_TRUNCATE:
        return record->index == 0 || record->index > next
                   ? "truncation past the end of the log"
                   : NULL;
    case RECORD_MARK:
        return NULL;
    case RECORD_HARD_STATE:
    case RECORD_RESET:
    default:
        return "unknown type of record";
    }
}

static void replay_record(struct loaded *loaded, const struct record *record,
                          const uint8_t *payload)
{
    loaded->record_count++;
    if (record->type == RECORD_TRUNCATE &&
        record->index < loaded->first_index) {
        /* What it left is older than this file: a snapshot stands for it. */
        loaded->first_index = record->index;
        loaded->count = 0;
    } else if (record->type == RECORD_TRUNCATE) {
        loaded->count = (size_t)(record->index - loaded->first_index);
    } else if (record->type == RECORD_ENTRY) {
        loaded->entries[loaded->count++] =
            (struct raft_entry){.term = record->term,
                                .type = record->entry_type,
                                .byte_count = record->length,
                                .bytes = record->length == 0 ? NULL : payload};
    }
}

static bool is_whole(const struct reading *reading, struct record *record)
{
    const size_t left = reading->byte_count - reading->at;

    return left >= RECORD_HEADER_BYTES &&
           record_decode(reading->bytes + reading->at, reading->header.salt,
                         reading->header.number, record) &&
           left >= record_bytes(record->length) &&
           record_payload_is_whole(reading->bytes + reading->at, record);
}

/* Up to the first record that is not whole. */
static int replay(struct storage *s, struct reading *reading,
                  struct storage_error *error)
{
    struct record record;

    while (is_whole(reading, &record)) {
        const char *const why =
            why_impossible(&s->loaded, &record, reading->at);

        if (why != NULL) {
            return fail_corrupt(error, &s->disk, reading->file.name,
                                reading->at, why);
        }
        if (!reserve_entry(&s->loaded)) {
            return fail_memory(error);
        }
        replay_record(&s->loaded, &record,
                      reading->bytes + reading->at + RECORD_HEADER_BYTES);
        reading->last = record;
        reading->last_at = reading->at;
        reading->at += (uint32_t)record_bytes(record.length);
    }
    return 0;
}

/* Where this one begins tells what the one before it is needed for. */
static int note_sealed(struct storage *s, const struct reading *before,
                       const struct reading *reading,
                       struct storage_error *error)
{
    const raft_index first_index = reading->header.first_index;

    if (before->at == 0) {
        s->loaded.first_index = first_index;
        return 0;
    }
    return sealed_add(&s->sealed, before->header.number, first_index - 1,
                      before->byte_count, error);
}

static int load_segment(struct storage *s, uint32_t number,
                        struct reading *before, struct storage_error *error)
{
    struct reading reading;

    if (open_segment(s, number, &reading, error) != 0) {
        return -1;
    }
    if (check_follows(s, number, before, &reading, error) != 0 ||
        note_sealed(s, before, &reading, error) != 0 ||
        replay(s, &reading, error) != 0 ||
        (number == s->last_segment && tail_recover(s, &reading, error) != 0)) {
        disk_close(&s->disk, &reading.file);
        return -1;
    }
    if (number < s->last_segment) {
        disk_close(&s->disk, &reading.file);
    }
    *before = reading;
    return 0;
}

int log_load(struct storage *s, struct storage_error *error)
{
    struct reading before = {0};
    uint32_t first = 0;

    loaded_free(&s->loaded);
    disk_close(&s->disk, &s->segment.file);
    sealed_free(&s->sealed);
    if (s->last_segment < s->durable_segment) {
        s->last_segment = s->durable_segment; /* is missing, we shall see */
    }
    if (log_find_first(s, &first, error) != 0) {
        return -1;
    }
    for (uint32_t number = first; number <= s->last_segment && first > 0;
         number++) {
        if (load_segment(s, number, &before, error) != 0) {
            loaded_free(&s->loaded);
            return -1;
        }
    }
    s->next_index = next_of(&s->loaded);
    return log_remove_before(s, first, error);
}
