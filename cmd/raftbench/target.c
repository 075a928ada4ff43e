/* SPDX-License-Identifier: MIT
 *
 * target.c - the servers under load: their names, resolved once.
 */
#include "cmd/raftbench/target.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

static bool is_loopback(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const struct sockaddr_in *)address;

        return ntohl(in->sin_addr.s_addr) >> 24 == 127;
    }
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;

        return IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
    }
    return false;
}

/* Cuts "host:port" or "[::1]:port" in two. */
static bool split(const char *text, char name[HOST_BYTES], const char **port)
{
    const char *colon = strrchr(text, ':');

    if (colon == NULL || colon[1] == '\0' || strlen(text) >= HOST_BYTES) {
        return false;
    }
    size_t n = (size_t)(colon - text);
    if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
        text++;
        n -= 2;
    }
    snprintf(name, HOST_BYTES, "%.*s", (int)n, text);
    *port = colon + 1;
    return n > 0;
}

static bool resolve(const struct targets *targets, struct target *target,
                    char error[TARGET_ERROR_BYTES])
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
                                   .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char name[HOST_BYTES];
    const char *port = NULL;

    if (!split(target->host, name, &port)) {
        snprintf(error, TARGET_ERROR_BYTES, "'%s' is not host:port",
                 target->host);
        return false;
    }
    const int failure = getaddrinfo(name, port, &hints, &found);
    if (failure != 0) {
        snprintf(error, TARGET_ERROR_BYTES, "%s: %s", target->host,
                 gai_strerror(failure));
        return false;
    }
    /* Servers on a loopback name mostly listen on IPv4: prefer it. */
    const struct addrinfo *chosen = found;
    for (const struct addrinfo *a = found; a != NULL; a = a->ai_next) {
        if (a->ai_family == AF_INET) {
            chosen = a;
            break;
        }
    }
    memcpy(&target->address, chosen->ai_addr, chosen->ai_addrlen);
    target->address_bytes = chosen->ai_addrlen;
    const bool allowed = targets->allow_remote || is_loopback(chosen->ai_addr);
    freeaddrinfo(found);
    if (!allowed) {
        snprintf(error, TARGET_ERROR_BYTES,
                 "%s is not a loopback address (--allow-remote permits it)",
                 target->host);
    }
    return allowed;
}

int targets_add(struct targets *targets, const char *host,
                char error[TARGET_ERROR_BYTES])
{
    struct target target = {0};

    for (size_t i = 0; i < targets->count; i++) {
        if (strcmp(targets->items[i].host, host) == 0) {
            return (int)i;
        }
    }
    if (targets->count == TARGETS_MAX || strlen(host) >= HOST_BYTES) {
        snprintf(error, TARGET_ERROR_BYTES, "%s: %s", "targets",
                 targets->count == TARGETS_MAX ? "more than 32"
                                               : "a name is too long");
        return -1;
    }
    snprintf(target.host, sizeof(target.host), "%s", host);
    if (!resolve(targets, &target, error)) {
        return -1;
    }
    targets->items[targets->count] = target;
    return (int)targets->count++;
}

bool targets_add_list(struct targets *targets, const char *list,
                      char error[TARGET_ERROR_BYTES])
{
    while (*list != '\0') {
        const size_t n = strcspn(list, ",");
        char host[HOST_BYTES];

        snprintf(host, sizeof(host), "%.*s", (int)n, list);
        if (n >= sizeof(host)) {
            snprintf(error, TARGET_ERROR_BYTES, "a name is too long");
            return false;
        }
        if (targets_add(targets, host, error) < 0) {
            return false;
        }
        list += n + (list[n] == ',' ? 1 : 0);
    }
    return true;
}
