/* SPDX-License-Identifier: MIT
 *
 * test_sec6_change_request.c - section 6: who may change the members, when,
 * and to what.
 */
#include <string.h>

#include "tests/unit/core_change.h"

/* ---- MB_2: who may begin one, and when ----------------------------------- */

/* Bug M1, confusion 29: the erratum. */
static void sec6_mb2_waits_for_an_entry_of_the_own_term(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1",
                             .options = &voters_at_once});
    when_change(s, 7, "1 2 3 4");
    assert_int_equal(s->error, RAFT_EBUSY);
    t_u64_eq(declined(s, MB_2), 1);
    when_append_succeeds(s, 2, 1); /* of an old term: proves nothing */
    when_change(s, 7, "1 2 3 4");
    assert_int_equal(s->error, RAFT_EBUSY);
    then_config_is(s->raft, "1o 2o 3o");
    then_log_is(s, "1 5");

    when_all_persisted(s);
    when_append_succeeds(s, 2, 2);
    when_change(s, 7, "1 2 3 4");
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(fired(s, MB_2), 1);
}

static void sec6_mb2_one_change_at_a_time(void **state)
{
    struct test_server *s = *state;

    given_change(s);
    when_change(s, 8, "1 2");
    assert_int_equal(s->error, RAFT_EBUSY); /* C_old,new is not committed */
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    when_append_succeeds(s, 4, 3);
    then_config_is(s->raft, "2o 4o *");
    when_change(s, 8, "1 2");
    assert_int_equal(s->error, RAFT_EBUSY); /* nor is C_new */
    t_u64_eq(declined(s, MB_2), 1);
    t_u64_eq(s->effects.change_id, 0);
}

static void sec6_mb2_next_change_when_c_new_is_committed(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s, &voters_at_once);
    when_change(s, 7, "1 2");
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    then_config_is(s->raft, "1o 2o *");
    when_all_persisted(s);
    when_append_succeeds(s, 2, 4);
    t_u64_eq(s->effects.change_id, 7);
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_DONE);
    then_config_is(s->raft, "1o 2o");

    when_change(s, 8, "1 2 5");
    assert_int_equal(s->error, RAFT_OK);
    then_config_is(s->raft, "1b 2b 5n *");
}

static void sec6_mb2_transfer_excludes_a_change(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s, &voters_at_once);
    when_transfer(s, 3);
    when_change(s, 7, "1 2");
    assert_int_equal(s->error, RAFT_EBUSY);
    when_ticks(s, TEST_ELECTION_TICKS_MAX); /* it came to nothing */
    when_change(s, 7, "1 2");
    assert_int_equal(s->error, RAFT_OK);
}

static void sec8_cl1_only_the_leader_changes_members(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5, .options = &voters_at_once});
    when_change(s, 7, "1 2");
    assert_int_equal(s->error, RAFT_ENOTLEADER);
    t_u64_eq(s->effects.change_id, 0);
    given(s, &(struct given){.role = RAFT_LEADER, .current_term = 5});
    when_proposed(s, 1, 8);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 1);
    when_change(s, 7, "1 2");
    assert_int_equal(s->error, RAFT_OK);
}

static void then_refused(struct test_server *s,
                         const struct raft_change *change)
{
    when(s, &(struct raft_input){.type = RAFT_IN_CHANGE, .change = change});
    assert_int_equal(s->error, RAFT_EINVALID);
    t_u64_eq(s->raft->change.change_id, 0);
    then_config_is(s->raft, "1o 2o 3o");
}

static void members_that_make_no_sense_are_refused(void **state)
{
    struct test_server *s = *state;
    struct raft_change change = change_to(7, "1 2 3 4 5 6 7 8 9");

    given_settled_leader(s, &voters_at_once);
    change.member_count = RAFT_MAX_VOTERS + 1;
    then_refused(s, &change);
    change.member_count = 0;
    then_refused(s, &change);
    change = change_to(0, "1 2");
    then_refused(s, &change);
    change = change_to(7, "1 2 1");
    then_refused(s, &change);
    change = change_to(7, "1 0");
    then_refused(s, &change);
    change = change_to(7, "1 2");
    memset(change.members[1].address, 'x', RAFT_MAX_ADDRESS_BYTES);
    then_refused(s, &change);
}

