/* SPDX-License-Identifier: MIT
 *
 * record.c - one record of the log: header, payload, zeros up to 8 bytes.
 *
 *   0 u32 checksum of bytes 4..39, seeded with the segment's salt
 *   4 u32 checksum of the payload
 *   8 u32 payload length
 *  12 u8  record type, u8 entry type, u16 zero
 *  16 u32 segment number
 *  20 u32 offset that was durable before the batch this record came in
 *  24 u64 term
 *  32 u64 index
 *
 * Two checksums: a length is believed only when the header is whole, and a
 * header can be looked for behind a damaged record.
 */
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "raft/storage/internal.h"

enum {
    PAYLOAD_CRC_AT = 4,
    LENGTH_AT = 8,
    TYPE_AT = 12,
    ENTRY_TYPE_AT = 13,
    SEGMENT_AT = 16,
    DURABLE_AT = 20,
    TERM_AT = 24,
    INDEX_AT = 32
};

size_t record_bytes(uint32_t length)
{
    return RECORD_HEADER_BYTES + (((size_t)length + 7) & ~(size_t)7);
}

void record_encode(uint8_t *at, const struct record *record,
                   const void *payload)
{
    const size_t padded = record_bytes(record->length);

    memset(at, 0, RECORD_HEADER_BYTES);
    put_u32(at + LENGTH_AT, record->length);
    at[TYPE_AT] = (uint8_t)record->type;
    at[ENTRY_TYPE_AT] = (uint8_t)record->entry_type;
    put_u64(at + TERM_AT, record->term);
    put_u64(at + INDEX_AT, record->index);
    if (record->length > 0) {
        memcpy(at + RECORD_HEADER_BYTES, payload, record->length);
    }
    memset(at + RECORD_HEADER_BYTES + record->length, 0,
           padded - RECORD_HEADER_BYTES - record->length);
}

void record_seal(uint8_t *at, uint32_t salt, uint32_t segment, uint32_t durable)
{
    const uint32_t length = get_u32(at + LENGTH_AT);

    put_u32(at + PAYLOAD_CRC_AT, crc32c(0, at + RECORD_HEADER_BYTES, length));
    put_u32(at + SEGMENT_AT, segment);
    put_u32(at + DURABLE_AT, durable);
    put_u32(at, crc32c(salt, at + 4, RECORD_HEADER_BYTES - 4));
}

void record_peek(const uint8_t *at, struct record *record)
{
    record->type = (enum record_type)at[TYPE_AT];
    record->entry_type = (enum raft_entry_type)at[ENTRY_TYPE_AT];
    record->length = get_u32(at + LENGTH_AT);
    record->payload_crc = get_u32(at + PAYLOAD_CRC_AT);
    record->segment = get_u32(at + SEGMENT_AT);
    record->durable = get_u32(at + DURABLE_AT);
    record->term = get_u64(at + TERM_AT);
    record->index = get_u64(at + INDEX_AT);
}

bool record_decode(const uint8_t *at, uint32_t salt, uint32_t segment,
                   struct record *record)
{
    /* The number first: it is cheap, and zeros never pass it. */
    if (get_u32(at + SEGMENT_AT) != segment ||
        get_u32(at) != crc32c(salt, at + 4, RECORD_HEADER_BYTES - 4)) {
        return false;
    }
    record_peek(at, record);
    return true;
}

bool record_payload_is_whole(const uint8_t *at, const struct record *record)
{
    return record->payload_crc ==
           crc32c(0, at + RECORD_HEADER_BYTES, record->length);
}
