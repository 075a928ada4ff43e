/* SPDX-License-Identifier: MIT
 *
 * verify.h - read back, over every target, what a run was promised.
 */
#ifndef RAFTBENCH_VERIFY_H
#define RAFTBENCH_VERIFY_H

#include <stdio.h>

#include "cmd/raftbench/load.h"

struct verify_result {
    uint64_t checked_count;    /* reads: keys times targets */
    uint64_t lost_count;       /* not the value that must be there */
    uint64_t unreadable_count; /* no answer, though asked again and again */
};

/*
 * Read each acknowledged key with level=consistent from each of the first
 * target_count targets. The first failures are told on err, a line each.
 * False: errno says why it could not run.
 */
bool verify_run(const struct load_settings *settings, struct targets *targets,
                size_t target_count, const struct load_promises *promises,
                struct verify_result *result, FILE *err);

#endif
