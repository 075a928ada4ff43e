/* SPDX-License-Identifier: MIT
 *
 * client_history_internal.h - what a history remembers.
 */
#ifndef RAFTSIM_CLIENT_HISTORY_INTERNAL_H
#define RAFTSIM_CLIENT_HISTORY_INTERNAL_H

#include "cmd/raftsim/random/client_history.h"

enum history_outcome { HISTORY_UNKNOWN = 0, HISTORY_KNOWN, HISTORY_REFUSED };

/* Moments are numbered, and no two of them are the same. */
struct history_operation {
    bool is_write;
    enum history_outcome outcome;
    uint64_t key;
    uint64_t value;
    uint64_t begin;
    uint64_t end; /* UINT64_MAX: not yet */
};

struct history {
    struct history_operation *operations;
    size_t count;
    size_t capacity;
    uint64_t now;
};

#endif
