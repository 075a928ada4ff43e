/* SPDX-License-Identifier: MIT
 *
 * ports.c - free loopback ports for servers that are about to start.
 */
#include "cmd/raftbench/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cmd/raftbench/clock.h"

enum { FIRST_PORT = 10240, PORT_COUNT = 32768 - FIRST_PORT };

/* A socket bound to the port, or -1. */
static int hold(uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port)};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 &&
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool ports_find_free(uint16_t ports[PORTS_MAX], size_t count)
{
    int held[PORTS_MAX];
    size_t found = 0;
    /* Two runs at one time begin at different places. */
    const uint64_t start = clock_ns() / 1000 + (uint64_t)getpid() * 7919;

    for (uint64_t i = 0; i < PORT_COUNT && found < count; i++) {
        const uint64_t offset = (start + i) % PORT_COUNT;
        const int fd = hold((uint16_t)(FIRST_PORT + offset));

        if (fd >= 0) {
            ports[found] = (uint16_t)(FIRST_PORT + offset);
            held[found++] = fd;
        }
    }
    for (size_t i = 0; i < found; i++) {
        close(held[i]);
    }
    return found == count;
}
