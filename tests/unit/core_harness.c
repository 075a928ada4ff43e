/* SPDX-License-Identifier: MIT
 *
 * core_harness.c - one server under test: the inputs (core_given.c leads
 * there, core_then.c looks).
 */
#include "tests/unit/core_harness.h"

#include <stdlib.h>
#include <string.h>

/* Entries are borrowed of the log as it is at the end of the step. */
static void entries_are_sound(const struct raft *r,
                              const struct raft_append_entries *ae)
{
    if (ae->entry_count > 0) {
        assert_true(ae->entries == raft_entry_at(r, ae->prev_log_index + 1));
    }
}

void effects_are_sound(const struct raft *r, const struct raft_effects *out)
{
    const raft_write_seq last = r->last_write_seq;
    raft_write_seq seq = r->persisted_seq;

    if (out->save_hard_state_seq != 0) {
        assert_true(out->save_hard_state_seq > seq);
        seq = out->save_hard_state_seq;
    }
    if (out->truncate_seq != 0) {
        assert_true(out->truncate_seq > seq);
        seq = out->truncate_seq;
    }
    if (out->reset_seq != 0) {
        assert_true(out->reset_seq > seq);
        seq = out->reset_seq;
    }
    if (out->append_seq != 0) {
        assert_true(out->append_seq > seq);
        seq = out->append_seq;
    }
    assert_true(seq <= last);
    for (size_t i = 0; i < out->message_count; i++) {
        assert_true(out->messages[i].needs_write <= last);
        t_u64_eq(out->messages[i].from, r->settings.id);
        t_u64_eq(out->messages[i].term, r->current_term);
        if (out->messages[i].type == RAFT_APPEND_ENTRIES) {
            entries_are_sound(r, &out->messages[i].append_entries);
        }
    }
    t_u64_eq(out->rule_events_lost, 0);
}

void when(struct test_server *s, const struct raft_input *in)
{
    s->error = raft_step(s->raft, in, &s->effects);
    coverage_add_effects(&s->effects);
    effects_are_sound(s->raft, &s->effects);
    if (s->effects.store != NULL) {
        s->store = *s->effects.store; /* it borrows the input */
        s->effects.store = &s->store;
    }
}

void when_ticks(struct test_server *s, uint32_t ticks)
{
    when(s, &(struct raft_input){.type = RAFT_IN_TICK, .ticks = ticks});
}

void when_election_times_out(struct test_server *s)
{
    when_ticks(s, TEST_ELECTION_TICKS_MAX);
}

void when_heartbeat_is_due(struct test_server *s)
{
    when_ticks(s, TEST_HEARTBEAT_TICKS);
}

void when_persisted(struct test_server *s, raft_write_seq seq)
{
    when(s, &(struct raft_input){.type = RAFT_IN_PERSISTED, .persisted = seq});
}

void when_all_persisted(struct test_server *s)
{
    when_persisted(s, s->raft->last_write_seq);
}

void when_applied(struct test_server *s)
{
    when(s, &(struct raft_input){.type = RAFT_IN_APPLIED,
                                 .applied = s->raft->applying_index});
}

void when_proposed(struct test_server *s, size_t count, uint32_t bytes_each)
{
    static const uint8_t bytes[5 << 20];
    struct raft_entry entries[TEST_MAX_ENTRIES];

    assert_true(count <= TEST_MAX_ENTRIES);
    assert_true(bytes_each <= sizeof(bytes));
    for (size_t i = 0; i < count; i++) {
        entries[i] =
            (struct raft_entry){.type = RAFT_ENTRY_COMMAND,
                                .byte_count = bytes_each,
                                .bytes = bytes_each > 0 ? bytes : NULL};
    }
    when(s,
         &(struct raft_input){.type = RAFT_IN_PROPOSE,
                              .propose = {.entries = entries, .count = count}});
}

void when_read(struct test_server *s, uint64_t read_id,
               enum raft_read_level level)
{
    when(s, &(struct raft_input){.type = RAFT_IN_READ,
                                 .read = {.read_id = read_id, .level = level}});
}

void when_transfer(struct test_server *s, raft_server_id to)
{
    when(s, &(struct raft_input){.type = RAFT_IN_TRANSFER, .transfer_to = to});
}

void when_change(struct test_server *s, uint64_t change_id, const char *ids)
{
    const struct raft_change change = change_to(change_id, ids);

    when(s, &(struct raft_input){.type = RAFT_IN_CHANGE, .change = &change});
}

