/* SPDX-License-Identifier: MIT
 *
 * test_net_frame_snapshot.c - InstallSnapshot and its answer as bytes: what a
 * piece may claim of itself.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "tests/unit/net_samples.h"

/* Where the fields stand in a frame. */
enum {
    AT_LEADER = FRAME_HEADER_BYTES + 8,
    AT_INDEX = AT_LEADER + 8,
    AT_TERM = AT_INDEX + 8,
    AT_OFFSET = AT_TERM + 8,
    AT_FILE_BYTES = AT_OFFSET + 8,
    AT_PIECE_BYTES = FRAME_HEADER_BYTES + 68,
    AT_FLAGS = AT_PIECE_BYTES + 4,
    AT_PIECE = AT_FLAGS + 1
};

static const struct raft_message piece = {
    .type = RAFT_INSTALL_SNAPSHOT,
    .from = 1,
    .to = 2,
    .term = 13,
    .install_snapshot = {.leader_id = 1,
                         .last_included_index = 20,
                         .last_included_term = 12,
                         .offset = 5,
                         .bytes = (const uint8_t *)"abc",
                         .byte_count = 3,
                         .done = false,
                         .file_bytes = 10,
                         .checksum = 0xfeedface,
                         .read_round = 15,
                         .sent_tick = 16}};

static void fields_arrive_under_their_names(void **state)
{
    struct frame_scratch scratch = {0};
    struct frame frame;
    uint8_t bytes[SAMPLE_ROOM];
    size_t used = 0;

    (void)state;
    const size_t count = frame_put_message(bytes, 99, 5, &piece);
    t_u64_eq(count, AT_PIECE + 3);
    t_u64_eq(
        frame_decode(bytes, count, SAMPLE_MAX_BODY, &scratch, &frame, &used),
        FRAME_OK);
    const struct raft_install_snapshot *is = &frame.message.install_snapshot;
    t_u64_eq(frame.message.term, 13);
    t_u64_eq(is->leader_id, 1);
    t_u64_eq(is->last_included_index, 20);
    t_u64_eq(is->last_included_term, 12);
    t_u64_eq(is->offset, 5);
    t_u64_eq(is->file_bytes, 10);
    t_u64_eq(is->checksum, 0xfeedface);
    t_u64_eq(is->read_round, 15);
    t_u64_eq(is->sent_tick, 16);
    t_u64_eq(is->byte_count, 3);
    assert_ptr_equal(is->bytes, bytes + AT_PIECE); /* borrowed, not copied */
    assert_memory_equal(is->bytes, "abc", 3);
    assert_false(is->done);
    assert_false(is->is_heartbeat);
}

static void a_heartbeat_has_no_piece(void **state)
{
    struct raft_message m = piece;
    struct frame frame;
    uint8_t bytes[SAMPLE_ROOM];
    size_t used = 0;

    (void)state;
    m.install_snapshot.bytes = NULL;
    m.install_snapshot.byte_count = 0;
    m.install_snapshot.is_heartbeat = true;
    const size_t count = frame_put_message(bytes, 99, 5, &m);
    t_u64_eq(sample_decode(bytes, count, &frame, &used), FRAME_OK);
    assert_true(frame.message.install_snapshot.is_heartbeat);
    assert_false(frame.message.install_snapshot.done);
    assert_null(frame.message.install_snapshot.bytes);
    t_u64_eq(frame.message.install_snapshot.byte_count, 0);
}

static void an_answer_arrives_under_its_names(void **state)
{
    const struct raft_message m = {
        .type = RAFT_INSTALL_SNAPSHOT_RESULT,
        .from = 1,
        .to = 2,
        .term = 9,
        .install_snapshot_result = {.last_included_index = 1,
                                    .installed = true,
                                    .bytes_stored = 2,
                                    .read_round = 3,
                                    .sent_tick = 4}};
    struct frame frame;
    uint8_t bytes[SAMPLE_ROOM];
    size_t used = 0;

    (void)state;
    const size_t count = frame_put_message(bytes, 99, 5, &m);
    t_u64_eq(sample_decode(bytes, count, &frame, &used), FRAME_OK);
    t_u64_eq(frame.message.term, 9);
    t_u64_eq(frame.message.install_snapshot_result.last_included_index, 1);
    assert_true(frame.message.install_snapshot_result.installed);
    t_u64_eq(frame.message.install_snapshot_result.bytes_stored, 2);
    t_u64_eq(frame.message.install_snapshot_result.read_round, 3);
    t_u64_eq(frame.message.install_snapshot_result.sent_tick, 4);
    bytes[count - 1] = 0; /* the flags */
    put_u32(bytes + 44, crc32c(0, bytes + FRAME_HEADER_BYTES, 41));
    put_u32(bytes + 48, crc32c(0, bytes, 48));
    t_u64_eq(sample_decode(bytes, count, &frame, &used), FRAME_OK);
    assert_false(frame.message.install_snapshot_result.installed);
}