/* A leader that was deposed does not know it: before it may say that the
 * members are these, a majority must have agreed. */
static void same_members_are_done_when_a_majority_says_so(void **state)
{
    struct test_server *s = *state;
    struct raft_change change = change_to(7, "3 1 2");

    given_settled_leader(s, &voters_at_once);
    memset(change.members[0].address + 9, 'x', 5); /* behind its end */
    when(s, &(struct raft_input){.type = RAFT_IN_CHANGE, .change = &change});
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(s->effects.change_id, 0);
    then_config_is(s->raft, "1o 2o 3o *"); /* no C_old,new: once again */
    then_log_is(s, "1 5 5");
    when_all_persisted(s);
    t_u64_eq(s->effects.change_id, 0);
    when_append_succeeds(s, 3, 3);
    t_u64_eq(s->effects.change_id, 7);
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_DONE);
    then_config_is(s->raft, "1o 2o 3o");
    t_u64_eq(s->raft->change.change_id, 0);
}

/* A label needs no joint phase: the same servers vote. */
static void a_name_alone_needs_one_entry(void **state)
{
    struct test_server *s = *state;
    struct raft_change change = change_to(7, "3 1 2");

    given_settled_leader(s, &voters_at_once);
    strcpy(change.members[0].name, "third");
    when(s, &(struct raft_input){.type = RAFT_IN_CHANGE, .change = &change});
    assert_int_equal(s->error, RAFT_OK);
    then_config_is(s->raft, "1o 2o 3o *");
    then_log_is(s, "1 5 5");
    assert_string_equal(raft_config_of(s->raft)->members[2].name, "third");
    assert_string_equal(raft_config_of(s->raft)->members[0].name, "");
    when_all_persisted(s);
    when_append_succeeds(s, 3, 3);
    t_u64_eq(s->effects.change_id, 7);
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_DONE);
}

static void same_members_are_unknown_to_a_deposed_leader(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s, &voters_at_once);
    when_change(s, 7, "1 2 3");
    assert_int_equal(s->error, RAFT_OK);
    when_append_entries(s, 2, 6, 2, 5, "6", 2);
    t_u64_eq(s->effects.change_id, 7);
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_UNKNOWN);
    then_config_is(s->raft, "1o 2o 3o"); /* that of the log before */
}

static void member_may_move_to_another_address(void **state)
{
    struct test_server *s = *state;
    struct raft_change change = change_to(7, "1 2 3");

    given_settled_leader(s, &voters_at_once);
    strcpy(change.members[1].address, "elsewhere:2");
    when(s, &(struct raft_input){.type = RAFT_IN_CHANGE, .change = &change});
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(s->effects.change_id, 0);
    then_config_is(s->raft, "1b 2b 3b *");
    assert_string_equal(raft_config_of(s->raft)->members[1].address,
                        "elsewhere:2");
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec6_mb2_waits_for_an_entry_of_the_own_term),
    T_SERVER(sec6_mb2_one_change_at_a_time),
    T_SERVER(sec6_mb2_next_change_when_c_new_is_committed),
    T_SERVER(sec6_mb2_transfer_excludes_a_change),
    T_SERVER(sec8_cl1_only_the_leader_changes_members),
    T_SERVER(members_that_make_no_sense_are_refused),
    T_SERVER(same_members_are_done_when_a_majority_says_so),
    T_SERVER(a_name_alone_needs_one_entry),
    T_SERVER(same_members_are_unknown_to_a_deposed_leader),
    T_SERVER(member_may_move_to_another_address),
};

T_MAIN(tests)
