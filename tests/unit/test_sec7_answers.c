/* SPDX-License-Identifier: MIT
 *
 * test_sec7_answers.c - section 7: what a leader believes of a follower's
 * answers while it sends it a snapshot.
 */
#include "tests/unit/core_snapshot.h"

static void sec7_sn2_answers_that_cannot_be_are_ignored(void **state)
{
    struct test_server *s = *state;

    given_on_its_way(s, 400);
    when_place_is_told(s, 3, 6, 1001); /* more than there is */
    t_u64_eq(pieces_sent(s, 3), 0);
    when_place_is_told(s, 3, 6, UINT64_MAX);
    t_u64_eq(pieces_sent(s, 3), 0);
    when_told_installed(s, 3, 7); /* of a snapshot we do not have */
    t_u64_eq(s->raft->match_index[2], 0);
    when_told_installed(s, 3, UINT64_MAX);
    t_u64_eq(s->raft->match_index[2], 0);
    when_told_installed(s, 9, 6); /* a stranger */

    struct raft_message m = {
        .type = RAFT_INSTALL_SNAPSHOT_RESULT,
        .from = 3,
        .to = 1,
        .term = 5,
        .install_snapshot_result = {.last_included_index = 6,
                                    .installed = true,
                                    .read_round = s->raft->read_round + 1}};
    when_message(s, &m); /* to a question we never asked */
    t_u64_eq(s->raft->match_index[2], 0);
    m.install_snapshot_result.read_round = 0;
    m.term = 4; /* to the leader of another term */
    when_message(s, &m);
    t_u64_eq(s->raft->match_index[2], 0);
    m.term = 5;
    when_message(s, &m);
    t_u64_eq(s->raft->match_index[2], 6);

    given(s, &(struct given){.current_term = 5, .log_terms = "1 1 4 4 5 5"});
    when_message(s, &m); /* a follower now: nothing */
    t_u64_eq(s->raft->match_index[2], 0);
}

/* It answers as with AppendEntries: for reads, and for CheckQuorum. */
static void sec7_sn2_answer_counts_for_the_round(void **state)
{
    struct test_server *s = *state;

    given_compacted_leader(s, NULL);
    when_append_fails(s, 3, 4, 0, 1);
    when_read(s, 7, RAFT_READ_CONSISTENT);
    t_u64_eq(s->effects.read_count, 0);
    t_u64_eq(sent(s, RAFT_INSTALL_SNAPSHOT, 3)->install_snapshot.read_round,
             s->raft->read_round);
    s->raft->peer[2].ticks_silent = 5;
    when_place_is_told(s, 3, 6, 0);
    t_u64_eq(s->effects.read_count, 1);
    assert_true(s->effects.reads[0].confirmed);
    t_u64_eq(s->raft->peer[2].ticks_silent, 0);
}

/* Whoever waits for a transfer to end must not wait for a dead server. */
static void sec7_sn2_silent_follower_is_not_being_sent_to(void **state)
{
    struct test_server *s = *state;
    struct raft_status status;

    given_on_its_way(s, 400);
    when_ticks(s, TEST_ELECTION_TICKS_MAX - 1);
    raft_status(s->raft, &status);
    assert_true(status.sending_snapshot);
    when_ticks(s, 1);
    raft_status(s->raft, &status);
    assert_false(status.sending_snapshot);
    when_place_is_told(s, 3, 6, 400);
    raft_status(s->raft, &status);
    assert_true(status.sending_snapshot);
}

/* D4.2.1: what a new server has heard of the snapshot counts; what it hears a
 * second time does not. */
static void sec7_sn2_learner_gets_on_with_each_new_piece(void **state)
{
    struct test_server *s = *state;
    static const struct {
        uint64_t bytes_stored;
        bool gets_on;
    } told[] = {{400, false}, {800, true}, {0, false},  {400, false},
                {800, false}, {900, true}, {1000, true}};

    given_on_its_way(s, 400);
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++) {
        s->raft->peer[2].ticks_stalled = 7;
        when_place_is_told(s, 3, 6, told[i].bytes_stored);
        t_u64_eq(s->raft->peer[2].ticks_stalled, told[i].gets_on ? 0 : 7);
    }
}

/* A new leader begins anew; an old one knows nothing of a transfer. */
static void sec7_sn2_transfer_ends_with_leadership(void **state)
{
    struct test_server *s = *state;

    given_on_its_way(s, 400);
    when_append_entries(s, 2, 6, 6, 5, "", 6);
    assert_int_equal(s->raft->role, RAFT_FOLLOWER);
    t_u64_eq(s->raft->peer[2].sending.last_index, 0);
    struct raft_status status;

    raft_status(s->raft, &status);
    assert_false(status.sending_snapshot);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(sec7_sn2_answers_that_cannot_be_are_ignored),
    T_SERVER(sec7_sn2_answer_counts_for_the_round),
    T_SERVER(sec7_sn2_silent_follower_is_not_being_sent_to),
    T_SERVER(sec7_sn2_learner_gets_on_with_each_new_piece),
    T_SERVER(sec7_sn2_transfer_ends_with_leadership),
};

T_MAIN(tests)
