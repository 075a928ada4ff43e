/* SPDX-License-Identifier: MIT
 *
 * core_change.c - one server under test, and a change of the members.
 */
#include "tests/unit/core_change.h"

const struct raft_options voters_at_once = {.no_op = true};

void given_settled_leader(struct test_server *s,
                          const struct raft_options *options)
{
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1",
                             .options = options});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 2);
    t_u64_eq(s->raft->commit_index, 2);
}

void given_change(struct test_server *s)
{
    given_settled_leader(s, &voters_at_once);
    when_change(s, 7, "2 4");
    assert_int_equal(s->error, RAFT_OK);
    then_config_is(s->raft, "1o 2b 3o 4n *");
}
