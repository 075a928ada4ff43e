/* SPDX-License-Identifier: MIT
 *
 * clock.h - time that only goes forward, in nanoseconds.
 */
#ifndef RAFTBENCH_CLOCK_H
#define RAFTBENCH_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S  UINT64_C(1000000000)

static inline uint64_t clock_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

#endif
