/* SPDX-License-Identifier: MIT
 *
 * test_fig13_pieces.c - Figure 13, rules 1 to 4: the pieces of a snapshot, in
 * whatever order they come.
 */
#include <string.h>

#include "tests/unit/core_snapshot.h"

static void fig13_is1_older_term_is_refused(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 4);

    given(s, &(struct given){.current_term = 5, .log_terms = "1"});
    s->raft->election_ticks_left = 3;
    when_piece(s, 4, &snapshot, 0, 400);
    t_u64_eq(fired(s, IS_1), 1);
    assert_null(s->effects.store);
    then_place_is(s, 0);
    t_u64_eq(sent(s, RAFT_INSTALL_SNAPSHOT_RESULT, 2)->term, 5);
    t_u64_eq(install_reply(s)->last_included_index, 0);
    t_u64_eq(install_reply(s)->read_round, 0);
    t_u64_eq(install_reply(s)->sent_tick, 0);
    t_u64_eq(s->raft->election_ticks_left, 3);
    t_u64_eq(s->raft->receiving.last_index, 0);
}

static void fig2_flw1_what_is_asked_of_a_follower_is_answered(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 4);

    given(s, &(struct given){.current_term = 5});
    when_piece(s, 5, &snapshot, 0, 400);
    t_u64_eq(fired(s, FLW_1), 1);
    t_u64_eq(install_reply(s)->last_included_index, 6);
    then_place_is(s, 400);
    when_piece(s, 4, &snapshot, 400, 400); /* of an older term: ours alone */
    t_u64_eq(install_reply(s)->last_included_index, 0);
    then_place_is(s, 0);
}

/* A leader speaks: as with AppendEntries. */
static void fig13_is1_leader_of_the_term_is_followed(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 4);

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    s->raft->election_ticks_left = 1;
    when_install_heartbeat(s, 5, &snapshot);
    t_u64_eq(declined(s, IS_1), 1);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    t_u64_eq(s->raft->leader_id, 2);
    t_u64_eq(s->raft->ticks_since_leader, 0);
    assert_true(s->raft->election_ticks_left >= TEST_ELECTION_TICKS_MIN);
    then_place_is(s, 0);
    t_u64_eq(install_reply(s)->last_included_index, 6);
    t_u64_eq(install_reply(s)->read_round, 77);
    t_u64_eq(install_reply(s)->sent_tick, 88);

    when_piece(s, 7, &snapshot, 0, 400); /* of a newer term: save it first */
    t_u64_eq(s->raft->current_term, 7);
    t_u64_eq(sent(s, RAFT_INSTALL_SNAPSHOT_RESULT, 2)->needs_write,
             s->effects.save_hard_state_seq);
}

static void fig13_is2_first_piece_begins_a_new_one(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 4);

    given(s, &(struct given){.current_term = 5, .log_terms = "1"});
    when_piece(s, 5, &snapshot, 400, 400); /* its beginning was lost */
    t_u64_eq(declined(s, IS_2), 1);
    assert_null(s->effects.store);
    then_place_is(s, 0);
    when_piece(s, 5, &snapshot, 0, 400);
    t_u64_eq(fired(s, IS_2), 1);
    t_u64_eq(fired(s, IS_3), 1);
    assert_non_null(s->effects.store);
    t_u64_eq(s->effects.store->offset, 0);
    t_u64_eq(s->effects.store->byte_count, 400);
    then_place_is(s, 400);
}

static void fig13_is3_piece_is_stored_where_it_belongs(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 4);

    given(s, &(struct given){.current_term = 5, .log_terms = "1"});
    when_piece(s, 5, &snapshot, 0, 400);
    when_piece(s, 5, &snapshot, 600, 100); /* one too far */
    t_u64_eq(declined(s, IS_3), 1);
    assert_null(s->effects.store);
    then_place_is(s, 400);
    when_piece(s, 5, &snapshot, 0, 400); /* twice */
    t_u64_eq(declined(s, IS_3), 1);
    assert_null(s->effects.store);
    then_place_is(s, 400);
    when_piece(s, 5, &snapshot, 200, 400); /* cut otherwise */
    assert_null(s->effects.store);
    then_place_is(s, 400);
    when_piece(s, 5, &snapshot, 400, 400);
    t_u64_eq(fired(s, IS_3), 1);
    t_u64_eq(fired(s, IS_2) + declined(s, IS_2), 0);
    t_u64_eq(s->effects.store->offset, 400);
    then_place_is(s, 800);
    when_install_heartbeat(s, 5, &snapshot);
    assert_null(s->effects.store);
    then_place_is(s, 800);
    t_u64_eq(fired(s, IS_3) + declined(s, IS_3), 0);
}

