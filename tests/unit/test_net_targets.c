/* SPDX-License-Identifier: MIT
 *
 * test_net_targets.c - whom to dial: lists that change, two ways to one
 * server, and servers that are not where they belong.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/net_party.h"

enum { CLUSTER = 77, OTHER_CLUSTER = 78 };

static void configure_dials_the_others_and_never_itself(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    struct raft_config config = {.index = 1, .member_count = 2};
    struct net_peer_stats peers[4];

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    config.members[0].id = 1;
    config.members[1].id = 2;
    memcpy(config.members[0].address, a->listen, sizeof a->listen);
    memcpy(config.members[1].address, b->listen, sizeof b->listen);
    net_transport(a->net).configure(a->net, &config);
    UNTIL(party_connected(a, 2));
    t_u64_eq(net_peers(a->net, peers, 4), 1);
    t_u64_eq(peers[0].server_id, 2);
    assert_string_equal(peers[0].address, b->listen);
    config.member_count = 1;
    net_transport(a->net).configure(a->net, &config);
    t_u64_eq(net_peers(a->net, peers, 4), 0);
    party_heartbeat(a, 2, 1, 0);
    t_u64_eq(party_dropped(a), 1);
}

/* Peers on their way out do not take the place of those who come in. */
static void targets_may_change_often_within_one_turn(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    struct net_peer_stats peers[60];
    struct net_target targets[40] = {{0}};

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 40; i++) {
            targets[i].server_id = 100 + i;
            snprintf(targets[i].address, sizeof targets[i].address,
                     "127.0.0.1:%u", 1 + round * 40 + i);
        }
        net_set_targets(a->net, targets, 40);
    }
    t_u64_eq(net_peers(a->net, peers, 60), 40);
    t_u64_eq(peers[39].server_id, 139);
    party_dial(a, b, NULL, true);
    assert_null(strstr(a->all_logs, "not dialled"));
    UNTIL(party_connected(a, 2));
}

/* Whom founding waits for: blank ones, too, and only while they are there. */
static void an_open_connection_is_told_of_whatever_its_cluster(void **state)
{
    static const uint64_t clusters[] = {0, CLUSTER};
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, 0);
    for (size_t i = 0; i < 2; i++) {
        party_open(b, 2, clusters[i]);
        party_dial(a, b, NULL, false);
        UNTIL(party_open_to(a, 2));
        assert_false(party_connected(a, 2));
        party_close(b);
        UNTIL(!party_open_to(a, 2));
    }
    party_open(b, 22, OTHER_CLUSTER); /* not whom we look for */
    party_dial_address(a, 2, b->listen);
    UNTIL(a->introduced.server_id == 22);
    assert_false(party_open_to(a, 2) || party_open_to(a, 22));
}

static struct net_target target_of(raft_server_id id, const char *host,
                                   const struct party *to)
{
    struct net_target target = {.server_id = id};

    snprintf(target.address, sizeof target.address, "%s:%u", host,
             net_port(to->net));
    return target;
}

/* One thread plays both: where the machine keeps it waiting, nobody answers in
 * time, and a connection that stood well is given up. */
static bool was_interrupted(const struct party *party)
{
    return strstr(party->all_logs, "no answer") != NULL;
}

/* Of two ways the first stays, or the second. false: it was interrupted. */
static bool two_ways_settle(struct party *a, const struct party *b,
                            const struct net_target targets[2],
                            bool first_stays)
{
    struct net_peer_stats peers[2];

    net_set_targets(a->net, targets, 1);
    UNTIL(party_connected(a, 2));
    net_set_targets(a->net, targets, 2);
    UNTIL(strstr(a->all_logs, "already connected") != NULL);
    const size_t logs = a->log_count;
    const size_t greetings = b->introduced_count;
    UNTIL(b->introduced_count >= greetings + 2);
    if (was_interrupted(a)) {
        return false;
    }
    t_u64_eq(a->log_count, logs);
    t_u64_eq(net_peers(a->net, peers, 2), 2);
    assert_int_equal(peers[0].connected, first_stays);
    assert_int_equal(peers[1].connected, !first_stays);
    return true;
}

static void open_anew(struct party *party, uint32_t heartbeat_ms)
{
    const struct net_settings settings = {.self = {CLUSTER, 1, "", "", ""},
                                          .heartbeat_ms = heartbeat_ms};

    if (party->net != NULL) {
        party_close(party);
    }
    party->all_logs[0] = '\0';
    party_open_with(party, &settings);
}

/* localhost and 127.0.0.1 in one list must not take turns in closing: an
 * address with an id is dialled, one without gives way, and asks again. */
