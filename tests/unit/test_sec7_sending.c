/* SPDX-License-Identifier: MIT
 *
 * test_sec7_sending.c - section 7: a follower that needs what the log no longer
 * has is sent the snapshot; the leader's end of Figure 13.
 */
#include "tests/unit/core_snapshot.h"

static void fig2_ldr3a_success_ends_a_snapshot_under_way(void **state)
{
    struct test_server *s = *state;

    given_on_its_way(s, 300);
    t_u64_eq(s->raft->peer[2].sending.last_index, 6);
    when_told_installed(s, 3, 6);
    t_u64_eq(s->raft->peer[2].sending.last_index, 0);
    t_u64_eq(s->raft->match_index[2], 6);
}

static void sec7_sn2_follower_behind_the_log_is_sent_the_snapshot(void **state)
{
    struct test_server *s = *state;

    given_compacted_leader(s, NULL);
    when_append_fails(s, 3, 4, 0, 1);
    t_u64_eq(fired(s, SN_2), 1);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 3), 0);
    t_u64_eq(pieces_sent(s, 3), 1);
    const struct raft_install_snapshot *piece = piece_sent(s, 3);

    t_u64_eq(piece->leader_id, 1);
    t_u64_eq(piece->last_included_index, 6);
    t_u64_eq(piece->last_included_term, 5);
    t_u64_eq(piece->offset, 0);
    t_u64_eq(piece->file_bytes, TEST_FILE_BYTES);
    t_u64_eq(piece->checksum, raft_snapshot_of(s->raft)->checksum);
    assert_null(piece->bytes); /* fetched when it leaves */
    t_u64_eq(sent(s, RAFT_INSTALL_SNAPSHOT, 3)->needs_write, 0);

    when_proposed(s, 1, 10);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 2), 1); /* as ever */
    t_u64_eq(declined(s, SN_2), 1);
    t_u64_eq(pieces_sent(s, 3), 0); /* one is under way */
}

/* The tail behind the base is enough: no snapshot. */
static void sec7_sn2_follower_within_the_tail_gets_entries(void **state)
{
    struct test_server *s = *state;
    struct raft_options options = raft_options_paper;

    options.keep_entries = 3;
    given_compacted_leader(s, &options); /* base 3, next_index 5 */
    when_append_fails(s, 3, 4, 0, 1);    /* one back: prev is the base */
    t_u64_eq(declined(s, SN_2), 1);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 3)->append_entries.prev_log_index, 3);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 3)->append_entries.prev_log_term, 4);
    when_append_fails(s, 3, 3, 0, 1);
    t_u64_eq(fired(s, SN_2), 1);
    t_u64_eq(pieces_sent(s, 3), 1);
}

static void sec7_sn2_pieces_follow_one_another(void **state)
{
    struct test_server *s = *state;

    given_on_its_way(s, 0);
    when_place_is_told(s, 3, 6, 400);
    t_u64_eq(piece_sent(s, 3)->offset, 400);
    when_place_is_told(s, 3, 6, 1000);
    t_u64_eq(pieces_sent(s, 3), 0); /* it has all: it installs them */
    struct raft_status status;

    raft_status(s->raft, &status);
    assert_true(status.sending_snapshot);
    t_u64_eq(status.snapshot_index, 6);
    when_proposed(s, 1, 10); /* entry 7 */
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 3), 0);

    when_told_installed(s, 3, 6);
    t_u64_eq(fired(s, LDR_3A), 1);
    t_u64_eq(s->raft->match_index[2], 6);
    const struct raft_append_entries *ae =
        &sent(s, RAFT_APPEND_ENTRIES, 3)->append_entries;

    t_u64_eq(ae->prev_log_index, 6); /* checked against the base: SN_3 */
    t_u64_eq(ae->prev_log_term, 5);
    t_u64_eq(ae->entry_count, 1);
    raft_status(s->raft, &status);
    assert_false(status.sending_snapshot);
}

/* bugs: heartbeats and pieces must not fight. */
static void sec7_sn2_heartbeats_go_on_beside_the_pieces(void **state)
{
    struct test_server *s = *state;

    given_on_its_way(s, 400);
    for (int i = 0; i < 3; i++) { /* nine ticks of ten */
        when_heartbeat_is_due(s);
        t_u64_eq(install_heartbeats_sent(s, 3), 1);
        t_u64_eq(pieces_sent(s, 3), 0);
        t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 3), 0);
        when_place_is_told(s, 3, 6, 400); /* the piece is not there yet */
        t_u64_eq(pieces_sent(s, 3), 0);
    }
    when_place_is_told(s, 3, 6, 800);
    t_u64_eq(piece_sent(s, 3)->offset, 800);
    when_read(s, 9, RAFT_READ_CONSISTENT); /* a round of its own */
    t_u64_eq(install_heartbeats_sent(s, 3), 1);
    t_u64_eq(pieces_sent(s, 3), 0);
}

/* Lost is what is overdue, and not there. */
static void sec7_sn2_lost_piece_goes_out_again(void **state)
{
    struct test_server *s = *state;

    given_on_its_way(s, 400);
    when_ticks(s, TEST_ELECTION_TICKS_MIN - 1);
    when_place_is_told(s, 3, 6, 400);
    t_u64_eq(pieces_sent(s, 3), 0);
    when_ticks(s, TEST_HEARTBEAT_TICKS);
    t_u64_eq(pieces_sent(s, 3), 0); /* a piece may be slow */
    t_u64_eq(install_heartbeats_sent(s, 3), 1);
    when_place_is_told(s, 3, 6, 400);
    t_u64_eq(piece_sent(s, 3)->offset, 400);
    when_place_is_told(s, 3, 6, 400);
    t_u64_eq(pieces_sent(s, 3), 0); /* that one has its time, too */
}

