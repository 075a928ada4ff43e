/* SPDX-License-Identifier: MIT
 *
 * test_fig2_known_bugs.c - what others got wrong (tests/mutants/), where the
 * core's own asserts would speak first: here they fail the test by its name.
 */
#include <stdlib.h>

#include "raft/memory.h"
#include "tests/unit/core_harness.h"

/* In place of cmd/common/core_hooks.c. */
void *raft_realloc(void *block, size_t byte_count)
{
    return realloc(block, byte_count);
}

void raft_free(void *block)
{
    free(block);
}

void raft_panic(const char *what, const char *file, int line)
{
    print_error("invariant broken: %s\n", what);
    _fail(file, line);
    abort(); /* not reached */
}

/* E3: stepping down within a term gives no second vote in it. */
static void fig2_rv2_candidate_that_follows_has_still_voted(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    when_append_entries(s, 2, 5, 0, 0, "", 0);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    t_u64_eq(s->raft->voted_for, 1);

    when_request_vote(s, 3, 5, 9, 4);
    assert_false(vote_reply(s)->vote_granted);
}

/* P1: one write has the new term and the vote in it. */
static void fig2_ps1_term_and_vote_are_one_write(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 4});
    when_request_vote(s, 2, 5, 0, 0);
    assert_true(vote_reply(s)->vote_granted);
    t_u64_eq(s->effects.current_term, 5);
    t_u64_eq(s->effects.voted_for, 2);
    t_u64_eq(sent(s, RAFT_REQUEST_VOTE_RESULT, 2)->needs_write,
             s->effects.save_hard_state_seq);
}

/* A heartbeat is an AppendEntries: a log that is shorter, or another. */
static void fig2_ae2_heartbeats_are_checked_too(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1 4"});
    when_append_entries(s, 2, 5, 4, 5, "", 4);
    assert_false(append_reply(s)->success);
    when_append_entries(s, 2, 5, 3, 5, "", 3);
    assert_false(append_reply(s)->success);
    t_u64_eq(s->raft->commit_index, 0);

    when_append_entries(s, 2, 5, 3, 4, "", 3);
    assert_true(append_reply(s)->success);
    t_u64_eq(s->raft->commit_index, 3);
}

/* R4: of what it has beyond prev_log_index a follower knows nothing. */
static void fig2_ldr3a_heartbeat_proves_its_prev_log_index(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1 4"});
    when_append_entries(s, 2, 5, 2, 1, "", 0);
    assert_true(append_reply(s)->success);
    t_u64_eq(append_reply(s)->match_index, 2);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_rv2_candidate_that_follows_has_still_voted),
    T_SERVER(fig2_ps1_term_and_vote_are_one_write),
    T_SERVER(fig2_ae2_heartbeats_are_checked_too),
    T_SERVER(fig2_ldr3a_heartbeat_proves_its_prev_log_index),
};

T_MAIN(tests)
