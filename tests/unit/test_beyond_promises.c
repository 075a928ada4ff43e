/* SPDX-License-Identifier: MIT
 *
 * test_beyond_promises.c - what a server must not forget or believe: the
 * promise behind a lease, a leader's quorum, messages no server sends.
 */
#include <stdlib.h>

#include "tests/unit/core_harness.h"

static bool granted(const struct test_server *s, raft_server_id to)
{
    return sent_count(s, RAFT_REQUEST_VOTE_RESULT, to) == 1 &&
           vote_reply(s)->vote_granted;
}

/*
 * S1 answered a heartbeat of S2, which reads under its lease for it. A newer
 * term, from whatever message, does not end what was promised.
 */
static void d64_ls1_newer_term_does_not_end_the_promise(void **state)
{
    struct test_server *s = *state;
    const struct raft_message newer = {
        .type = RAFT_APPEND_ENTRIES_RESULT, .from = 3, .to = 1, .term = 6};

    given(s, &(struct given){.current_term = 5,
                             .log_terms = "5",
                             .options = &raft_options_default});
    when_append_entries(s, 2, 5, 1, 5, "", 1);
    when_message(s, &newer);
    t_u64_eq(s->raft->current_term, 6);

    when_request_vote(s, 3, 7, 9, 6);
    t_u64_eq(fired(s, MB_8), 1);
    t_u64_eq(s->raft->current_term, 6);
    t_u64_eq(s->effects.message_count, 0);

    when_ticks(s, TEST_ELECTION_TICKS_MIN);
    when_request_vote(s, 3, 7, 9, 6);
    assert_true(granted(s, 3));
}

/* An idle server and one that never heard a leader owe nobody anything. */
static void sec6_mb8_server_that_never_heard_a_leader_votes(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){.options = &raft_options_default});
    when_request_vote(s, 3, 1, 0, 0);
    assert_true(granted(s, 3));
}

/* Reads send heartbeats of their own; they must not put off the question. */
static void d62_cq1_reads_do_not_postpone_it(void **state)
{
    struct test_server *s = *state;
    uint32_t ticks = 0;

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .options = &raft_options_default});
    while (s->raft->role == RAFT_LEADER) {
        assert_true(ticks < 2 * TEST_ELECTION_TICKS_MAX);
        when_read(s, ticks, RAFT_READ_CONSISTENT);
        when_ticks(s, 1);
        ticks++;
    }
    t_u64_eq(ticks, TEST_ELECTION_TICKS_MAX);
}

/* Equal time-outs at all servers would split every vote, for ever. */
static void sec52_rt1_seed_equal_to_the_id_draws_apart(void **state)
{
    struct raft_effects *out = malloc(sizeof *out);
    uint32_t first[2];

    (void)state;
    assert_non_null(out);
    for (raft_server_id id = 1; id <= 2; id++) {
        const struct raft_settings settings = {.id = id,
                                               .random_seed = id,
                                               .election_ticks_min = 1000,
                                               .election_ticks_max = 1000000,
                                               .heartbeat_ticks = 1};
        const struct raft_input start = {.type = RAFT_IN_START};
        struct raft *r = raft_create(&settings);

        assert_non_null(r);
        assert_int_equal(raft_step(r, &start, out), RAFT_OK);
        first[id - 1] = r->election_ticks_left;
        raft_destroy(r);
    }
    free(out);
    assert_int_not_equal(first[0], first[1]);
}

/* Dropped whole: no term adopted, no answer, no timer reset. */
static void expect_dropped(struct test_server *s, const struct raft_message *m)
{
    size_t size_before;
    size_t size_after;
    uint8_t *before = image_of(s->raft, &size_before);

    when_message(s, m);
    assert_int_equal(s->error, RAFT_EINVALID);
    t_u64_eq(s->effects.message_count, 0);
    uint8_t *after = image_of(s->raft, &size_after);
    t_u64_eq(size_after, size_before);
    assert_memory_equal(after, before, size_after);
    free(before);
    free(after);
}

static void messages_that_no_server_sends_are_dropped(void **state)
{
    struct test_server *s = *state;
    const struct raft_message ask = {
        .type = RAFT_REQUEST_VOTE,
        .from = 2,
        .to = 1,
        .term = 6,
        .request_vote = {.candidate_id = 2, .asked_term = 6}};
    struct raft_message m;

    given(s, &(struct given){.current_term = 5});
    m = ask;
    m.request_vote.candidate_id = RAFT_NO_SERVER;
    expect_dropped(s, &m);
    m = ask;
    m.request_vote.candidate_id = 3;
    expect_dropped(s, &m);
    m = ask;
    m.request_vote.asked_term = 7;
    expect_dropped(s, &m);
    m = ask;
    m.term = m.request_vote.asked_term = 5 + ((raft_term)1 << 32) + 1;
    expect_dropped(s, &m);
    m = ask;
    m.type = (enum raft_message_type)99;
    expect_dropped(s, &m);
    m = ask;
    m.from = m.request_vote.candidate_id = 1;
    expect_dropped(s, &m);
    m = ask;
    m.to = 2;
    expect_dropped(s, &m);
    m = (struct raft_message){.type = RAFT_APPEND_ENTRIES,
                              .from = 2,
                              .to = 1,
                              .term = 6,
                              .append_entries = {.leader_id = 3}};
    expect_dropped(s, &m);
    when_message(s, &ask); /* and the good one is heeded */
    assert_true(granted(s, 2));
}

/* Rounds and dates that we never sent confirm nothing. */
static void sec8_cl4_round_that_was_never_begun_is_ignored(void **state)
{
    struct test_server *s = *state;
    struct raft_message m = {
        .type = RAFT_APPEND_ENTRIES_RESULT,
        .from = 2,
        .to = 1,
        .term = 5,
        .append_entries_result = {.success = true, .read_round = 1000}};

    given(s, &(struct given){.role = RAFT_LEADER,
                             .current_term = 5,
                             .options = &raft_options_default});
    when_all_persisted(s);
    when_message(s, &m);
    t_u64_eq(s->raft->peer[1].acked_round, 0);
    m.append_entries_result.read_round = 0;
    m.append_entries_result.sent_tick = s->raft->now + 1;
    when_message(s, &m);
    t_u64_eq(s->raft->peer[1].acked_sent_tick, 0);
}

/* A server that has been silent is nobody to hand over to. */
static void d310_tr1_dead_server_is_not_chosen(void **state)
{
    struct test_server *s = *state;

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .log_terms = "1 4"});
    when_append_succeeds(s, 2, 2);
    when_append_succeeds(s, 3, 1);
    for (int i = 0; i < TEST_ELECTION_TICKS_MIN; i++) {
        when_ticks(s, 1);
        when_append_succeeds(s, 3, 1);
    }
    when_transfer(s, RAFT_NO_SERVER);
    assert_int_equal(s->error, RAFT_OK);
    t_u64_eq(s->raft->transfer_to, 3);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(d64_ls1_newer_term_does_not_end_the_promise),
    T_SERVER(sec6_mb8_server_that_never_heard_a_leader_votes),
    T_SERVER(d62_cq1_reads_do_not_postpone_it),
    T_SERVER(sec52_rt1_seed_equal_to_the_id_draws_apart),
    T_SERVER(messages_that_no_server_sends_are_dropped),
    T_SERVER(sec8_cl4_round_that_was_never_begun_is_ignored),
    T_SERVER(d310_tr1_dead_server_is_not_chosen),
};

T_MAIN(tests)
