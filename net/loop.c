/* SPDX-License-Identifier: MIT
 *
 * loop.c - one turn of the loop: write, wait in select(), read, timers.
 *
 * Timers come after reading: when this process was stopped for a while, what
 * arrived meanwhile counts before anybody is called silent.
 */
#include <errno.h>
#include <sys/select.h>

#include "net/internal.h"

struct interest {
    fd_set readable;
    fd_set writable;
    int highest;
};

static void want(struct interest *interest, int fd, bool read, bool write)
{
    if (!net_fd_fits(fd)) {
        return;
    }
    if (read) {
        FD_SET(fd, &interest->readable);
    }
    if (write) {
        FD_SET(fd, &interest->writable);
    }
    if (fd > interest->highest) {
        interest->highest = fd;
    }
}

static void want_all(const struct net *net, struct interest *interest)
{
    FD_ZERO(&interest->readable);
    FD_ZERO(&interest->writable);
    interest->highest = -1;
    want(interest, net->wake_fds.read_fd, true, false);
    want(interest, net->listen_fd, net->now_ms >= net->accept_again_ms, false);
    for (size_t i = 0; i < net->peer_count; i++) {
        const struct net_peer *const peer = net->peers[i];
        const bool connecting = peer->state == NET_PEER_CONNECTING;

        want(interest, peer->connection.fd, !connecting,
             connecting || net_connection_waits(&peer->connection));
    }
    for (size_t i = 0; i < net->accepted_count; i++) {
        want(interest, net->accepted[i]->fd, true,
             net_connection_waits(net->accepted[i]));
    }
}

static uint64_t earlier(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* How long until something of ours is due, at most timeout_ms. */
static uint64_t wait_ms(const struct net *net, uint32_t timeout_ms)
{
    const uint64_t heartbeat_ms = net->heartbeat_ms;
    uint64_t due = net->now_ms + timeout_ms;

    for (size_t i = 0; i < net->peer_count; i++) {
        due = earlier(due, net_peer_next_ms(net, net->peers[i]));
    }
    for (size_t i = 0; i < net->accepted_count; i++) {
        const struct net_connection *const connection = net->accepted[i];

        due = earlier(
            due, net_is_stranger(connection)
                     ? connection->opened_ms + NET_STRANGER_FOR * heartbeat_ms
                     : connection->heard_ms + NET_SILENT_FOR * heartbeat_ms);
    }
    if (net->accept_again_ms > net->now_ms) {
        due = earlier(due, net->accept_again_ms);
    }
    return due > net->now_ms ? due - net->now_ms : 0;
}

static void flush_accepted(struct net *net, struct net_connection *connection)
{
    if (!net_connection_waits(connection) || connection->blocked) {
        return;
    }
    const char *const reason = net_connection_write(net, connection);
    if (reason != NULL) {
        net_accepted_fail(net, connection, reason);
    }
}

void net_flush(struct net *net)
{
    for (size_t i = 0; i < net->peer_count; i++) {
        net_peer_flush(net, net->peers[i]);
    }
    for (size_t i = 0; i < net->accepted_count; i++) {
        flush_accepted(net, net->accepted[i]);
    }
}

/* Connections accepted or dialled from here on are not in these sets. */
static void handle(struct net *net, const struct interest *ready)
{
    for (size_t i = 0; i < net->peer_count; i++) {
        struct net_peer *const peer = net->peers[i];

        if (peer->connection.fd >= 0 &&
            FD_ISSET(peer->connection.fd, &ready->writable)) {
            net_peer_writable(net, peer);
        }
        if (peer->connection.fd >= 0 &&
            FD_ISSET(peer->connection.fd, &ready->readable)) {
            net_peer_readable(net, peer);
        }
    }
    for (size_t i = 0; i < net->accepted_count; i++) {
        struct net_connection *const connection = net->accepted[i];

        if (connection->fd >= 0 && FD_ISSET(connection->fd, &ready->writable)) {
            connection->blocked = false;
            flush_accepted(net, connection);
        }
        if (connection->fd >= 0 && FD_ISSET(connection->fd, &ready->readable)) {
            const char *const reason = net_connection_read(net, connection);
            if (reason != NULL) {
                net_accepted_fail(net, connection, reason);
            }
        }
    }
    net_sweep_accepted(net);
    if (FD_ISSET(net->listen_fd, &ready->readable)) {
        net_accept(net);
    }
}

/*
 * The waker sets wake_wanted, then looks whether we sleep; we say that we
 * sleep, then look whether it is wanted. In that order one of the two always
 * notices the other, and while the loop is busy a wake costs no system call.
 */
static int sleep_for(struct net *net, struct interest *interest, uint64_t ms)
{
    atomic_store(&net->sleeping, true);
    if (atomic_load(&net->wake_wanted)) {
        ms = 0;
    }
    struct timeval timeout = {.tv_sec = (time_t)(ms / 1000),
                              .tv_usec = (suseconds_t)(ms % 1000 * 1000)};
    const int count = select(interest->highest + 1, &interest->readable,
                             &interest->writable, NULL, &timeout);
    const int error = errno;

    atomic_store(&net->sleeping, false);
    if (count > 0 && FD_ISSET(net->wake_fds.read_fd, &interest->readable)) {
        net_wake_drain(&net->wake_fds);
    }
    /* After the drain: a later wake must find it false, and write again. */
    atomic_exchange(&net->wake_wanted, false);
    errno = error;
    return count;
}

int net_poll(struct net *net, uint32_t timeout_ms)
{
    struct interest interest;

    net->now_ms = net_clock_ms();
    net_sweep_dropped(net);
    net_sweep_accepted(net);
    net_flush(net);
    want_all(net, &interest);
    const int count = sleep_for(net, &interest, wait_ms(net, timeout_ms));
    if (count < 0 && errno != EINTR) {
        return -1;
    }
    net->now_ms = net_clock_ms();
    if (count > 0) {
        handle(net, &interest);
    }
    for (size_t i = 0; i < net->peer_count; i++) {
        net_peer_timers(net, net->peers[i]);
    }
    net_accepted_timers(net);
    return 0;
}

void net_wake(struct net *net)
{
    if (!atomic_exchange(&net->wake_wanted, true) &&
        atomic_load(&net->sleeping)) {
        net_wake_write(&net->wake_fds);
    }
}
