/* SPDX-License-Identifier: MIT
 *
 * outgoing.c - a connection to another server's HTTP port, for one request.
 */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/address.h"
#include "http/outgoing.h"

enum { FIRST_BYTES = 4096 };

/* false: the deadline has come. */
static bool wait_for(int fd, short events, uint64_t deadline_ns)
{
    for (;;) {
        const uint64_t now = now_ns();
        struct pollfd wanted = {.fd = fd, .events = events};

        if (now >= deadline_ns) {
            return false;
        }
        const uint64_t ms = (deadline_ns - now) / 1000000 + 1;
        const int count = poll(&wanted, 1, ms > 60000 ? 60000 : (int)ms);

        if (count > 0) {
            return true;
        }
        if (count < 0 && errno != EINTR) {
            return false;
        }
    }
}

static bool is_connected(int fd, const struct sockaddr_in *address,
                         uint64_t deadline_ns)
{
    int error = 0;
    socklen_t error_bytes = sizeof(error);

    if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0) {
        return true;
    }
    return errno == EINPROGRESS && wait_for(fd, POLLOUT, deadline_ns) &&
           getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_bytes) == 0 &&
           error == 0;
}

int outgoing_connect(const char *address, uint64_t deadline_ns)
{
    struct sockaddr_in resolved;
    const int yes = 1;

    if (!address_look_up(address, &resolved)) {
        return -1;
    }
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0) {
        return -1;
    }
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(fd, F_SETFL, O_NONBLOCK) != 0 ||
        !is_connected(fd, &resolved, deadline_ns)) {
        outgoing_close(fd);
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    return fd;
}

void outgoing_close(int fd)
{
    (void)close(fd);
}

bool outgoing_send(int fd, const void *bytes, size_t byte_count,
                   uint64_t deadline_ns)
{
    const uint8_t *at = bytes;

    while (byte_count > 0) {
        const ssize_t sent = send(fd, at, byte_count, MSG_NOSIGNAL);

        if (sent > 0) {
            at += sent;
            byte_count -= (size_t)sent;
        } else if ((errno != EAGAIN && errno != EINTR) ||
                   !wait_for(fd, POLLOUT, deadline_ns)) {
            return false;
        }
    }
    return true;
}

uint8_t *outgoing_receive(int fd, size_t max, uint64_t deadline_ns,
                          size_t *byte_count)
{
    size_t capacity = FIRST_BYTES;
    uint8_t *bytes = malloc(capacity);

    *byte_count = 0;
    while (bytes != NULL && wait_for(fd, POLLIN, deadline_ns)) {
        const ssize_t got =
            recv(fd, bytes + *byte_count, capacity - *byte_count, 0);

        if (got == 0) {
            return bytes;
        }
        if (got < 0 && errno != EAGAIN && errno != EINTR) {
            break;
        }
        *byte_count += got > 0 ? (size_t)got : 0;
        if (*byte_count > max) {
            break;
        }
        if (*byte_count == capacity) {
            uint8_t *more = realloc(bytes, capacity * 2);

            if (more == NULL) {
                break;
            }
            bytes = more;
            capacity *= 2;
        }
    }
    free(bytes);
    return NULL;
}

const char *outgoing_head_end(const uint8_t *bytes, size_t byte_count)
{
    static const char blank[] = "\r\n\r\n";

    for (size_t i = 0; i + 4 <= byte_count; i++) {
        if (memcmp(bytes + i, blank, 4) == 0) {
            return (const char *)bytes + i;
        }
    }
    return NULL;
}
