/* SPDX-License-Identifier: MIT
 *
 * test_core_messages.c - messages that no server of ours sends: dropped, term
 * and all, before they change anything.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/core_harness.h"

/* Refused, with not a bit of the server changed and nothing to do. */
static void then_is_dropped(struct test_server *s, const struct raft_message *m)
{
    size_t before_bytes = 0;
    size_t after_bytes = 0;
    uint8_t *before = image_of(s->raft, &before_bytes);

    when_message(s, m);
    uint8_t *after = image_of(s->raft, &after_bytes);
    assert_int_equal(s->error, RAFT_EINVALID);
    t_u64_eq(s->effects.message_count, 0);
    t_u64_eq(s->effects.save_hard_state_seq, 0);
    t_u64_eq(after_bytes, before_bytes);
    assert_memory_equal(after, before, before_bytes);
    free(before);
    free(after);
}

static void then_is_taken(struct test_server *s, const struct raft_message *m)
{
    when_message(s, m);
    assert_int_equal(s->error, RAFT_OK);
}

static void wrong_names_are_dropped(void **state)
{
    struct test_server *s = *state;
    const struct raft_message good = {
        .type = RAFT_REQUEST_VOTE,
        .from = 2,
        .to = 1,
        .term = 6,
        .request_vote = {.candidate_id = 2, .asked_term = 6}};
    struct raft_message bad[] = {good, good, good, good};

    given(s, &(struct given){.current_term = 5});
    bad[0].to = 3;                /* not for us */
    bad[1].from = RAFT_NO_SERVER; /* from nobody */
    bad[1].request_vote.candidate_id = RAFT_NO_SERVER;
    bad[2].from = 1; /* from ourselves */
    bad[2].request_vote.candidate_id = 1;
    bad[3].request_vote.candidate_id = 3;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        then_is_dropped(s, &bad[i]);
    }
    then_is_taken(s, &good);
}

static void unknown_types_are_dropped(void **state)
{
    struct test_server *s = *state;
    struct raft_message m = {.from = 2, .to = 1, .term = 6};
    const int types[] = {0, RAFT_TIMEOUT_NOW + 1, 255, 1 << 30};

    given(s, &(struct given){.current_term = 5});
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        memcpy(&m.type, &types[i], sizeof(types[i]));
        then_is_dropped(s, &m);
    }
}

static void entries_without_their_bytes_are_dropped(void **state)
{
    struct test_server *s = *state;
    struct raft_entry entry = {
        .term = 5, .type = RAFT_ENTRY_COMMAND, .byte_count = 4};
    const struct raft_message m = {.type = RAFT_APPEND_ENTRIES,
                                   .from = 2,
                                   .to = 1,
                                   .term = 5,
                                   .append_entries = {.leader_id = 2,
                                                      .entries = &entry,
                                                      .entry_count = 1}};

    given(s, &(struct given){.current_term = 5});
    then_is_dropped(s, &m);
    entry.type = RAFT_ENTRY_CONFIG;
    then_is_dropped(s, &m);
    entry.type = RAFT_ENTRY_NO_OP; /* has none */
    then_is_dropped(s, &m);
    entry.byte_count = 0;
    then_is_taken(s, &m);
}

/* A vote is asked for in the sender's term, a pre-vote for the next one. */
static void votes_for_another_term_are_dropped(void **state)
{
    struct test_server *s = *state;
    struct raft_message m = {.type = RAFT_REQUEST_VOTE,
                             .from = 2,
                             .to = 1,
                             .term = 6,
                             .request_vote = {.candidate_id = 2}};

    given(s, &(struct given){.current_term = 5});
    m.request_vote.asked_term = 7;
    then_is_dropped(s, &m);
    m.request_vote.asked_term = 5;
    then_is_dropped(s, &m);
    m.request_vote.pre_vote = true;
    m.request_vote.asked_term = 6;
    then_is_dropped(s, &m);
    m.request_vote.asked_term = 7;
    then_is_taken(s, &m);
}

