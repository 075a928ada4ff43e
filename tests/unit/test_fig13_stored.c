/* SPDX-License-Identifier: MIT
 *
 * test_fig13_stored.c - Figure 13: storing takes its time. What may happen
 * before a snapshot that was received is durable, and what is refused.
 */
#include <string.h>

#include "tests/unit/core_snapshot.h"

/* bugs: a second snapshot begins while the first is being stored. */
static void stored_while_a_newer_one_comes(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot first = snapshot_of(6, 4);
    const struct raft_snapshot second = snapshot_of(9, 4);

    given(s, &(struct given){.current_term = 5});
    when_piece(s, 5, &first, 0, 1000);
    when_piece(s, 5, &second, 0, 300);
    when_stored(s, &first); /* it was durable already */
    assert_true(s->effects.install);
    t_u64_eq(s->raft->commit_index, 6);
    when_piece(s, 5, &second, 300, 700); /* the second goes on */
    assert_non_null(s->effects.store);
    when_stored(s, &second);
    assert_true(s->effects.install);
    then_log_begins_after(s, 9, 4, "");
}

static void stored_newer_one_ends_what_comes_of_an_older(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot older = snapshot_of(6, 4);
    const struct raft_snapshot newer = snapshot_of(9, 4);

    given(s, &(struct given){.current_term = 5});
    when_piece(s, 5, &newer, 0, 1000);
    when_piece(s, 6, &older, 0, 300); /* the next leader has no other */
    when_stored(s, &newer);
    assert_true(s->effects.install);
    t_u64_eq(s->raft->receiving.last_index, 0);
    when_piece(s, 6, &older, 300, 700);
    assert_null(s->effects.store);
    assert_true(install_reply(s)->installed);
}

static void stored_one_of_our_own_was_newer(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot received = snapshot_of(3, 4);

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1"});
    when_piece(s, 5, &received, 0, 1000);
    when_append_entries(s, 2, 5, 2, 1, "4 5", 4);
    when_applied(s);
    when_taken(s);
    when_stored(s, &received);
    assert_int_equal(s->error, RAFT_OK);
    assert_false(s->effects.install);
    t_u64_eq(raft_snapshot_of(s->raft)->last_index, 4);
    /* And the other way round: ours, of before, comes too late. */
    const struct raft_snapshot newer = snapshot_of(7, 5);
    struct raft_snapshot ours = *raft_snapshot_of(s->raft);

    ours.last_index = 5;
    when_installed(s, 5, &newer);
    when_reported_taken(s, &ours);
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(raft_snapshot_of(s->raft)->last_index, 7);
    then_log_begins_after(s, 7, 5, "");
}

/* The disk has that one alone now: what we send to others must be in it. */
static void fig13_is5_stored_but_applied_meanwhile_is_our_newest(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot received = snapshot_of(4, 5);

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1"});
    when_piece(s, 5, &received, 0, 1000);
    when_append_entries(s, 2, 5, 2, 1, "4 5 5", 5);
    when_applied(s);
    when_stored(s, &received);
    assert_int_equal(s->error, RAFT_OK);
    assert_false(s->effects.install);
    t_u64_eq(s->raft->last_applied, 5);
    t_u64_eq(raft_snapshot_of(s->raft)->last_index, 4);
    then_log_begins_after(s, 4, 5, "5");
}

/* Committed, and not applied yet: the snapshot is the shorter way. */
static void fig13_is5_stored_before_it_was_applied_is_installed(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot received = snapshot_of(4, 5);

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1"});
    when_piece(s, 5, &received, 0, 1000);
    when_append_entries(s, 2, 5, 2, 1, "4 5 5", 5);
    when_stored(s, &received);
    assert_int_equal(s->error, RAFT_OK);
    assert_true(s->effects.install);
    t_u64_eq(s->raft->commit_index, 5);
    t_u64_eq(s->raft->last_applied, 4);
    then_log_begins_after(s, 4, 5, "5");
    t_u64_eq(s->effects.apply.first_index, 5);
    t_u64_eq(s->effects.apply.count, 1);
}

/* No leader is known: its next heartbeat is answered. */
static void stored_after_the_term_has_changed(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 4);

    given(s, &(struct given){.current_term = 5});
    when_piece(s, 5, &snapshot, 0, 1000);
    when_request_vote(s, 3, 6, 9, 5);
    when_stored(s, &snapshot);
    assert_true(s->effects.install);
    t_u64_eq(s->effects.message_count, 0);
    when_install_heartbeat(s, 6, &snapshot);
    assert_true(install_reply(s)->installed);
}

static void stored_by_a_candidate(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 4);

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1 3"});
    when_piece(s, 5, &snapshot, 0, 1000);
    when_election_times_out(s);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    when_stored(s, &snapshot);
    assert_true(s->effects.install);
    assert_int_equal(s->raft->role, RAFT_CANDIDATE);
    then_log_begins_after(s, 6, 4, "");
    when_all_persisted(s);
    when_vote(s, 2, 6, true);
    assert_int_equal(s->raft->role, RAFT_LEADER);
    t_u64_eq(s->raft->next_index[1], 7);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 2)->append_entries.prev_log_term, 4);
}

