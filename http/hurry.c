/* SPDX-License-Identifier: MIT
 *
 * hurry.c - mg_stop() without its two seconds.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http/hurry.h"

enum { MAX_DESCRIPTORS = 65536, AGAIN_AFTER_NS = 20000000 };

static void poke_listener(const struct hurry *hurry)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(hurry->port)};
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0) {
        return;
    }
    if (inet_pton(AF_INET, hurry->host, &address.sin_addr) == 1) {
        (void)connect(fd, (const struct sockaddr *)&address, sizeof(address));
    }
    (void)close(fd);
}

/* Nothing more to read; an answer that is on its way still gets out. */
static void end_connections(const struct hurry *hurry)
{
    const long open_max = sysconf(_SC_OPEN_MAX);
    const int end = open_max > 0 && open_max < MAX_DESCRIPTORS
                        ? (int)open_max
                        : MAX_DESCRIPTORS;

    for (int fd = 0; fd < end; fd++) {
        struct sockaddr_in local = {0};
        struct sockaddr_in peer = {0};
        socklen_t local_bytes = sizeof(local);
        socklen_t peer_bytes = sizeof(peer);

        if (getsockname(fd, (struct sockaddr *)&local, &local_bytes) == 0 &&
            local.sin_family == AF_INET &&
            local.sin_port == htons(hurry->port) &&
            getpeername(fd, (struct sockaddr *)&peer, &peer_bytes) == 0) {
            (void)shutdown(fd, SHUT_RD);
        }
    }
}

static void *hurry_on(void *self)
{
    static const struct timespec again = {.tv_nsec = AGAIN_AFTER_NS};
    struct hurry *hurry = self;

    while (!atomic_load(&hurry->done)) {
        poke_listener(hurry);
        end_connections(hurry);
        (void)nanosleep(&again, NULL);
    }
    return NULL;
}

void hurry_begin(struct hurry *hurry, const char *host, uint16_t port)
{
    hurry->host = host;
    hurry->port = port;
    atomic_init(&hurry->done, false);
    /* Without the thread we stop all the same, only later. */
    hurry->started = pthread_create(&hurry->thread, NULL, hurry_on, hurry) == 0;
}

void hurry_end(struct hurry *hurry)
{
    if (hurry->started) {
        atomic_store(&hurry->done, true);
        (void)pthread_join(hurry->thread, NULL);
    }
}
