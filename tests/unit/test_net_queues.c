/* SPDX-License-Identifier: MIT
 *
 * test_net_queues.c - what waits to be sent, and messages larger than any
 * buffer.
 */
#include "tests/t.h"

#include <string.h>
#include <unistd.h>

#include "tests/unit/net_party.h"

enum { CLUSTER = 77, LAZY = 9 };

static struct net_settings settings_of(raft_server_id id, uint32_t heartbeat_ms,
                                       uint32_t queue, uint32_t frame)
{
    return (struct net_settings){
        .self = {.cluster_id = CLUSTER, .server_id = id},
        .heartbeat_ms = heartbeat_ms,
        .max_queue_bytes = queue,
        .max_frame_bytes = frame};
}

/* Reads what waits, frame by frame. Returns the AppendEntries among it. */
static size_t drain(struct stranger *lazy, struct frame *last)
{
    static uint8_t bytes[4 * 1024 * 1024];
    struct frame_scratch scratch = {0};
    struct frame frame;
    size_t count = 0;
    size_t at = 0;
    size_t used = 0;
    size_t found = 0;

    for (int quiet = 0; quiet < 50; quiet++) {
        lazy->count = 0;
        stranger_hear(lazy);
        assert_true(count + lazy->count <= sizeof bytes);
        memcpy(bytes + count, lazy->bytes, lazy->count);
        count += lazy->count;
        quiet = lazy->count > 0 ? 0 : quiet;
        party_poll_all();
    }
    while (frame_decode(bytes + at, count - at, 1 << 24, &scratch, &frame,
                        &used) == FRAME_OK) {
        at += used;
        if (frame.type == RAFT_APPEND_ENTRIES) {
            found++;
            *last = frame;
        }
    }
    t_u64_eq(at, count);
    frame_scratch_free(&scratch);
    return found;
}

/* T8: nobody reads; the queue stays bounded and the newest heartbeat wins. */
static void a_full_queue_drops_and_keeps_the_newest_heartbeat(void **state)
{
    struct party *const a = party_new();
    const struct net_settings settings = settings_of(1, 10000, 1 << 20, 0);
    char address[RAFT_MAX_ADDRESS_BYTES];
    struct stranger lazy;
    struct frame last = {0};
    struct net_stats stats;
    size_t appended = 0;

    (void)state;
    const int listen_fd = stranger_listen(address);
    party_open_with(a, &settings);
    party_dial_address(a, LAZY, address);
    stranger_is_lazy(&lazy, listen_fd, LAZY, CLUSTER);
    UNTIL(party_connected(a, LAZY));
    for (; party_dropped(a) == 0; appended++) {
        party_append(a, LAZY, 1, 1, 10000);
        net_flush(a->net);
    }
    appended--;
    assert_true(appended > 100);
    assert_non_null(strstr(a->log, "queue full"));
    const size_t logs = a->log_count;
    for (int i = 0; i < 50; i++) {
        party_append(a, LAZY, 1, 1, 10000);
    }
    t_u64_eq(party_dropped(a), 51);
    t_u64_eq(a->log_count, logs);
    for (uint64_t round = 1; round <= 1000; round++) {
        party_heartbeat(a, LAZY, 1, round);
    }
    t_u64_eq(party_dropped(a), 51);
    const size_t heard = drain(&lazy, &last);
    t_u64_eq(heard, appended + 1);
    t_u64_eq(last.message.append_entries.entry_count, 0);
    t_u64_eq(last.message.append_entries.read_round, 1000);
    net_stats(a->net, &stats);
    t_u64_eq(stats.frames_sent, appended + 2); /* and the HELLO */
    stranger_leave(&lazy);
    close(listen_fd);
}

/* The newer heartbeat goes behind the entries queued after the older. */
static void a_newer_heartbeat_does_not_overtake_entries(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_meet(a, b);
    party_heartbeat(a, 2, 1, 1);
    party_append(a, 2, 1, 2, 10);
    party_heartbeat(a, 2, 1, 2);
    party_append(a, 2, 1, 3, 10);
    party_heartbeat(a, 2, 1, 3);
    UNTIL(b->received_count == 3);
    t_u64_eq(b->received[1].entry_count, 2);
    t_u64_eq(b->received[2].entry_count, 3);
    t_u64_eq(b->received[3].read_round, 3);
    party_heartbeat(a, 2, 1, 4);
    net_flush(a->net); /* sent: the next one cannot replace it */
    party_heartbeat(a, 2, 1, 5);
    UNTIL(b->received_count == 5);
    t_u64_eq(b->received[4].read_round, 4);
    t_u64_eq(b->received[5].read_round, 5);
}