/* A new leader has all that is committed (Fig3:LC), known to it or not. */
static void stored_by_a_leader(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(3, 4);
    const struct raft_snapshot foreign = snapshot_of(9, 4);
    const struct raft_snapshot other = snapshot_of(4, 3);

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 4 4"});
    when_stored(s, &foreign);
    assert_int_equal(s->error, RAFT_EINVALID);
    when_stored(s, &other);
    assert_int_equal(s->error, RAFT_EINVALID);
    then_log_is(s, "1 1 4 4");
    when_stored(s, &snapshot);
    assert_int_equal(s->error, RAFT_OK);
    assert_true(s->effects.install);
    assert_int_equal(s->raft->role, RAFT_LEADER);
    t_u64_eq(sent_count(s, RAFT_INSTALL_SNAPSHOT_RESULT, 0), 0);
    then_log_begins_after(s, 3, 4, "4");
    when_append_fails(s, 3, 4, 0, 1);
    when_append_fails(s, 3, 3, 0, 1);
    t_u64_eq(pieces_sent(s, 3), 1); /* it can send it on */
}

static void stored_that_makes_no_sense_is_refused(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot good = snapshot_of(6, 4);
    struct raft_snapshot bad[7] = {good, good, good, good, good, good, good};

    bad[0].last_index = 0;
    bad[1].last_index = UINT64_MAX;
    bad[2].last_term = 0;
    bad[3].last_term = 6; /* of a term that we have not heard of */
    bad[4].last_term = 2; /* before that of an entry we committed */
    bad[5].config.member_count = 0;
    bad[6].config.index = 7;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        given(s, &(struct given){
                     .current_term = 5, .log_terms = "1 3", .commit_index = 2});
        when_piece(s, 5, &good, 0, 1000);
        when_stored(s, &bad[i]);
        assert_int_equal(s->error, RAFT_EINVALID);
        assert_false(s->effects.install);
        then_log_is(s, "1 3");
        t_u64_eq(s->raft->commit_index, 2);
        t_u64_eq(raft_snapshot_of(s->raft)->last_index, 0);
    }
}

/* ---- Messages no server of ours sends ------------------------------------ */

static struct raft_message good_piece(void)
{
    static const uint8_t bytes[100];

    return (struct raft_message){.type = RAFT_INSTALL_SNAPSHOT,
                                 .from = 2,
                                 .to = 1,
                                 .term = 5,
                                 .install_snapshot = {.leader_id = 2,
                                                      .last_included_index = 6,
                                                      .last_included_term = 4,
                                                      .offset = 0,
                                                      .bytes = bytes,
                                                      .byte_count = 100,
                                                      .file_bytes = 1000,
                                                      .checksum = 1}};
}

static void then_message_is(struct test_server *s, enum raft_error error,
                            const struct raft_message *m)
{
    given(s, &(struct given){.current_term = 4, .log_terms = "1"});
    when_message(s, m);
    assert_int_equal(s->error, error);
    if (error != RAFT_OK) {
        t_u64_eq(s->raft->current_term, 4); /* not even its term is heeded */
        t_u64_eq(s->effects.message_count, 0);
        assert_null(s->effects.store);
    }
}

/* Each lies in one thing; offsets and lengths must not overflow. */
static void hostile_pieces_are_refused(void **state)
{
    struct test_server *s = *state;
    struct raft_message m[14];
    struct raft_install_snapshot *is[14];

    for (size_t i = 0; i < 14; i++) {
        m[i] = good_piece();
        is[i] = &m[i].install_snapshot;
    }
    then_message_is(s, RAFT_OK, &m[0]);
    is[0]->leader_id = 3;
    is[1]->last_included_index = 0;
    is[2]->last_included_index = RAFT_MOST_INDEX; /* stored, it is refused */
    is[3]->last_included_term = 0;
    is[4]->last_included_term = 6; /* beyond its own */
    is[5]->file_bytes = 0;
    is[6]->bytes = NULL;
    is[7]->byte_count = 0;
    is[8]->offset = 901;
    is[9]->offset = UINT64_MAX; /* + 100 is 99 */
    is[10]->offset = UINT64_MAX - 99;
    is[11]->offset = 900; /* the last one, and does not say so */
    is[12]->done = true;  /* and this one is not */
    is[13]->is_heartbeat = true;
    for (size_t i = 0; i < 14; i++) {
        then_message_is(s, RAFT_EINVALID, &m[i]);
    }
}

static void largest_snapshots_do_not_overflow(void **state)
{
    struct test_server *s = *state;
    struct raft_message m = good_piece();

    m.install_snapshot.file_bytes = UINT64_MAX;
    m.install_snapshot.last_included_index = (raft_index)1 << 61;
    then_message_is(s, RAFT_OK, &m);
    then_place_is(s, 100);
    m.install_snapshot.offset = UINT64_MAX - 100;
    m.install_snapshot.done = true;
    when_message(s, &m);
    then_place_is(s, 100);        /* not next */
    for (int i = 0; i < 2; i++) { /* one byte too many */
        m.install_snapshot.offset = UINT64_MAX - 99;
        m.install_snapshot.done = i == 0;
        when_message(s, &m);
        assert_int_equal(s->error, RAFT_EINVALID);
    }
}

static const struct CMUnitTest tests[] = {
    T_SERVER(stored_while_a_newer_one_comes),
    T_SERVER(stored_newer_one_ends_what_comes_of_an_older),
    T_SERVER(stored_one_of_our_own_was_newer),
    T_SERVER(fig13_is5_stored_but_applied_meanwhile_is_our_newest),
    T_SERVER(fig13_is5_stored_before_it_was_applied_is_installed),
    T_SERVER(stored_after_the_term_has_changed),
    T_SERVER(stored_by_a_candidate),
    T_SERVER(stored_by_a_leader),
    T_SERVER(stored_that_makes_no_sense_is_refused),
    T_SERVER(hostile_pieces_are_refused),
    T_SERVER(largest_snapshots_do_not_overflow),
};

T_MAIN(tests)
