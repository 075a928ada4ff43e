/* SPDX-License-Identifier: MIT
 *
 * crc32c.h - the checksum of everything that is stored or sent (Castagnoli
 * polynomial, as in iSCSI).
 */
#ifndef RAFT_STORAGE_CRC32C_H
#define RAFT_STORAGE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* crc: 0 to start, or the result for the bytes that came before. */
uint32_t crc32c(uint32_t crc, const void *bytes, size_t byte_count);

/* The same without the processor's own instruction; for tests. */
uint32_t crc32c_portable(uint32_t crc, const void *bytes, size_t byte_count);

#endif
