/* SPDX-License-Identifier: MIT
 *
 * test_sec6_change.c - section 6, Figure 11: a change of members at its
 * leader, from C_old over C_old,new to C_new.
 */
#include "tests/unit/core_change.h"

/* ---- MB_5: C_old,new ----------------------------------------------------- */

static void sec6_mb5_joint_is_in_force_at_once(void **state)
{
    struct test_server *s = *state;
    struct raft_status status;

    given_settled_leader(s, &voters_at_once);
    when_change(s, 7, "2 4");
    t_u64_eq(fired(s, MB_5), 1);
    t_u64_eq(fired(s, MB_1), 1);
    then_log_is(s, "1 5 5");
    assert_true(s->effects.config_changed);
    assert_string_equal(raft_config_of(s->raft)->members[3].address,
                        "server:4");
    raft_status(s->raft, &status);
    assert_true(status.changing);
    /* 2 is known to have entry 2; 3 has not answered its first request. */
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.entry_count, 1);
    t_u64_eq(s->effects.change_id, 0);

    when_heartbeat_is_due(s);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 4), 1); /* the new one, too */
}

/* Confusion 27: two majorities, not one of the union. */
static void sec6_mb5_nothing_commits_without_both_majorities(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s, &voters_at_once);
    when_change(s, 7, "3 4 5");
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    when_append_succeeds(s, 3, 3); /* all of C_old, 3 of all 5 */
    t_u64_eq(s->raft->commit_index, 2);
    t_u64_eq(declined(s, LDR_4), 1);

    when_append_succeeds(s, 4, 3);
    t_u64_eq(s->raft->commit_index, 3);
}

/* ---- MB_6: C_new --------------------------------------------------------- */

/* Confusion 27 again; entries in between count by both sets, too. */
static void sec6_mb6_c_new_follows_the_commit_of_joint(void **state)
{
    struct test_server *s = *state;

    given_change(s);
    when_proposed(s, 1, 3);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 4); /* of C_old 1 and 2; of C_new only 2 */
    then_config_is(s->raft, "1o 2b 3o 4n *");
    t_u64_eq(fired(s, MB_6), 0);

    when_append_succeeds(s, 4, 2);
    t_u64_eq(s->raft->commit_index, 2);
    when_append_succeeds(s, 4, 3);
    t_u64_eq(s->raft->commit_index, 3);
    t_u64_eq(fired(s, MB_6), 1);
    then_config_is(s->raft, "2o 4o *");
    then_log_is(s, "1 5 5 5 5");
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.entry_count, 1);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 3), 0); /* it is out */
}

/* The commit moves, but not as far as C_old,new. */
static void sec6_mb6_an_older_commit_is_not_enough(void **state)
{
    struct test_server *s = *state;

    given_settled_leader(s, &voters_at_once);
    when_proposed(s, 1, 3);
    when_change(s, 7, "2 4"); /* entry 4; 3 is not committed yet */
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    when_append_succeeds(s, 4, 3);
    t_u64_eq(s->raft->commit_index, 3);
    t_u64_eq(declined(s, MB_6), 1);
    assert_true(raft_config_of(s->raft)->is_joint);
}

/* ---- What becomes of it -------------------------------------------------- */

static void change_of_a_deposed_leader_ends_unknown(void **state)
{
    struct test_server *s = *state;

    given_change(s);
    when_vote(s, 3, 6, false); /* somebody is in term 6 */
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    t_u64_eq(s->effects.change_id, 7);
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_UNKNOWN);
    t_u64_eq(s->raft->change.change_id, 0);
    then_config_is(s->raft, "1o 2b 3o 4n *"); /* the latest in the log */
    when_ticks(s, 1);
    t_u64_eq(s->effects.change_id, 0); /* said once */
}

static void transfer_goes_to_nobody_who_leaves(void **state)
{
    struct test_server *s = *state;

    given_change(s);
    when_append_succeeds(s, 3, 3);
    when_transfer(s, 3);
    assert_int_equal(s->error, RAFT_EINVALID);
    when_transfer(s, RAFT_NO_SERVER);
    assert_int_equal(s->error, RAFT_OK);
    assert_true(s->raft->transfer_to == 2 || s->raft->transfer_to == 4);
}

/* The target must catch up with the log: it does not grow meanwhile. */
static void change_waits_for_a_transfer_that_began_later(void **state)
{
    struct test_server *s = *state;

    given_change(s);
    when_transfer(s, 4);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 3);
    when_append_succeeds(s, 4, 3);
    t_u64_eq(s->raft->commit_index, 3);
    t_u64_eq(sent_count(s, RAFT_TIMEOUT_NOW, 4), 1);
    then_config_is(s->raft, "1o 2b 3o 4n");
    when_ticks(s, TEST_ELECTION_TICKS_MAX); /* nothing came of it */
    then_config_is(s->raft, "2o 4o *");
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec6_mb5_joint_is_in_force_at_once),
    T_SERVER(sec6_mb5_nothing_commits_without_both_majorities),
    T_SERVER(sec6_mb6_c_new_follows_the_commit_of_joint),
    T_SERVER(sec6_mb6_an_older_commit_is_not_enough),
    T_SERVER(change_of_a_deposed_leader_ends_unknown),
    T_SERVER(transfer_goes_to_nobody_who_leaves),
    T_SERVER(change_waits_for_a_transfer_that_began_later),
};

T_MAIN(tests)
