/* SPDX-License-Identifier: MIT
 *
 * test_net_faults.c - every errno from every call of the network is survived.
 *
 * This program has a connect(), send(), recv(), accept() and getsockopt() of
 * its own, which fail once when told to and else ask the system.
 */
#define _DEFAULT_SOURCE /* syscall(); all of _GNU_SOURCE changes connect() */
#include "tests/t.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/unit/net_party.h"

enum { CLUSTER = 77 };

enum call { CONNECT, CONNECT_LATER, SEND, RECV, ACCEPT, CALL_COUNT };

static struct {
    enum call call;
    int error; /* 0: none pending */
} fault;

static bool fails(enum call call)
{
    if (fault.error == 0 || fault.call != call) {
        return false;
    }
    errno = fault.error;
    fault.error = 0;
    return true;
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    return fails(CONNECT) ? -1 : (int)syscall(SYS_connect, fd, address, length);
}

ssize_t send(int fd, const void *bytes, size_t count, int flags)
{
    return fails(SEND) ? -1
                       : syscall(SYS_sendto, fd, bytes, count, flags, NULL, 0);
}

ssize_t recv(int fd, void *bytes, size_t count, int flags)
{
    return fails(RECV)
               ? -1
               : syscall(SYS_recvfrom, fd, bytes, count, flags, NULL, NULL);
}

int accept(int fd, struct sockaddr *address, socklen_t *length)
{
    return fails(ACCEPT) ? -1 : (int)syscall(SYS_accept, fd, address, length);
}

/* A connect() in progress tells its result through SO_ERROR. */
int getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
    if (name == SO_ERROR && fails(CONNECT_LATER)) {
        memcpy(value, &errno, sizeof errno);
        return 0;
    }
    return (int)syscall(SYS_getsockopt, fd, level, name, value, length);
}

static const int errors[] = {
    EAGAIN,     EINTR,         EPIPE,        ECONNRESET, ECONNREFUSED,
    ETIMEDOUT,  EHOSTUNREACH,  ENETUNREACH,  ENETDOWN,   EHOSTDOWN,
    EADDRINUSE, EADDRNOTAVAIL, ECONNABORTED, ENOBUFS,    ENOMEM,
    EMFILE,     ENFILE,        EPROTO,       EACCES,     EPERM,
    EINVAL,     EIO,           ENOTCONN,     EISCONN,    EALREADY};

/* LogCabin #154: a host that could not be reached stopped the server. */
static void every_error_of_every_call_is_survived(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();
    raft_term term = 0;

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    for (int call = 0; call < CALL_COUNT; call++) {
        for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
            party_dial(a, NULL, NULL, true); /* hang up */
            party_poll_all();
            fault.call = (enum call)call;
            fault.error = errors[i];
            party_dial(a, b, NULL, true);
            UNTIL(fault.error == 0);
            if (call == CONNECT_LATER) {
                assert_non_null(strstr(a->log, strerror(errors[i])));
            }
            UNTIL(party_connected(a, 2));
            const size_t count = b->received_count;
            term++;
            UNTIL((party_heartbeat(a, 2, term, 0), party_poll_all(),
                   b->received_count > count));
            t_u64_eq(party_last(b)->term, term);
        }
    }
}

/* The same in the middle of traffic, at whichever side is next. */
static void errors_in_the_middle_of_traffic_are_survived(void **state)
{
    struct party *const a = party_new();
    struct party *const b = party_new();

    (void)state;
    party_open(a, 1, CLUSTER);
    party_open(b, 2, CLUSTER);
    party_meet(a, b);
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        for (int call = SEND; call <= RECV; call++) {
            party_dial(a, NULL, NULL, true); /* no failure before counts */
            party_dial(b, NULL, NULL, true);
            a->all_logs[0] = '\0';
            b->all_logs[0] = '\0';
            party_meet(a, b);
            fault.call = (enum call)call;
            fault.error = errors[i];
            UNTIL((party_append(a, 2, 1, 1, 100), party_heartbeat(b, 1, 1, 1),
                   fault.error == 0));
            UNTIL(party_connected(a, 2) && party_connected(b, 1));
            const size_t count = a->received_count + b->received_count;
            UNTIL((party_append(a, 2, 1, 1, 100), party_heartbeat(b, 1, 1, 1),
                   a->received_count + b->received_count > count));
            if (errors[i] == EAGAIN || errors[i] == EINTR) {
                assert_null(strstr(a->all_logs, "lost"));
                assert_null(strstr(b->all_logs, "lost"));
            }
        }
    }
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(every_error_of_every_call_is_survived),
    test(errors_in_the_middle_of_traffic_are_survived),
};

T_MAIN(tests)