/* The largest piece, and one byte more. */
static void a_piece_is_bounded(void **state)
{
    uint8_t *const contents = calloc(1, NET_MAX_PIECE_BYTES + 1);
    uint8_t *const bytes = malloc(AT_PIECE + NET_MAX_PIECE_BYTES + 1);
    struct raft_message m = piece;
    struct frame frame;
    size_t used = 0;

    (void)state;
    assert_true(contents != NULL && bytes != NULL);
    m.install_snapshot.bytes = contents;
    m.install_snapshot.byte_count = NET_MAX_PIECE_BYTES;
    m.install_snapshot.file_bytes = UINT64_MAX;
    const size_t count = frame_put_message(bytes, 1, 1, &m);
    t_u64_eq(count, AT_PIECE + NET_MAX_PIECE_BYTES);
    t_u64_eq(sample_decode(bytes, count, &frame, &used), FRAME_OK);
    t_u64_eq(frame.message.install_snapshot.byte_count, NET_MAX_PIECE_BYTES);

    m.install_snapshot.byte_count++;
    t_u64_eq(frame_message_bytes(&m), 0);
    bytes[count] = 0;
    put_u32(bytes + AT_PIECE_BYTES, NET_MAX_PIECE_BYTES + 1);
    put_u32(bytes + 40, (uint32_t)(count + 1 - FRAME_HEADER_BYTES));
    put_u32(bytes + 44, crc32c(0, bytes + FRAME_HEADER_BYTES,
                               count + 1 - FRAME_HEADER_BYTES));
    put_u32(bytes + 48, crc32c(0, bytes, 48));
    t_u64_eq(sample_decode(bytes, count + 1, &frame, &used), FRAME_MALFORMED);
    free(contents);
    free(bytes);
}

/* Fields of the piece above changed, two at most; the sums are right. */
static const struct lie {
    struct {
        size_t at, width;
        uint64_t value;
    } changes[2];
    enum frame_error expected;
} lies[] = {
    {{{AT_LEADER, 8, 2}}, FRAME_MALFORMED},
    {{{AT_INDEX, 8, 0}}, FRAME_MALFORMED},
    {{{AT_INDEX, 8, UINT64_MAX}}, FRAME_OK},
    /* A snapshot of term 0, or of a later one than the leader's own. */
    {{{AT_TERM, 8, 0}}, FRAME_MALFORMED},
    {{{AT_TERM, 8, 13}}, FRAME_OK},
    {{{AT_TERM, 8, 14}}, FRAME_MALFORMED},
    /* Beyond the file: by its end, by its begin, by an overflow. */
    {{{AT_OFFSET, 8, 6}}, FRAME_OK},
    {{{AT_OFFSET, 8, 8}}, FRAME_MALFORMED},
    {{{AT_OFFSET, 8, 11}}, FRAME_MALFORMED},
    {{{AT_OFFSET, 8, UINT64_MAX - 1}}, FRAME_MALFORMED},
    {{{AT_FILE_BYTES, 8, 7}}, FRAME_MALFORMED},
    {{{AT_FILE_BYTES, 8, 0}}, FRAME_MALFORMED},
    {{{AT_OFFSET, 8, UINT64_MAX - 4}, {AT_FILE_BYTES, 8, UINT64_MAX}},
     FRAME_OK},
    /* done and the end of the file are one and the same. */
    {{{AT_FLAGS, 1, 1}}, FRAME_MALFORMED},
    {{{AT_OFFSET, 8, 7}}, FRAME_MALFORMED},
    {{{AT_OFFSET, 8, 7}, {AT_FLAGS, 1, 1}}, FRAME_OK},
    /* A heartbeat with a piece, or that is done; a flag that is none. */
    {{{AT_FLAGS, 1, 2}}, FRAME_MALFORMED},
    {{{AT_FLAGS, 1, 3}}, FRAME_MALFORMED},
    {{{AT_FLAGS, 1, 4}}, FRAME_MALFORMED},
    {{{AT_FLAGS, 1, 0x80}}, FRAME_MALFORMED},
    /* Another length than that of the piece. */
    {{{AT_PIECE_BYTES, 4, 2}}, FRAME_MALFORMED},
    {{{AT_PIECE_BYTES, 4, 4}}, FRAME_MALFORMED},
    {{{AT_PIECE_BYTES, 4, 0}}, FRAME_MALFORMED},
    {{{AT_PIECE_BYTES, 4, UINT32_MAX}}, FRAME_MALFORMED},
};

