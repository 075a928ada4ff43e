/* SPDX-License-Identifier: MIT
 *
 * test_net_members.c - who belongs to whom: blank servers, invitations,
 * other clusters, other servers than expected.
 */
#include "tests/t.h"

#include <string.h>

#include "tests/unit/net_party.h"

enum { CLUSTER = 77, OTHER_CLUSTER = 78 };

static void blank_servers_meet_but_no_raft_passes(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, 0);
    party_open(b, 2, 0);
    party_dial(a, b, NULL, false);
    UNTIL(a->introduced_count > 0 && b->introduced_count > 0);
    t_u64_eq(a->introduced.server_id, 2);
    t_u64_eq(a->introduced.cluster_id, 0);
    t_u64_eq(b->introduced.server_id, 1);
    assert_false(party_connected(a, 2));
    party_heartbeat(a, 2, 1, 0);
    t_u64_eq(party_dropped(a), 1);
    net_invite(a->net, 2); /* a blank one has nothing to invite to */
    net_set_cluster(a->net, CLUSTER);
    UNTIL(b->introduced.cluster_id == CLUSTER);
    t_u64_eq(b->invited_count, 0);
}

/* The whole way from a blank server to a member, on the same connection. */
static void an_invited_server_joins(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, 0);
    party_dial(a, b, NULL, false);
    party_dial(b, a, NULL, false);
    UNTIL(party_open_to(a, 2) && party_open_to(b, 1));
    net_invite(b->net, 1); /* and not the other way round */
    net_invite(a->net, 9);
    net_invite(a->net, 2);
    UNTIL(b->invited_count > 0);
    t_u64_eq(b->invited.server_id, 1);
    t_u64_eq(b->invited.cluster_id, CLUSTER);
    t_u64_eq(a->invited_count, 0);
    net_set_cluster(b->net, CLUSTER);
    UNTIL(party_connected(a, 2) && party_connected(b, 1));
    party_heartbeat(a, 2, 4, 0);
    party_heartbeat(b, 1, 5, 0);
    UNTIL(b->received_count == 1 && a->received_count == 1);
    t_u64_eq(a->introduced.cluster_id, CLUSTER);
    assert_null(strstr(a->all_logs, "lost"));
    assert_null(strstr(b->all_logs, "lost"));
    net_invite(a->net, 2); /* a member already: not sent */
    party_heartbeat(a, 2, 6, 0);
    UNTIL(b->received_count == 2);
    t_u64_eq(b->invited_count, 1);
    t_u64_eq(party_rejected(a) + party_rejected(b), 0);
}

static void an_invitation_must_be_the_members_own(void **state)
{
    struct party *const blank = party_new();
    struct stranger stranger;

    (void)state;
    party_open(blank, 1, 0);
    stranger_connect(&stranger, blank);
    stranger_hello(&stranger, 2, CLUSTER, 1);
    stranger_plain(&stranger, FRAME_INVITE, 2, 1, OTHER_CLUSTER);
    stranger_plain(&stranger, FRAME_INVITE, 2, 1, 0);
    UNTIL(party_rejected(blank) == 2);
    t_u64_eq(blank->invited_count, 0);
    stranger_plain(&stranger, FRAME_INVITE, 2, 1, CLUSTER);
    UNTIL(blank->invited_count == 1);
    t_u64_eq(blank->invited.cluster_id, CLUSTER);
    stranger_leave(&stranger);
}

/* Its frames may say what they like: it said itself that it is none of us. */
static void who_is_no_member_sends_no_messages(void **state)
{
    static const struct {
        raft_server_id id;
        uint64_t cluster_id;
    } others[] = {{2, 0}, {2, OTHER_CLUSTER}, {1, CLUSTER}};
    struct party *const server = party_new();

    (void)state;
    party_open(server, 1, CLUSTER);
    for (size_t i = 0; i < 3; i++) {
        struct stranger other;

        stranger_connect(&other, server);
        stranger_hello(&other, others[i].id, others[i].cluster_id, 1);
        UNTIL(stranger_greeted(&other, NULL));
        const uint64_t rejected = party_rejected(server);
        stranger_vote(&other, others[i].id, 1, CLUSTER, 3);
        UNTIL(party_rejected(server) > rejected);
        t_u64_eq(server->received_count, 0);
        stranger_leave(&other);
    }
    t_u64_eq(server->introduced_count, 2); /* not that of server 1 */
}

static void another_cluster_is_known_but_not_talked_to(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, OTHER_CLUSTER);
    party_dial(a, b, NULL, false);
    UNTIL(a->introduced_count > 0 && b->introduced_count > 0);
    t_u64_eq(a->introduced.cluster_id, OTHER_CLUSTER);
    t_u64_eq(b->introduced.cluster_id, CLUSTER);
    assert_non_null(strstr(a->log, "member of another cluster"));
    assert_false(party_connected(a, 2));
    struct net_peer_stats peer;
    t_u64_eq(net_peers(a->net, &peer, 1), 1);
    assert_true(peer.foreign && !peer.open);
    t_u64_eq(net_hello_of(a->net, peer.server_id)->cluster_id, OTHER_CLUSTER);
    party_heartbeat(a, 2, 1, 0);
    t_u64_eq(party_dropped(a), 1);
    t_u64_eq(b->received_count, 0);
}

