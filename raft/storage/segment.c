/* SPDX-License-Identifier: MIT
 *
 * segment.c - the file of the log that is written now.
 *
 * Zeros ahead: a sync of bytes that only replace zeros need not write the
 * file's size and block map too. They are written in steps, not a segment at
 * a time: a step costs one batch a fraction of a millisecond, so neither a
 * start nor a new segment stalls the log, and an idle server's log takes one
 * step of disk, not 16 MiB. The writer thread does a step when it has nothing
 * else to do; only a log that is never idle does it within a batch, whose
 * sync then covers both.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/internal.h"

enum {
    NUMBER_AT = 16,
    SALT_AT = 20,
    PREVIOUS_END_AT = 24,
    FIRST_INDEX_AT = 32,
    IS_RESET_AT = 40 /* since version 2; zero before */
};

#define ZERO_STEP_BYTES (256u << 10)

static const char prefix[] = "log-";
static const char temporary_name[] = "log.new";

void segment_name(char name[NAME_BYTES], uint32_t number)
{
    (void)snprintf(name, NAME_BYTES, "%s%08x", prefix, (unsigned)number);
}

uint32_t segment_number(const char *name)
{
    uint32_t number = 0;

    if (strlen(name) != 12 || strncmp(name, prefix, 4) != 0) {
        return 0;
    }
    for (const char *digit = name + 4; *digit != '\0'; digit++) {
        const char *const digits = "0123456789abcdef";
        const char *const at = strchr(digits, *digit);

        if (at == NULL) {
            return 0;
        }
        number = number << 4 | (uint32_t)(at - digits);
    }
    return number;
}

void segment_header_decode(const uint8_t block[BLOCK_BYTES],
                           struct segment_header *header)
{
    header->number = get_u32(block + NUMBER_AT);
    header->salt = get_u32(block + SALT_AT);
    header->previous_end = get_u32(block + PREVIOUS_END_AT);
    header->first_index = get_u64(block + FIRST_INDEX_AT);
    header->is_reset = get_u32(block + IS_RESET_AT) != 0;
}

/* The end of the zeros that records ending at end call for. */
static uint32_t zeros_for(uint32_t end, uint32_t segment_bytes)
{
    const uint64_t wanted =
        ((uint64_t)end / ZERO_STEP_BYTES + 1) * ZERO_STEP_BYTES;

    if (end >= segment_bytes) {
        return end; /* one entry larger than a segment */
    }
    return wanted < segment_bytes ? (uint32_t)wanted : segment_bytes;
}

static int write_new(struct disk *d, struct segment *next, const uint8_t *block,
                     uint32_t segment_bytes, struct storage_error *error)
{
    char name[NAME_BYTES];

    segment_name(name, next->number);
    next->zeroed = zeros_for(BLOCK_BYTES, segment_bytes);
    if (disk_write(d, &next->file, block, BLOCK_BYTES, 0, error) != 0 ||
        disk_write_zeros(d, &next->file, BLOCK_BYTES, next->zeroed, error) !=
            0) {
        return -1;
    }
    return disk_publish(d, &next->file, name, error);
}

int segment_create(struct disk *d, struct segment *segment,
                   const struct segment_header *header, uint32_t segment_bytes,
                   struct storage_error *error)
{
    struct segment next = {.number = header->number,
                           .end = BLOCK_BYTES,
                           .synced = BLOCK_BYTES,
                           .is_marked = true};
    uint8_t block[BLOCK_BYTES] = {0};

    if (random_bits(&next.salt, sizeof next.salt) != 0) {
        return fail_io(error, d, "", "random numbers", errno);
    }
    put_u32(block + NUMBER_AT, header->number);
    put_u32(block + SALT_AT, next.salt);
    put_u32(block + PREVIOUS_END_AT, header->number == 1 ? 0 : segment->end);
    put_u64(block + FIRST_INDEX_AT, header->first_index);
    put_u32(block + IS_RESET_AT, header->is_reset ? 1 : 0);
    block_seal(block, segment_magic);
    if (disk_create(d, temporary_name, &next.file, error) != 0) {
        return -1;
    }
    if (write_new(d, &next, block, segment_bytes, error) != 0) {
        disk_close(d, &next.file);
        return -1;
    }
    disk_close(d, &segment->file);
    *segment = next;
    return disk_keep_spare(d, error);
}

int segment_write(const struct disk *d, struct segment *segment,
                  const uint8_t *records, size_t byte_count,
                  uint32_t segment_bytes, struct storage_error *error)
{
    if (byte_count == 0) {
        return 0;
    }
    if (disk_write(d, &segment->file, records, byte_count, segment->end,
                   error) != 0) {
        return -1;
    }
    segment->end += (uint32_t)byte_count;
    segment->is_marked = false;
    if (segment->end <= segment->zeroed) {
        return 0;
    }
    segment->zeroed = zeros_for(segment->end, segment_bytes);
    return disk_write_zeros(d, &segment->file, segment->end, segment->zeroed,
                            error);
}

int segment_sync(struct disk *d, struct segment *segment,
                 struct storage_error *error)
{
    if (segment->synced == segment->end) {
        return 0;
    }
    if (disk_sync(d, &segment->file, error) != 0) {
        return -1;
    }
    segment->synced = segment->end;
    return 0;
}

/*
 * What is durable but named so by no later record would be cut as torn if it
 * were damaged. A mark after it says that it is not. It may pass the size of
 * a segment by its 40 bytes.
 */
int segment_mark(struct disk *d, struct segment *segment,
                 uint32_t segment_bytes, struct storage_error *error)
{
    const struct record mark = {.type = RECORD_MARK};
    uint8_t bytes[RECORD_HEADER_BYTES];

    if (segment->is_marked) {
        return 0;
    }
    if (segment_sync(d, segment, error) != 0) {
        return -1;
    }
    record_encode(bytes, &mark, NULL);
    record_seal(bytes, segment->salt, segment->number, segment->synced);
    if (segment_write(d, segment, bytes, sizeof bytes, segment_bytes, error) !=
            0 ||
        segment_sync(d, segment, error) != 0) {
        return -1;
    }
    segment->is_marked = true;
    return 0;
}

bool segment_wants_zeros(const struct segment *segment, uint32_t segment_bytes)
{
    return segment->zeroed < segment_bytes &&
           segment->zeroed - segment->end < ZERO_STEP_BYTES / 2;
}

int segment_fill_ahead(struct disk *d, struct segment *segment,
                       uint32_t segment_bytes, struct storage_error *error)
{
    const uint32_t to = zeros_for(segment->zeroed, segment_bytes);

    if (disk_write_zeros(d, &segment->file, segment->zeroed, to, error) != 0) {
        /* A full disk: nothing that anybody asked for is lost. */
        return error->errno_value == ENOSPC || error->errno_value == EDQUOT
                   ? 0
                   : -1;
    }
    segment->zeroed = to;
    return disk_sync(d, &segment->file, error);
}