static void fig13_is4_each_piece_is_answered(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 4);

    given(s, &(struct given){.current_term = 5, .log_terms = "1"});
    when_piece(s, 5, &snapshot, 0, 999);
    t_u64_eq(fired(s, IS_4), 1);
    then_place_is(s, 999);
    when_piece(s, 5, &snapshot, 999, 1);
    assert_true(s->effects.store->done);
    then_place_is(s, 1000); /* all there, but not durable yet */
    assert_false(s->effects.install);
    t_u64_eq(s->raft->commit_index, 0);
    when_install_heartbeat(s, 5, &snapshot);
    then_place_is(s, 1000);
    when_piece(s, 5, &snapshot, 0, 400); /* begun again: not while it works */
    assert_null(s->effects.store);
    then_place_is(s, 1000);
}

/* Index, term, length, checksum: if one differs it is another snapshot. */
static void fig13_is2_transfers_never_mix(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 4);
    struct raft_snapshot others[] = {snapshot, snapshot, snapshot, snapshot};

    others[0].last_index++;
    others[1].last_term++;
    others[2].byte_count--;
    others[3].checksum ^= 1;
    for (size_t i = 0; i < 4; i++) {
        given(s, &(struct given){.current_term = 5, .log_terms = "1"});
        when_piece(s, 5, &snapshot, 0, 400);
        when_piece(s, 6, &others[i], 400, 400);
        t_u64_eq(declined(s, IS_2), 1);
        assert_null(s->effects.store);
        then_place_is(s, 0); /* of that one we have nothing */
        when_piece(s, 6, &others[i], 0, 200);
        t_u64_eq(fired(s, IS_2), 1);
        assert_non_null(s->effects.store);
        then_place_is(s, 200);
        when_piece(s, 6, &others[i], 200, 200);
        then_place_is(s, 400);
    }
}

/* The bytes are the same, whoever sends them. */
static void fig13_is3_next_leader_goes_on_with_the_same(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 4);

    given(s, &(struct given){.current_term = 5, .log_terms = "1"});
    when_piece(s, 5, &snapshot, 0, 400);
    when_install_heartbeat(s, 9, &snapshot);
    then_place_is(s, 400);
    when_piece(s, 9, &snapshot, 400, 100);
    assert_non_null(s->effects.store);
    then_place_is(s, 500);
}

/* bugs: a late piece must not throw away what has come of a newer one. */
static void fig13_is2_late_piece_of_an_older_one_is_ignored(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot older = snapshot_of(6, 4);
    const struct raft_snapshot newer = snapshot_of(9, 4);

    given(s, &(struct given){.current_term = 5, .log_terms = "1"});
    when_piece(s, 5, &older, 0, 400);
    when_piece(s, 5, &newer, 0, 300);
    then_place_is(s, 300);
    when_piece(s, 5, &older, 0, 400);
    assert_null(s->effects.store);
    then_place_is(s, 0);
    when_piece(s, 5, &newer, 300, 300);
    then_place_is(s, 600);
    when_piece(s, 6, &older, 0, 400); /* all that the next leader has */
    assert_non_null(s->effects.store);
    then_place_is(s, 400);
}

static void fig13_is3_failed_snapshot_is_begun_again(void **state)
{
    struct test_server *s = *state;
    const struct raft_snapshot snapshot = snapshot_of(6, 4);

    given(s, &(struct given){.current_term = 5, .log_terms = "1"});
    when_piece(s, 5, &snapshot, 0, 1000);
    when(s, &(struct raft_input){.type = RAFT_IN_SNAPSHOT_FAILED});
    assert_int_equal(s->error, RAFT_OK);
    when_install_heartbeat(s, 5, &snapshot);
    then_place_is(s, 0);
    when_piece(s, 5, &snapshot, 0, 1000);
    assert_non_null(s->effects.store);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig13_is1_older_term_is_refused),
    T_SERVER(fig2_flw1_what_is_asked_of_a_follower_is_answered),
    T_SERVER(fig13_is1_leader_of_the_term_is_followed),
    T_SERVER(fig13_is2_first_piece_begins_a_new_one),
    T_SERVER(fig13_is2_transfers_never_mix),
    T_SERVER(fig13_is2_late_piece_of_an_older_one_is_ignored),
    T_SERVER(fig13_is3_piece_is_stored_where_it_belongs),
    T_SERVER(fig13_is3_next_leader_goes_on_with_the_same),
    T_SERVER(fig13_is3_failed_snapshot_is_begun_again),
    T_SERVER(fig13_is4_each_piece_is_answered),
};

T_MAIN(tests)
