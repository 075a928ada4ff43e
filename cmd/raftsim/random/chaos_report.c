/* SPDX-License-Identifier: MIT
 *
 * chaos_report.c - what random runs have met, and what they have not.
 */
#include <inttypes.h>

#include "cmd/raftsim/random/chaos.h"

const char *chaos_count_text(enum chaos_count count)
{
#define CHAOS_TEXT(name, says) says,
    static const char *const texts[] = {CHAOS_COUNTS(CHAOS_TEXT)};
#undef CHAOS_TEXT

    return texts[count];
}

void chaos_add_totals(struct chaos_totals *totals,
                      const struct chaos_totals *more)
{
    totals->seeds += more->seeds;
    for (int i = 0; i < CHAOS_COUNT_COUNT; i++) {
        totals->counts[i] += more->counts[i];
    }
    totals->cluster.steps += more->cluster.steps;
    totals->cluster.applied_count += more->cluster.applied_count;
    totals->cluster.rule_events_lost += more->cluster.rule_events_lost;
    for (int i = 0; i < RAFT_RULE_COUNT; i++) {
        totals->cluster.rules[i].taken += more->cluster.rules[i].taken;
        totals->cluster.rules[i].declined += more->cluster.rules[i].declined;
    }
}

void chaos_print_totals(const struct chaos_totals *totals, FILE *out)
{
    for (int i = 0; i < CHAOS_COUNT_COUNT; i++) {
        fprintf(out, "%12" PRIu64 "  %s\n", totals->counts[i],
                chaos_count_text((enum chaos_count)i));
    }
    fprintf(out, "%-12s %12s %12s\n", "rule", "taken", "declined");
    for (int i = 0; i < RAFT_RULE_COUNT; i++) {
        const struct raft_rule_text *text = raft_rule_text((enum raft_rule)i);
        const struct raft_rule_count *count = &totals->cluster.rules[i];

        fprintf(out, "%-12s %12" PRIu64, text->place, count->taken);
        if (text->kind == RAFT_GUARD) {
            fprintf(out, " %12" PRIu64, count->declined);
        }
        fputc('\n', out);
    }
}

/* 1 when it is missing. */
static unsigned miss(uint64_t count, const char *what, const char *how,
                     FILE *out)
{
    if (count > 0) {
        return 0;
    }
    if (out != NULL) {
        fprintf(out, "never: %s%s\n", what, how);
    }
    return 1;
}

unsigned chaos_count_missing(const struct chaos_totals *totals, FILE *out)
{
    unsigned missing = 0;

    for (int i = 0; i < CHAOS_COUNT_COUNT; i++) {
        missing += miss(totals->counts[i],
                        chaos_count_text((enum chaos_count)i), "", out);
    }
    for (int i = 0; i < RAFT_RULE_COUNT; i++) {
        const struct raft_rule_text *text = raft_rule_text((enum raft_rule)i);
        const struct raft_rule_count *count = &totals->cluster.rules[i];

        missing += miss(count->taken, text->place, " taken", out);
        if (text->kind == RAFT_GUARD) {
            missing += miss(count->declined, text->place, " declined", out);
        }
    }
    return missing;
}
