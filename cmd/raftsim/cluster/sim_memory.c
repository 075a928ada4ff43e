/* SPDX-License-Identifier: MIT
 *
 * sim_memory.c - memory for the simulator, which cannot go on without it.
 */
#include "cmd/raftsim/cluster/sim_memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void sim_no_memory(void)
{
    fputs("raftsim: out of memory\n", stderr);
    exit(SIM_NO_MEMORY);
}

static void *must(void *block)
{
    if (block == NULL) {
        sim_no_memory();
    }
    return block;
}

void *sim_calloc(size_t count, size_t item_bytes)
{
    return must(calloc(count == 0 ? 1 : count, item_bytes));
}

void *sim_realloc(void *block, size_t byte_count)
{
    return must(realloc(block, byte_count == 0 ? 1 : byte_count));
}

void *sim_copy(const void *bytes, size_t byte_count)
{
    if (byte_count == 0) {
        return NULL;
    }
    return memcpy(sim_realloc(NULL, byte_count), bytes, byte_count);
}

void *sim_grow(void *items, size_t count, size_t *capacity, size_t item_bytes)
{
    if (count < *capacity) {
        return items;
    }
    *capacity = *capacity == 0 ? 8 : 2 * *capacity;
    return sim_realloc(items, *capacity * item_bytes);
}
