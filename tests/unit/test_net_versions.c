/* SPDX-License-Identifier: MIT
 *
 * test_net_versions.c - servers of this version of the protocol and of those
 * before in one cluster, as they are while it is upgraded.
 */
#include "tests/t.h"

#include <string.h>
#include <unistd.h>

#include "raft/bytes.h"
#include "tests/unit/net_party.h"

enum { CLUSTER = 77, SELF = 1, OTHER = 2 };

/* Takes the dialler's connection as a server that speaks so much. */
static void answer_as(struct stranger *stranger, int listen_fd, unsigned speaks)
{
    UNTIL(stranger_accept(stranger, listen_fd));
    stranger->sequence = stranger_sequence(speaks);
    stranger_hello(stranger, OTHER, CLUSTER, SELF);
}

static void send_piece(struct party *party)
{
    party_send(party, &(struct raft_message){
                          .type = RAFT_INSTALL_SNAPSHOT,
                          .from = SELF,
                          .to = OTHER,
                          .term = 4,
                          .install_snapshot = {.leader_id = SELF,
                                               .last_included_index = 3,
                                               .last_included_term = 2,
                                               .bytes = (const uint8_t *)"abc",
                                               .byte_count = 3,
                                               .done = true,
                                               .file_bytes = 3}});
}

static void a_hello_can_be_read_by_every_version(void **state)
{
    struct party *const server = party_new();
    struct stranger stranger;
    char address[RAFT_MAX_ADDRESS_BYTES];

    (void)state;
    const int listen_fd = stranger_listen(address);
    party_open(server, SELF, CLUSTER);
    party_dial_address(server, OTHER, address);
    UNTIL(stranger_accept(&stranger, listen_fd));
    UNTIL(stranger_greeted(&stranger, NULL));
    t_u64_eq(get_u16(stranger.bytes + 4), 1);
    assert_int_equal(stranger.bytes[7], 0);
    t_u64_eq(frame_speaks(get_u64(stranger.bytes + 32)), 3);
    stranger_leave(&stranger);
    close(listen_fd);
}

/* Nothing of version 2 for him, and he stays connected; he would hang up. */
static void an_older_server_gets_what_it_understands(void **state)
{
    struct party *const server = party_new();
    struct stranger old;
    char address[RAFT_MAX_ADDRESS_BYTES];

    (void)state;
    const int listen_fd = stranger_listen(address);
    party_open(server, SELF, CLUSTER);
    party_dial_address(server, OTHER, address);
    answer_as(&old, listen_fd, 1);
    UNTIL(party_connected(server, OTHER));
    send_piece(server);
    send_piece(server);
    t_u64_eq(party_dropped(server), 2);
    assert_non_null(strstr(server->log, "it is of protocol version 2, that "
                                        "server speaks 1"));
    party_heartbeat(server, OTHER, 4, 0);
    UNTIL(stranger_heard(&old, RAFT_APPEND_ENTRIES, 1) == 1);
    UNTIL(stranger_heard(&old, FRAME_PING, 1) == 1);
    t_u64_eq(stranger_heard(&old, FRAME_APPLIED, 1), 0);
    assert_false(old.closed);
    stranger_leave(&old);
    close(listen_fd);
}

static void servers_of_this_version_and_later_ones_get_all(void **state)
{
    (void)state;
    for (unsigned speaks = 2; speaks <= 4; speaks++) {
        struct party *const server = party_new();
        struct stranger newer;
        char address[RAFT_MAX_ADDRESS_BYTES];
        const int listen_fd = stranger_listen(address);

        party_open(server, SELF, CLUSTER);
        party_dial_address(server, OTHER, address);
        answer_as(&newer, listen_fd, speaks);
        UNTIL(party_connected(server, OTHER));
        send_piece(server);
        t_u64_eq(party_dropped(server), 0);
        UNTIL(stranger_heard(&newer, RAFT_INSTALL_SNAPSHOT, 2) == 1);
        UNTIL(stranger_heard(&newer, FRAME_APPLIED, 2) == 1);
        stranger_leave(&newer);
        close(listen_fd);
        party_close(server);
    }
}