static void grants_from_another_term_are_dropped(void **state)
{
    struct test_server *s = *state;
    struct raft_message m = {
        .type = RAFT_REQUEST_VOTE_RESULT,
        .from = 2,
        .to = 1,
        .term = 6,
        .request_vote_result = {.vote_granted = true, .asked_term = 5}};

    given(s, &(struct given){.role = RAFT_CANDIDATE, .current_term = 5});
    then_is_dropped(s, &m);
    m.request_vote_result.vote_granted = false; /* "no; mine is term 6" */
    then_is_taken(s, &m);
    t_u64_eq(s->raft->current_term, 6);
}

static void term_zero_is_dropped(void **state)
{
    struct test_server *s = *state;
    const enum raft_message_type types[] = {
        RAFT_REQUEST_VOTE, RAFT_REQUEST_VOTE_RESULT, RAFT_APPEND_ENTRIES,
        RAFT_APPEND_ENTRIES_RESULT, RAFT_TIMEOUT_NOW};

    given(s, &(struct given){.current_term = 0});
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct raft_message m = {.type = types[i], .from = 2, .to = 1};

        if (types[i] == RAFT_REQUEST_VOTE) {
            m.request_vote.candidate_id = 2;
        } else if (types[i] == RAFT_APPEND_ENTRIES) {
            m.append_entries.leader_id = 2;
        }
        then_is_dropped(s, &m);
    }
}

/* One message must not use up all the terms there are. */
static void terms_too_far_ahead_are_dropped(void **state)
{
    struct test_server *s = *state;
    const raft_term most = (raft_term)1 << 32;
    struct raft_message m = {.type = RAFT_APPEND_ENTRIES,
                             .from = 2,
                             .to = 1,
                             .append_entries = {.leader_id = 2}};

    given(s, &(struct given){.current_term = 5});
    m.term = UINT64_MAX;
    then_is_dropped(s, &m);
    m.term = 5 + most + 1;
    then_is_dropped(s, &m);
    m.term = 5 + most;
    then_is_taken(s, &m);
    t_u64_eq(s->raft->current_term, 5 + most);
}

static void leader_that_calls_itself_otherwise_is_dropped(void **state)
{
    struct test_server *s = *state;
    const struct raft_message m = {.type = RAFT_APPEND_ENTRIES,
                                   .from = 2,
                                   .to = 1,
                                   .term = 6,
                                   .append_entries = {.leader_id = 3}};

    given(s, &(struct given){.current_term = 5});
    then_is_dropped(s, &m);
}

/* Rounds that were never begun would confirm reads, times never reached a
 * lease: neither is believed. */
static void answers_from_the_future_prove_nothing(void **state)
{
    struct test_server *s = *state;
    const struct raft_options options = {
        .stickiness = true, .no_op = true, .lease = true};
    struct raft_message m = {
        .type = RAFT_APPEND_ENTRIES_RESULT,
        .from = 2,
        .to = 1,
        .term = 5,
        .append_entries_result = {.success = true, .match_index = 1}};

    given(s, &(struct given){
                 .role = RAFT_LEADER, .current_term = 5, .options = &options});
    when_all_persisted(s);
    m.append_entries_result.read_round = s->raft->read_round + 1;
    when_message(s, &m);
    t_u64_eq(s->raft->match_index[1], 0);
    m.append_entries_result.read_round = 0;
    m.append_entries_result.sent_tick = s->raft->now + 1;
    when_message(s, &m);
    t_u64_eq(s->raft->match_index[1], 0);
    t_u64_eq(s->raft->peer[1].acked_sent_tick, 0);

    m.append_entries_result.sent_tick = s->raft->now;
    when_message(s, &m);
    t_u64_eq(s->raft->match_index[1], 1);
}

static const struct CMUnitTest tests[] = {
    T_SERVER(wrong_names_are_dropped),
    T_SERVER(unknown_types_are_dropped),
    T_SERVER(entries_without_their_bytes_are_dropped),
    T_SERVER(votes_for_another_term_are_dropped),
    T_SERVER(grants_from_another_term_are_dropped),
    T_SERVER(term_zero_is_dropped),
    T_SERVER(terms_too_far_ahead_are_dropped),
    T_SERVER(leader_that_calls_itself_otherwise_is_dropped),
    T_SERVER(answers_from_the_future_prove_nothing),
};

T_MAIN(tests)
