/* SPDX-License-Identifier: MIT
 *
 * test_net_hostile.c - whoever dials us may say anything; what reaches the
 * core is from a member, for us, in one piece.
 */
#include "tests/t.h"

#include <string.h>

#include "raft/bytes.h"
#include "tests/unit/net_party.h"

enum { CLUSTER = 77, SELF = 1, MEMBER = 2 };

static struct party *server;
static struct stranger stranger;

static int open_server(void **state)
{
    (void)state;
    server = party_new();
    party_open(server, SELF, CLUSTER);
    stranger_connect(&stranger, server);
    return 0;
}

static int close_server(void **state)
{
    stranger_leave(&stranger);
    return party_teardown(state);
}

static void introduce(void)
{
    stranger_hello(&stranger, MEMBER, CLUSTER, SELF);
    UNTIL(stranger_greeted(&stranger, NULL));
}

/* The proof that what came before was handled, and that we still serve. */
static void still_served(void)
{
    const size_t count = server->received_count;

    stranger_vote(&stranger, MEMBER, SELF, CLUSTER, 3);
    UNTIL(server->received_count > count);
    t_u64_eq(server->received_count, count + 1);
    assert_false(stranger.closed);
}

static void a_hello_is_answered_with_ours(void **state)
{
    struct net_hello hello = {0};

    (void)state;
    stranger_hello(&stranger, MEMBER, CLUSTER, 0);
    UNTIL(stranger_greeted(&stranger, &hello));
    t_u64_eq(hello.server_id, SELF);
    t_u64_eq(hello.cluster_id, CLUSTER);
    assert_string_equal(hello.name, "party");
    assert_string_equal(hello.raft_address, server->listen);
    t_u64_eq(server->introduced_count, 1);
    assert_string_equal(server->introduced.name, "stranger");
    still_served();
}

/* T4: delivered one byte at a time, everything still arrives. */
static void single_bytes_become_frames(void **state)
{
    const struct raft_entry entry = {4, RAFT_ENTRY_COMMAND, 5,
                                     (const uint8_t *)"hello"};
    const struct raft_message m = {.type = RAFT_APPEND_ENTRIES,
                                   .from = MEMBER,
                                   .to = SELF,
                                   .term = 4,
                                   .append_entries = {.leader_id = MEMBER,
                                                      .entries = &entry,
                                                      .entry_count = 1}};
    const struct net_hello hello = {.cluster_id = CLUSTER, .server_id = MEMBER};
    uint8_t bytes[1024];
    size_t count = frame_put_hello(bytes, &hello, SELF, 1);

    (void)state;
    count += frame_put_message(bytes + count, CLUSTER, 2, &m);
    count += frame_put_message(bytes + count, CLUSTER, 3, &m);
    for (size_t i = 0; i < count; i++) {
        stranger_say(&stranger, bytes + i, 1);
        party_poll_all();
    }
    UNTIL(server->received_count == 2);
    t_u64_eq(party_last(server)->content_bytes, 5);
    t_u64_eq(party_rejected(server), 0);
}

static void garbage_ends_the_connection(void **state)
{
    static const char *const noises[] = {
        "GET / HTTP/1.1\r\n\r\n", "\n", "Raft\x04", "Raf!", "\xff\xff\xff\xff"};

    (void)state;
    for (size_t i = 0; i < sizeof noises / sizeof noises[0]; i++) {
        struct stranger noisy;

        stranger_connect(&noisy, server);
        stranger_say(&noisy, noises[i], strlen(noises[i]));
        if (i == 2) {
            stranger_say(&noisy, "\0", 1); /* version 4 */
        }
        UNTIL(stranger_closed(&noisy));
        t_u64_eq(noisy.count, 0);
        t_u64_eq(party_rejected(server), i + 1);
        stranger_leave(&noisy);
    }
    assert_non_null(
        strstr(server->all_logs, "protocol version 4, ours are 1 to 3"));
    assert_non_null(strstr(server->all_logs, "not our protocol"));
    introduce();
    still_served();
}

/* T2: after damage nobody knows where the next frame starts. */
static void a_damaged_frame_ends_the_connection(void **state)
{
    uint8_t bytes[FRAME_HEADER_BYTES];
    const struct frame_route route = {CLUSTER, MEMBER, SELF, 9};

    (void)state;
    introduce();
    frame_put_plain(bytes, FRAME_PING, &route);
    bytes[20] ^= 1;
    stranger_say(&stranger, bytes, sizeof bytes);
    stranger_vote(&stranger, MEMBER, SELF, CLUSTER, 3);
    UNTIL(stranger_closed(&stranger));
    t_u64_eq(party_rejected(server), 1);
    t_u64_eq(server->received_count, 0);
}

static void a_repeated_sequence_number_ends_the_connection(void **state)
{
    (void)state;
    introduce();
    still_served();
    stranger.sequence--;
    stranger_vote(&stranger, MEMBER, SELF, CLUSTER, 3);
    UNTIL(stranger_closed(&stranger));
    t_u64_eq(party_rejected(server), 1);
    t_u64_eq(server->received_count, 1);
}

static void nothing_is_taken_before_a_hello(void **state)
{
    (void)state;
    stranger_vote(&stranger, MEMBER, SELF, CLUSTER, 3);
    UNTIL(stranger_closed(&stranger));
    t_u64_eq(party_rejected(server), 1);
    t_u64_eq(server->received_count, 0);
    assert_non_null(strstr(server->log, "no HELLO first"));
}

