/* SPDX-License-Identifier: MIT
 *
 * snapshot_head.c - the beginning of a snapshot file, and its checksums.
 *
 *  16 u64 last included index, u64 last included term
 *  32 u64 index of the configuration
 *  40 u64 bytes of the body
 *  48 u32 checksum of the body
 *  52 u32 bytes of the configuration, u32 their checksum
 *
 * Configuration and body follow. The block's own checksum covers both of the
 * others, so it stands for the whole file.
 */
#include <stdlib.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "raft/storage/internal.h"

enum {
    LAST_INDEX_AT = 16,
    LAST_TERM_AT = 24,
    CONFIG_INDEX_AT = 32,
    BODY_BYTES_AT = 40,
    BODY_CRC_AT = 48,
    CONFIG_BYTES_AT = 52,
    CONFIG_CRC_AT = 56
};

uint32_t snapshot_head_encode(const struct snapshot_head *head,
                              uint8_t block[BLOCK_BYTES])
{
    put_u64(block + LAST_INDEX_AT, head->last_index);
    put_u64(block + LAST_TERM_AT, head->last_term);
    put_u64(block + CONFIG_INDEX_AT, head->config_index);
    put_u64(block + BODY_BYTES_AT, head->body_bytes);
    put_u32(block + BODY_CRC_AT, head->body_crc);
    put_u32(block + CONFIG_BYTES_AT, head->config_bytes);
    put_u32(block + CONFIG_CRC_AT, head->config_crc);
    block_seal(block, snapshot_magic);
    return get_u32(block + BLOCK_CHECKSUM);
}

static void head_decode(const uint8_t block[BLOCK_BYTES],
                        struct snapshot_head *head)
{
    head->last_index = get_u64(block + LAST_INDEX_AT);
    head->last_term = get_u64(block + LAST_TERM_AT);
    head->config_index = get_u64(block + CONFIG_INDEX_AT);
    head->body_bytes = get_u64(block + BODY_BYTES_AT);
    head->body_crc = get_u32(block + BODY_CRC_AT);
    head->config_bytes = get_u32(block + CONFIG_BYTES_AT);
    head->config_crc = get_u32(block + CONFIG_CRC_AT);
}

/* NULL, or what makes a whole block impossible. It may come from a peer. */
static const char *why_impossible(const struct snapshot_head *head,
                                  uint64_t file_bytes)
{
    if (head->last_index == 0 || head->last_index == UINT64_MAX ||
        head->last_term == 0) {
        return "a snapshot of no entry";
    }
    if (head->config_bytes > RAFT_MAX_CONFIG_BYTES ||
        head->config_index > head->last_index) {
        return "impossible configuration";
    }
    if (file_bytes < BLOCK_BYTES + (uint64_t)head->config_bytes ||
        file_bytes - BLOCK_BYTES - head->config_bytes != head->body_bytes) {
        return "the file is not as long as it says";
    }
    return NULL;
}

static int read_config(const struct disk *d, const struct disk_file *file,
                       const struct snapshot_head *head,
                       struct raft_config *config, struct storage_error *error)
{
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];

    *config = (struct raft_config){0};
    if (disk_read(d, file, bytes, head->config_bytes, BLOCK_BYTES, error) !=
        0) {
        return -1;
    }
    if (crc32c(0, bytes, head->config_bytes) != head->config_crc ||
        (head->config_bytes > 0 &&
         !raft_config_decode(bytes, head->config_bytes, config))) {
        return fail_corrupt(error, d, file->name, BLOCK_BYTES,
                            "configuration damaged");
    }
    config->index = head->config_index;
    return 0;
}

int snapshot_head_read(const struct disk *d, const struct disk_file *file,
                       struct snapshot_head *head,
                       struct raft_snapshot *snapshot,
                       struct storage_error *error)
{
    uint8_t block[BLOCK_BYTES];
    uint64_t size = 0;

    if (disk_size(d, file, &size, error) != 0) {
        return -1;
    }
    if (size < BLOCK_BYTES) {
        return fail_corrupt(error, d, file->name, size,
                            "the file ends in its header");
    }
    if (disk_read(d, file, block, BLOCK_BYTES, 0, error) != 0 ||
        block_check(block, snapshot_magic, d, file->name, error) != 0) {
        return -1;
    }
    head_decode(block, head);
    const char *const why = why_impossible(head, size);

    if (why != NULL) {
        return fail_corrupt(error, d, file->name, BLOCK_FIELDS, why);
    }
    snapshot->last_index = head->last_index;
    snapshot->last_term = head->last_term;
    snapshot->byte_count = size;
    snapshot->checksum = get_u32(block + BLOCK_CHECKSUM);
    return read_config(d, file, head, &snapshot->config, error);
}

int snapshot_body_check(const struct disk *d, const struct disk_file *file,
                        const struct snapshot_head *head,
                        struct storage_error *error)
{
    enum { PART_BYTES = 256 << 10 };
    const uint64_t start = BLOCK_BYTES + (uint64_t)head->config_bytes;
    uint8_t *const bytes = malloc(PART_BYTES);
    uint32_t crc = 0;
    int result = bytes == NULL ? fail_memory(error) : 0;

    for (uint64_t at = 0; at < head->body_bytes && result == 0;) {
        const uint64_t left = head->body_bytes - at;
        const size_t count = left < PART_BYTES ? (size_t)left : PART_BYTES;

        result = disk_read(d, file, bytes, count, start + at, error);
        if (result == 0) {
            crc = crc32c(crc, bytes, count);
            at += count;
        }
    }
    free(bytes);
    if (result == 0 && crc != head->body_crc) {
        return fail_corrupt(error, d, file->name, start,
                            "body damaged (checksum)");
    }
    return result;
}
