/* SPDX-License-Identifier: MIT
 *
 * ceiling_loopback.c - a small message to another thread and back.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd/raftbench/ceilings.h"
#include "cmd/raftbench/clock.h"

/* Wait in select(), as a server's loop does, then take one message. */
static bool receive(int fd, char message[CEILING_RECORD_BYTES])
{
    size_t got = 0;

    while (got < CEILING_RECORD_BYTES) {
        fd_set readable;

        FD_ZERO(&readable);
        FD_SET(fd, &readable);
        if (select(fd + 1, &readable, NULL, NULL, NULL) < 0) {
            return false;
        }
        const ssize_t n =
            recv(fd, message + got, CEILING_RECORD_BYTES - got, 0);
        if (n <= 0) {
            return false;
        }
        got += (size_t)n;
    }
    return true;
}

static bool send_all(int fd, const char message[CEILING_RECORD_BYTES])
{
    return send(fd, message, CEILING_RECORD_BYTES, MSG_NOSIGNAL) ==
           CEILING_RECORD_BYTES;
}

static void *echo_until_closed(void *argument)
{
    const int fd = *(const int *)argument;
    char message[CEILING_RECORD_BYTES];

    while (receive(fd, message) && send_all(fd, message)) {
    }
    return NULL;
}

/* Two ends of one TCP connection over loopback. */
static bool connect_pair(int ends[2])
{
    const int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t address_bytes = sizeof(address);
    const int listener = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0) {
        return false;
    }
    ends[0] = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, address_bytes) == 0 &&
        listen(listener, 1) == 0 &&
        getsockname(listener, (struct sockaddr *)&address, &address_bytes) ==
            0 &&
        connect(ends[0], (struct sockaddr *)&address, address_bytes) == 0) {
        ends[1] = accept(listener, NULL, NULL);
    }
    close(listener);
    for (int i = 0; i < 2; i++) {
        if (ends[i] < 0 || ends[i] >= FD_SETSIZE ||
            setsockopt(ends[i], IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) !=
                0) {
            return false;
        }
    }
    return true;
}

static bool ping_until_end(struct ceiling *c, int fd)
{
    char message[CEILING_RECORD_BYTES] = {0};
    const uint64_t start_ns = clock_ns();
    const uint64_t end_ns = start_ns + c->duration_ms * NS_PER_MS;
    uint64_t now_ns = start_ns;

    while (now_ns < end_ns) {
        if (!send_all(fd, message) || !receive(fd, message)) {
            return false;
        }
        const uint64_t then_ns = now_ns;
        now_ns = clock_ns();
        histogram_add(&c->tally->latency_ns, now_ns - then_ns);
    }
    c->measured_ns = now_ns - start_ns;
    return true;
}

bool ceiling_loopback(struct ceiling *c)
{
    int ends[2] = {-1, -1};
    pthread_t echo;
    bool measured = false;

    if (connect_pair(ends) &&
        pthread_create(&echo, NULL, echo_until_closed, &ends[1]) == 0) {
        measured = ping_until_end(c, ends[0]);
        shutdown(ends[0], SHUT_RDWR);
        pthread_join(echo, NULL);
    }
    for (int i = 0; i < 2; i++) {
        if (ends[i] >= 0) {
            close(ends[i]);
        }
    }
    if (!measured) {
        snprintf(c->error, sizeof(c->error), "loopback: %s", strerror(errno));
    }
    return measured;
}