/* bugs: the receiver restarts in the middle of it. */
static void sec7_sn2_restarted_follower_is_sent_it_from_the_start(void **state)
{
    struct test_server *s = *state;

    given_on_its_way(s, 800);
    when_place_is_told(s, 3, 6, 0);
    t_u64_eq(piece_sent(s, 3)->offset, 0);
    when_place_is_told(s, 3, 6, 800); /* late, or it had them after all */
    t_u64_eq(piece_sent(s, 3)->offset, 800);
    when_place_is_told(s, 3, 6, 1000);
    when_place_is_told(s, 3, 6, 0); /* what it got was damaged */
    t_u64_eq(piece_sent(s, 3)->offset, 0);
}

static void sec7_sn2_newer_snapshot_takes_its_place(void **state)
{
    struct test_server *s = *state;

    given_on_its_way(s, 400);
    when_proposed(s, 1, 10);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 7);
    when_applied(s);
    when_taken(s);
    t_u64_eq(raft_snapshot_of(s->raft)->last_index, 7);
    when_place_is_told(s, 3, 6, 800); /* of the old one */
    t_u64_eq(piece_sent(s, 3)->last_included_index, 7);
    t_u64_eq(piece_sent(s, 3)->offset, 0);
    when_place_is_told(s, 3, 6, 900); /* means nothing any more */
    t_u64_eq(pieces_sent(s, 3), 0);
    when_place_is_told(s, 3, 7, 500);
    t_u64_eq(piece_sent(s, 3)->offset, 500);
    when_told_installed(s, 3, 6); /* the old one after all: not enough */
    t_u64_eq(s->raft->match_index[2], 6);
    t_u64_eq(pieces_sent(s, 3), 0);
    when_told_installed(s, 3, 7);
    t_u64_eq(s->raft->match_index[2], 7);
}

/* What the leader still waited for comes late: entries will do. */
static void sec7_sn2_late_success_ends_the_transfer(void **state)
{
    struct test_server *s = *state;

    given_on_its_way(s, 400);
    when_proposed(s, 1, 10);
    when_append_succeeds(s, 3, 5); /* not far enough */
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 3), 0);
    when_append_succeeds(s, 3, 6);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 3)->append_entries.prev_log_index, 6);
    when_place_is_told(s, 3, 6, 800);
    t_u64_eq(pieces_sent(s, 3), 0);
    when_told_installed(s, 3, 6); /* twice is once */
    t_u64_eq(s->raft->match_index[2], 6);
}

/* The leader compacts while a follower's entries are in flight. */
static void sec7_sn2_pipelined_follower_falls_behind_the_base(void **state)
{
    struct test_server *s = *state;
    struct raft_options options = raft_options_default;

    options.no_op = false;
    options.keep_entries = 0;
    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .log_terms = "1 1 4 4",
                             .options = &options});
    when_append_succeeds(s, 3, 2);
    when_proposed(s, 4, 10); /* 5 .. 8, sent to server 3 on trust */
    t_u64_eq(s->raft->next_index[2], 9);
    when_all_persisted(s);
    when_append_succeeds(s, 2, 8);
    when_applied(s);
    when_taken(s);
    when_heartbeat_is_due(s);
    t_u64_eq(sent_count(s, RAFT_APPEND_ENTRIES, 3), 1); /* it may have them */
    /* The answer to a request from before the base. */
    when_append_fails(s, 3, 4, 3, 3);
    t_u64_eq(s->raft->next_index[2], 3);
    t_u64_eq(pieces_sent(s, 3), 1);
    t_u64_eq(s->raft->match_index[2], 2);
    when_heartbeat_is_due(s);
    t_u64_eq(install_heartbeats_sent(s, 3), 1);
}

/* Our entries of the conflicting term may be in the snapshot. */
static void sec7_sn2_backtracking_ends_at_the_base(void **state)
{
    struct test_server *s = *state;
    struct raft_options options = raft_options_paper;

    options.fast_backtracking = true;
    options.keep_entries = 1; /* base 5, term 5; next_index 5 was a guess */
    given_compacted_leader(s, &options);
    s->raft->next_index[2] = 7; /* as if entries had gone well */
    when_append_fails(s, 3, 6, 5, 3);
    t_u64_eq(s->raft->next_index[2], 6); /* behind the base: our 5 there */
    t_u64_eq(pieces_sent(s, 3), 0);
    t_u64_eq(sent(s, RAFT_APPEND_ENTRIES, 3)->append_entries.prev_log_index, 5);

    given_compacted_leader(s, &options);
    s->raft->next_index[2] = 7;
    when_append_fails(s, 3, 6, 4, 2); /* term 4 is in the snapshot only */
    t_u64_eq(s->raft->next_index[2], 2);
    t_u64_eq(pieces_sent(s, 3), 1);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(fig2_ldr3a_success_ends_a_snapshot_under_way),
    T_SERVER(sec7_sn2_follower_behind_the_log_is_sent_the_snapshot),
    T_SERVER(sec7_sn2_follower_within_the_tail_gets_entries),
    T_SERVER(sec7_sn2_pieces_follow_one_another),
    T_SERVER(sec7_sn2_heartbeats_go_on_beside_the_pieces),
    T_SERVER(sec7_sn2_lost_piece_goes_out_again),
    T_SERVER(sec7_sn2_restarted_follower_is_sent_it_from_the_start),
    T_SERVER(sec7_sn2_newer_snapshot_takes_its_place),
    T_SERVER(sec7_sn2_late_success_ends_the_transfer),
    T_SERVER(sec7_sn2_pipelined_follower_falls_behind_the_base),
    T_SERVER(sec7_sn2_backtracking_ends_at_the_base),
};

T_MAIN(tests)