void when_message(struct test_server *s, const struct raft_message *m)
{
    when(s, &(struct raft_input){.type = RAFT_IN_MESSAGE, .message = *m});
}

static struct raft_message message_to(const struct test_server *s,
                                      enum raft_message_type type,
                                      raft_server_id from, raft_term term)
{
    return (struct raft_message){
        .type = type, .from = from, .to = s->settings.id, .term = term};
}

void when_request_vote(struct test_server *s, raft_server_id from,
                       raft_term term, raft_index last_log_index,
                       raft_term last_log_term)
{
    struct raft_message m = message_to(s, RAFT_REQUEST_VOTE, from, term);

    m.request_vote =
        (struct raft_request_vote){.candidate_id = from,
                                   .last_log_index = last_log_index,
                                   .last_log_term = last_log_term,
                                   .asked_term = term};
    when_message(s, &m);
}

/* term: the sender's own; it asks for the next one. */
void when_pre_vote(struct test_server *s, raft_server_id from, raft_term term,
                   raft_index last_log_index, raft_term last_log_term)
{
    struct raft_message m = message_to(s, RAFT_REQUEST_VOTE, from, term);

    m.request_vote =
        (struct raft_request_vote){.candidate_id = from,
                                   .last_log_index = last_log_index,
                                   .last_log_term = last_log_term,
                                   .asked_term = term + 1,
                                   .pre_vote = true};
    when_message(s, &m);
}

void when_vote(struct test_server *s, raft_server_id from, raft_term term,
               bool vote_granted)
{
    struct raft_message m = message_to(s, RAFT_REQUEST_VOTE_RESULT, from, term);

    m.request_vote_result = (struct raft_request_vote_result){
        .vote_granted = vote_granted, .asked_term = term};
    when_message(s, &m);
}

void when_append_entries(struct test_server *s, raft_server_id from,
                         raft_term term, raft_index prev_log_index,
                         raft_term prev_log_term, const char *terms,
                         raft_index leader_commit)
{
    struct raft_entry entries[TEST_MAX_ENTRIES];
    struct raft_message m = message_to(s, RAFT_APPEND_ENTRIES, from, term);

    m.append_entries = (struct raft_append_entries){
        .leader_id = from,
        .prev_log_index = prev_log_index,
        .prev_log_term = prev_log_term,
        .entries = entries,
        .entry_count = entries_of(terms, prev_log_index + 1, entries),
        .leader_commit = leader_commit};
    when_message(s, &m);
}

/* As if the latest round had been answered. */
static struct raft_message append_result(const struct test_server *s,
                                         raft_server_id from)
{
    struct raft_message m =
        message_to(s, RAFT_APPEND_ENTRIES_RESULT, from, s->raft->current_term);

    m.append_entries_result.read_round = s->raft->read_round;
    m.append_entries_result.sent_tick = s->raft->now;
    return m;
}

void when_append_succeeds(struct test_server *s, raft_server_id from,
                          raft_index match_index)
{
    struct raft_message m = append_result(s, from);

    m.append_entries_result.success = true;
    m.append_entries_result.match_index = match_index;
    m.append_entries_result.prev_log_index = match_index;
    when_message(s, &m);
}

void when_append_fails(struct test_server *s, raft_server_id from,
                       raft_index prev_log_index, raft_term conflict_term,
                       raft_index conflict_index)
{
    struct raft_message m = append_result(s, from);

    m.append_entries_result.prev_log_index = prev_log_index;
    m.append_entries_result.conflict_term = conflict_term;
    m.append_entries_result.conflict_index = conflict_index;
    when_message(s, &m);
}

void when_answered(struct test_server *s, raft_server_id from,
                   const struct raft_message *request)
{
    const struct raft_append_entries ae = request->append_entries;
    struct raft_message m =
        message_to(s, RAFT_APPEND_ENTRIES_RESULT, from, request->term);

    assert_int_equal(request->type, RAFT_APPEND_ENTRIES);
    m.append_entries_result = (struct raft_append_entries_result){
        .success = true,
        .match_index = ae.prev_log_index + ae.entry_count,
        .prev_log_index = ae.prev_log_index,
        .read_round = ae.read_round,
        .sent_tick = ae.sent_tick};
    when_message(s, &m);
}