/* Both moved to another cluster: old connections end, new ones serve. */
static void a_change_of_cluster_ends_old_connections(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_meet(a, b);
    net_set_cluster(b->net, OTHER_CLUSTER);
    assert_false(party_connected(b, 1));
    UNTIL(!party_connected(a, 2));
    net_set_cluster(a->net, OTHER_CLUSTER);
    UNTIL(party_connected(a, 2) && party_connected(b, 1));
    party_heartbeat(a, 2, 4, 0);
    UNTIL(b->received_count == 1);
}

/* T6: ids swapped. The one who answers is made known, but gets nothing. */
static void another_id_than_expected_gets_no_messages(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_dial_address(a, 9, b->listen);
    UNTIL(a->introduced_count > 0 && b->introduced_count > 0);
    t_u64_eq(a->introduced.server_id, 2);
    assert_non_null(strstr(a->log, "another server answers there"));
    assert_false(party_connected(a, 9));
    assert_false(party_connected(a, 2));
    party_heartbeat(a, 9, 1, 0);
    party_heartbeat(a, 2, 1, 0);
    t_u64_eq(party_dropped(a), 2);
    party_dial_address(a, 2, b->listen);
    UNTIL(party_connected(a, 2));
    party_dial_address(a, 9, b->listen);
    assert_false(party_connected(a, 2));
    party_heartbeat(a, 2, 1, 0);
    t_u64_eq(party_dropped(a), 3);
    party_dial_address(a, 0, b->listen);
    UNTIL(party_connected(a, 2));
    party_dial_address(a, 9, b->listen); /* the same place, learned as 2 */
    assert_false(party_connected(a, 9));
    assert_false(party_connected(a, 2));
}

/* M7: same address, empty disk, so a new id: not the server of before. */
static void a_wiped_server_is_noticed(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_meet(a, b);
    party_close(b);
    party_open(b, 22, 0);
    UNTIL(a->introduced.server_id == 22);
    t_u64_eq(a->introduced.cluster_id, 0);
    UNTIL(strstr(a->log, "another server answers there") != NULL);
    assert_false(party_connected(a, 2));
    party_heartbeat(a, 2, 1, 0);
    UNTIL(b->introduced_count >= 2);
    t_u64_eq(b->received_count, 0);
    t_u64_eq(net_hello_of(a->net, 22)->server_id, 22);
}

static void new_addresses_reach_everybody_without_a_reconnect(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_meet(a, b);
    const size_t logs = a->log_count + b->log_count;
    net_set_addresses(b->net, b->listen, "example.org:8080");
    UNTIL(strcmp(net_hello_of(a->net, 2)->http_address, "example.org:8080") ==
          0);
    t_u64_eq(a->log_count + b->log_count, logs);
    const size_t count = a->introduced_count;
    net_set_addresses(b->net, b->listen, "example.org:8080"); /* no change */
    party_heartbeat(b, 1, 3, 0);
    UNTIL(a->received_count == 1);
    t_u64_eq(a->introduced_count, count);
}

static struct party *in_callback;

static void drop_all_targets(void *self, const struct net_hello *hello)
{
    struct net *const net = in_callback->net;

    (void)self;
    in_callback->introduced_count++;
    in_callback->introduced = *hello;
    net_set_targets(net, NULL, 0);
    net_set_cluster(net, OTHER_CLUSTER);
    party_dial_address(in_callback, 3, "127.0.0.1:1");
    net_flush(net);
}

/* The connection whose HELLO is being handled goes away underneath. */
static void everything_may_be_changed_in_a_callback(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    const struct net_events events = {.introduced = drop_all_targets};
    struct net_peer_stats peers[4];
    char error[128];
    bool port_in_use;

    (void)state;
    party_open(b, 2, CLUSTER);
    in_callback = a;
    a->settings = (struct net_settings){.listen = "127.0.0.1:0",
                                        .self = {CLUSTER, 1, "", "", ""}};
    a->net =
        net_create(&a->settings, &events, error, sizeof error, &port_in_use);
    assert_non_null(a->net);
    party_dial_address(a, 2, b->listen);
    UNTIL(net_poll(a->net, 1) == 0 && a->introduced_count > 0);
    t_u64_eq(a->introduced.server_id, 2);
    for (int i = 0; i < 20; i++) {
        party_poll_all();
        assert_int_equal(net_poll(a->net, 1), 0);
    }
    t_u64_eq(net_peers(a->net, peers, 4), 1);
    t_u64_eq(peers[0].server_id, 3);
    net_destroy(a->net);
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(blank_servers_meet_but_no_raft_passes),
    test(an_invited_server_joins),
    test(an_invitation_must_be_the_members_own),
    test(who_is_no_member_sends_no_messages),
    test(another_cluster_is_known_but_not_talked_to),
    test(a_change_of_cluster_ends_old_connections),
    test(another_id_than_expected_gets_no_messages),
    test(a_wiped_server_is_noticed),
    test(new_addresses_reach_everybody_without_a_reconnect),
    test(everything_may_be_changed_in_a_callback),
};

T_MAIN(tests)
