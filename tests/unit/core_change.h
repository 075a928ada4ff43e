/* SPDX-License-Identifier: MIT
 *
 * core_change.h - one server under test, and a change of the members.
 */
#ifndef TESTS_UNIT_CORE_CHANGE_H
#define TESTS_UNIT_CORE_CHANGE_H

#include "tests/unit/core_harness.h"

/* New servers are voters without having caught up. */
extern const struct raft_options voters_at_once;

/* It leads 1, 2 and 3, in term 5; entry 1 is old, entry 2 its own and
 * committed. */
void given_settled_leader(struct test_server *s,
                          const struct raft_options *options);

/* The same, and 2 and 4 shall replace 1 and 3; C_old,new is entry 3. */
void given_change(struct test_server *s);

#endif
