/* SPDX-License-Identifier: MIT
 *
 * http_client.c - raw HTTP over a loopback socket, for tests.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/http_client.h"

enum { MAX_HEAD_BYTES = 32768, TIMEOUT_MS = 10000 };

static uint64_t clock_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static bool wait_for(int fd, short events, uint64_t deadline_ms)
{
    const uint64_t now = clock_ms();
    struct pollfd poll_fd = {.fd = fd, .events = events};

    if (now >= deadline_ms) {
        return false;
    }
    return poll(&poll_fd, 1, (int)(deadline_ms - now)) > 0;
}

int http_client_connect(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port)};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);
    const int yes = 1;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 ||
        connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        if (fd >= 0) {
            (void)close(fd);
        }
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    return fd;
}

bool http_client_send(int fd, const void *bytes, size_t byte_count)
{
    const uint64_t deadline_ms = clock_ms() + TIMEOUT_MS;
    const char *at = bytes;

    while (byte_count > 0) {
        const ssize_t sent =
            send(fd, at, byte_count, MSG_NOSIGNAL | MSG_DONTWAIT);

        if (sent > 0) {
            at += sent;
            byte_count -= (size_t)sent;
        } else if (errno != EAGAIN || !wait_for(fd, POLLOUT, deadline_ms)) {
            return false;
        }
    }
    return true;
}

void http_client_finish(int fd)
{
    (void)shutdown(fd, SHUT_WR);
}

/* Up to count bytes; 0: closed, or the deadline. */
static size_t receive(int fd, void *to, size_t count, uint64_t deadline_ms)
{
    if (!wait_for(fd, POLLIN, deadline_ms)) {
        return 0;
    }
    const ssize_t got = recv(fd, to, count, 0);

    return got > 0 ? (size_t)got : 0;
}

/* Byte by byte, so that nothing of the next answer is taken. */
static bool receive_head(int fd, char *head, uint64_t deadline_ms)
{
    size_t count = 0;

    while (count + 1 < MAX_HEAD_BYTES) {
        if (receive(fd, head + count, 1, deadline_ms) != 1) {
            return false;
        }
        head[++count] = 0;
        if (count >= 4 && memcmp(head + count - 4, "\r\n\r\n", 4) == 0) {
            return true;
        }
    }
    return false;
}

const char *http_reply_field(const struct http_reply *reply, const char *name,
                             char *value, size_t value_bytes)
{
    const size_t name_bytes = strlen(name);
    const char *line = reply->head;

    while (line != NULL && *line != 0) {
        if (strncasecmp(line, name, name_bytes) == 0 &&
            line[name_bytes] == ':') {
            const char *from = line + name_bytes + 1;

            from += strspn(from, " ");
            (void)snprintf(value, value_bytes, "%.*s",
                           (int)strcspn(from, "\r\n"), from);
            return value;
        }
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return NULL;
}

static bool receive_body(int fd, struct http_reply *reply, uint64_t deadline_ms)
{
    char length[32];
    size_t count = 0;

    if (http_reply_field(reply, "Content-Length", length, sizeof(length)) ==
        NULL) {
        return false;
    }
    reply->body_bytes = (size_t)strtoull(length, NULL, 10);
    reply->body = calloc(1, reply->body_bytes + 1);
    while (reply->body != NULL && count < reply->body_bytes) {
        const size_t got = receive(fd, reply->body + count,
                                   reply->body_bytes - count, deadline_ms);

        if (got == 0) {
            return false;
        }
        count += got;
    }
    return reply->body != NULL;
}

struct http_reply http_client_receive(int fd, bool body_expected,
                                      unsigned timeout_ms)
{
    const uint64_t deadline_ms = clock_ms() + timeout_ms;
    struct http_reply reply = {.head = calloc(1, MAX_HEAD_BYTES)};
    struct http_reply none = {.status = 0};
    char connection[32] = "";

    if (reply.head == NULL || !receive_head(fd, reply.head, deadline_ms) ||
        sscanf(reply.head, "HTTP/1.1 %d", &reply.status) != 1) {
        http_reply_free(&reply);
        return none;
    }
    if (reply.status >= 200 && body_expected &&
        !receive_body(fd, &reply, deadline_ms)) {
        http_reply_free(&reply);
        return none;
    }
    (void)http_reply_field(&reply, "Connection", connection,
                           sizeof(connection));
    reply.closed = strcmp(connection, "close") == 0;
    return reply;
}

void http_reply_free(struct http_reply *reply)
{
    free(reply->head);
    free(reply->body);
    *reply = (struct http_reply){.status = 0};
}

bool http_client_closed(int fd, unsigned timeout_ms)
{
    char byte;

    return wait_for(fd, POLLIN, clock_ms() + timeout_ms) &&
           recv(fd, &byte, 1, 0) <= 0;
}

struct http_reply http_client_request(uint16_t port, const char *method,
                                      const char *target, const char *body)
{
    struct http_reply reply = {.status = 0};
    const size_t body_bytes = body == NULL ? 0 : strlen(body);
    const size_t max = strlen(target) + body_bytes + 256;
    char *request = malloc(max);
    const int fd = http_client_connect(port);

    if (request != NULL && fd >= 0) {
        int count = snprintf(request, max,
                             "%s %s HTTP/1.1\r\n"
                             "Host: 127.0.0.1:%u\r\nConnection: close\r\n",
                             method, target, (unsigned)port);

        if (body != NULL) {
            count += snprintf(request + count, max - (size_t)count,
                              "Content-Length: %zu\r\n", body_bytes);
        }
        count += snprintf(request + count, max - (size_t)count, "\r\n%s",
                          body == NULL ? "" : body);
        (void)http_client_send(fd, request, (size_t)count);
        reply =
            http_client_receive(fd, strcmp(method, "HEAD") != 0, TIMEOUT_MS);
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    free(request);
    return reply;
}

int http_client_status(uint16_t port, const char *method, const char *target,
                       const char *body)
{
    struct http_reply reply = http_client_request(port, method, target, body);
    const int status = reply.status;

    http_reply_free(&reply);
    return status;
}