/* T6: each is dropped and counted, and the connection goes on. */
static void frames_for_others_are_dropped(void **state)
{
    (void)state;
    introduce();
    stranger_vote(&stranger, MEMBER, SELF, CLUSTER + 1, 3); /* cluster */
    stranger_vote(&stranger, MEMBER, SELF, 0, 3);
    stranger_vote(&stranger, MEMBER, SELF + 8, CLUSTER, 3); /* addressee */
    stranger_vote(&stranger, MEMBER, 0, CLUSTER, 3);
    stranger_plain(&stranger, FRAME_INVITE, MEMBER, SELF, CLUSTER);
    still_served();
    t_u64_eq(party_rejected(server), 5);
    t_u64_eq(server->invited_count, 0);
}

static void a_frame_in_anothers_name_ends_the_connection(void **state)
{
    (void)state;
    introduce();
    stranger_vote(&stranger, MEMBER + 1, SELF, CLUSTER, 3);
    UNTIL(stranger_closed(&stranger));
    t_u64_eq(party_rejected(server), 1);
    t_u64_eq(server->received_count, 0);
}

static void an_id_does_not_change_on_a_connection(void **state)
{
    (void)state;
    introduce();
    stranger_hello(&stranger, MEMBER + 1, CLUSTER, SELF);
    UNTIL(stranger_closed(&stranger));
    t_u64_eq(server->introduced.server_id, MEMBER);
}

/* The old incarnation of a server that came back must not be heard. */
static void the_newest_connection_of_a_server_replaces_the_older(void **state)
{
    struct stranger newer;

    (void)state;
    introduce();
    stranger_connect(&newer, server);
    stranger_hello(&newer, MEMBER, CLUSTER, SELF);
    UNTIL(stranger_closed(&stranger) && stranger_greeted(&newer, NULL));
    stranger_vote(&stranger, MEMBER, SELF, CLUSTER, 8);
    stranger_vote(&newer, MEMBER, SELF, CLUSTER, 9);
    UNTIL(server->received_count == 1);
    t_u64_eq(party_last(server)->term, 9);
    stranger_leave(&newer);
}

/* HELLOs that name somebody else as addressee do not push out the real one. */
static void a_mistaken_caller_replaces_nobody(void **state)
{
    struct stranger mistaken;
    struct net_hello hello = {0};

    (void)state;
    introduce();
    stranger_connect(&mistaken, server);
    stranger_hello(&mistaken, MEMBER, CLUSTER, SELF + 8);
    UNTIL(stranger_greeted(&mistaken, &hello));
    t_u64_eq(hello.server_id, SELF);
    stranger_vote(&mistaken, MEMBER, SELF, CLUSTER, 9);
    stranger_hello(&mistaken, MEMBER + 1, CLUSTER, SELF + 8);
    UNTIL(stranger_closed(&mistaken));
    t_u64_eq(server->received_count, 0);
    still_served();
    stranger_leave(&mistaken);
}

/* To nobody by name: he may turn out to have reached us twice, and leave. */
static void who_only_asks_replaces_nobody(void **state)
{
    struct stranger asking;

    (void)state;
    introduce();
    stranger_connect(&asking, server);
    stranger_hello(&asking, MEMBER, CLUSTER, 0);
    UNTIL(stranger_greeted(&asking, NULL));
    still_served();
    stranger_hello(&asking, MEMBER, CLUSTER, SELF); /* he means to stay */
    UNTIL(stranger_closed(&stranger));
    assert_false(stranger_closed(&asking));
    stranger_leave(&asking);
}

static void a_term_too_far_ahead_is_dropped(void **state)
{
    const raft_term far = (raft_term)1 << 32;

    (void)state;
    introduce();
    net_set_term(server->net, 10);
    stranger_vote(&stranger, MEMBER, SELF, CLUSTER, 10 + far + 1);
    stranger_vote(&stranger, MEMBER, SELF, CLUSTER, UINT64_MAX);
    stranger_vote(&stranger, MEMBER, SELF, CLUSTER, 10 + far);
    stranger_vote(&stranger, MEMBER, SELF, CLUSTER, 1);
    UNTIL(server->received_count == 2);
    t_u64_eq(server->received[1].term, 10 + far);
    t_u64_eq(server->received[2].term, 1);
    t_u64_eq(party_rejected(server), 2);
}

static void a_ping_is_answered(void **state)
{
    (void)state;
    introduce();
    const size_t before = stranger.count;
    stranger_plain(&stranger, FRAME_PING, MEMBER, SELF, CLUSTER);
    UNTIL((stranger_hear(&stranger), stranger.count) > before);
    t_u64_eq(stranger.count, before + FRAME_HEADER_BYTES);
    t_u64_eq(stranger.bytes[before + 6], FRAME_PONG);
    t_u64_eq(get_u64(stranger.bytes + before + 16), SELF);
    t_u64_eq(get_u64(stranger.bytes + before + 24), MEMBER);
    stranger_plain(&stranger, FRAME_PONG, MEMBER, SELF, CLUSTER);
    UNTIL(stranger_closed(&stranger));
}

#define test(name) \
    cmocka_unit_test_setup_teardown(name, open_server, close_server)

static const struct CMUnitTest tests[] = {
    test(a_hello_is_answered_with_ours),
    test(single_bytes_become_frames),
    test(garbage_ends_the_connection),
    test(a_damaged_frame_ends_the_connection),
    test(a_repeated_sequence_number_ends_the_connection),
    test(nothing_is_taken_before_a_hello),
    test(frames_for_others_are_dropped),
    test(a_frame_in_anothers_name_ends_the_connection),
    test(an_id_does_not_change_on_a_connection),
    test(the_newest_connection_of_a_server_replaces_the_older),
    test(a_mistaken_caller_replaces_nobody),
    test(who_only_asks_replaces_nobody),
    test(a_term_too_far_ahead_is_dropped),
    test(a_ping_is_answered),
};

T_MAIN(tests)
