/* SPDX-License-Identifier: MIT
 *
 * bytes.h - little-endian numbers in byte strings, for every format we have:
 * the canonical image, log records, frames, commands.
 */
#ifndef RAFT_BYTES_H
#define RAFT_BYTES_H

#include <stdint.h>

static inline void put_u16(uint8_t *to, uint16_t value)
{
    to[0] = (uint8_t)value;
    to[1] = (uint8_t)(value >> 8);
}

static inline void put_u32(uint8_t *to, uint32_t value)
{
    put_u16(to, (uint16_t)value);
    put_u16(to + 2, (uint16_t)(value >> 16));
}

static inline void put_u64(uint8_t *to, uint64_t value)
{
    put_u32(to, (uint32_t)value);
    put_u32(to + 4, (uint32_t)(value >> 32));
}

static inline uint16_t get_u16(const uint8_t *from)
{
    return (uint16_t)(from[0] | (uint16_t)(from[1] << 8));
}

static inline uint32_t get_u32(const uint8_t *from)
{
    return (uint32_t)get_u16(from) | (uint32_t)get_u16(from + 2) << 16;
}

static inline uint64_t get_u64(const uint8_t *from)
{
    return (uint64_t)get_u32(from) | (uint64_t)get_u32(from + 4) << 32;
}

#endif
