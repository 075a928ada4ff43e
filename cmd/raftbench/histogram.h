/* SPDX-License-Identifier: MIT
 *
 * histogram.h - latencies counted so that percentiles are within 1%.
 *
 * Exact below 128; above, 128 buckets for each doubling.
 */
#ifndef RAFTBENCH_HISTOGRAM_H
#define RAFTBENCH_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 58 * 128 };

struct histogram {
    uint64_t count;
    uint64_t max; /* exact */
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *h, uint64_t value);
void histogram_merge(struct histogram *into, const struct histogram *from);

/*
 * The least value that at least this share of all values does not exceed, up
 * to 1% too high. part_per_100000: 50000 is the median. 0 when empty.
 */
uint64_t histogram_percentile(const struct histogram *h,
                              uint64_t part_per_100000);

#endif
