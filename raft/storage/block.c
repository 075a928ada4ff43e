/* SPDX-License-Identifier: MIT
 *
 * block.c - 64 bytes with magic, version and checksum: a segment's header,
 * and the whole of the files "identity" and "term".
 *
 * The first 16 bytes and the size are the same in every version to come, so
 * that a newer version can be told from damage.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "raft/storage/internal.h"

const char identity_magic[8] = {'R', 'A', 'F', 'T', 'I', 'D', 'E', 'N'};
const char term_magic[8] = {'R', 'A', 'F', 'T', 'T', 'E', 'R', 'M'};
const char segment_magic[8] = {'R', 'A', 'F', 'T', 'S', 'E', 'G', 'M'};
const char snapshot_magic[8] = {'R', 'A', 'F', 'T', 'S', 'N', 'A', 'P'};

enum { VERSION_AT = 8, CRC_AT = BLOCK_CHECKSUM };

/* The newest we write. We read that and the one before it. */
static uint32_t newest_version(const char magic[8])
{
    /* Of a segment, 2 may begin the log anew; of the identity: identity.c. */
    return memcmp(magic, segment_magic, 8) == 0 ||
                   memcmp(magic, identity_magic, 8) == 0
               ? 2
               : 1;
}

static uint32_t block_crc(const uint8_t block[BLOCK_BYTES])
{
    const uint32_t crc = crc32c(0, block, CRC_AT);

    return crc32c(crc, block + BLOCK_FIELDS, BLOCK_BYTES - BLOCK_FIELDS);
}

void block_seal_as(uint8_t block[BLOCK_BYTES], const char magic[8],
                   uint32_t version)
{
    memcpy(block, magic, 8);
    put_u32(block + VERSION_AT, version);
    put_u32(block + CRC_AT, block_crc(block));
}

void block_seal(uint8_t block[BLOCK_BYTES], const char magic[8])
{
    block_seal_as(block, magic, newest_version(magic));
}

uint32_t block_version(const uint8_t block[BLOCK_BYTES])
{
    return get_u32(block + VERSION_AT);
}

int block_check(const uint8_t block[BLOCK_BYTES], const char magic[8],
                const struct disk *d, const char *name,
                struct storage_error *error)
{
    const uint32_t version = block_version(block);
    const uint32_t newest = newest_version(magic);

    if (memcmp(block, magic, 8) != 0) {
        return fail_corrupt(error, d, name, 0, "not the expected kind of file");
    }
    if (get_u32(block + CRC_AT) != block_crc(block)) {
        return fail_corrupt(error, d, name, 0, "header damaged (checksum)");
    }
    if (version == 0 || version > newest || version + 1 < newest) {
        error->problem = STORAGE_EVERSION;
        error->errno_value = 0;
        (void)snprintf(error->text, sizeof error->text,
                       "%.300s/%s: format version %" PRIu32
                       ", this program reads version %s%" PRIu32,
                       d->path, name, version, newest > 1 ? "1 and " : "",
                       newest);
        return -1;
    }
    return 0;
}

static int read_open_block(const struct disk *d, const struct disk_file *file,
                           const char magic[8], uint8_t block[BLOCK_BYTES],
                           struct storage_error *error)
{
    uint64_t size = 0;

    if (disk_size(d, file, &size, error) != 0) {
        return -1;
    }
    if (size != BLOCK_BYTES) {
        return fail_corrupt(error, d, file->name,
                            size < BLOCK_BYTES ? size : BLOCK_BYTES,
                            "the file must be 64 bytes long");
    }
    if (disk_read(d, file, block, BLOCK_BYTES, 0, error) != 0) {
        return -1;
    }
    return block_check(block, magic, d, file->name, error);
}

int block_file_read(const struct disk *d, const char *name, const char magic[8],
                    uint8_t block[BLOCK_BYTES], struct storage_error *error)
{
    struct disk_file file;

    if (disk_open(d, name, O_RDWR, &file, error) != 0) {
        return error->errno_value == ENOENT ? 0 : -1;
    }
    const int result = read_open_block(d, &file, magic, block, error);

    disk_close(d, &file);
    return result == 0 ? 1 : -1;
}

int block_file_replace(struct disk *d, const char *name,
                       const char *temporary_name,
                       const uint8_t block[BLOCK_BYTES],
                       struct storage_error *error)
{
    struct disk_file file;
    int result = -1;

    if (disk_create(d, temporary_name, &file, error) != 0) {
        return -1;
    }
    if (disk_write(d, &file, block, BLOCK_BYTES, 0, error) == 0) {
        result = disk_publish(d, &file, name, error);
    }
    disk_close(d, &file);
    return result != 0 ? -1 : disk_keep_spare(d, error);
}
