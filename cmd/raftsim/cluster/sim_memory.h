/* SPDX-License-Identifier: MIT
 *
 * sim_memory.h - memory for the simulator, which cannot go on without it.
 */
#ifndef RAFTSIM_SIM_MEMORY_H
#define RAFTSIM_SIM_MEMORY_H

#include <stddef.h>

enum { SIM_NO_MEMORY = 71 }; /* the exit code then: EX_OSERR */

/* Says so, and exits. */
_Noreturn void sim_no_memory(void);

/* As calloc() and realloc(), but sim_no_memory() when there is none left. */
void *sim_calloc(size_t count, size_t item_bytes);
void *sim_realloc(void *block, size_t byte_count);

/* A copy of byte_count bytes; NULL when there are none. */
void *sim_copy(const void *bytes, size_t byte_count);

/*
 * Room for one more item in a growing array: returns items, perhaps moved.
 * count items are in use, *capacity is what there is room for.
 */
void *sim_grow(void *items, size_t count, size_t *capacity, size_t item_bytes);

#endif
