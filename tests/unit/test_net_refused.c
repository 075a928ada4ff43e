/* SPDX-License-Identifier: MIT
 *
 * test_net_refused.c - who is not let in comes again and again: how often
 * that is, how often it is said, and whom it disturbs.
 */
#include "tests/t.h"

#include <string.h>
#include <unistd.h>

#include "tests/unit/net_party.h"

enum { CLUSTER = 77 };

static size_t count_of(const char *text, const char *what)
{
    size_t count = 0;

    for (const char *at = strstr(text, what); at != NULL;
         at = strstr(at + 1, what)) {
        count++;
    }
    return count;
}

/* One data directory, copied, and two processes: one id, two addresses. The
 * first stays, undisturbed; when it ends, the other gets in. */
static void of_two_processes_with_one_id_the_first_stays(void **state)
{
    struct party *const a = party_new();
    struct party *const first = party_new();
    struct party *const second = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(first, 2, CLUSTER);
    party_open(second, 2, CLUSTER);
    party_meet(a, first);
    const size_t met = a->introduced_count;
    for (raft_server_id sought = 0; sought <= 1; sought++) {
        const uint64_t rejected = party_rejected(a);

        party_dial_address(second, sought, a->listen);
        UNTIL(party_rejected(a) >= rejected + 4);
        UNTIL(count_of(second->all_logs, "another process with our id"));
    }
    t_u64_eq(count_of(a->all_logs, "runs twice"), 1);
    assert_non_null(strstr(a->all_logs, first->listen));
    assert_non_null(strstr(a->all_logs, second->listen));
    t_u64_eq(a->log_count, 2); /* connected, and that */
    t_u64_eq(second->log_count, 1);
    t_u64_eq(a->introduced_count, met);
    assert_string_equal(net_hello_of(a->net, 2)->raft_address, first->listen);
    assert_null(strstr(first->all_logs, "lost"));
    party_heartbeat(first, 1, 8, 0);
    UNTIL(a->received_count == 1);
    party_close(first);
    UNTIL(party_connected(second, 1));
}

/* A member is not kept out by an outsider who took its id, nor by its own
 * earlier connection once that has fallen silent. */
static void only_a_living_member_keeps_its_double_out(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    struct stranger others[2];

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    for (size_t i = 0; i < 2; i++) {
        stranger_connect(&others[i], a);
        stranger_hello(&others[i], 2, i == 0 ? 0 : CLUSTER, 1);
        UNTIL(stranger_greeted(&others[i], NULL));
        party_dial(b, a, NULL, true);
        UNTIL(party_connected(b, 1)); /* the second one says nothing */
        UNTIL(stranger_closed(&others[i]));
        assert_int_equal(count_of(b->all_logs, "another process") > 0, i > 0);
        party_dial(b, NULL, NULL, true);
        stranger_leave(&others[i]);
    }
}

static void meet_briefly(struct party *party, int listen_fd, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        const size_t count = party->introduced_count;
        struct stranger brief;

        UNTIL(stranger_accept(&brief, listen_fd));
        stranger_hello(&brief, 2, CLUSTER, 1);
        UNTIL(party->introduced_count > count);
        stranger_leave(&brief);
    }
}

/* One that holds: a PING is answered, then it is closed. */
static void last_until_it_answers(struct party *a, int listen_fd)
{
    struct stranger lasting;
    struct net_stats stats = {0};

    UNTIL(stranger_accept(&lasting, listen_fd));
    stranger_hello(&lasting, 2, CLUSTER, 1);
    UNTIL(party_connected(a, 2));
    net_stats(a->net, &stats);
    const uint64_t before = stats.frames_sent;
    UNTIL((net_stats(a->net, &stats), stats.frames_sent > before)); /* PING */
    stranger_plain(&lasting, FRAME_PONG, 2, 1, CLUSTER);
    const uint64_t seen = stats.frames_received;
    UNTIL((net_stats(a->net, &stats), stats.frames_received > seen));
    stranger_leave(&lasting);
}

/* The wait between two attempts grows until a connection holds. */
static void a_connection_that_does_not_last_is_no_success(void **state)
{
    struct party *const a = party_new();
    char address[RAFT_MAX_ADDRESS_BYTES];
    int goes = 0;

    (void)state;
    const int listen_fd = stranger_listen(address);
    party_open(a, 1, CLUSTER);
    party_dial_address(a, 2, address);
    uint64_t start = party_clock_ms();
    meet_briefly(a, listen_fd, 6);
    assert_true(party_clock_ms() - start >= 25 + 50 + 100 + 200 + 400);
    /* 350 ms at most, and 1500 at least; a busy machine may need a few goes. */
    do {
        assert_true(goes++ < 10);
        last_until_it_answers(a, listen_fd);
        start = party_clock_ms();
        meet_briefly(a, listen_fd, 3);
    } while (party_clock_ms() - start >= 1400);
    close(listen_fd);
}

/* A wiped server that its cluster still looks for under its old id. */
static void who_looks_for_somebody_else_is_logged_once(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    struct party *const wiped = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 3, CLUSTER);
    party_open(wiped, 22, 0);
    party_dial_address(a, 2, wiped->listen);
    party_dial_address(b, 2, wiped->listen);
    UNTIL(party_rejected(wiped) >= 8);
    UNTIL(wiped->log_count >= 2);
    t_u64_eq(wiped->log_count, 2);
    t_u64_eq(count_of(wiped->all_logs, "server 0000000000000001 looks for "
                                       "server 0000000000000002"),
             1);
    t_u64_eq(count_of(wiped->all_logs, "server 0000000000000003 looks for "),
             1);
    party_dial_address(a, 4, wiped->listen); /* another reason */
    UNTIL(wiped->log_count == 3);
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(of_two_processes_with_one_id_the_first_stays),
    test(only_a_living_member_keeps_its_double_out),
    test(a_connection_that_does_not_last_is_no_success),
    test(who_looks_for_somebody_else_is_logged_once),
};

T_MAIN(tests)
