/* SPDX-License-Identifier: MIT
 *
 * test_fig13_install.c - Figure 13, rules 5 to 8: a whole snapshot takes the
 * place of log and state, or does not.
 */
#include "tests/unit/core_snapshot.h"

static void then_state_is_replaced(const struct test_server *s,
                                   raft_index last_index)
{
    assert_int_equal(s->error, RAFT_OK);
    assert_true(s->effects.install);
    t_u64_eq(fired(s, IS_8), 1);
    t_u64_eq(raft_snapshot_of(s->raft)->last_index, last_index);
    t_u64_eq(s->raft->commit_index, last_index);
    t_u64_eq(s->raft->last_applied, last_index);
    t_u64_eq(s->effects.apply.count, 0);
    assert_true(s->raft->durable_index >= last_index);
    t_u64_eq(s->raft->receiving.last_index, 0);
    const struct raft_message *m = sent(s, RAFT_INSTALL_SNAPSHOT_RESULT, 2);

    assert_true(m->install_snapshot_result.installed);
    t_u64_eq(m->install_snapshot_result.last_included_index, last_index);
}

static void then_nothing_is_replaced(const struct test_server *s)
{
    assert_null(s->effects.store);
    assert_false(s->effects.install);
    t_u64_eq(s->effects.reset_seq, 0);
    t_u64_eq(s->effects.compact_through, 0);
    t_u64_eq(fired(s, IS_6) + fired(s, IS_7) + fired(s, IS_8), 0);
}

static void fig13_is5_what_is_committed_here_is_not_sent_again(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.current_term = 5,
                             .log_terms = "1 1 4 4 5",
                             .commit_index = 4});
    for (raft_index index = 1; index <= 4; index++) {
        const struct raft_snapshot older = snapshot_of(index, 1);

        when_piece(s, 5, &older, 0, 400);
        t_u64_eq(declined(s, IS_5), 1);
        then_nothing_is_replaced(s);
        assert_true(install_reply(s)->installed);
        t_u64_eq(install_reply(s)->last_included_index, index);
    }
    const struct raft_snapshot newer = snapshot_of(5, 5);

    when_piece(s, 5, &newer, 0, 400);
    t_u64_eq(fired(s, IS_5), 1);
    assert_non_null(s->effects.store);
    then_log_is(s, "1 1 4 4 5");
}

/* What it says it has must be on its disk: it may count. */
static void fig13_is5_answer_waits_for_the_disk(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(2, 5);

    given(s, &(struct given){.current_term = 5});
    when_append_entries(s, 2, 5, 0, 0, "5 5", 2);
    when_install_heartbeat(s, 5, &snapshot);
    assert_true(install_reply(s)->installed);
    t_u64_eq(sent(s, RAFT_INSTALL_SNAPSHOT_RESULT, 2)->needs_write,
             s->raft->last_write_seq);
}

/* bugs: an old snapshot destroys newer state. It was long under way. */
static void fig13_is5_snapshot_that_became_old_is_not_installed(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(3, 5);
    const struct raft_snapshot same = snapshot_of(4, 5);

    given(s, &(struct given){.current_term = 5});
    s->raft->settings.options.keep_entries = 10;
    when_piece(s, 5, &snapshot, 0, 1000);
    when_append_entries(s, 2, 5, 0, 0, "5 5 5 5", 4);
    when_applied(s);
    when_stored(s, &snapshot);
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(declined(s, IS_5), 1);
    then_nothing_is_replaced(s);
    then_log_is(s, "5 5 5 5");
    t_u64_eq(s->raft->commit_index, 4);
    t_u64_eq(s->raft->last_applied, 4);
    assert_true(install_reply(s)->installed);
    when_stored(s, &same);
    then_nothing_is_replaced(s);
    t_u64_eq(s->raft->last_applied, 4);
}

static void fig13_is6_entries_that_follow_are_kept(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(4, 4);

    given(s, &(struct given){.current_term = 5,
                             .log_terms = "1 1 4 4 4 5",
                             .commit_index = 2});
    when_installed(s, 5, &snapshot);
    t_u64_eq(fired(s, IS_6), 1);
    t_u64_eq(fired(s, IS_7), 0);
    then_state_is_replaced(s, 4);
    then_log_begins_after(s, 4, 4, "4 5");
    t_u64_eq(s->effects.compact_through, 4);
    t_u64_eq(s->effects.reset_seq, 0);
    t_u64_eq(s->raft->durable_index, 6);
    when_append_entries(s, 2, 5, 6, 5, "", 6); /* and they go on from there */
    t_u64_eq(s->effects.apply.first_index, 5);
    t_u64_eq(s->effects.apply.count, 2);
}

