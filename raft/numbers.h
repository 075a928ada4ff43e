/* SPDX-License-Identifier: MIT
 *
 * numbers.h - time that runs down or up, and the smaller and larger of two.
 */
#ifndef RAFT_NUMBERS_H
#define RAFT_NUMBERS_H

#include <stdint.h>

/* How much is left of a time when `ticks` have passed. */
static inline uint32_t raft_count_down(uint32_t left, uint32_t ticks)
{
    return left > ticks ? left - ticks : 0;
}

/* How much of a time that ends at `most` has passed. */
static inline uint32_t raft_count_up(uint32_t passed, uint32_t ticks,
                                     uint32_t most)
{
    return ticks < most - passed ? passed + ticks : most;
}

/* The smaller and the larger of two. */
static inline uint64_t raft_min(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static inline uint64_t raft_max(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

#endif
