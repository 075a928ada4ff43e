/* SPDX-License-Identifier: MIT
 *
 * memory.h - the only way the core gets memory. The program supplies both at
 * link time, so tests can make the k-th allocation fail.
 */
#ifndef RAFT_MEMORY_H
#define RAFT_MEMORY_H

#include <stddef.h>

/* As realloc(): NULL leaves the old block alone. */
void *raft_realloc(void *block, size_t byte_count);

/* As free(). */
void raft_free(void *block);

#endif
