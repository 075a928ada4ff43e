/* SPDX-License-Identifier: MIT
 *
 * resolve.c - from "host:port" to addresses, off the loop's thread.
 *
 * getaddrinfo() cannot be called back. So a look-up is detached: it belongs
 * to its thread and to the one who asked, and whoever lets go last frees it.
 */
#include "net/resolve.h"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_ADDRESS = 256,
    MAX_LOOKUPS = 32, /* at once: a dead name server piles them up */
    STACK_BYTES = 512 * 1024
};

/* Cuts "host:port". false: it is not one. */
static bool split(const char *address, char host[MAX_ADDRESS], char port[6])
{
    const char *const colon = strrchr(address, ':');
    size_t host_bytes = colon == NULL ? 0 : (size_t)(colon - address);
    const size_t port_bytes = colon == NULL ? 0 : strlen(colon + 1);

    if (host_bytes >= MAX_ADDRESS || port_bytes == 0 || port_bytes > 5 ||
        strspn(colon + 1, "0123456789") != port_bytes ||
        atoi(colon + 1) > 65535) {
        return false;
    }
    memcpy(port, colon + 1, port_bytes + 1);
    if (host_bytes == 0) {
        memcpy(host, "127.0.0.1", sizeof "127.0.0.1");
        return true;
    }
    if (address[0] == '[' && address[host_bytes - 1] == ']') {
        address++;
        host_bytes -= 2;
    } else if (memchr(address, ':', host_bytes) != NULL) {
        return false; /* IPv6 without brackets: where does the port start? */
    }
    memcpy(host, address, host_bytes);
    host[host_bytes] = '\0';
    return host_bytes > 0;
}

static void take(struct net_resolved *resolved, const struct addrinfo *list,
                 int family)
{
    for (const struct addrinfo *info = list; info != NULL;
         info = info->ai_next) {
        struct net_address *const to = &resolved->addresses[resolved->count];

        if (info->ai_family != family || info->ai_addrlen > sizeof to->v6) {
            continue;
        }
        to->length = info->ai_addrlen;
        memset(&to->v6, 0, sizeof to->v6);
        memcpy(&to->v6, info->ai_addr, info->ai_addrlen);
        if (++resolved->count == NET_MAX_RESOLVED) {
            return;
        }
    }
}

bool net_resolve(const char *address, enum net_resolve_how how,
                 struct net_resolved *resolved)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    char host[MAX_ADDRESS];
    char port[6];

    resolved->count = 0;
    if (!split(address, host, port)) {
        snprintf(resolved->error, sizeof resolved->error,
                 "not of the form host:port");
        return false;
    }
    if (how == NET_RESOLVE_NUMERIC) {
        hints.ai_flags |= AI_NUMERICHOST;
    }
    const int error = getaddrinfo(host, port, &hints, &list);
    if (error != 0) {
        snprintf(resolved->error, sizeof resolved->error, "%s",
                 gai_strerror(error));
        return false;
    }
    take(resolved, list, AF_INET);
    if (resolved->count < NET_MAX_RESOLVED) {
        take(resolved, list, AF_INET6);
    }
    freeaddrinfo(list);
    if (resolved->count == 0) {
        snprintf(resolved->error, sizeof resolved->error, "no address");
    }
    return resolved->count > 0;
}

struct net_lookup {
    atomic_int holders; /* the thread and the one who asked */
    atomic_bool done;   /* resolved may be read */
    char address[MAX_ADDRESS];
    struct net_resolved resolved;
};

static atomic_int lookups_running;

static void let_go(struct net_lookup *lookup)
{
    if (atomic_fetch_sub(&lookup->holders, 1) == 1) {
        free(lookup);
    }
}

static void *run(void *argument)
{
    struct net_lookup *const lookup = argument;

    net_resolve(lookup->address, NET_RESOLVE_NAME, &lookup->resolved);
    atomic_store(&lookup->done, true);
    let_go(lookup);
    atomic_fetch_sub(&lookups_running, 1);
    return NULL;
}

/* Signals are for the threads that wait for them. */
static bool start_thread(struct net_lookup *lookup)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t all;
    sigset_t old;

    if (pthread_attr_init(&attributes) != 0) {
        return false;
    }
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &old);
    const int error = pthread_create(&thread, &attributes, run, lookup);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attributes);
    return error == 0;
}

struct net_lookup *net_lookup_start(const char *address)
{
    struct net_lookup *const lookup = calloc(1, sizeof *lookup);

    if (lookup == NULL) {
        return NULL;
    }
    atomic_init(&lookup->holders, 2);
    atomic_init(&lookup->done, false);
    snprintf(lookup->address, sizeof lookup->address, "%s", address);
    if (atomic_fetch_add(&lookups_running, 1) >= MAX_LOOKUPS ||
        !start_thread(lookup)) {
        atomic_fetch_sub(&lookups_running, 1);
        free(lookup);
        return NULL;
    }
    return lookup;
}

bool net_lookup_done(struct net_lookup *lookup, struct net_resolved *resolved)
{
    if (!atomic_load(&lookup->done)) {
        return false;
    }
    *resolved = lookup->resolved;
    let_go(lookup);
    return true;
}

void net_lookup_abandon(struct net_lookup *lookup)
{
    if (lookup != NULL) {
        let_go(lookup);
    }
}
