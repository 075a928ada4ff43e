/* SPDX-License-Identifier: MIT
 *
 * test_net_peers.c - servers that find each other, lose each other and talk.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/net_party.h"
#include "tests/unit/own_address.h"

enum { CLUSTER = 77 };

static void messages_pass_both_ways_in_order(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_meet(a, b);
    for (raft_term term = 1; term <= 30; term++) {
        party_append(a, 2, term, 3, 1000);
        party_heartbeat(b, 1, 100 + term, 0);
        UNTIL(a->received_count == term);
    }
    UNTIL(b->received_count == 30);
    for (size_t i = 1; i <= 30; i++) {
        t_u64_eq(b->received[i].type, RAFT_APPEND_ENTRIES);
        t_u64_eq(b->received[i].from, 1);
        t_u64_eq(b->received[i].term, i);
        t_u64_eq(b->received[i].entry_count, 3);
        t_u64_eq(b->received[i].content_bytes, 3000);
        t_u64_eq(a->received[i].term, 100 + i);
    }
    t_u64_eq(party_rejected(a) + party_rejected(b), 0);
}

static void three_servers_reach_each_other(void **state)
{
    struct party *const all[] = {party_new(), party_new(), party_new()};

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        party_open(all[i], i + 1, CLUSTER);
    }
    for (size_t i = 0; i < 3; i++) {
        party_dial(all[i], all[(i + 1) % 3], all[(i + 2) % 3], true);
    }
    for (size_t i = 0; i < 3; i++) {
        const raft_server_id one = (i + 1) % 3 + 1;
        const raft_server_id other = (i + 2) % 3 + 1;

        UNTIL(party_connected(all[i], one) && party_connected(all[i], other));
        party_heartbeat(all[i], one, 10 + i, 0);
        party_heartbeat(all[i], other, 10 + i, 0);
    }
    UNTIL(all[0]->received_count == 2 && all[1]->received_count == 2 &&
          all[2]->received_count == 2);
}

static void a_restarted_server_is_found_again(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_meet(a, b);
    for (raft_term term = 1; term <= 3; term++) {
        party_close(b);
        UNTIL(!party_connected(a, 2));
        party_heartbeat(a, 2, 99, 0);
        t_u64_eq(party_dropped(a), term);
        party_open(b, 2, CLUSTER);
        party_meet(a, b);
        party_heartbeat(a, 2, term, 0);
        UNTIL(party_last(b)->term == term);
        party_heartbeat(b, 1, term, 0);
        UNTIL(party_last(a)->term == term);
    }
}

/* However often it is tried, the log says it once. */
static void a_server_that_is_down_is_logged_once(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_close(b); /* its port is free now, and nobody's */
    party_dial(a, b, NULL, true);
    UNTIL(a->log_count > 0);
    assert_non_null(strstr(a->log, "peer unreachable addr=127."));
    assert_non_null(strstr(a->log, "reason=\"Connection refused\""));
    const uint64_t later = party_clock_ms() + 400;
    UNTIL(party_clock_ms() > later);
    t_u64_eq(a->log_count, 1);
    party_open(b, 2, CLUSTER);
    UNTIL(party_connected(a, 2));
    assert_non_null(strstr(a->log, "peer connected addr=127."));
    assert_non_null(strstr(a->log, "id=0000000000000002"));
    t_u64_eq(a->log_count, 2);
}

static void an_unknown_id_is_learned_and_the_connection_kept(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_dial(a, b, NULL, false);
    UNTIL(party_connected(a, 2));
    t_u64_eq(a->introduced.server_id, 2);
    assert_string_equal(a->introduced.name, "party");
    assert_string_equal(a->introduced.raft_address, b->listen);
    assert_string_equal(net_hello_of(a->net, 2)->http_address, "127.0.0.1:80");
    const size_t logs = a->log_count;
    party_dial(a, b, NULL, true);
    assert_true(party_connected(a, 2));
    party_heartbeat(a, 2, 5, 0);
    UNTIL(b->received_count == 1);
    party_dial(a, b, NULL, false);
    party_heartbeat(a, 2, 6, 0);
    UNTIL(b->received_count == 2);
    t_u64_eq(a->log_count, logs);
    assert_null(net_hello_of(a->net, 3));
}

/* Its own address without an id: noticed by the HELLO that comes back. */
static void a_server_does_not_talk_to_itself(void **state)
{
    struct party *const a = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_dial(a, a, NULL, false);
    UNTIL(strstr(a->log, "it is this server itself") != NULL);
    assert_false(party_connected(a, 1));
    t_u64_eq(a->introduced_count, 0);
    party_heartbeat(a, 1, 1, 0);
    t_u64_eq(party_dropped(a), 1);
    party_dial(a, a, NULL, true);
    struct net_peer_stats peers[2];
    t_u64_eq(net_peers(a->net, peers, 2), 0);
}

static void names_and_empty_hosts_are_dialled(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    char address[64];

    (void)state;
    b->host = "127.0.0.1";
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    snprintf(address, sizeof address, "localhost:%u", net_port(b->net));
    party_dial_address(a, 2, address);
    UNTIL(party_connected(a, 2));
    snprintf(address, sizeof address, ":%u", net_port(b->net));
    party_dial_address(a, 2, address);
    UNTIL(party_connected(a, 2));
}

/* And what is wrong with one address does not hold up another. */
static void an_address_that_does_not_resolve_is_reported(void **state)
{
    static const char *const bad[] = {"no-such-host.invalid:1",
                                      "no-port",
                                      "host:",
                                      "host:70000",
                                      "::1:80",
                                      "127.0.0.1:8x",
                                      "127.0.0.1:000000080"};
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(b, 2, CLUSTER);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct net_target targets[2] = {{.server_id = 3}, {.server_id = 2}};

        party_open(a, 1, CLUSTER);
        memcpy(targets[0].address, bad[i], strlen(bad[i]) + 1);
        memcpy(targets[1].address, b->listen, sizeof b->listen);
        net_set_targets(a->net, targets, 2);
        UNTIL(party_connected(a, 2));
        UNTIL(strstr(a->all_logs, "peer unreachable") != NULL);
        assert_non_null(strstr(a->all_logs, bad[i]));
        party_close(a);
        *a = (struct party){.host = own_address()};
    }
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(messages_pass_both_ways_in_order),
    test(three_servers_reach_each_other),
    test(a_restarted_server_is_found_again),
    test(a_server_that_is_down_is_logged_once),
    test(an_unknown_id_is_learned_and_the_connection_kept),
    test(a_server_does_not_talk_to_itself),
    test(names_and_empty_hosts_are_dialled),
    test(an_address_that_does_not_resolve_is_reported),
};

T_MAIN(tests)
