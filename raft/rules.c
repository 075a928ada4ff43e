/* SPDX-License-Identifier: MIT
 *
 * rules.c - the list of rules.h as a table.
 */
#include "raft/rules.h"

#include "raft/check.h"

#define RAFT_RULE_TEXT(tag, place, kind, says) {#tag, place, RAFT_##kind, says},

static const struct raft_rule_text texts[RAFT_RULE_COUNT] = {
    RAFT_RULES(RAFT_RULE_TEXT)};

const struct raft_rule_text *raft_rule_text(enum raft_rule rule)
{
    raft_assert(rule < RAFT_RULE_COUNT);
    return &texts[rule];
}