/* Upgraded in place: the next connection tells. */
static void an_upgrade_is_noticed_when_he_is_back(void **state)
{
    struct party *const server = party_new();
    struct stranger other;
    char address[RAFT_MAX_ADDRESS_BYTES];

    (void)state;
    const int listen_fd = stranger_listen(address);
    party_open(server, SELF, CLUSTER);
    party_dial_address(server, OTHER, address);
    for (unsigned speaks = 2; speaks > 0; speaks--) { /* and taken back */
        answer_as(&other, listen_fd, speaks);
        UNTIL(party_connected(server, OTHER));
        const uint64_t dropped = party_dropped(server);
        send_piece(server);
        t_u64_eq(party_dropped(server) - dropped, speaks == 2 ? 0 : 1);
        stranger_leave(&other);
        UNTIL(!party_connected(server, OTHER));
    }
    answer_as(&other, listen_fd, 2);
    UNTIL(party_connected(server, OTHER));
    send_piece(server);
    UNTIL(stranger_heard(&other, RAFT_INSTALL_SNAPSHOT, 2) == 1);
    stranger_leave(&other);
    close(listen_fd);
}

/* He dials us, and his frames of version 1 are as good as ever. */
static void an_older_servers_messages_are_taken(void **state)
{
    struct party *const server = party_new();
    struct stranger old;

    (void)state;
    party_open(server, SELF, CLUSTER);
    stranger_connect(&old, server);
    stranger_hello(&old, OTHER, CLUSTER, SELF);
    stranger_vote(&old, OTHER, SELF, CLUSTER, 3);
    UNTIL(server->received_count == 1);
    stranger_plain(&old, FRAME_PING, OTHER, SELF, CLUSTER);
    UNTIL(stranger_heard(&old, FRAME_PONG, 1) == 1);
    t_u64_eq(party_rejected(server), 0);
    stranger_leave(&old);
}

static void a_frame_of_an_unknown_version_is_refused_naming_both(void **state)
{
    struct party *const server = party_new();
    struct stranger newest;
    const struct net_hello hello = {.cluster_id = CLUSTER, .server_id = OTHER};
    uint8_t bytes[FRAME_MAX_HELLO_BYTES];

    (void)state;
    party_open(server, SELF, CLUSTER);
    stranger_connect(&newest, server);
    const size_t count =
        frame_put_hello(bytes, &hello, SELF, stranger_sequence(5));
    put_u16(bytes + 4, 4);
    stranger_say(&newest, bytes, count);
    UNTIL(stranger_closed(&newest));
    t_u64_eq(party_rejected(server), 1);
    assert_non_null(
        strstr(server->all_logs, "protocol version 4, ours are 1 to 3"));
    stranger_leave(&newest);
}

static void members_hear_how_far_others_have_applied(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, SELF, CLUSTER);
    party_open(b, OTHER, CLUSTER);
    net_set_applied(b->net, 41);
    t_u64_eq(net_applied_of(a->net, OTHER), 0);
    party_meet(a, b);
    UNTIL(net_applied_of(a->net, OTHER) == 41);
    net_set_applied(b->net, 42);
    UNTIL(net_applied_of(a->net, OTHER) == 42);
    t_u64_eq(net_applied_of(a->net, SELF), 0);
    t_u64_eq(net_applied_of(b->net, SELF), 0);
    party_close(b); /* who is gone has applied nothing we know of */
    UNTIL(net_applied_of(a->net, OTHER) == 0);
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(a_hello_can_be_read_by_every_version),
    test(an_older_server_gets_what_it_understands),
    test(servers_of_this_version_and_later_ones_get_all),
    test(an_upgrade_is_noticed_when_he_is_back),
    test(an_older_servers_messages_are_taken),
    test(a_frame_of_an_unknown_version_is_refused_naming_both),
    test(members_hear_how_far_others_have_applied),
};

T_MAIN(tests)
