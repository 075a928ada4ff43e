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

enum { FIRST_BYTES = 4096, LOOK_EVERY_MS = 100 };

/* false: the deadline has come, or the server stops. */
static bool wait_for(const struct outgoing *to, short events)
{
    while (atomic_load(to->go_on)) {
        const uint64_t now = now_ns();
        struct pollfd wanted = {.fd = to->fd, .events = events};

        if (now >= to->deadline_ns) {
            return false;
        }
        const uint64_t ms = (to->deadline_ns - now) / 1000000 + 1;
        const int count =
            poll(&wanted, 1, ms > LOOK_EVERY_MS ? LOOK_EVERY_MS : (int)ms);

        if (count > 0) {
            return true;
        }
        if (count < 0 && errno != EINTR) {
            return false;
        }
    }
    return false;
}

static bool is_connected(const struct outgoing *to,
                         const struct sockaddr_in *address)
{
    int error = 0;
    socklen_t error_bytes = sizeof(error);

    if (connect(to->fd, (const struct sockaddr *)address, sizeof(*address)) ==
        0) {
        return true;
    }
    return errno == EINPROGRESS && wait_for(to, POLLOUT) &&
           getsockopt(to->fd, SOL_SOCKET, SO_ERROR, &error, &error_bytes) ==
               0 &&
           error == 0;
}

bool outgoing_connect(struct outgoing *to, const char *address)
{
    struct sockaddr_in resolved;
    const int yes = 1;

    if (!address_look_up(address, &resolved)) {
        return false;
    }
    to->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (to->fd < 0) {
        return false;
    }
    if (fcntl(to->fd, F_SETFD, FD_CLOEXEC) != 0 ||
        fcntl(to->fd, F_SETFL, O_NONBLOCK) != 0 ||
        !is_connected(to, &resolved)) {
        outgoing_close(to);
        return false;
    }
    (void)setsockopt(to->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    return true;
}

void outgoing_close(struct outgoing *to)
{
    (void)close(to->fd);
    to->fd = -1;
}

bool outgoing_send(const struct outgoing *to, const void *bytes,
                   size_t byte_count)
{
    const uint8_t *at = bytes;

    while (byte_count > 0) {
        const ssize_t sent = send(to->fd, at, byte_count, MSG_NOSIGNAL);

        if (sent > 0) {
            at += sent;
            byte_count -= (size_t)sent;
        } else if ((errno != EAGAIN && errno != EINTR) ||
                   !wait_for(to, POLLOUT)) {
            return false;
        }
    }
    return true;
}

uint8_t *outgoing_receive(const struct outgoing *from, size_t max,
                          size_t *byte_count)
{
    size_t capacity = FIRST_BYTES;
    uint8_t *bytes = malloc(capacity);

    *byte_count = 0;
    while (bytes != NULL && wait_for(from, POLLIN)) {
        const ssize_t got =
            recv(from->fd, bytes + *byte_count, capacity - *byte_count, 0);

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
