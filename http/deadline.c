/* SPDX-License-Identifier: MIT
 *
 * deadline.c - no request holds a worker longer than it may.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "http/deadline.h"

enum { LOOK_EVERY_MS = 100, MAX_DESCRIPTORS = 65536 };

struct watch_slot {
    /* Read without the lock by the watch, changed by the worker. 0: none. */
    atomic_ullong read_until_ns;
    atomic_ullong write_until_ns;
    /*
     * Held while a late request's socket is sought and shut: its worker stays
     * in watch_end() meanwhile, so the descriptor cannot become another's.
     */
    pthread_mutex_t lock;
    char client[48]; /* address in text, and port */
    int client_port;
};

struct watch {
    pthread_t thread;
    pthread_mutex_t lock; /* guards stop */
    pthread_cond_t wake;
    bool stop;
    atomic_uint port;
    unsigned slot_count;
    struct watch_slot slots[];
};

static uint64_t clock_ns(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * UINT64_C(1000000000) + (uint64_t)now.tv_nsec;
}

static bool is_address(const struct sockaddr_in *address, const char *text,
                       unsigned port)
{
    struct in_addr wanted;

    return address->sin_family == AF_INET && ntohs(address->sin_port) == port &&
           (text == NULL || (inet_pton(AF_INET, text, &wanted) == 1 &&
                             wanted.s_addr == address->sin_addr.s_addr));
}

/* The one connection from this client's port to ours. -1: it is gone. */
static int find_socket(const struct watch_slot *slot, unsigned port)
{
    const long open_max = sysconf(_SC_OPEN_MAX);
    const int end = open_max > 0 && open_max < MAX_DESCRIPTORS
                        ? (int)open_max
                        : MAX_DESCRIPTORS;

    for (int fd = 0; fd < end; fd++) {
        struct sockaddr_in peer = {0};
        struct sockaddr_in local = {0};
        socklen_t peer_bytes = sizeof(peer);
        socklen_t local_bytes = sizeof(local);

        if (getpeername(fd, (struct sockaddr *)&peer, &peer_bytes) == 0 &&
            is_address(&peer, slot->client, (unsigned)slot->client_port) &&
            getsockname(fd, (struct sockaddr *)&local, &local_bytes) == 0 &&
            is_address(&local, NULL, port)) {
            return fd;
        }
    }
    return -1;
}

static void look_at(struct watch *watch, struct watch_slot *slot, uint64_t now)
{
    const uint64_t read_until = atomic_load(&slot->read_until_ns);
    const uint64_t write_until = atomic_load(&slot->write_until_ns);

    if ((read_until == 0 || now < read_until) &&
        (write_until == 0 || now < write_until)) {
        return;
    }
    (void)pthread_mutex_lock(&slot->lock);
    /* It may have ended, or become another request, on our way here. */
    if (atomic_load(&slot->write_until_ns) == write_until) {
        const int fd = find_socket(slot, atomic_load(&watch->port));

        if (fd >= 0) {
            /* While there is time to write, the worker may answer 408. */
            (void)shutdown(fd, now < write_until ? SHUT_RD : SHUT_RDWR);
        }
        atomic_store(&slot->read_until_ns, 0);
        if (now >= write_until) {
            atomic_store(&slot->write_until_ns, 0);
        }
    }
    (void)pthread_mutex_unlock(&slot->lock);
}

static void *watch_all(void *self)
{
    struct watch *watch = self;
    struct timespec next;

    (void)clock_gettime(CLOCK_MONOTONIC, &next);
    (void)pthread_mutex_lock(&watch->lock);
    while (!watch->stop) {
        next.tv_nsec += LOOK_EVERY_MS * 1000000L;
        if (next.tv_nsec >= 1000000000L) {
            next.tv_nsec -= 1000000000L;
            next.tv_sec++;
        }
        (void)pthread_cond_timedwait(&watch->wake, &watch->lock, &next);
        const uint64_t now = clock_ns();

        for (unsigned i = 0; i < watch->slot_count; i++) {
            look_at(watch, &watch->slots[i], now);
        }
    }
    (void)pthread_mutex_unlock(&watch->lock);
    return NULL;
}

static int create_condition(pthread_cond_t *condition)
{
    pthread_condattr_t attributes;

    if (pthread_condattr_init(&attributes) != 0) {
        return -1;
    }
    int error = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);

    if (error == 0) {
        error = pthread_cond_init(condition, &attributes);
    }
    (void)pthread_condattr_destroy(&attributes);
    return error == 0 ? 0 : -1;
}

struct watch *watch_start(unsigned slot_count)
{
    struct watch *watch =
        calloc(1, sizeof(*watch) + slot_count * sizeof(watch->slots[0]));

    if (watch == NULL) {
        return NULL;
    }
    watch->slot_count = slot_count;
    if (create_condition(&watch->wake) != 0) {
        free(watch);
        return NULL;
    }
    /* A mutex of the default kind is only memory: this cannot fail. */
    (void)pthread_mutex_init(&watch->lock, NULL);
    for (unsigned i = 0; i < slot_count; i++) {
        (void)pthread_mutex_init(&watch->slots[i].lock, NULL);
    }
    if (pthread_create(&watch->thread, NULL, watch_all, watch) != 0) {
        (void)pthread_cond_destroy(&watch->wake);
        free(watch);
        return NULL;
    }
    return watch;
}

void watch_stop(struct watch *watch)
{
    if (watch == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&watch->lock);
    watch->stop = true;
    (void)pthread_cond_signal(&watch->wake);
    (void)pthread_mutex_unlock(&watch->lock);
    (void)pthread_join(watch->thread, NULL);
    for (unsigned i = 0; i < watch->slot_count; i++) {
        (void)pthread_mutex_destroy(&watch->slots[i].lock);
    }
    (void)pthread_mutex_destroy(&watch->lock);
    (void)pthread_cond_destroy(&watch->wake);
    free(watch);
}

void watch_set_port(struct watch *watch, uint16_t port)
{
    atomic_store(&watch->port, port);
}

struct watch_slot *watch_slot_of(struct watch *watch, unsigned number)
{
    return number < watch->slot_count ? &watch->slots[number] : NULL;
}

void watch_begin(struct watch_slot *slot, const struct mg_request_info *client,
                 uint64_t read_until_ns, uint64_t write_until_ns)
{
    if (slot == NULL) {
        return;
    }
    memcpy(slot->client, client->remote_addr, sizeof(slot->client));
    slot->client_port = client->remote_port;
    atomic_store_explicit(&slot->read_until_ns, read_until_ns,
                          memory_order_release);
    atomic_store_explicit(&slot->write_until_ns, write_until_ns,
                          memory_order_release);
}

void watch_end(struct watch_slot *slot)
{
    if (slot == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&slot->lock);
    atomic_store(&slot->read_until_ns, 0);
    atomic_store(&slot->write_until_ns, 0);
    (void)pthread_mutex_unlock(&slot->lock);
}

void watch_read_until(struct watch_slot *slot, uint64_t read_until_ns)
{
    if (slot != NULL) {
        atomic_store_explicit(&slot->read_until_ns, read_until_ns,
                              memory_order_release);
    }
}

void watch_write_until(struct watch_slot *slot, uint64_t write_until_ns)
{
    if (slot != NULL) {
        atomic_store_explicit(&slot->write_until_ns, write_until_ns,
                              memory_order_release);
    }
}
