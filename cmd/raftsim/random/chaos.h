/* SPDX-License-Identifier: MIT
 *
 * chaos.h - a cluster, a seed, and what can go wrong.
 *
 * From the seed come size, options, timing and how often each fault strikes;
 * then events are drawn one by one while the checker watches every step. Then
 * the faults end: first for a majority alone, which must settle on one leader
 * and go on; then for all. At last what clients were told must be
 * linearizable.
 */
#ifndef RAFTSIM_CHAOS_H
#define RAFTSIM_CHAOS_H

#include <stdio.h>

#include "cmd/raftsim/cluster/cluster.h"

/* What was done to the cluster, and what it did. Name, what it says. */
/* clang-format off */
#define CHAOS_COUNTS(X) \
    X(ELECTIONS,        "elections won") \
    X(COMMITS,          "entries committed") \
    X(WRITES,           "writes accepted") \
    X(WRITES_REFUSED,   "writes refused at once") \
    X(ACKNOWLEDGED,     "writes acknowledged") \
    X(OVERWRITTEN,      "writes refused: another entry took the place") \
    X(GIVEN_UP,         "writes whose client gave up waiting") \
    X(UNANSWERED,       "writes whose server stopped") \
    X(RETRIES,          "writes tried again, mostly elsewhere") \
    X(READS_LEASE,      "reads answered at level lease") \
    X(READS_CONSISTENT, "reads answered at level consistent") \
    X(READS_REFUSED,    "reads given up: leader no more") \
    X(JUDGED,           "reads and writes judged by what clients saw") \
    X(DELIVERED,        "messages delivered") \
    X(LOST,             "messages lost") \
    X(DOUBLED,          "messages doubled") \
    X(REORDERED,        "messages that overtook one of their link") \
    X(HELD_BACK,        "messages held back for a while") \
    X(UNDELIVERABLE,    "messages to a stopped server") \
    X(CUTS_ONE_WAY,     "links cut one way") \
    X(PARTITIONS,       "full partitions") \
    X(CRASHES_CLEAN,    "crashes, nothing under way") \
    X(CRASHES_LOST,     "crashes that lost all unfinished writes") \
    X(CRASHES_TORN,     "crashes that kept some of them, torn or not") \
    X(DISK_ERRORS,      "servers stopped by a disk error") \
    X(DISKS_SLOW,       "disks that became slow for a while") \
    X(RESTARTS,         "restarts") \
    X(PAUSES,           "pauses, caught up by a leap of the clock") \
    X(CLOCKS_FAST,      "clocks that run fast") \
    X(CLOCKS_SLOW,      "clocks that run slow") \
    X(TRANSFERS,        "transfers begun") \
    X(CHANGES,          "membership changes begun") \
    X(CHANGES_DONE,     "membership changes done") \
    X(CHANGES_FAILED,   "membership changes given up: no catching up") \
    X(CHANGES_UNKNOWN,  "membership changes left to the next leader") \
    X(SNAPSHOTS,        "snapshots taken") \
    X(INSTALLED,        "snapshots of a leader installed") \
    X(DETOURS,          "snapshots stored while their entries came after all") \
    X(LONELY,           "changes of a leader that nobody heard") \
    X(FAREWELLS,        "transfers given up that went on all the same") \
    X(MAJORITIES,       "majorities that recovered alone") \
    X(OUTSIDERS_DOWN,   "servers that were down meanwhile") \
    X(OUTSIDERS_CUT,    "servers that were cut off meanwhile") \
    X(BRIDGES,          "leaders that stayed when one heard a follower only")
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

void chaos_add_totals(struct chaos_totals *totals,
                      const struct chaos_totals *more);

/* A table: faults, then rules, taken and declined. */
void chaos_print_totals(const struct chaos_totals *totals, FILE *out);

/*
 * How many faults, rules and guards never came up; each is named in a line of
 * out (NULL: in none).
 */
unsigned chaos_count_missing(const struct chaos_totals *totals, FILE *out);

/* What broke a run. */
enum chaos_problem {
    CHAOS_NOTHING = 0,
    CHAOS_UNSAFE,   /* a property that is checked after every event */
    CHAOS_NOT_LIVE, /* no leader, no progress, no agreement in time */
    CHAOS_UNTRUE    /* what clients were told, or disks hold, is not so */
};

enum { CHAOS_FAILURE_BYTES = 300 };

struct chaos_verdict {
    enum chaos_problem problem;
    char failure[CHAOS_FAILURE_BYTES]; /* one line, of what is not right */
};

struct chaos_plan {
    uint64_t seed;
    uint64_t input_count; /* at least so many, before the faults end */
    FILE *tape;           /* the run as a scenario is written here, or NULL */
    /* At the end, whatever it was; may be NULL. */
    void (*ended)(void *self, const struct cluster *cluster);
    void *self;
};

/*
 * One run; what it counted is added to *totals. The same plan gives the same
 * run. An assert of the core ends the run, too, and is its failure.
 */
struct chaos_verdict chaos_run(const struct chaos_plan *plan,
                               struct chaos_totals *totals);

#endif
