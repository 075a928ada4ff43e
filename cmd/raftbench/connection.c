/* SPDX-License-Identifier: MIT
 *
 * connection.c - one non-blocking HTTP connection with one request under way.
 */
#include "cmd/raftbench/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { IN_FIRST_BYTES = 4096 };

void connection_init(struct connection *c)
{
    *c = (struct connection){.fd = -1};
}

void connection_close(struct connection *c)
{
    if (c->fd >= 0) {
        close(c->fd);
    }
    c->fd = -1;
    c->connecting = false;
    c->in_bytes = 0;
}

void connection_destroy(struct connection *c)
{
    connection_close(c);
    free(c->out);
    free(c->in);
}

/* Room for this many bytes; what is there stays. */
static bool reserve(char **buffer, size_t *capacity, size_t bytes)
{
    if (bytes <= *capacity) {
        return true;
    }
    char *grown = realloc(*buffer, bytes);
    if (grown == NULL) {
        return false;
    }
    *buffer = grown;
    *capacity = bytes;
    return true;
}

static bool open_socket(struct connection *c, const struct target *target)
{
    const int on = 1;

    c->fd = socket(target->address.ss_family, SOCK_STREAM, 0);
    if (c->fd < 0) {
        return false;
    }
    if (fcntl(c->fd, F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(c->fd, F_SETFD, FD_CLOEXEC) != 0 ||
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0) {
        return false;
    }
    if (connect(c->fd, (const struct sockaddr *)&target->address,
                target->address_bytes) == 0) {
        return true;
    }
    c->connecting = errno == EINPROGRESS;
    return c->connecting;
}

/* What the socket takes now. False: the connection is broken. */
static bool send_more(struct connection *c)
{
    while (c->out_sent < c->out_bytes) {
        const ssize_t n = send(c->fd, c->out + c->out_sent,
                               c->out_bytes - c->out_sent, MSG_NOSIGNAL);

        if (n < 0) {
            return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
        }
        c->out_sent += (size_t)n;
    }
    return true;
}

void connection_send(struct connection *c, const struct target *target,
                     const struct request *request)
{
    char head[REQUEST_HEAD_BYTES];
    const size_t head_bytes = request_head(request, target->host, head);

    c->out_bytes = head_bytes + request->body_bytes;
    c->out_sent = 0;
    c->in_bytes = 0;
    c->refused = !reserve(&c->out, &c->out_capacity, c->out_bytes) ||
                 (c->fd < 0 && !open_socket(c, target));
    if (c->refused) {
        return;
    }
    memcpy(c->out, head, head_bytes);
    memcpy(c->out + head_bytes, request->body, request->body_bytes);
    if (!c->connecting) {
        (void)send_more(c); /* recv() will tell of a broken connection */
    }
}

short connection_events(const struct connection *c)
{
    const bool sending = c->connecting || c->out_sent < c->out_bytes;

    return sending ? POLLOUT | POLLIN : POLLIN;
}

/* A connect() that was under way has ended. False: in failure. */
static bool finish_connect(struct connection *c)
{
    int error = 0;
    socklen_t error_bytes = sizeof(error);

    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &error_bytes) != 0 ||
        error != 0) {
        return false;
    }
    c->connecting = false;
    return true;
}

/* One recv(). False: nothing came; *ended: nor will anything. */
static bool receive(struct connection *c, bool *ended)
{
    const size_t wanted = c->in_bytes + 1 < c->in_capacity ? c->in_capacity
                          : c->in_capacity == 0            ? IN_FIRST_BYTES
                                                           : c->in_capacity * 2;

    if (!reserve(&c->in, &c->in_capacity, wanted)) {
        *ended = true;
        return false;
    }
    const ssize_t n =
        recv(c->fd, c->in + c->in_bytes, c->in_capacity - c->in_bytes, 0);
    if (n > 0) {
        c->in_bytes += (size_t)n;
        return true;
    }
    *ended =
        n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
    return false;
}

enum connection_state connection_advance(struct connection *c,
                                         struct response *response)
{
    bool ended = false;

    if (c->refused || (c->connecting && !finish_connect(c))) {
        return CONNECTION_REFUSED;
    }
    const bool can_send = send_more(c);
    if (!receive(c, &ended) && !ended) {
        if (can_send) {
            return CONNECTION_WAITING;
        }
        ended = true;
    }
    if (c->in_bytes > RESPONSE_MAX_BYTES + REQUEST_HEAD_BYTES) {
        return CONNECTION_GARBLED;
    }
    switch (response_parse(c->in, c->in_bytes, ended, response)) {
    case RESPONSE_MORE:
        return CONNECTION_WAITING;
    case RESPONSE_BAD:
        return ended ? CONNECTION_ENDED : CONNECTION_GARBLED;
    case RESPONSE_DONE:
        break;
    }
    return response->total_bytes == c->in_bytes ? CONNECTION_ANSWERED
                                                : CONNECTION_GARBLED;
}

void connection_finish(struct connection *c, const struct response *response)
{
    if (!response->keep_alive || c->out_sent < c->out_bytes) {
        connection_close(c);
    }
    c->in_bytes = 0;
}
