/* SPDX-License-Identifier: MIT
 *
 * test_sec6_catch_up_snapshot.c - sections 6 and 7: a new server that begins
 * with the leader's snapshot.
 */
#include "tests/unit/core_snapshot.h"

enum { MIN = TEST_ELECTION_TICKS_MIN, MAX = TEST_ELECTION_TICKS_MAX };

/* The log begins behind the snapshot's last entry; 4 shall come. It has said
 * that it has nothing, and been sent the first piece. Returns the index of the
 * snapshot. */
static raft_index given_newcomer(struct test_server *s)
{
    const struct raft_options options = {
        .no_op = true, .fast_backtracking = true, .catch_up_rounds = 3};

    given_compacted_leader(s, &options);
    when_change(s, 7, "1 2 3 4");
    assert_int_equal(s->error, RAFT_OK);
    when_heartbeat_is_due(s);
    when_append_fails(s, 4, raft_log_last_index(&s->raft->log), 0, 1);
    t_u64_eq(pieces_sent(s, 4), 1);
    return s->raft->snapshot.last_index;
}

static void sec6_mb4_snapshot_and_what_follows_it_is_a_round(void **state)
{
    struct test_server *s = *state;
    const raft_index snapshot = given_newcomer(s);

    when_told_installed(s, 4, snapshot);
    t_u64_eq(fired(s, MB_4), 0); /* the round ends with a later entry */
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 4)->append_entries.prev_log_index,
             snapshot);
    when_append_succeeds(s, 4, raft_log_last_index(&s->raft->log));
    t_u64_eq(fired(s, MB_4), 1);
    then_config_is(s->raft, "1b 2b 3b 4n *");
}

/* A large snapshot takes long, and each piece is progress. */
static void every_piece_is_progress(void **state)
{
    struct test_server *s = *state;
    const raft_index snapshot = given_newcomer(s);

    for (uint64_t stored = 1; stored < 20; stored++) {
        when_place_is_told(s, 4, snapshot, stored);
        for (uint32_t i = 0; i < 9 * MAX; i++) {
            when_ticks(s, 1);
            t_u64_eq(s->effects.change_id, 0);
        }
    }
}

/* It says again and again that it is where it was. */
static void same_place_again_is_no_progress(void **state)
{
    struct test_server *s = *state;
    const raft_index snapshot = given_newcomer(s);
    uint32_t waited = 0;

    when_place_is_told(s, 4, snapshot, 10);
    for (; s->effects.change_id == 0; waited += MIN) {
        when_place_is_told(s, 4, snapshot, 10);
        for (uint32_t i = 0; i < MIN && s->effects.change_id == 0; i++) {
            when_ticks(s, 1);
        }
        assert_true(waited <= 200 * MAX);
    }
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_FAILED);
    assert_true(waited >= 99 * MAX);
}

static void take_newer(struct test_server *s)
{
    when_proposed(s, 1, 10);
    when_all_persisted(s);
    when_append_succeeds(s, 2, raft_log_last_index(&s->raft->log));
    when_applied(s);
    when_taken(s);
    when_heartbeat_is_due(s); /* the newer one begins */
}

/* Of each snapshot it gets the first half, and then there is a newer one: it
 * never has more than it had before, and is given up all the same. */
static void newer_snapshot_alone_is_no_progress(void **state)
{
    struct test_server *s = *state;
    raft_index snapshot = given_newcomer(s);
    uint32_t waited = 0;

    while (s->effects.change_id == 0) {
        when_place_is_told(s, 4, snapshot, TEST_FILE_BYTES / 2);
        for (uint32_t i = 0; i < MAX / 2; i++) {
            when_ticks(s, 1);
            assert_int_equal(s->effects.change_id, 0);
        }
        take_newer(s); /* it may end with a tick of this */
        snapshot = s->raft->snapshot.last_index;
        waited += MAX / 2 + TEST_HEARTBEAT_TICKS;
        assert_true(waited <= 200 * MAX);
    }
    assert_int_equal(s->effects.change_outcome, RAFT_CHANGE_FAILED);
    assert_true(waited >= 99 * MAX);
}

/* But what it has installed, nobody takes away from it. */
static void newer_snapshot_after_an_installed_one_is_progress(void **state)
{
    struct test_server *s = *state;
    const raft_index snapshot = given_newcomer(s);

    when_place_is_told(s, 4, snapshot, TEST_FILE_BYTES);
    take_newer(s);
    t_u64_eq(s->raft->peer[3].sending.last_index, s->raft->snapshot.last_index);
    when_told_installed(s, 4, snapshot);
    t_u64_eq(s->raft->match_index[3], snapshot);
    for (uint64_t stored = 1; stored < 20; stored++) {
        when_place_is_told(s, 4, s->raft->snapshot.last_index, stored);
        for (uint32_t i = 0; i < 9 * MAX; i++) {
            when_ticks(s, 1);
            t_u64_eq(s->effects.change_id, 0);
        }
    }
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec6_mb4_snapshot_and_what_follows_it_is_a_round),
    T_SERVER(every_piece_is_progress),
    T_SERVER(same_place_again_is_no_progress),
    T_SERVER(newer_snapshot_alone_is_no_progress),
    T_SERVER(newer_snapshot_after_an_installed_one_is_progress),
};

T_MAIN(tests)