static void two_ways_to_one_server_settle(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    b->host = "127.0.0.1";
    party_open(b, 2, CLUSTER);
    for (raft_server_id id = 0; id <= 2; id += 2) {
        const struct net_target targets[2] = {target_of(0, "localhost", b),
                                              target_of(id, "127.0.0.1", b)};
        uint32_t heartbeat_ms = 10;

        open_anew(a, heartbeat_ms);
        while (!two_ways_settle(a, b, targets, id == 0)) {
            heartbeat_ms *= 2; /* more time to answer, and to ask again */
            assert_true(heartbeat_ms <= 80);
            open_anew(a, heartbeat_ms);
        }
        party_heartbeat(a, 2, 5 + id, 0);
        UNTIL(party_last(b)->term == 5 + id);
        t_u64_eq(party_dropped(a), 0);
    }
}

static void move_to(struct party *party, const char *listen)
{
    snprintf(party->listen, sizeof party->listen, "%s", listen);
}

/* Server 2 stands where server 1 belongs, then goes where it belongs itself:
 * what once answered at an address says nothing about who will. */
static void who_stood_elsewhere_keeps_nobody_out(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    struct party *const c = party_new();

    (void)state;
    party_open(c, 3, CLUSTER);
    for (raft_server_id sought = 0; sought <= 1; sought++) {
        struct net_target targets[2] = {{.server_id = sought},
                                        {.server_id = 2}};
        party_open(a, 1, CLUSTER);
        party_close(a);
        a->introduced_count = 0;
        move_to(b, "");
        party_open(b, 2, CLUSTER);
        memcpy(targets[0].address, a->listen, sizeof a->listen);
        memcpy(targets[1].address, b->listen, sizeof b->listen);
        party_close(b);
        move_to(b, a->listen);
        party_open(b, 2, CLUSTER);
        const size_t met = c->introduced_count;
        net_set_targets(c->net, targets, 2);
        UNTIL(c->introduced_count > met);
        party_close(b);
        move_to(b, targets[1].address);
        party_open(b, 2, CLUSTER);
        UNTIL(party_connected(c, 2));
        party_open(a, 1, CLUSTER);
        UNTIL(party_connected(c, 1));
        net_set_targets(c->net, NULL, 0);
        party_close(a);
        party_close(b);
    }
}

/* The first one counts. */
static void an_id_said_twice_is_dialled_once(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    struct net_peer_stats peers[2];

    (void)state;
    b->host = "127.0.0.1";
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    const struct net_target targets[2] = {target_of(2, "127.0.0.1", b),
                                          target_of(2, "localhost", b)};
    net_set_targets(a->net, targets, 2);
    t_u64_eq(net_peers(a->net, peers, 2), 1);
    assert_string_equal(peers[0].address, b->listen);
}

/* Who answers there today? What was heard before says nothing about it. */
static void who_is_asked_again_is_unheard_until_somebody_answers(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    struct net_peer_stats peer;

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_dial(a, b, NULL, true);
    UNTIL(party_connected(a, 2));
    assert_false(net_ask_again(a->net, 2)); /* he is here */
    assert_false(net_ask_again(a->net, 3)); /* nobody looks for him */
    party_close(b);
    UNTIL(!party_open_to(a, 2));
    t_u64_eq(net_peers(a->net, &peer, 1), 1);
    assert_false(peer.unheard);
    assert_true(net_ask_again(a->net, 2));
    t_u64_eq(net_peers(a->net, &peer, 1), 1);
    assert_true(peer.unheard);
    t_u64_eq(peer.answered, 2);
    party_open(b, 22, CLUSTER);
    UNTIL(net_peers(a->net, &peer, 1) == 1 && !peer.unheard);
    t_u64_eq(peer.answered, 22);
    assert_false(peer.open);
    party_close(b);
    assert_true(net_ask_again(a->net, 2));
    party_open(b, 2, CLUSTER);
    UNTIL(party_connected(a, 2));
    t_u64_eq(net_peers(a->net, &peer, 1), 1);
    assert_false(peer.unheard);
}

/* By another address: that it is ourselves must be heard, or we are waited
 * for. */
static void an_address_that_leads_back_is_told_of(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    struct net_peer_stats peer;

    (void)state;
    party_open(a, 1, CLUSTER);
    party_dial_address(a, 0, a->listen);
    UNTIL(net_peers(a->net, &peer, 1) == 1 && peer.answered == 1);
    assert_false(peer.open);
    party_open(b, 2, CLUSTER);
    party_dial(a, b, NULL, true);
    UNTIL(net_peers(a->net, &peer, 1) == 1 && peer.answered == 2);
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(configure_dials_the_others_and_never_itself),
    test(targets_may_change_often_within_one_turn),
    test(an_open_connection_is_told_of_whatever_its_cluster),
    test(two_ways_to_one_server_settle),
    test(who_stood_elsewhere_keeps_nobody_out),
    test(an_id_said_twice_is_dialled_once),
    test(who_is_asked_again_is_unheard_until_somebody_answers),
    test(an_address_that_leads_back_is_told_of),
};

T_MAIN(tests)
