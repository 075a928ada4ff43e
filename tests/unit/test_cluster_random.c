/* SPDX-License-Identifier: MIT
 *
 * test_cluster_random.c - a thousand clusters, each with its own bad luck.
 *
 * Sizes 1 to 5, options as in the paper, as in raftd and mixed, disks that
 * work at once, slowly or by hand; loss, doubling, overtaking, partitions,
 * crashes, torn writes, disk errors, pauses, clocks that differ. Figure 3 is
 * checked after every step; at the end a majority alone, then all must settle
 * and agree, and what clients were told must be linearizable
 * (cmd/raftsim/random/chaos.h). `raftsim --random` runs more of the same.
 *
 * RAFT_SEED=77 runs that seed alone.
 */
#include "tests/t.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/random/chaos.h"
#include "tests/unit/rule_coverage.h"

enum { SEED_COUNT = 1000, INPUTS_PER_SEED = 4000 };

typedef unsigned long long ull;

static void run_seeds(uint64_t first, uint64_t last,
                      struct chaos_totals *totals)
{
    unsigned failed_count = 0;

    for (uint64_t seed = first; seed <= last; seed++) {
        const struct chaos_plan plan = {.seed = seed,
                                        .input_count = INPUTS_PER_SEED};
        const struct chaos_verdict verdict = chaos_run(&plan, totals);

        if (verdict.problem != CHAOS_NOTHING) {
            print_error("RAFT_SEED=%llu: %s\n", (ull)seed, verdict.failure);
            failed_count++;
        }
    }
    assert_int_equal(failed_count, 0);
}

static void add_to_coverage(const struct chaos_totals *totals)
{
    for (int i = 0; i < RAFT_RULE_COUNT; i++) {
        coverage_add((enum raft_rule)i, true, totals->cluster.rules[i].taken);
        coverage_add((enum raft_rule)i, false,
                     totals->cluster.rules[i].declined);
    }
}

/* ---- Tests -----------------------------------------------------------------
 */

static void fig3_holds_whatever_goes_wrong(void **state)
{
    static struct chaos_totals totals;
    const char *only = getenv("RAFT_SEED");

    (void)state;
    if (only != NULL) {
        const uint64_t seed = strtoull(only, NULL, 10);

        run_seeds(seed, seed, &totals);
        return;
    }
    run_seeds(1, SEED_COUNT, &totals);
    add_to_coverage(&totals);

    printf("%llu seeds, %llu inputs, %llu entries applied\n", (ull)totals.seeds,
           (ull)totals.cluster.steps, (ull)totals.cluster.applied_count);
    chaos_print_totals(&totals, stdout);
    t_u64_eq(totals.seeds, SEED_COUNT);
    assert_true(totals.cluster.steps >= (uint64_t)SEED_COUNT * INPUTS_PER_SEED);
    t_u64_eq(chaos_count_missing(&totals, stderr), 0);
    t_u64_eq(totals.cluster.rule_events_lost, 0);
}

static void the_same_seed_gives_the_same_run(void **state)
{
    static struct chaos_totals first;
    static struct chaos_totals second;

    (void)state;
    run_seeds(11, 15, &first);
    run_seeds(11, 15, &second);
    assert_memory_equal(&first, &second, sizeof(first));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fig3_holds_whatever_goes_wrong),
    cmocka_unit_test(the_same_seed_gives_the_same_run),
};

T_MAIN(tests)
