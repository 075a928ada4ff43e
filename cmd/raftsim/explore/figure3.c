/* SPDX-License-Identifier: MIT
 *
 * figure3.c - Figure 3, after each event, over the whole history.
 */
#include "cmd/raftsim/explore/figure3.h"

#include <stdio.h>

/* ---- Fig3:LM ------------------------------------------------------------- */

static bool same_entry(const struct explore_log *a, const struct explore_log *b,
                       size_t i)
{
    return a->terms[i] == b->terms[i] && a->payloads[i] == b->payloads[i];
}

/* The index of an entry that breaks Log Matching, or 0. */
static size_t mismatch(const struct explore_tables *tables, uint16_t a_number,
                       uint16_t b_number)
{
    struct explore_log a;
    struct explore_log b;
    bool same = true;

    if (a_number == b_number) {
        return 0;
    }
    tables_log(tables, a_number, &a);
    tables_log(tables, b_number, &b);
    for (size_t i = 0; i < a.count && i < b.count; i++) {
        same = same && same_entry(&a, &b, i);
        if (a.terms[i] == b.terms[i] && !same) {
            return i + 1;
        }
    }
    return 0;
}

/* The log that has changed against all logs and disks. */
void figure3_matching(const struct explore_tables *tables,
                      const struct explore_change *change, uint16_t log,
                      char broken[GLUE_BROKEN_BYTES])
{
    for (size_t i = 0; i < EXPLORE_SERVERS; i++) {
        const struct explore_server *other =
            &tables->servers[change->servers[i]];
        size_t index = mismatch(tables, log, other->log);

        if (index == 0) {
            index = mismatch(tables, log, other->disk_log);
        }
        if (index != 0) {
            snprintf(broken, GLUE_BROKEN_BYTES,
                     "Fig3:LM: S%zu and S%zu have different logs up to entry "
                     "%zu, which has the same term",
                     change->place + 1, i + 1, index);
        }
    }
}

/* ---- Fig3:ES, LC, SMS ---------------------------------------------------- */

void figure3_leader(const struct explore_tables *tables,
                    const struct explore_change *change,
                    struct explore_history *history,
                    char broken[GLUE_BROKEN_BYTES])
{
    const size_t place = change->place;
    const struct explore_server *is = &tables->servers[change->servers[place]];
    struct explore_log log;
    struct explore_log committed;

    if (history->leaders[is->term] != 0) {
        snprintf(broken, GLUE_BROKEN_BYTES,
                 "Fig3:ES: S%u and S%zu both led term %u",
                 history->leaders[is->term], place + 1, is->term);
        return;
    }
    tables_log(tables, is->log, &log);
    tables_log(tables, history->committed, &committed);
    for (size_t i = 0; i < committed.count; i++) {
        if (history->in_terms[i] < is->term &&
            (i >= log.count || !same_entry(&log, &committed, i))) {
            snprintf(broken, GLUE_BROKEN_BYTES,
                     "Fig3:LC: S%zu leads term %u without committed entry %zu",
                     place + 1, is->term, i + 1);
            return;
        }
    }
    history->leaders[is->term] = (uint8_t)(place + 1);
    history->leader_logs[is->term] = (uint16_t)(is->log + 1);
}

/* The entry at i has been committed: for the first time, in this term. */
static void check_first_commit(const struct explore_tables *tables,
                               const struct explore_change *change,
                               struct explore_history *history,
                               const struct explore_log *log, size_t i,
                               char broken[GLUE_BROKEN_BYTES])
{
    const uint8_t in_term =
        tables->servers[change->servers[change->place]].term;

    if (!figure3_is_decided(tables, change, log, i)) {
        snprintf(broken, GLUE_BROKEN_BYTES,
                 "Fig2:LDR.4: S%zu committed %zu, which is on no majority of "
                 "disks",
                 change->place + 1, i + 1);
    }
    for (unsigned term = in_term + 1u; term <= EXPLORE_MAX_TERMS; term++) {
        struct explore_log leader;

        if (history->leader_logs[term] == 0) {
            continue;
        }
        tables_log(tables, history->leader_logs[term] - 1u, &leader);
        if (i >= leader.count || !same_entry(&leader, log, i)) {
            snprintf(broken, GLUE_BROKEN_BYTES,
                     "Fig3:LC: S%u leads term %u without committed entry %zu",
                     history->leaders[term], term, i + 1);
        }
    }
    history->in_terms[i] = in_term;
}

void figure3_commits(const struct explore_tables *tables,
                     const struct explore_change *change,
                     struct explore_history *history,
                     char broken[GLUE_BROKEN_BYTES])
{
    const uint16_t number =
        tables->servers[change->servers[change->place]].committed;
    struct explore_log ours;
    struct explore_log all;

    tables_log(tables, number, &ours);
    tables_log(tables, history->committed, &all);
    for (size_t i = 0; i < ours.count; i++) {
        if (i >= all.count) {
            check_first_commit(tables, change, history, &ours, i, broken);
        } else if (!same_entry(&ours, &all, i)) {
            snprintf(broken, GLUE_BROKEN_BYTES,
                     "Fig3:SMS: S%zu committed another entry at %zu",
                     change->place + 1, i + 1);
            return;
        }
    }
    if (ours.count > all.count) {
        history->committed = number;
    }
}
