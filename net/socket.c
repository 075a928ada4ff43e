/* SPDX-License-Identifier: MIT
 *
 * socket.c - sockets as we want them, and where systems differ.
 */
#include "net/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* SO_NOSIGPIPE does it there */
#endif

const char *net_address_text(const struct net_address *address,
                             char text[NET_ADDRESS_TEXT])
{
    char host[INET6_ADDRSTRLEN] = "?";

    if (address->any.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &address->v6.sin6_addr, host, sizeof host);
        snprintf(text, NET_ADDRESS_TEXT, "[%s]:%u", host,
                 ntohs(address->v6.sin6_port));
    } else {
        inet_ntop(AF_INET, &address->v4.sin_addr, host, sizeof host);
        snprintf(text, NET_ADDRESS_TEXT, "%s:%u", host,
                 ntohs(address->v4.sin_port));
    }
    return text;
}

bool net_fd_fits(int fd)
{
    return fd >= 0 && fd < FD_SETSIZE;
}

static int close_with(int fd, int error)
{
    close(fd);
    errno = error;
    return -1;
}

static int add_flags(int fd, int get, int set, int flags)
{
    const int old = fcntl(fd, get);

    return old < 0 ? -1 : fcntl(fd, set, old | flags);
}

/* Fits select(), does not block, does not outlive an exec. */
static int prepare(int fd)
{
    if (!net_fd_fits(fd)) {
        return close_with(fd, EMFILE);
    }
    if (add_flags(fd, F_GETFL, F_SETFL, O_NONBLOCK) != 0 ||
        add_flags(fd, F_GETFD, F_SETFD, FD_CLOEXEC) != 0) {
        return close_with(fd, errno);
    }
    return fd;
}

/* What fails here costs speed, not correctness. */
static void set_options(int fd, uint32_t silence_ms)
{
    const int on = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
#ifdef TCP_USER_TIMEOUT
    const unsigned timeout_ms = silence_ms;
    setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms,
               sizeof timeout_ms);
#else
    (void)silence_ms;
#endif
#ifdef SO_NOSIGPIPE
    setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &on, sizeof on);
#endif
}

int net_listen_on(const struct net_address *address)
{
    const int on = 1;
    int fd = socket(address->any.sa_family, SOCK_STREAM, 0);

    if (fd < 0 || (fd = prepare(fd)) < 0) {
        return -1;
    }
    /* A port whose old connections still linger can be taken at once. */
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, &address->any, address->length) != 0 ||
        listen(fd, SOMAXCONN) != 0) {
        return close_with(fd, errno);
    }
    return fd;
}

int net_connect_to(const struct net_address *address, uint32_t silence_ms)
{
    int fd = socket(address->any.sa_family, SOCK_STREAM, 0);

    if (fd < 0 || (fd = prepare(fd)) < 0) {
        return -1;
    }
    set_options(fd, silence_ms);
    if (connect(fd, &address->any, address->length) != 0 &&
        errno != EINPROGRESS && errno != EINTR) {
        return close_with(fd, errno);
    }
    return fd;
}

int net_accept_from(int listen_fd, struct net_address *address,
                    uint32_t silence_ms)
{
    address->length = sizeof address->v6;
    memset(&address->v6, 0, sizeof address->v6);
    int fd = accept(listen_fd, &address->any, &address->length);
    if (fd < 0 || (fd = prepare(fd)) < 0) {
        return -1;
    }
    set_options(fd, silence_ms);
    return fd;
}

int net_connect_result(int fd)
{
    struct net_address ours = {.length = sizeof ours.v6};
    struct net_address theirs = {.length = sizeof theirs.v6};
    int error = 0;
    socklen_t error_bytes = sizeof error;

    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_bytes) != 0) {
        return errno;
    }
    if (error != 0) {
        return error;
    }
    if (getsockname(fd, &ours.any, &ours.length) != 0 ||
        getpeername(fd, &theirs.any, &theirs.length) != 0) {
        return errno;
    }
    return ours.length == theirs.length &&
                   memcmp(&ours.any, &theirs.any, ours.length) == 0
               ? ECONNREFUSED
               : 0;
}

ptrdiff_t net_send_some(int fd, const uint8_t *bytes, size_t byte_count)
{
    return send(fd, bytes, byte_count, MSG_NOSIGNAL);
}

size_t net_unacknowledged(int fd)
{
#ifdef __linux__
    int bytes = 0;

    return ioctl(fd, TIOCOUTQ, &bytes) == 0 && bytes > 0 ? (size_t)bytes : 0;
#else
    (void)fd;
    return 0;
#endif
}

bool net_is_temporary(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

int net_wake_open(struct net_wake_fds *fds)
{
#ifdef __linux__
    fds->read_fd = prepare(eventfd(0, 0));
    fds->write_fd = fds->read_fd;
    return fds->read_fd < 0 ? -1 : 0;
#else
    int both[2];

    if (pipe(both) != 0) {
        return -1;
    }
    fds->read_fd = prepare(both[0]);
    fds->write_fd = prepare(both[1]);
    if (fds->read_fd < 0 || fds->write_fd < 0) {
        net_wake_close(fds);
        return -1;
    }
    return 0;
#endif
}

void net_wake_close(struct net_wake_fds *fds)
{
    if (fds->write_fd >= 0 && fds->write_fd != fds->read_fd) {
        close(fds->write_fd);
    }
    if (fds->read_fd >= 0) {
        close(fds->read_fd);
    }
    *fds = (struct net_wake_fds){-1, -1};
}

void net_wake_write(const struct net_wake_fds *fds)
{
    const int saved = errno;
    const uint64_t one = 1;

    /* Full means: it is readable already. */
    if (write(fds->write_fd, &one, sizeof one) < 0) {
        errno = saved;
    }
    errno = saved;
}

void net_wake_drain(const struct net_wake_fds *fds)
{
    uint64_t bytes[64];

    while (read(fds->read_fd, bytes, sizeof bytes) == (ptrdiff_t)sizeof bytes) {
    }
}
