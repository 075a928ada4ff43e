/* SPDX-License-Identifier: MIT
 *
 * chaos.h - a cluster, a seed, and everything that can go wrong.
 *
 * From the seed come size, options, timing and how often each fault strikes;
 * then events are drawn one by one while the checker watches every step. At
 * the end all faults are healed: the cluster must elect one leader, agree and
 * go on.
 */
#ifndef RAFTSIM_CHAOS_H
#define RAFTSIM_CHAOS_H

#include "cmd/raftsim/cluster/cluster.h"

/* What was done to the cluster, and what it did. Name, what it says. */
/* clang-format off */
#define CHAOS_COUNTS(X) \
    X(ELECTIONS,        "elections won") \
    X(COMMITS,          "entries committed") \
    X(WRITES,           "writes accepted") \
    X(ACKNOWLEDGED,     "writes acknowledged") \
    X(OVERWRITTEN,      "writes refused: another entry took the place") \
    X(READS_LEASE,      "reads answered at level lease") \
    X(READS_CONSISTENT, "reads answered at level consistent") \
    X(READS_REFUSED,    "reads given up: leader no more") \
    X(DELIVERED,        "messages delivered") \
    X(LOST,             "messages lost") \
    X(DOUBLED,          "messages doubled") \
    X(REORDERED,        "messages that overtook another") \
    X(UNDELIVERABLE,    "messages to a stopped server") \
    X(CUTS_ONE_WAY,     "links cut one way") \
    X(PARTITIONS,       "full partitions") \
    X(CRASHES_CLEAN,    "crashes, nothing under way") \
    X(CRASHES_LOST,     "crashes that lost all unfinished writes") \
    X(CRASHES_TORN,     "crashes that kept a torn piece of them") \
    X(DISK_ERRORS,      "disk errors") \
    X(RESTARTS,         "restarts") \
    X(PAUSES,           "pauses, caught up by a leap of the clock") \
    X(TRANSFERS,        "transfers begun")
/* clang-format on */

#define CHAOS_NAME(name, says) CHAOS_##name,
enum chaos_count { CHAOS_COUNTS(CHAOS_NAME) CHAOS_COUNT_COUNT };
#undef CHAOS_NAME

const char *chaos_count_text(enum chaos_count count);

struct chaos_totals {
    uint64_t seeds;
    uint64_t counts[CHAOS_COUNT_COUNT];
    struct cluster_totals cluster;
};

/*
 * One run of at least input_count inputs; its counts are added to *totals.
 * false: failure (one line) says what was violated.
 */
bool chaos_run(uint64_t seed, uint64_t input_count, struct chaos_totals *totals,
               char *failure, size_t failure_bytes);

#endif
