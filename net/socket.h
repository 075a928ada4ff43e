/* SPDX-License-Identifier: MIT
 *
 * socket.h - sockets as we want them, and where systems differ.
 */
#ifndef NET_SOCKET_H
#define NET_SOCKET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct net_address {
    socklen_t length;
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    };
};

enum { NET_ADDRESS_TEXT = 64 };

/* "127.0.0.1:7001" or "[::1]:7001". Returns text. */
const char *net_address_text(const struct net_address *address,
                             char text[NET_ADDRESS_TEXT]);

/* A descriptor select() can take? Beyond that, FD_SET writes past its array. */
bool net_fd_fits(int fd);

/* Each returns a non-blocking descriptor below FD_SETSIZE, or -1 with errno
 * (EMFILE for one that is too high; it is closed). */
int net_listen_on(const struct net_address *address);
int net_connect_to(const struct net_address *address, uint32_t silence_ms);
int net_accept_from(int listen_fd, struct net_address *address,
                    uint32_t silence_ms);

/* What became of connect(): 0, or an errno. Connected to itself (both ends
 * drew the same port) is ECONNREFUSED: nobody listens there. */
int net_connect_result(int fd);

/* As send(), but never SIGPIPE. */
ptrdiff_t net_send_some(int fd, const uint8_t *bytes, size_t byte_count);

/* Sent, and not acknowledged by the other system. 0 where nobody can tell. */
size_t net_unacknowledged(int fd);

/* Does this errno only mean "not now"? */
bool net_is_temporary(int error);

/* Wakes a select(): write_fd makes read_fd readable. May be one descriptor. */
struct net_wake_fds {
    int read_fd;
    int write_fd;
};
int net_wake_open(struct net_wake_fds *fds);
void net_wake_close(struct net_wake_fds *fds);
void net_wake_write(const struct net_wake_fds *fds); /* signal-safe */
void net_wake_drain(const struct net_wake_fds *fds);

#endif
