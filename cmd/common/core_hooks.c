/* SPDX-License-Identifier: MIT
 *
 * core_hooks.c - what the pure core asks of a program at link time.
 */
#include "cmd/common/core_hooks.h"

#include <stdio.h>
#include <stdlib.h>

#include "raft/check.h"
#include "raft/memory.h"

static void (*no_memory_handler)(void);

void core_on_no_memory(void (*handler)(void))
{
    no_memory_handler = handler;
}

void *raft_realloc(void *block, size_t byte_count)
{
    void *moved = realloc(block, byte_count);

    if (moved == NULL && byte_count > 0 && no_memory_handler != NULL) {
        no_memory_handler();
    }
    return moved;
}

void raft_free(void *block)
{
    free(block);
}

static core_panic_handler *panic_handler;

void core_on_panic(core_panic_handler *handler)
{
    panic_handler = handler;
}

/* abort(), not exit(): no exit handler may send or write anything more. */
void raft_panic(const char *what, const char *file, int line)
{
    if (panic_handler != NULL) {
        panic_handler(what, file, line);
    }
    fprintf(stderr, "raft: invariant broken: %s (%s:%d)\n", what, file, line);
    abort();
}
