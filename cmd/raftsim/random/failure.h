/* SPDX-License-Identifier: MIT
 *
 * failure.h - a seed that fails becomes a scenario that replays the failure.
 */
#ifndef RAFTSIM_FAILURE_H
#define RAFTSIM_FAILURE_H

#include "cmd/raftsim/random/chaos.h"

enum { FAILURE_PATH_BYTES = 512 };

/* What became of it. */
struct failure_file {
    char path[FAILURE_PATH_BYTES];
    size_t line_count;
    size_t tape_line_count; /* before it was shrunk */
    bool replays;           /* playing the file shows the failure */
    int error;              /* errno: it could not be written; 0: it was */
};

/*
 * Run a seed that fails once more, shrink what happened, and write it to
 * DIRECTORY/random-SEED.raft. Only what is checked after every event can be
 * shrunk; the rest is written as it was, and the file says so.
 */
void failure_write(uint64_t seed, uint64_t input_count, const char *directory,
                   const struct chaos_verdict *verdict,
                   struct failure_file *file);

#endif
