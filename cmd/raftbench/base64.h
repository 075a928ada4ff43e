/* SPDX-License-Identifier: MIT
 *
 * base64.h - as etcd's gateway wants keys and values (RFC 4648, padded).
 */
#ifndef RAFTBENCH_BASE64_H
#define RAFTBENCH_BASE64_H

#include <stddef.h>

/* Writes 4 characters for each 3 bytes begun, no NUL; returns how many. */
size_t base64_encode(const void *bytes, size_t byte_count, char *text);

/* Decodes at most capacity bytes; returns how many. Stops at bad input. */
size_t base64_decode(const char *text, size_t text_bytes, void *bytes,
                     size_t capacity);

#endif
