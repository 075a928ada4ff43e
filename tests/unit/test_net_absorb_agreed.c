/* SPDX-License-Identifier: MIT
 *
 * test_net_absorb_agreed.c - a member of another cluster was asked to leave it
 * and does: who he is now, and what becomes of connections of before.
 */
#include "tests/t.h"

#include <string.h>

#include "tests/unit/net_party.h"

enum { OURS = 78, THEIRS = 77, SELF = 2, LEADER = 1, NOW = 3 };

static struct party *server;

static int open_server(void **state)
{
    (void)state;
    server = party_new();
    party_open(server, SELF, OURS);
    return 0;
}

static void come(struct stranger *who, raft_server_id id, uint64_t cluster_id,
                 raft_server_id to)
{
    stranger_connect(who, server);
    stranger_hello(who, id, cluster_id, to);
    UNTIL(stranger_greeted(who, NULL));
}

static void who_agrees_becomes_a_member(void **state)
{
    struct party *const asker = party_new();
    struct net_target target = {.server_id = SELF, .absorb = true};
    struct net_peer_stats peer;

    (void)state;
    party_open(asker, LEADER, THEIRS);
    memcpy(target.address, server->listen, sizeof server->listen);
    net_set_targets(asker->net, &target, 1);
    UNTIL(server->absorb_asked_count > 0);
    t_u64_eq(server->absorb_asked.server_id, LEADER);
    t_u64_eq(server->absorb_asked.cluster_id, THEIRS);
    assert_string_equal(server->absorb_asked.raft_address, asker->listen);
    t_u64_eq(net_peers(asker->net, &peer, 1), 1);
    assert_true(peer.foreign && !peer.open && !peer.declined);
    net_set_cluster(server->net, THEIRS);
    party_dial(server, asker, NULL, true);
    UNTIL(party_connected(asker, SELF) && party_connected(server, LEADER));
    party_heartbeat(asker, SELF, 4, 0);
    party_heartbeat(server, LEADER, 5, 0);
    UNTIL(server->received_count == 1 && asker->received_count == 1);
    t_u64_eq(server->absorb_asked_count, 1);
    t_u64_eq(server->invited_count, 0);
    t_u64_eq(net_peers(asker->net, &peer, 1), 1);
    assert_true(peer.connected && !peer.foreign && !peer.declined);
}

/* Whoever was refused was judged by a cluster that is ours no more. */
static void agreeing_closes_what_was_refused(void **state)
{
    enum { ASKED, NOT_ASKED, THIRD, MISLED, DOUBLE, COUNT };
    struct stranger others[COUNT];
    struct party *const member = party_new();
    struct stranger leader;

    (void)state;
    party_open(member, LEADER + 4, OURS);
    party_meet(server, member);
    for (int i = 0; i < COUNT; i++) {
        come(&others[i], i == DOUBLE ? LEADER + 4 : LEADER + 8,
             i == DOUBLE  ? OURS
             : i == THIRD ? THEIRS + 9
                          : THEIRS,
             i == MISLED ? SELF + 8 : SELF);
    }
    net_set_cluster(server->net, THEIRS);
    for (int i = 0; i < COUNT; i++) {
        UNTIL(stranger_closed(&others[i]));
        t_u64_eq(stranger_heard(&others[i], FRAME_HELLO, NOW), 1);
        stranger_leave(&others[i]);
    }
    UNTIL(!party_connected(member, SELF));
    come(&leader, LEADER, THEIRS, SELF);
    stranger_vote(&leader, LEADER, SELF, THEIRS, 3);
    UNTIL(server->received_count == 1);
    stranger_leave(&leader);
}

static void agree(void *self, const struct net_hello *by)
{
    struct net **const net = self;

    net_set_cluster(*net, by->cluster_id);
    net_decline(*net, by->server_id);
}

/* Not as it should be done, but nothing breaks. */
static void one_may_agree_in_the_callback(void **state)
{
    struct net *net = NULL;
    const struct net_events events = {.self = &net, .absorb_asked = agree};
    char error[128];
    bool port_in_use;
    struct stranger leader;

    (void)state;
    party_close(server);
    net = net_create(&server->settings, &events, error, sizeof error,
                     &port_in_use);
    assert_non_null(net);
    server->net = net;
    stranger_connect(&leader, server);
    stranger_hello(&leader, LEADER, THEIRS, SELF);
    UNTIL(net_poll(net, 1) == 0 && stranger_greeted(&leader, NULL));
    for (int i = 0; i < 2; i++) {
        stranger_plain(&leader, FRAME_ABSORB, LEADER, SELF, THEIRS);
    }
    UNTIL(net_poll(net, 1) == 0 && stranger_closed(&leader));
    t_u64_eq(stranger_heard(&leader, FRAME_DECLINED, NOW), 0);
    stranger_leave(&leader);
    net_destroy(net);
}

#define test(name) \
    cmocka_unit_test_setup_teardown(name, open_server, party_teardown)

static const struct CMUnitTest tests[] = {
    test(who_agrees_becomes_a_member),
    test(agreeing_closes_what_was_refused),
    test(one_may_agree_in_the_callback),
};

T_MAIN(tests)
