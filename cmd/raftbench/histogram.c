/* SPDX-License-Identifier: MIT
 *
 * histogram.c - latencies counted so that percentiles are within 1%.
 */
#include "cmd/raftbench/histogram.h"

enum { SUB_BITS = 7, SUB_COUNT = 1 << SUB_BITS };

static size_t bucket_of(uint64_t value)
{
    unsigned top_bit = 0;

    if (value < SUB_COUNT) {
        return (size_t)value;
    }
    while (value >> top_bit > 1) {
        top_bit++;
    }
    const unsigned shift = top_bit - SUB_BITS;
    return (size_t)(shift * SUB_COUNT + (value >> shift));
}

/* The greatest value that falls into a bucket. */
static uint64_t bucket_end(size_t bucket)
{
    if (bucket < SUB_COUNT) {
        return bucket;
    }
    const unsigned shift = (unsigned)(bucket / SUB_COUNT) - 1;
    const uint64_t sub = bucket % SUB_COUNT + SUB_COUNT;
    return ((sub + 1) << shift) - 1;
}

void histogram_add(struct histogram *h, uint64_t value)
{
    h->count++;
    h->buckets[bucket_of(value)]++;
    if (value > h->max) {
        h->max = value;
    }
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    into->count += from->count;
    if (from->max > into->max) {
        into->max = from->max;
    }
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        into->buckets[i] += from->buckets[i];
    }
}

uint64_t histogram_percentile(const struct histogram *h,
                              uint64_t part_per_100000)
{
    const uint64_t rank = (h->count * part_per_100000 + 99999) / 100000;
    uint64_t seen = 0;

    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->buckets[i];
        if (seen >= rank && seen > 0) {
            const uint64_t end = bucket_end(i);

            return end < h->max ? end : h->max;
        }
    }
    return 0;
}
