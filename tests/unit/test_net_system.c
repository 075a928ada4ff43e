/* SPDX-License-Identifier: MIT
 *
 * test_net_system.c - ports in use, descriptors select() cannot take,
 * and waking the loop.
 */
#include "tests/t.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/net_party.h"

enum { CLUSTER = 77, MANY = 1100 };

static bool create_fails(const char *listen, const char *name, char error[200],
                         bool *port_in_use)
{
    const struct net_events events = {0};
    struct net_settings settings = {
        .listen = listen, .self = {.cluster_id = CLUSTER, .server_id = 1}};

    snprintf(settings.self.name, sizeof settings.self.name, "%s", name);
    struct net *const net =
        net_create(&settings, &events, error, 200, port_in_use);
    net_destroy(net);
    return net == NULL;
}

static void a_port_in_use_is_named(void **state)
{
    struct party *const a = party_new();
    char error[200];
    bool port_in_use = false;

    (void)state;
    party_open(a, 1, CLUSTER);
    assert_true(create_fails(a->listen, "n", error, &port_in_use));
    assert_true(port_in_use);
    assert_non_null(strstr(error, a->listen));
    assert_non_null(strstr(error, "Address already in use"));
}

static void an_address_that_cannot_be_bound_is_named(void **state)
{
    static const char *const bad[] = {"nonsense", "127.0.0.1:99999",
                                      "203.0.113.7:0",
                                      "no-such-host.invalid:0"};
    char error[200];
    bool port_in_use = true;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_true(create_fails(bad[i], "n", error, &port_in_use));
        assert_false(port_in_use);
        assert_non_null(strstr(error, bad[i]));
    }
    assert_true(create_fails("127.0.0.1:0", "a\nb", error, &port_in_use));
    assert_non_null(strstr(error, "control characters"));
}

static size_t open_many(int fds[MANY])
{
    size_t count = 0;

    while (count < MANY && (fds[count] = open("/dev/null", O_RDONLY)) >= 0) {
        count++;
    }
    return count;
}

/* T1: with every descriptor below FD_SETSIZE taken, no FD_SET goes astray;
 * once some are free again, so are we. */
static void descriptors_too_high_for_select_are_refused(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    struct rlimit limit;
    struct stranger stranger;
    int fds[MANY];
    char error[200];
    bool port_in_use = false;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const struct rlimit old = limit;
    limit.rlim_cur = limit.rlim_max < 2048 ? limit.rlim_max : 2048;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    const size_t count = open_many(fds);
    party_dial(a, b, NULL, true);
    UNTIL(a->log_count > 0);
    assert_non_null(strstr(a->log, "Too many open files"));
    if (count == MANY) { /* the limit allowed a socket at all */
        assert_true(fds[MANY - 1] >= FD_SETSIZE);
        stranger_connect(&stranger, a);
        assert_true(stranger.fd >= FD_SETSIZE);
        UNTIL(stranger_closed(&stranger));
        stranger_leave(&stranger);
    }
    assert_true(create_fails("127.0.0.1:0", "n", error, &port_in_use));
    assert_non_null(strstr(error, "Too many open files"));
    for (size_t i = 0; i < count; i++) {
        close(fds[i]);
    }
    UNTIL(party_connected(a, 2));
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
}

/* The connection stays in the listener's queue, and the listener readable. */
static void out_of_descriptors_the_loop_does_not_spin(void **state)
{
    struct party *const a = party_new();
    struct stranger stranger;
    struct rlimit limit;

    (void)state;
    party_open(a, 1, CLUSTER);
    stranger_connect(&stranger, a);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const struct rlimit old = limit;
    limit.rlim_cur = (rlim_t)stranger.fd + 1;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    const uint64_t start = party_clock_ms();
    UNTIL(strstr(a->log, "Too many open files") != NULL);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(net_poll(a->net, 20), 0);
    }
    assert_true(party_clock_ms() - start >= 59);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    stranger_hello(&stranger, 2, CLUSTER, 1);
    UNTIL(stranger_greeted(&stranger, NULL));
    stranger_leave(&stranger);
}

/* The other side is gone, and we have not heard of it yet. */
static void a_broken_pipe_is_no_signal(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_meet(a, b);
    party_close(b);
    const uint64_t until = party_clock_ms() + PARTY_DEADLINE_MS;
    while (party_connected(a, 2)) {
        assert_true(party_clock_ms() < until);
        party_heartbeat(a, 2, 1, 0);
        net_flush(a->net);
    }
    assert_non_null(strstr(a->log, "peer lost"));
}

static void polling_waits_as_long_as_told(void **state)
{
    struct party *const a = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    const uint64_t start = party_clock_ms();
    assert_int_equal(net_poll(a->net, 0), 0);
    while (party_clock_ms() < start + 50) {
        const uint64_t before = party_clock_ms();

        assert_int_equal(net_poll(a->net, 100), 0);
        assert_true(party_clock_ms() - before >= 99);
    }
}

static struct net *to_wake;
static atomic_uint work;

static void *wake_often(void *argument)
{
    for (int i = 0; i < 100000; i++) {
        atomic_fetch_add(&work, 1);
        net_wake(to_wake);
    }
    return argument;
}

/* Whatever was handed over before a wake is seen after the poll it ends. A
 * lost wake would leave us in a poll of an hour: the alarm then ends us. */
static void a_wake_is_never_lost(void **state)
{
    struct party *const a = party_new();
    pthread_t threads[2];

    (void)state;
    party_open(a, 1, CLUSTER);
    to_wake = a->net;
    atomic_store(&work, 0);
    alarm(60);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, wake_often, NULL),
                         0);
    }
    for (unsigned seen = 0; seen < 200000; seen = atomic_load(&work)) {
        assert_int_equal(net_poll(a->net, 3600 * 1000), 0);
    }
    alarm(0);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    /* One wake may be left over from the end; then it is quiet again. */
    assert_int_equal(net_poll(a->net, 0), 0);
    assert_int_equal(net_poll(a->net, 0), 0);
    const uint64_t before = party_clock_ms();
    assert_int_equal(net_poll(a->net, 30), 0);
    assert_true(party_clock_ms() - before >= 29);
}

static void wake_from_signal(int number)
{
    (void)number;
    net_wake(to_wake);
}

static void a_signal_may_wake(void **state)
{
    struct party *const a = party_new();
    const struct sigaction action = {.sa_handler = wake_from_signal};
    struct sigaction old;

    (void)state;
    party_open(a, 1, CLUSTER);
    to_wake = a->net;
    assert_int_equal(sigaction(SIGUSR1, &action, &old), 0);
    for (int i = 0; i < 3; i++) {
        raise(SIGUSR1);
        raise(SIGUSR1);
        alarm(60);
        assert_int_equal(net_poll(a->net, 3600 * 1000), 0);
        alarm(0);
        /* Used up: the next one waits again. */
        const uint64_t before = party_clock_ms();
        assert_int_equal(net_poll(a->net, 30), 0);
        assert_true(party_clock_ms() - before >= 29);
    }
    assert_int_equal(sigaction(SIGUSR1, &old, NULL), 0);
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(a_port_in_use_is_named),
    test(an_address_that_cannot_be_bound_is_named),
    test(descriptors_too_high_for_select_are_refused),
    test(out_of_descriptors_the_loop_does_not_spin),
    test(a_broken_pipe_is_no_signal),
    test(polling_waits_as_long_as_told),
    test(a_wake_is_never_lost),
    test(a_signal_may_wake),
};

T_MAIN(tests)
