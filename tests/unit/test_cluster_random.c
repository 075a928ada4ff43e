/* SPDX-License-Identifier: MIT
 *
 * test_cluster_random.c - a thousand clusters, each with its own bad luck.
 *
 * Sizes 1 to 5, options as in the paper, as in raftd and mixed, disks that
 * work at once or not; loss, doubling, overtaking, partitions, crashes, torn
 * writes, disk errors, pauses. Figure 3 is checked after every step, and at
 * the end the healed cluster must agree (cmd/raftsim/random/chaos.h).
 *
 * RAFT_SEED=77 runs that seed alone.
 */
#include "tests/t.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/raftsim/random/chaos.h"
#include "tests/unit/rule_coverage.h"

enum { SEED_COUNT = 1000, INPUTS_PER_SEED = 4000 };

typedef unsigned long long ull;

static volatile uint64_t current_seed;

/* An assert of the core aborts: say first which seed did it. */
static void tell_seed(int signal_number)
{
    static char line[] = "RAFT_SEED=00000000000000000000 aborted\n";
    uint64_t seed = current_seed;

    (void)signal_number;
    for (size_t i = sizeof("RAFT_SEED=") - 1 + 20; seed > 0; seed /= 10) {
        line[--i] = (char)('0' + seed % 10);
    }
    (void)!write(STDERR_FILENO, line, sizeof(line) - 1);
}

static void run_seeds(uint64_t first, uint64_t last,
                      struct chaos_totals *totals)
{
    unsigned failed_count = 0;

    signal(SIGABRT, tell_seed);
    for (uint64_t seed = first; seed <= last; seed++) {
        char failure[300];

        current_seed = seed;
        if (!chaos_run(seed, INPUTS_PER_SEED, totals, failure,
                       sizeof(failure))) {
            print_error("RAFT_SEED=%llu: %s\n", (ull)seed, failure);
            failed_count++;
        }
    }
    signal(SIGABRT, SIG_DFL);
    assert_int_equal(failed_count, 0);
}

/* ---- Nothing that should happen has not happened ------------------------- */

static unsigned count_missing_faults(const struct chaos_totals *totals)
{
    unsigned missing = 0;

    printf("%llu seeds, %llu inputs, %llu entries applied\n",
           (ull)totals->seeds, (ull)totals->cluster.steps,
           (ull)totals->cluster.applied_count);
    for (int i = 0; i < CHAOS_COUNT_COUNT; i++) {
        printf("%12llu  %s\n", (ull)totals->counts[i],
               chaos_count_text((enum chaos_count)i));
        missing += totals->counts[i] == 0 ? 1 : 0;
    }
    return missing;
}

static unsigned count_missing_rules(const struct chaos_totals *totals)
{
    unsigned missing = 0;

    printf("%-12s %12s %12s\n", "rule", "taken", "declined");
    for (int i = 0; i < RAFT_RULE_COUNT; i++) {
        const struct raft_rule_text *text = raft_rule_text((enum raft_rule)i);
        const struct raft_rule_count *count = &totals->cluster.rules[i];

        printf("%-12s %12llu", text->place, (ull)count->taken);
        if (text->kind == RAFT_GUARD) {
            printf(" %12llu", (ull)count->declined);
        }
        putchar('\n');
        missing += count->taken == 0 ? 1 : 0;
        missing += text->kind == RAFT_GUARD && count->declined == 0 ? 1 : 0;
    }
    return missing;
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

    const unsigned missing =
        count_missing_faults(&totals) + count_missing_rules(&totals);

    t_u64_eq(totals.seeds, SEED_COUNT);
    assert_true(totals.cluster.steps >= (uint64_t)SEED_COUNT * INPUTS_PER_SEED);
    t_u64_eq(missing, 0);
    t_u64_eq(totals.cluster.rule_events_lost, 0);
}

static void the_same_seed_gives_the_same_run(void **state)
{
    static struct chaos_totals first;
    static struct chaos_totals second;
    char failure[300];

    (void)state;
    for (uint64_t seed = 11; seed <= 15; seed++) {
        assert_true(
            chaos_run(seed, INPUTS_PER_SEED, &first, failure, sizeof(failure)));
        assert_true(chaos_run(seed, INPUTS_PER_SEED, &second, failure,
                              sizeof(failure)));
    }
    assert_memory_equal(&first, &second, sizeof(first));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fig3_holds_whatever_goes_wrong),
    cmocka_unit_test(the_same_seed_gives_the_same_run),
};

T_MAIN(tests)
