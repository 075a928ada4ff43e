/* SPDX-License-Identifier: MIT
 *
 * rule_coverage.h - which rules of the paper the tests have exercised.
 *
 * Counts are kept for the whole program, from any thread. When the program
 * ends and $RAFT_COVERAGE_DIR is set, they are written to
 * $RAFT_COVERAGE_DIR/<program>.rules, one line a rule: tag, taken, declined.
 * tests/check/coverage.sh adds the files up.
 */
#ifndef TESTS_UNIT_RULE_COVERAGE_H
#define TESTS_UNIT_RULE_COVERAGE_H

#include "raft/raft.h"

/* A PROPERTY is taken each time a checker has found it to hold. */
void coverage_add(enum raft_rule rule, bool taken, uint64_t times);

/* All rule events of one step. */
void coverage_add_effects(const struct raft_effects *out);

#endif
