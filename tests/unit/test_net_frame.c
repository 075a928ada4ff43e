/* SPDX-License-Identifier: MIT
 *
 * test_net_frame.c - frames out and in again, whole and in parts.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/net_samples.h"

static const uint64_t extremes[] = {0, 1, UINT32_MAX, UINT64_MAX};

static void every_kind_comes_back_byte_for_byte(void **state)
{
    (void)state;
    for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
        for (size_t i = 0; i < sizeof extremes / sizeof extremes[0]; i++) {
            uint8_t bytes[SAMPLE_ROOM];
            uint8_t again[SAMPLE_ROOM];
            struct frame_scratch scratch = {0};
            struct frame frame;
            size_t used = 0;
            const size_t count = sample_frame(bytes, kind, extremes[i]);

            t_u64_eq(frame_decode(bytes, count, SAMPLE_MAX_BODY, &scratch,
                                  &frame, &used),
                     FRAME_OK);
            t_u64_eq(used, count);
            t_u64_eq(frame.route.cluster_id, extremes[i]);
            t_u64_eq(frame.route.from, 7);
            t_u64_eq(frame.route.to, extremes[i]);
            t_u64_eq(frame.route.sequence, extremes[i]);
            if (frame.type < FRAME_HELLO) {
                t_u64_eq(frame_put_message(again, extremes[i], extremes[i],
                                           &frame.message),
                         count);
            } else if (frame.type == FRAME_HELLO) {
                t_u64_eq(frame_put_hello(again, &frame.hello, extremes[i],
                                         extremes[i]),
                         count);
            } else if (frame.type == FRAME_APPLIED) {
                t_u64_eq(frame.applied, extremes[i]);
                t_u64_eq(frame_put_applied(again, &frame.route, frame.applied),
                         count);
            } else {
                t_u64_eq(frame_put_plain(again, (enum frame_type)frame.type,
                                         &frame.route),
                         count);
            }
            assert_memory_equal(bytes, again, count);
            frame_scratch_free(&scratch);
        }
    }
}

/* Re-encoding would not notice two fields swapped in both directions. */
static void append_entries_fields_arrive_under_their_names(void **state)
{
    const struct raft_entry entry = {.term = 12,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = 3,
                                     .bytes = (const uint8_t *)"abc"};
    const struct raft_message m = {.type = RAFT_APPEND_ENTRIES,
                                   .from = 1,
                                   .to = 2,
                                   .term = 13,
                                   .append_entries = {.leader_id = 1,
                                                      .prev_log_index = 10,
                                                      .prev_log_term = 11,
                                                      .entries = &entry,
                                                      .entry_count = 1,
                                                      .leader_commit = 14,
                                                      .read_round = 15,
                                                      .sent_tick = 16}};
    struct frame_scratch scratch = {0};
    struct frame frame;
    uint8_t bytes[256];
    size_t used = 0;

    (void)state;
    const size_t count = frame_put_message(bytes, 99, 5, &m);
    t_u64_eq(
        frame_decode(bytes, count, SAMPLE_MAX_BODY, &scratch, &frame, &used),
        FRAME_OK);
    const struct raft_append_entries *ae = &frame.message.append_entries;
    t_u64_eq(frame.message.term, 13);
    t_u64_eq(ae->leader_id, 1);
    t_u64_eq(ae->prev_log_index, 10);
    t_u64_eq(ae->prev_log_term, 11);
    t_u64_eq(ae->leader_commit, 14);
    t_u64_eq(ae->read_round, 15);
    t_u64_eq(ae->sent_tick, 16);
    t_u64_eq(ae->entry_count, 1);
    t_u64_eq(ae->entries[0].term, 12);
    t_u64_eq(ae->entries[0].type, RAFT_ENTRY_COMMAND);
    t_u64_eq(ae->entries[0].byte_count, 3);
    assert_memory_equal(ae->entries[0].bytes, "abc", 3);
    t_u64_eq(frame.message.needs_write, 0);
    frame_scratch_free(&scratch);
}

static void answers_arrive_under_their_names(void **state)
{
    struct raft_message m = {
        .type = RAFT_APPEND_ENTRIES_RESULT,
        .from = 1,
        .to = 2,
        .append_entries_result = {false, 1, 2, 3, 4, 5, 6}};
    struct frame frame;
    uint8_t bytes[SAMPLE_ROOM];
    size_t used = 0;

    (void)state;
    size_t count = frame_put_message(bytes, 99, 5, &m);
    t_u64_eq(sample_decode(bytes, count, &frame, &used), FRAME_OK);
    assert_false(frame.message.append_entries_result.success);
    t_u64_eq(frame.message.append_entries_result.match_index, 1);
    t_u64_eq(frame.message.append_entries_result.prev_log_index, 2);
    t_u64_eq(frame.message.append_entries_result.conflict_term, 3);
    t_u64_eq(frame.message.append_entries_result.conflict_index, 4);
    t_u64_eq(frame.message.append_entries_result.read_round, 5);
    t_u64_eq(frame.message.append_entries_result.sent_tick, 6);

    m.type = RAFT_REQUEST_VOTE_RESULT;
    m.request_vote_result = (struct raft_request_vote_result){true, 8, false};
    count = frame_put_message(bytes, 99, 6, &m);
    t_u64_eq(sample_decode(bytes, count, &frame, &used), FRAME_OK);
    assert_true(frame.message.request_vote_result.vote_granted);
    assert_false(frame.message.request_vote_result.pre_vote);
    t_u64_eq(frame.message.request_vote_result.asked_term, 8);
}