static void fig13_is6_another_term_there_keeps_nothing(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(4, 4);

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1 3 3 3 5"});
    when_installed(s, 5, &snapshot);
    t_u64_eq(declined(s, IS_6), 1);
    then_state_is_replaced(s, 4);
    then_log_begins_after(s, 4, 4, "");
}

/* Entries that are not on disk yet: the snapshot stands for those it has. */
static void fig13_is6_disk_is_still_busy(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(3, 5);

    given(s, &(struct given){.current_term = 5});
    when_append_entries(s, 2, 5, 0, 0, "5 5 5 5", 0);
    when_installed(s, 5, &snapshot);
    then_state_is_replaced(s, 3);
    t_u64_eq(s->raft->durable_index, 3);
    when_append_entries(s, 2, 5, 4, 5, "", 3); /* proves what is on disk */
    t_u64_eq(append_reply(s)->match_index, 3);
    when_all_persisted(s);
    t_u64_eq(s->raft->durable_index, 4);
}

static void fig13_is7_log_without_its_last_entry_is_discarded(void **state)
{
    struct test_server *s = *state;
    static const char *const logs[] = {
        "",                /* a new server */
        "1 1",             /* far behind */
        "1 1 3 3 3 3 3 3", /* another way, and longer */
        "1 1 4 4 4"};      /* nearly there */

    for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
        const struct raft_snapshot snapshot = snapshot_of(6, 4);

        given(s, &(struct given){.current_term = 5, .log_terms = logs[i]});
        when_installed(s, 5, &snapshot);
        t_u64_eq(declined(s, IS_6), 1);
        t_u64_eq(fired(s, IS_7), 1);
        then_state_is_replaced(s, 6);
        then_log_begins_after(s, 6, 4, "");
        t_u64_eq(s->effects.reset_seq, s->raft->last_write_seq);
        t_u64_eq(s->effects.reset_index, 6);
        t_u64_eq(s->effects.reset_term, 4);
        t_u64_eq(s->effects.compact_through, 0);
        /* The next entry comes behind it, in the log and on disk. */
        when_append_entries(s, 2, 5, 6, 4, "5", 7);
        assert_false(s->effects.install); /* once */
        assert_true(append_reply(s)->success);
        t_u64_eq(s->effects.append.first_index, 7);
        t_u64_eq(s->effects.apply.first_index, 7);
        t_u64_eq(sent(s, RAFT_APPEND_ENTRIES_RESULT, 2)->needs_write,
                 s->effects.append_seq);
    }
}

/* Writes that were under way end late, and prove nothing about the new log. */
static void fig13_is7_old_writes_end_after_the_reset(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(2, 4);

    given(s, &(struct given){.current_term = 4});
    when_append_entries(s, 2, 4, 0, 0, "3 3 3 3 3", 0);
    const raft_write_seq old_write = s->effects.append_seq;

    when_installed(s, 5, &snapshot); /* by the next leader */
    when_append_entries(s, 2, 5, 2, 4, "5 5 5", 0);
    when_persisted(s, old_write);
    t_u64_eq(s->raft->durable_index, 2);
    when_all_persisted(s);
    t_u64_eq(s->raft->durable_index, 5);
}

static void fig13_is8_state_that_was_handed_out_is_replaced(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(5, 4);

    given(s, &(struct given){
                 .current_term = 5, .log_terms = "1 1 4", .commit_index = 3});
    t_u64_eq(s->raft->applying_index, 3); /* not applied yet */
    when_installed(s, 5, &snapshot);
    then_state_is_replaced(s, 5);
    t_u64_eq(s->raft->applying_index, 5);
    when_append_entries(s, 2, 5, 5, 4, "5", 6);
    t_u64_eq(s->effects.apply.first_index, 6);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig13_is5_what_is_committed_here_is_not_sent_again),
    T_SERVER(fig13_is5_answer_waits_for_the_disk),
    T_SERVER(fig13_is5_snapshot_that_became_old_is_not_installed),
    T_SERVER(fig13_is6_entries_that_follow_are_kept),
    T_SERVER(fig13_is6_another_term_there_keeps_nothing),
    T_SERVER(fig13_is6_disk_is_still_busy),
    T_SERVER(fig13_is7_log_without_its_last_entry_is_discarded),
    T_SERVER(fig13_is7_old_writes_end_after_the_reset),
    T_SERVER(fig13_is8_state_that_was_handed_out_is_replaced),
};

T_MAIN(tests)
