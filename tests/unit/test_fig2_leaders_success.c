/* SPDX-License-Identifier: MIT
 *
 * test_fig2_leaders_success.c - Figure 2, Rules for Servers: what a leader may
 * do when a follower's log is known to be equal to its own.
 */
#include "tests/unit/core_harness.h"

static void fig2_ldr3a_success_may_commit(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_proposed(s, 1, 8);
    when_all_persisted(s);
    t_u64_eq(s->raft->commit_index, 0);
    when_append_succeeds(s, 2, 1);
    t_u64_eq(s->raft->commit_index, 1);
}

static void fig2_ldr3a_success_may_be_what_a_transfer_waits_for(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 4"});
    when_transfer(s, 2);
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, 2), 0);
    when_append_succeeds(s, 2, 2);
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, 2), 1);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_ldr3a_success_may_commit),
    T_SERVER(fig2_ldr3a_success_may_be_what_a_transfer_waits_for),
};

T_MAIN(tests)
