/* SPDX-License-Identifier: MIT
 *
 * drain.c - every connection ends before civetweb does.
 *
 * civetweb shows no sockets; ours are found by the address we listen on.
 */
#define _GNU_SOURCE /* sem_clockwait(): a deadline no clock change can move */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/drain.h"

enum {
    MAX_DESCRIPTORS = 65536,
    CUT_MS = 500, /* cut off from them, workers answer what they have */
    LEAVE_ALONE = -1
};

static bool is_ours(const struct http *http, int fd)
{
    struct sockaddr_in local = {0};
    socklen_t bytes = sizeof(local);
    struct in_addr listen = {0};

    (void)inet_pton(AF_INET, http->listen_host, &listen);
    return getsockname(fd, (struct sockaddr *)&local, &bytes) == 0 &&
           local.sin_family == AF_INET && ntohs(local.sin_port) == http->port &&
           (listen.s_addr == INADDR_ANY ||
            listen.s_addr == local.sin_addr.s_addr);
}

static bool is_listener(int fd)
{
    int listens = 0;
    socklen_t bytes = sizeof(listens);

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &bytes) == 0 &&
           listens != 0;
}

static bool is_connected(int fd)
{
    struct sockaddr_in peer = {0};
    socklen_t bytes = sizeof(peer);

    return getpeername(fd, (struct sockaddr *)&peer, &bytes) == 0;
}

/* Shut ours that are of this kind, or leave them alone. Is there any? */
static bool shut(const struct http *http, bool (*is_kind)(int fd), int how)
{
    const long open_max = sysconf(_SC_OPEN_MAX);
    const int end = open_max > 0 && open_max < MAX_DESCRIPTORS
                        ? (int)open_max
                        : MAX_DESCRIPTORS;
    bool any = false;

    for (int fd = 0; fd < end; fd++) {
        if (is_ours(http, fd) && is_kind(fd)) {
            any = true;
            if (how != LEAVE_ALONE) {
                (void)shutdown(fd, how);
            }
        }
    }
    return any;
}

/* Those that wait for a worker are not counted, but they are there. */
static bool any_connection(struct http *http)
{
    return atomic_load(&http->connections) > 0 ||
           shut(http, is_connected, LEAVE_ALONE);
}

/* true: all have ended, their answers sent. */
static bool wait_for_end(struct http *http, unsigned milliseconds)
{
    const uint64_t until = now_ns() + milliseconds * UINT64_C(1000000);
    const struct timespec deadline = {
        .tv_sec = (time_t)(until / UINT64_C(1000000000)),
        .tv_nsec = (long)(until % UINT64_C(1000000000))};

    while (any_connection(http)) {
        if (sem_clockwait(&http->one_ended, CLOCK_MONOTONIC, &deadline) != 0 &&
            errno != EINTR) {
            return false;
        }
    }
    return true;
}

void drain(struct http *http)
{
    atomic_store(&http->serving, false); /* from here on each end is posted */
    (void)shut(http, is_listener, SHUT_RD);
    if (wait_for_end(http, http->drain_ms)) {
        return;
    }
    /* Idle ones end; a body that was to come does not, and is told so. */
    (void)shut(http, is_connected, SHUT_RD);
    if (!wait_for_end(http, CUT_MS)) {
        (void)shut(http, is_connected, SHUT_RDWR); /* who reads nothing */
    }
}
