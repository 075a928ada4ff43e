/* SPDX-License-Identifier: MIT
 *
 * compact.c - the files of the log: which are there, which are needed.
 *
 * Segments whose entries all stand in a durable snapshot are removed, oldest
 * first (section 7). No sync is spent on it: a crash may bring any of them
 * back, so a log begins behind the last gap, and whatever stands before it is
 * removed once more.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "raft/storage/internal.h"

void sealed_free(struct sealed_list *list)
{
    free(list->at);
    *list = (struct sealed_list){0};
}

int sealed_add(struct sealed_list *list, uint32_t number, raft_index until,
               uint64_t byte_count, struct storage_error *error)
{
    if (list->count == list->capacity) {
        const size_t capacity = list->capacity == 0 ? 16 : list->capacity * 2;
        struct sealed *const at = realloc(list->at, capacity * sizeof *at);

        if (at == NULL) {
            return fail_memory(error);
        }
        list->at = at;
        list->capacity = capacity;
    }
    list->at[list->count++] = (struct sealed){
        .number = number, .until = until, .byte_count = byte_count};
    list->byte_count += byte_count;
    return 0;
}

void sealed_void(struct sealed_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        list->at[i].until = 0;
    }
}

/* Entries behind a truncation go to newer segments: `until` may fall. */
static bool has_unneeded(struct storage *s)
{
    (void)pthread_mutex_lock(&s->mutex);
    const raft_index through = s->compact_through;

    (void)pthread_mutex_unlock(&s->mutex);
    return s->sealed.count > 0 && s->sealed.at[0].until <= through;
}

bool log_compact_one(struct storage *s)
{
    struct sealed_list *const list = &s->sealed;
    struct storage_error ignored;
    char name[NAME_BYTES];

    if (!has_unneeded(s)) {
        return false;
    }
    segment_name(name, list->at[0].number);
    if (disk_unlink(&s->disk, name, &ignored) != 0) {
        return false; /* does no harm; tried again with the next one */
    }
    list->byte_count -= list->at[0].byte_count;
    list->count--;
    memmove(list->at, list->at + 1, list->count * sizeof *list->at);
    (void)pthread_mutex_lock(&s->mutex);
    s->stats.log_bytes = list->byte_count + s->segment.zeroed;
    (void)pthread_mutex_unlock(&s->mutex);
    return true;
}

/* ---- At start -------------------------------------------------------- */

/* The highest number below a bound. */
struct search {
    uint32_t below;
    uint32_t found;
};

static int note_number(void *context, const char *name)
{
    struct search *const search = context;
    const uint32_t number = segment_number(name);

    if (number < search->below && number > search->found) {
        search->found = number;
    }
    return 0;
}

/* From the highest down: that ends, too, where files are only looked at and
 * none is removed. */
int log_remove_before(struct storage *s, uint32_t number,
                      struct storage_error *error)
{
    const struct disk *const d = &s->disk;
    struct search search = {.below = number};
    char name[NAME_BYTES];

    for (;;) {
        search.found = 0;
        if (d->ops->list(d->ops->self, d->directory, note_number, &search) !=
            0) {
            return fail_io(error, d, "", "list", errno);
        }
        if (search.found == 0) {
            return 0;
        }
        segment_name(name, search.found);
        if (disk_unlink(d, name, error) != 0) {
            return -1;
        }
        search.below = search.found;
    }
}

/* 1: read; 0: there is no such segment; -1: error. */
static int read_header(struct storage *s, uint32_t number,
                       struct segment_header *header,
                       struct storage_error *error)
{
    const struct disk *const d = &s->disk;
    struct disk_file file;
    uint8_t block[BLOCK_BYTES];
    char name[NAME_BYTES];
    uint64_t size = 0;

    segment_name(name, number);
    if (disk_open(d, name, O_RDWR, &file, error) != 0) {
        return error->errno_value == ENOENT ? 0 : -1;
    }
    int result = disk_size(d, &file, &size, error);

    if (result == 0 && size < BLOCK_BYTES) {
        result = fail_corrupt(error, d, name, size, "impossible file size");
    }
    if (result == 0 && disk_read(d, &file, block, BLOCK_BYTES, 0, error) == 0 &&
        block_check(block, segment_magic, d, name, error) == 0) {
        segment_header_decode(block, header);
        result = 1;
    }
    disk_close(d, &file);
    return result == 1 ? 1 : -1;
}

static int refuse_uncovered(struct storage *s, uint32_t number,
                            const struct segment_header *header,
                            struct storage_error *error)
{
    char name[NAME_BYTES];

    if (s->set_aside.problem != 0) { /* the snapshot that should stand there */
        const size_t length = strlen(s->set_aside.text);

        *error = s->set_aside;
        (void)snprintf(error->text + length, sizeof error->text - length,
                       "; the log alone begins only at index %" PRIu64,
                       header->first_index);
        return -1;
    }
    if (header->is_reset || number == 1) {
        segment_name(name, number);
        return fail_corrupt(error, &s->disk, name, BLOCK_FIELDS,
                            "the snapshot that the log follows is missing");
    }
    segment_name(name, number - 1);
    return fail_corrupt(error, &s->disk, name, 0,
                        "this part of the log is missing");
}

int log_find_first(struct storage *s, uint32_t *number,
                   struct storage_error *error)
{
    struct segment_header header = {0};
    uint32_t first = s->last_segment;
    int found = 0;

    *number = 0;
    for (uint32_t at = s->last_segment; at > 0; at--) {
        struct segment_header older;

        found = read_header(s, at, &older, error);
        if (found < 0) {
            return -1;
        }
        if (found == 0 && at == s->last_segment) {
            char name[NAME_BYTES];

            segment_name(name, at);
            return fail_corrupt(error, &s->disk, name, 0,
                                "this part of the log is missing");
        }
        if (found == 0) {
            break;
        }
        header = older;
        first = at;
        if (header.is_reset) {
            break;
        }
    }
    if (first > 0 && header.first_index > s->snapshot.last_index + 1) {
        return refuse_uncovered(s, first, &header, error);
    }
    *number = first;
    return 0;
}