static void send_piece(struct party *party, uint64_t round, uint32_t byte_count)
{
    static const uint8_t bytes[NET_MAX_PIECE_BYTES] = {1, 2, 3};

    party_send(party,
               &(struct raft_message){.type = RAFT_INSTALL_SNAPSHOT,
                                      .from = 1,
                                      .to = 2,
                                      .term = 1,
                                      .install_snapshot = {
                                          .leader_id = 1,
                                          .last_included_index = 1,
                                          .last_included_term = 1,
                                          .bytes = bytes,
                                          .byte_count = byte_count,
                                          .is_heartbeat = byte_count == 0,
                                          .file_bytes = UINT32_MAX,
                                          .read_round = round,
                                      }});
}

/* A heartbeat is one in either form, and a piece is none. */
static void a_heartbeat_to_who_gets_a_snapshot_is_replaced_too(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_meet(a, b);
    send_piece(a, 1, 0);
    send_piece(a, 2, NET_MAX_PIECE_BYTES);
    party_heartbeat(a, 2, 1, 3);
    send_piece(a, 4, 3);
    send_piece(a, 5, 0);
    UNTIL(b->received_count == 3);
    t_u64_eq(b->received[1].read_round, 2);
    t_u64_eq(b->received[1].content_bytes, NET_MAX_PIECE_BYTES);
    t_u64_eq(b->received[2].read_round, 4);
    t_u64_eq(b->received[2].content_bytes, 3);
    t_u64_eq(b->received[3].read_round, 5);
    t_u64_eq(party_dropped(a) + party_rejected(b), 0);
}

/* T4: far larger than any socket buffer, and many of them in a row. */
static void large_messages_arrive_whole(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    /* Long heartbeats: under a sanitizer all of this takes its time. */
    struct net_settings settings = settings_of(1, 1000, 0, 0);

    (void)state;
    party_open_with(a, &settings);
    settings.self.server_id = 2;
    party_open_with(b, &settings);
    party_meet(a, b);
    party_append(a, 2, 1, 1, 12 * 1024 * 1024);
    UNTIL(b->received_count == 1);
    const uint32_t crc = party_last(b)->content_crc;
    t_u64_eq(party_last(b)->content_bytes, 12 * 1024 * 1024);
    for (size_t i = 2; i <= 4; i++) {
        party_append(a, 2, 1, 1, 12 * 1024 * 1024);
        party_heartbeat(a, 2, i, 0);
        UNTIL(b->received_count == 2 * i - 1);
        t_u64_eq(b->received[2 * i - 2].content_crc, crc);
        t_u64_eq(b->received[2 * i - 1].term, i);
    }
    party_append(a, 2, 1, 20000, 30);
    UNTIL(b->received_count == 8);
    t_u64_eq(party_last(b)->entry_count, 20000);
    t_u64_eq(party_dropped(a) + party_rejected(b), 0);
}

static void a_message_longer_than_a_frame_is_not_sent(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    struct net_settings settings = settings_of(1, 0, 1000, 100000);
    const uint32_t most = 100000 - 60 - 13;

    (void)state;
    party_open_with(a, &settings);
    settings.self.server_id = 2;
    party_open_with(b, &settings);
    party_meet(a, b);
    party_append(a, 2, 1, 1, most + 1);
    t_u64_eq(party_dropped(a), 1);
    assert_non_null(strstr(a->log, "longer than a frame may be"));
    /* One frame always fits an empty queue, whatever max_queue_bytes is. */
    party_append(a, 2, 1, 1, most);
    UNTIL(b->received_count == 1);
    party_append(a, 2, 1, 1, most - 1);
    UNTIL(b->received_count == 2);
    t_u64_eq(party_dropped(a), 1);
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(a_full_queue_drops_and_keeps_the_newest_heartbeat),
    test(a_newer_heartbeat_does_not_overtake_entries),
    test(a_heartbeat_to_who_gets_a_snapshot_is_replaced_too),
    test(large_messages_arrive_whole),
    test(a_message_longer_than_a_frame_is_not_sent),
};

T_MAIN(tests)
