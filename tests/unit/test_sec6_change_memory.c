/* SPDX-License-Identifier: MIT
 *
 * test_sec6_change_memory.c - section 6 without memory: a change that cannot
 * begin has not begun, one that cannot go on does so later.
 */
#include <stdlib.h>

#include "raft/memory.h"
#include "tests/unit/core_harness.h"

/* In place of cmd/common/core_hooks.c. */
static bool there_is_memory = true;

void *raft_realloc(void *block, size_t byte_count)
{
    return there_is_memory ? realloc(block, byte_count) : NULL;
}

void raft_free(void *block)
{
    free(block);
}

void raft_panic(const char *what, const char *file, int line)
{
    print_error("panic: %s (%s:%d)\n", what, file, line);
    abort();
}

static void given_leader(struct test_server *s, uint32_t rounds)
{
    const struct raft_options options = {.no_op = true,
                                         .catch_up_rounds = rounds};

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &options});
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
}

static void change_that_cannot_begin_has_not_begun(void **state)
{
    struct test_server *s = *state;

    for (uint32_t rounds = 0; rounds <= 1; rounds++) {
        given_leader(s, rounds);
        there_is_memory = false;
        when_change(s, 7, "1 2 3 4");
        there_is_memory = true;
        assert_int_equal(s->error, RAFT_ENOMEM);
        t_u64_eq(s->effects.change_id, 0);
        t_u64_eq(fired(s, MB_3) + fired(s, MB_5), 0);
        t_u64_eq(s->raft->change.change_id, 0);
        then_config_is(s->raft, "1o 2o 3o");
        when_ticks(s, 1);
        then_config_is(s->raft, "1o 2o 3o"); /* nor does it begin later */
        when_change(s, 8, "1 2 3 4");
        assert_int_equal(s->error, RAFT_OK);
    }
}

static void caught_up_server_votes_later(void **state)
{
    struct test_server *s = *state;

    given_leader(s, 1);
    when_change(s, 7, "1 2 3 4");
    when_all_persisted(s);
    there_is_memory = false;
    when_append_succeeds(s, 4, 2);
    there_is_memory = true;
    t_u64_eq(fired(s, MB_4), 1);
    t_u64_eq(fired(s, MB_5), 0);
    then_config_is(s->raft, "1o 2o 3o 4- *");
    when_ticks(s, 1);
    t_u64_eq(fired(s, MB_5), 1);
    then_config_is(s->raft, "1b 2b 3b 4n *");
}

static void c_new_is_appended_later(void **state)
{
    struct test_server *s = *state;

    given_leader(s, 1);
    when_change(s, 7, "1 2");
    when_all_persisted(s);
    there_is_memory = false;
    when_append_succeeds(s, 2, 2);
    then_config_is(s->raft, "1b 2b 3o");
    when_ticks(s, 1);
    then_config_is(s->raft, "1b 2b 3o");
    there_is_memory = true;
    when_ticks(s, 1);
    then_config_is(s->raft, "1o 2o *");
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    t_u64_eq(s->effects.change_id, 7);
}

/* A propose is given its own entries; C_new may follow them in that step. */
static void c_new_follows_what_was_proposed(void **state)
{
    struct test_server *s = *state;

    given_leader(s, 1);
    when_change(s, 7, "1 2");
    when_all_persisted(s);
    there_is_memory = false;
    when_append_succeeds(s, 2, 2);
    there_is_memory = true;
    when_proposed(s, 2, 3);
    t_u64_eq(s->effects.append.first_index, 3);
    t_u64_eq(s->effects.append.count, 3);
    assert_int_equal(s->effects.append.entries[0].type, RAFT_ENTRY_COMMAND);
    assert_int_equal(s->effects.append.entries[2].type, RAFT_ENTRY_CONFIG);
}

static void learners_are_taken_out_later(void **state)
{
    struct test_server *s = *state;

    given_leader(s, 1);
    when_change(s, 7, "1 2 3 4");
    there_is_memory = false;
    for (int i = 0; s->effects.change_id == 0; i++) {
        assert_true(i < 100);
        when_ticks(s, TEST_ELECTION_TICKS_MIN);
    }
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_FAILED);
    then_config_is(s->raft, "1o 2o 3o 4- *");
    when_ticks(s, 1);
    t_u64_eq(s->effects.change_id, 0); /* said once */
    there_is_memory = true;
    when_ticks(s, 1);
    then_config_is(s->raft, "1o 2o 3o *");
    t_u64_eq(fired(s, MB_9), 1);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(change_that_cannot_begin_has_not_begun),
    T_SERVER(caught_up_server_votes_later),
    T_SERVER(c_new_is_appended_later),
    T_SERVER(c_new_follows_what_was_proposed),
    T_SERVER(learners_are_taken_out_later),
};

T_MAIN(tests)