/* With the first body_bytes of the body. */
static enum frame_error decode_lie(const struct lie *lie, size_t body_bytes)
{
    uint8_t bytes[SAMPLE_ROOM];
    struct frame frame;
    size_t used = 0;

    frame_put_message(bytes, 99, 5, &piece);
    for (size_t i = 0; i < 2; i++) {
        uint8_t number[8];

        put_u64(number, lie->changes[i].value);
        memcpy(bytes + lie->changes[i].at, number, lie->changes[i].width);
    }
    put_u32(bytes + 40, (uint32_t)body_bytes);
    put_u32(bytes + 44, crc32c(0, bytes + FRAME_HEADER_BYTES, body_bytes));
    put_u32(bytes + 48, crc32c(0, bytes, 48));
    return sample_decode(bytes, FRAME_HEADER_BYTES + body_bytes, &frame, &used);
}

static void a_piece_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        const enum frame_error error =
            decode_lie(&lies[i], AT_PIECE + 3 - FRAME_HEADER_BYTES);

        if (error != lies[i].expected) {
            fail_msg("lie %zu: %s", i, frame_error_text(error));
        }
    }
}

/* It would get nobody further, unless the file ends there. */
static void an_empty_piece_stands_at_the_end(void **state)
{
    static const struct lie empties[] = {
        {{{AT_PIECE_BYTES, 4, 0}}, FRAME_MALFORMED},
        {{{AT_PIECE_BYTES, 4, 0}, {AT_OFFSET, 8, 10}}, FRAME_MALFORMED},
        {{{AT_PIECE_BYTES, 4, 0}, {AT_FLAGS, 1, 1}}, FRAME_MALFORMED},
        {{{AT_PIECE_BYTES, 4, 0}, {AT_FLAGS, 1, 2}}, FRAME_OK},
        {{{AT_PIECE_BYTES, 4, 0}, {AT_FLAGS, 1, 3}}, FRAME_MALFORMED},
    };
    struct raft_message m = piece;
    struct frame frame;
    uint8_t bytes[SAMPLE_ROOM];
    size_t used = 0;

    (void)state;
    for (size_t i = 0; i < sizeof empties / sizeof empties[0]; i++) {
        t_u64_eq(decode_lie(&empties[i], AT_PIECE - FRAME_HEADER_BYTES),
                 empties[i].expected);
    }
    m.install_snapshot.byte_count = 0;
    m.install_snapshot.offset = 10;
    m.install_snapshot.done = true;
    const size_t count = frame_put_message(bytes, 99, 5, &m);
    t_u64_eq(sample_decode(bytes, count, &frame, &used), FRAME_OK);
    assert_true(frame.message.install_snapshot.done);
}

/* Cut anywhere, with sums that fit what is left. */
static void a_truncated_body_is_refused(void **state)
{
    static const struct lie none = {.expected = FRAME_OK};
    const size_t body_bytes = AT_PIECE + 3 - FRAME_HEADER_BYTES;

    (void)state;
    for (size_t length = 0; length < body_bytes; length++) {
        t_u64_eq(decode_lie(&none, length), FRAME_MALFORMED);
    }
    t_u64_eq(decode_lie(&none, body_bytes), FRAME_OK);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(fields_arrive_under_their_names),
    cmocka_unit_test(a_heartbeat_has_no_piece),
    cmocka_unit_test(an_answer_arrives_under_its_names),
    cmocka_unit_test(a_piece_is_bounded),
    cmocka_unit_test(a_piece_that_makes_no_sense_is_refused),
    cmocka_unit_test(an_empty_piece_stands_at_the_end),
    cmocka_unit_test(a_truncated_body_is_refused),
};

T_MAIN(tests)
