/* SPDX-License-Identifier: MIT
 *
 * test_net_crowd.c - many who dial us: whoever is no member has few places,
 * little memory, and keeps no member out.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/net_party.h"

enum { CLUSTER = 77 };

/* Silent connections lose their place to one who has something to say. */
static void many_strangers_keep_no_member_out(void **state)
{
    struct party *const a = party_new();
    struct stranger crowd[100];
    struct stranger member;
    const struct net_settings settings = {
        .self = {.cluster_id = CLUSTER, .server_id = 1}, .heartbeat_ms = 2};
    size_t closed = 0;

    (void)state;
    party_open_with(a, &settings);
    for (size_t i = 0; i < 100; i++) {
        stranger_connect(&crowd[i], a);
        party_poll_all();
    }
    stranger_connect(&member, a);
    stranger_hello(&member, 2, CLUSTER, 1);
    UNTIL(stranger_greeted(&member, NULL));
    for (size_t i = 0; i < 100; i++) {
        closed += stranger_closed(&crowd[i]) ? 1 : 0;
    }
    assert_true(closed >= 84);
    for (size_t i = 0; i < 100; i++) {
        UNTIL(stranger_closed(&crowd[i])); /* the rest had too much time */
        stranger_leave(&crowd[i]);
    }
    assert_true(a->log_count < 60);
    stranger_leave(&member);
}

enum { CROWD = 70 };

/* They all said HELLO, and go on talking. Returns how many are left. */
static size_t crowd_in(struct stranger crowd[CROWD], const struct party *party)
{
    size_t left = 0;

    for (size_t i = 0; i < CROWD; i++) {
        stranger_connect(&crowd[i], party);
        stranger_hello(&crowd[i], 100 + i, 0, 1);
        UNTIL(stranger_greeted(&crowd[i], NULL));
        const size_t count = crowd[i].count;
        stranger_plain(&crowd[i], FRAME_PING, 100 + i, 1, 0);
        UNTIL((stranger_hear(&crowd[i]), crowd[i].count > count));
    }
    for (size_t i = 0; i < CROWD; i++) {
        left += stranger_closed(&crowd[i]) ? 0 : 1;
    }
    return left;
}

/* Any number of blank servers, or so they say, have a few places. */
static void outsiders_who_talk_keep_no_member_out(void **state)
{
    struct party *const a = party_new();
    struct stranger crowd[CROWD];
    struct stranger members[2];

    (void)state;
    party_open(a, 1, CLUSTER);
    for (raft_server_id i = 0; i < 2; i++) {
        stranger_connect(&members[i], a);
        stranger_hello(&members[i], 2 + i, CLUSTER, 1);
        UNTIL(stranger_greeted(&members[i], NULL));
        if (i == 0) {
            t_u64_eq(crowd_in(crowd, a), 16);
        }
    }
    for (raft_server_id i = 0; i < 2; i++) {
        stranger_vote(&members[i], 2 + i, 1, CLUSTER, 3);
        UNTIL(a->received_count == i + 1);
        stranger_leave(&members[i]);
    }
    for (size_t i = 0; i < CROWD; i++) {
        stranger_leave(&crowd[i]);
    }
}

/* It knows no members: the newest gets in, be it the one who invites it. */
static void a_blank_server_stays_within_reach(void **state)
{
    struct party *const a = party_new();
    struct stranger crowd[CROWD];
    struct stranger member;

    (void)state;
    party_open(a, 1, 0);
    t_u64_eq(crowd_in(crowd, a), 64);
    stranger_connect(&member, a);
    stranger_hello(&member, 2, CLUSTER, 1);
    stranger_plain(&member, FRAME_INVITE, 2, 1, CLUSTER);
    UNTIL(a->invited_count == 1);
    stranger_leave(&member);
    for (size_t i = 0; i < CROWD; i++) {
        stranger_leave(&crowd[i]);
    }
}

/* A frame of 1 MiB is announced: who may send it? */
static void only_members_send_long_frames(void **state)
{
    static const uint64_t clusters[] = {0, CLUSTER};
    struct party *const a = party_new();
    uint8_t *const bytes = calloc(1, 1200 * 1024);
    const uint32_t entry_bytes = 1024 * 1024;

    (void)state;
    assert_non_null(bytes);
    party_open(a, 1, CLUSTER);
    for (size_t i = 0; i < 2; i++) {
        const struct raft_entry entry = {1, RAFT_ENTRY_COMMAND, entry_bytes,
                                         bytes + 1024};
        const struct raft_message m = {.type = RAFT_APPEND_ENTRIES,
                                       .from = 2,
                                       .to = 1,
                                       .term = 1,
                                       .append_entries = {.leader_id = 2,
                                                          .entries = &entry,
                                                          .entry_count = 1}};
        uint8_t *const frame = malloc(frame_message_bytes(&m));
        struct stranger sender;

        assert_non_null(frame);
        frame_put_message(frame, CLUSTER, 9, &m);
        stranger_connect(&sender, a);
        stranger_hello(&sender, 2, clusters[i], 1);
        UNTIL(stranger_greeted(&sender, NULL));
        stranger_say(&sender, frame, FRAME_HEADER_BYTES);
        if (i == 0) { /* not even its first byte is waited for */
            UNTIL(stranger_closed(&sender));
            t_u64_eq(party_rejected(a), 1);
        } else {
            stranger_say(&sender, frame + FRAME_HEADER_BYTES,
                         frame_message_bytes(&m) - FRAME_HEADER_BYTES);
            UNTIL(a->received_count == 1);
        }
        stranger_leave(&sender);
        free(frame);
    }
    free(bytes);
}

/* Talking does not help: he wants somebody else. */
static void a_mistaken_caller_has_little_time(void **state)
{
    struct party *const a = party_new();
    const struct net_settings settings = {
        .self = {.cluster_id = CLUSTER, .server_id = 1}, .heartbeat_ms = 2};
    struct stranger mistaken;

    (void)state;
    party_open_with(a, &settings);
    stranger_connect(&mistaken, a);
    UNTIL(
        (stranger_hello(&mistaken, 2, CLUSTER, 5), stranger_closed(&mistaken)));
    assert_non_null(strstr(a->log, "server 0000000000000002 looks for "
                                   "server 0000000000000005"));
    t_u64_eq(a->log_count, 1);
    stranger_leave(&mistaken);
}

/* Even introduced ones end somewhere. */
static void accepted_connections_are_bounded(void **state)
{
    struct party *const a = party_new();
    struct stranger crowd[70];
    size_t closed = 0;

    (void)state;
    party_open(a, 1, CLUSTER);
    for (size_t i = 0; i < 70; i++) {
        stranger_connect(&crowd[i], a);
        stranger_hello(&crowd[i], 100 + i, CLUSTER, 1);
        UNTIL(stranger_greeted(&crowd[i], NULL) || crowd[i].closed);
        closed += crowd[i].closed ? 1 : 0;
    }
    t_u64_eq(closed, 6);
    for (size_t i = 0; i < 70; i++) {
        stranger_leave(&crowd[i]);
    }
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(many_strangers_keep_no_member_out),
    test(outsiders_who_talk_keep_no_member_out),
    test(a_blank_server_stays_within_reach),
    test(only_members_send_long_frames),
    test(a_mistaken_caller_has_little_time),
    test(accepted_connections_are_bounded),
};

T_MAIN(tests)
