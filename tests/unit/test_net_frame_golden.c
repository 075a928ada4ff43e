/* SPDX-License-Identifier: MIT
 *
 * test_net_frame_golden.c - every frame, byte for byte, as it must stay: an
 * upgrade goes from server to server, so two versions are in one cluster.
 *
 * The frames of version 1 were written by a program of version 1.
 */
#include "tests/t.h"

#include <string.h>

#include "net/frame.h"
#include "tests/unit/golden_hex.h"

enum { MAX_BODY = 1 << 20 };

/* Cluster id, from, to and sequence of all of them. */
static const struct frame_route route = {0x1122334455667788, 7, 9, 5};

static const struct raft_entry entries[] = {
    {.term = 2, .type = RAFT_ENTRY_NO_OP},
    {.term = 3,
     .type = RAFT_ENTRY_COMMAND,
     .byte_count = 3,
     .bytes = (const uint8_t *)"abc"}};

static const struct net_hello hello = {.cluster_id = 0x1122334455667788,
                                       .server_id = 7,
                                       .name = "node1",
                                       .raft_address = "127.0.0.1:7001",
                                       .http_address = "localhost:8001"};

/* Numbers that all differ, so that no two fields can change places. */
static const struct golden {
    const char *hex; /* the header, then the body */
    struct raft_message message;
} goldens[] = {
    {/* RequestVote */
     "5261667401000100887766554433221107000000000000000900"
     "000000000000050000000000000029000000748bcda523d79dc2"
     "040000000000000007000000000000000c000000000000000300000000000000"
     "050000000000000001",
     {.type = RAFT_REQUEST_VOTE,
      .term = 4,
      .request_vote = {7, 12, 3, 5, true, false}}},
    {/* its result */
     "5261667401000200887766554433221107000000000000000900"
     "0000000000000500000000000000110000001c33087829cd1485"
     "0400000000000000050000000000000001",
     {.type = RAFT_REQUEST_VOTE_RESULT,
      .term = 4,
      .request_vote_result = {true, 5, false}}},
    {/* AppendEntries */
     "5261667401000300887766554433221107000000000000000900"
     "00000000000005000000000000005900000046c0c8074fcfcc39"
     "040000000000000007000000000000000a000000000000000200000000000000"
     "08000000000000000b000000000000000c000000000000000200000002000000"
     "00000000010000000003000000000000000203000000616263",
     {.type = RAFT_APPEND_ENTRIES,
      .term = 4,
      .append_entries = {7, 10, 2, entries, 2, 8, 11, 12}}},
    {/* its result */
     "5261667401000400887766554433221107000000000000000900"
     "000000000000050000000000000039000000dcb3945562dc2a13"
     "04000000000000000d000000000000000e000000000000000f00000000000000"
     "10000000000000001100000000000000120000000000000001",
     {.type = RAFT_APPEND_ENTRIES_RESULT,
      .term = 4,
      .append_entries_result = {true, 13, 14, 15, 16, 17, 18}}},
    {/* TimeoutNow */
     "5261667401000500887766554433221107000000000000000900"
     "000000000000050000000000000008000000e73035ad9705c405"
     "0400000000000000",
     {.type = RAFT_TIMEOUT_NOW, .term = 4}},
    {/* InstallSnapshot: a piece, the last one */
     "5261667402000600887766554433221107000000000000000900"
     "00000000000005000000000000004c0000006dba41bd2f3da989"
     "0400000000000000070000000000000015000000000000000300000000000000"
     "18000000000000001b000000000000001c000000000000001d00000000000000"
     "d4c3b2a1030000000178797a",
     {.type = RAFT_INSTALL_SNAPSHOT,
      .term = 4,
      .install_snapshot = {.leader_id = 7,
                           .last_included_index = 21,
                           .last_included_term = 3,
                           .offset = 24,
                           .bytes = (const uint8_t *)"xyz",
                           .byte_count = 3,
                           .done = true,
                           .file_bytes = 27,
                           .checksum = 0xa1b2c3d4,
                           .read_round = 28,
                           .sent_tick = 29}}},
    {/* a heartbeat */
     "5261667402000600887766554433221107000000000000000900"
     "0000000000000500000000000000490000007e7c7e0763b9fd89"
     "0400000000000000070000000000000015000000000000000300000000000000"
     "18000000000000001b000000000000001e000000000000001f00000000000000"
     "d4c3b2a10000000002",
     {.type = RAFT_INSTALL_SNAPSHOT,
      .term = 4,
      .install_snapshot = {.leader_id = 7,
                           .last_included_index = 21,
                           .last_included_term = 3,
                           .offset = 24,
                           .is_heartbeat = true,
                           .file_bytes = 27,
                           .checksum = 0xa1b2c3d4,
                           .read_round = 30,
                           .sent_tick = 31}}},
    {/* its result */
     "5261667402000700887766554433221107000000000000000900"
     "0000000000000500000000000000290000002ae3f69f8d83489d"
     "040000000000000015000000000000001b000000000000001e00000000000000"
     "1f0000000000000001",
     {.type = RAFT_INSTALL_SNAPSHOT_RESULT,
      .term = 4,
      .install_snapshot_result = {21, true, 27, 30, 31}}},
};

