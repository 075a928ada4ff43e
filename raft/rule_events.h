/* SPDX-License-Identifier: MIT
 *
 * rule_events.h - a rule of the paper as a statement.
 *
 * rule(out, AE_4) records that a rule was carried out; rule_if(out, CM_1, c)
 * that a guard was asked, and whether it let pass. A breakpoint for one rule:
 *     break rule_event if t == AE_3
 */
#ifndef RAFT_RULE_EVENTS_H
#define RAFT_RULE_EVENTS_H

#include "raft/raft.h"

static inline void rule_event(struct raft_effects *out, enum raft_rule t,
                              bool taken)
{
    const size_t count = out->rule_event_count;
    struct raft_rule_event *last =
        count > 0 ? &out->rule_events[count - 1] : NULL;

    if (last != NULL && last->rule == t && last->taken == taken) {
        last->count++;
        return;
    }
    if (count == RAFT_MAX_RULE_EVENTS) {
        out->rule_events_lost++;
        return;
    }
    out->rule_events[count].rule = t;
    out->rule_events[count].taken = taken;
    out->rule_events[count].count = 1;
    out->rule_event_count++;
}

static inline void rule(struct raft_effects *out, enum raft_rule t)
{
    rule_event(out, t, true);
}

static inline bool rule_if(struct raft_effects *out, enum raft_rule t,
                           bool holds)
{
    rule_event(out, t, holds);
    return holds;
}

#endif
