/* SPDX-License-Identifier: MIT
 *
 * test_net_limits.c - silent peers, deaf peers: nobody takes more time or
 * memory than his share.
 */
#include "tests/t.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/net_party.h"

enum { CLUSTER = 77, LAZY = 9 };

static struct net_settings settings_of(uint32_t heartbeat_ms)
{
    return (struct net_settings){
        .self = {.cluster_id = CLUSTER, .server_id = 1},
        .heartbeat_ms = heartbeat_ms};
}

/* T8: it accepts, and that is all it ever does. */
static void a_peer_that_never_answers_is_dialled_again(void **state)
{
    struct party *const a = party_new();
    const struct net_settings settings = settings_of(5);
    char address[RAFT_MAX_ADDRESS_BYTES];
    struct stranger first;
    struct stranger second;

    (void)state;
    const int listen_fd = stranger_listen(address);
    party_open_with(a, &settings);
    party_dial_address(a, LAZY, address);
    UNTIL(stranger_accept(&first, listen_fd));
    UNTIL(stranger_accept(&second, listen_fd));
    UNTIL(stranger_closed(&first));
    assert_non_null(strstr(a->log, "reason=\"no answer\""));
    stranger_leave(&first);
    stranger_leave(&second);
    close(listen_fd);
}

static void a_peer_that_falls_silent_is_dialled_again(void **state)
{
    struct party *const a = party_new();
    const struct net_settings settings = settings_of(5);
    char address[RAFT_MAX_ADDRESS_BYTES];
    struct stranger first;
    struct stranger second;

    (void)state;
    const int listen_fd = stranger_listen(address);
    party_open_with(a, &settings);
    party_dial_address(a, LAZY, address);
    stranger_is_lazy(&first, listen_fd, LAZY, CLUSTER);
    UNTIL(party_connected(a, LAZY));
    const uint64_t start = party_clock_ms();
    UNTIL(!party_connected(a, LAZY));
    assert_true(party_clock_ms() - start >= 80); /* 20 heartbeats of 5 ms */
    assert_non_null(strstr(a->log, "peer lost"));
    stranger_is_lazy(&second, listen_fd, LAZY, CLUSTER);
    UNTIL(party_connected(a, LAZY));
    stranger_leave(&first);
    stranger_leave(&second);
    close(listen_fd);
}

static void a_peer_that_answers_pings_stays(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    struct net_settings settings = settings_of(30);

    (void)state;
    party_open_with(a, &settings);
    settings.self.server_id = 2;
    party_open_with(b, &settings);
    party_meet(a, b);
    struct net_stats before;
    struct net_stats after;
    net_stats(a->net, &before);
    do { /* two HELLOs at most, then four PONGs and four PINGs */
        party_poll_all();
        net_stats(a->net, &after);
    } while (after.frames_received < before.frames_received + 10);
    assert_null(strstr(a->all_logs, "lost"));
    assert_null(strstr(b->all_logs, "lost"));
}

/* An answer to somebody else is no answer. */
static void a_hello_for_another_server_opens_nothing(void **state)
{
    struct party *const a = party_new();
    const struct net_settings settings = settings_of(5);
    char address[RAFT_MAX_ADDRESS_BYTES];
    struct stranger lazy;

    (void)state;
    const int listen_fd = stranger_listen(address);
    party_open_with(a, &settings);
    party_dial_address(a, LAZY, address);
    UNTIL(stranger_accept(&lazy, listen_fd));
    stranger_hello(&lazy, LAZY, CLUSTER, 5);
    UNTIL(stranger_closed(&lazy));
    assert_non_null(strstr(a->log, "unexpected frame"));
    t_u64_eq(a->introduced_count, 0);
    t_u64_eq(party_rejected(a), 1);
    stranger_leave(&lazy);
    close(listen_fd);
}

static void who_reads_no_answers_is_cut_off(void **state)
{
    struct party *const a = party_new();
    struct stranger deaf;
    const int small = 4096;

    (void)state;
    party_open(a, 1, CLUSTER);
    stranger_connect(&deaf, a);
    setsockopt(deaf.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    while (!deaf.closed) {
        stranger_hello(&deaf, 2, CLUSTER, 1);
        if (deaf.sequence % 500 == 0) {
            party_poll_all();
        }
        assert_true(deaf.sequence < 1000000);
    }
    stranger_leave(&deaf);
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(a_peer_that_never_answers_is_dialled_again),
    test(a_peer_that_falls_silent_is_dialled_again),
    test(a_peer_that_answers_pings_stays),
    test(a_hello_for_another_server_opens_nothing),
    test(who_reads_no_answers_is_cut_off),
};

T_MAIN(tests)