static void messages_are_written_as_ever(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof goldens / sizeof goldens[0]; i++) {
        uint8_t bytes[GOLDEN_ROOM];
        struct raft_message message = goldens[i].message;

        message.from = route.from;
        message.to = route.to;
        is_golden(goldens[i].hex, bytes,
                  frame_put_message(bytes, route.cluster_id, route.sequence,
                                    &message));
    }
}

static void messages_are_read_as_ever(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof goldens / sizeof goldens[0]; i++) {
        struct frame_scratch scratch = {0};
        struct frame frame;
        uint8_t bytes[GOLDEN_ROOM];
        uint8_t again[GOLDEN_ROOM];
        size_t used = 0;
        const size_t count = golden_bytes(goldens[i].hex, bytes);

        assert_int_equal(
            frame_decode(bytes, count, MAX_BODY, &scratch, &frame, &used),
            FRAME_OK);
        t_u64_eq(used, count);
        assert_int_equal(frame.type, goldens[i].message.type);
        t_u64_eq(frame.message.term, goldens[i].message.term);
        t_u64_eq(frame_put_message(again, route.cluster_id, route.sequence,
                                   &frame.message),
                 count);
        assert_memory_equal(again, bytes, count);
        frame_scratch_free(&scratch);
    }
}

static void the_other_frames_are_written_as_ever(void **state)
{
    static const char *const plain[] = {
        /* INVITE, PING, PONG */
        "5261667401002100887766554433221107000000000000000900"
        "00000000000005000000000000000000000000000000fa126837",
        "5261667401002200887766554433221107000000000000000900"
        "00000000000005000000000000000000000000000000bbeffc26",
        "5261667401002300887766554433221107000000000000000900"
        "000000000000050000000000000000000000000000002b692bd5"};
    uint8_t bytes[FRAME_MAX_HELLO_BYTES];

    (void)state;
    is_golden("5261667401002000887766554433221107000000000000000900"
              "0000000000000500000000000000240000003a96c108d4965b28"
              "056e6f6465310e3132372e302e302e313a373030310e6c6f63616c686f73743a"
              "38303031",
              bytes, frame_put_hello(bytes, &hello, route.to, route.sequence));
    for (int i = 0; i < 3; i++) {
        is_golden(plain[i], bytes,
                  frame_put_plain(bytes, (enum frame_type)(FRAME_INVITE + i),
                                  &route));
    }
    is_golden("5261667402002400887766554433221107000000000000000900"
              "000000000000050000000000000008000000288232bcf5b0699a"
              "4d00000000000000",
              bytes, frame_put_applied(bytes, &route, 77));
}

/* Of version 3, from a server that speaks it: the sequence's top byte. */
static void absorption_is_written_as_ever(void **state)
{
    static const char *const plain[] = {
        /* ABSORB, DECLINED */
        "5261667403002500887766554433221107000000000000000900"
        "00000000000005000000000000030000000000000000fed70f2f",
        "5261667403002600887766554433221107000000000000000900"
        "00000000000005000000000000030000000000000000bf2a9b3e"};
    struct frame_route of_version_3 = route;

    (void)state;
    of_version_3.sequence |= (uint64_t)3 << 56;
    t_u64_eq(FRAME_VERSION, 3);
    for (int i = 0; i < 2; i++) {
        struct frame_scratch scratch = {0};
        struct frame frame;
        uint8_t bytes[GOLDEN_ROOM];
        size_t used = 0;

        is_golden(
            plain[i], bytes,
            frame_put_plain(bytes, (enum frame_type)(37 + i), &of_version_3));
        const size_t count = golden_bytes(plain[i], bytes);
        assert_int_equal(
            frame_decode(bytes, count, MAX_BODY, &scratch, &frame, &used),
            FRAME_OK);
        t_u64_eq(used, count);
        t_u64_eq(frame.type, i == 0 ? FRAME_ABSORB : FRAME_DECLINED);
        t_u64_eq(frame_speaks(frame.route.sequence), 3);
    }
}

/* Each type in the version it came with, and in no other. */
static void a_type_belongs_to_its_version(void **state)
{
    (void)state;
    for (unsigned type = 0; type <= UINT8_MAX; type++) {
        const bool is_newer = type == RAFT_INSTALL_SNAPSHOT ||
                              type == RAFT_INSTALL_SNAPSHOT_RESULT ||
                              type == FRAME_APPLIED;
        const bool is_newest = type == FRAME_ABSORB || type == FRAME_DECLINED;

        t_u64_eq(frame_version_of((uint8_t)type), is_newest  ? 3
                                                  : is_newer ? 2
                                                             : 1);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(messages_are_written_as_ever),
    cmocka_unit_test(messages_are_read_as_ever),
    cmocka_unit_test(the_other_frames_are_written_as_ever),
    cmocka_unit_test(absorption_is_written_as_ever),
    cmocka_unit_test(a_type_belongs_to_its_version),
};

T_MAIN(tests)