static void votes_are_asked_for_under_their_names(void **state)
{
    const struct raft_message m = {.type = RAFT_REQUEST_VOTE,
                                   .from = 1,
                                   .to = 2,
                                   .term = 9,
                                   .request_vote = {1, 2, 3, 4, false, true}};
    struct frame frame;
    uint8_t bytes[SAMPLE_ROOM];
    size_t used = 0;

    (void)state;
    const size_t count = frame_put_message(bytes, 99, 5, &m);
    t_u64_eq(sample_decode(bytes, count, &frame, &used), FRAME_OK);
    t_u64_eq(frame.message.term, 9);
    t_u64_eq(frame.message.request_vote.candidate_id, 1);
    t_u64_eq(frame.message.request_vote.last_log_index, 2);
    t_u64_eq(frame.message.request_vote.last_log_term, 3);
    t_u64_eq(frame.message.request_vote.asked_term, 4);
    assert_false(frame.message.request_vote.pre_vote);
    assert_true(frame.message.request_vote.by_transfer);
}

static void a_prefix_is_never_a_frame(void **state)
{
    (void)state;
    for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
        uint8_t bytes[SAMPLE_ROOM];
        struct frame frame;
        size_t used = 0;
        const size_t count = sample_frame(bytes, kind, 5);

        for (size_t length = 0; length < count; length++) {
            t_u64_eq(sample_decode(bytes, length, &frame, &used), FRAME_MORE);
        }
        t_u64_eq(sample_decode(bytes, count, &frame, &used), FRAME_OK);
    }
}

/* The largest body allowed, one byte less, one more. */
static void big_entries_fit_exactly_up_to_the_limit(void **state)
{
    const size_t room = SAMPLE_MAX_BODY - 60 - 13;
    uint8_t *const contents = malloc(room + 1);
    uint8_t *const bytes = malloc(2 * SAMPLE_MAX_BODY);

    (void)state;
    assert_true(contents != NULL && bytes != NULL);
    memset(contents, 0xa5, room + 1);
    for (size_t size = room - 1; size <= room + 1; size++) {
        const struct raft_entry entry = {.term = 3,
                                         .type = RAFT_ENTRY_COMMAND,
                                         .byte_count = (uint32_t)size,
                                         .bytes = contents};
        const struct raft_message m = {.type = RAFT_APPEND_ENTRIES,
                                       .from = 1,
                                       .to = 2,
                                       .term = 3,
                                       .append_entries = {.leader_id = 1,
                                                          .entries = &entry,
                                                          .entry_count = 1}};
        struct frame frame;
        size_t used = 0;
        const size_t count = frame_put_message(bytes, 1, 1, &m);

        t_u64_eq(count, FRAME_HEADER_BYTES + 60 + 13 + size);
        t_u64_eq(sample_decode(bytes, count, &frame, &used),
                 size <= room ? FRAME_OK : FRAME_TOO_LONG);
    }
    free(contents);
    free(bytes);
}

static void a_message_too_long_for_any_frame_has_no_length(void **state)
{
    const struct raft_entry entries[] = {
        {.term = 1, .type = RAFT_ENTRY_COMMAND, .byte_count = UINT32_MAX},
        {.term = 1, .type = RAFT_ENTRY_COMMAND, .byte_count = UINT32_MAX}};
    const struct raft_message m = {
        .type = RAFT_APPEND_ENTRIES,
        .append_entries = {.entries = entries, .entry_count = 2}};

    (void)state;
    t_u64_eq(frame_message_bytes(&m), 0);
}

static void two_frames_in_a_row_are_told_apart(void **state)
{
    uint8_t bytes[SAMPLE_ROOM];
    struct frame frame;
    size_t used = 0;

    (void)state;
    const size_t first = sample_frame(bytes, RAFT_APPEND_ENTRIES, 5);
    const size_t second = sample_frame(bytes + first, 0, 6);
    t_u64_eq(sample_decode(bytes, first + second, &frame, &used), FRAME_OK);
    t_u64_eq(used, first);
    t_u64_eq(sample_decode(bytes + used, second, &frame, &used), FRAME_OK);
    t_u64_eq(frame.type, FRAME_HELLO);
    assert_string_equal(frame.hello.http_address, "[::1]:8001");
}

static void an_insane_hello_is_not_sent(void **state)
{
    struct net_hello hello = {.server_id = 1,
                              .name = "n 1\"",
                              .raft_address = "h:1",
                              .http_address = ""};

    (void)state;
    assert_true(frame_hello_is_sane(&hello));
    hello.name[0] = '\n';
    assert_false(frame_hello_is_sane(&hello));
    hello.name[0] = 'n';
    hello.raft_address[0] = ' ';
    assert_false(frame_hello_is_sane(&hello));
    hello.raft_address[0] = 'h';
    hello.server_id = 0;
    assert_false(frame_hello_is_sane(&hello));
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(every_kind_comes_back_byte_for_byte),
    cmocka_unit_test(append_entries_fields_arrive_under_their_names),
    cmocka_unit_test(answers_arrive_under_their_names),
    cmocka_unit_test(votes_are_asked_for_under_their_names),
    cmocka_unit_test(a_prefix_is_never_a_frame),
    cmocka_unit_test(big_entries_fit_exactly_up_to_the_limit),
    cmocka_unit_test(a_message_too_long_for_any_frame_has_no_length),
    cmocka_unit_test(two_frames_in_a_row_are_told_apart),
    cmocka_unit_test(an_insane_hello_is_not_sent),
};

T_MAIN(tests)
