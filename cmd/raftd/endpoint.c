/* SPDX-License-Identifier: MIT
 *
 * endpoint.c - reads, writes, compares and resolves "host:port".
 */
#include "cmd/raftd/endpoint.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static bool read_port(const char *text, uint16_t *port)
{
    unsigned value = 0;

    if (*text == '\0' || strlen(text) > 5) {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        value = value * 10 + (unsigned)(*text - '0');
    }
    *port = (uint16_t)value;
    return value <= UINT16_MAX;
}

/* What a name, a number or 0.0.0.0 may consist of; IPv6 has no place yet. */
static bool is_host(const char *host)
{
    for (; *host != '\0'; host++) {
        const bool letter =
            (*host >= 'a' && *host <= 'z') || (*host >= 'A' && *host <= 'Z');
        const bool other = (*host >= '0' && *host <= '9') || *host == '.' ||
                           *host == '-' || *host == '_';

        if (!letter && !other) {
            return false;
        }
    }
    return true;
}

bool endpoint_read(const char *text, struct endpoint *address)
{
    const char *colon = strrchr(text, ':');
    struct endpoint read = {.host = "127.0.0.1"};

    if (colon == NULL || (size_t)(colon - text) >= sizeof read.host ||
        !read_port(colon + 1, &read.port)) {
        return false;
    }
    if (colon != text) {
        memcpy(read.host, text, (size_t)(colon - text));
        read.host[colon - text] = '\0';
    }
    if (!is_host(read.host)) {
        return false;
    }
    *address = read;
    return true;
}

void endpoint_write(const struct endpoint *address, char *text)
{
    snprintf(text, ADDRESS_BYTES, "%s:%u", address->host,
             (unsigned)address->port);
}

bool endpoint_resolve(const struct endpoint *address, char *text)
{
    const struct addrinfo wanted = {.ai_family = AF_INET,
                                    .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    struct sockaddr_in place;
    struct endpoint number = {.port = address->port};

    if (getaddrinfo(address->host, NULL, &wanted, &found) != 0) {
        return false;
    }
    memcpy(&place, found->ai_addr, sizeof place);
    freeaddrinfo(found);
    inet_ntop(AF_INET, &place.sin_addr, number.host, sizeof number.host);
    endpoint_write(&number, text);
    return true;
}

bool endpoint_same(const char *one, const char *other)
{
    struct endpoint a, b;

    if (!endpoint_read(one, &a) || !endpoint_read(other, &b)) {
        return false;
    }
    if (strcmp(a.host, "localhost") == 0) {
        snprintf(a.host, sizeof a.host, "127.0.0.1");
    }
    if (strcmp(b.host, "localhost") == 0) {
        snprintf(b.host, sizeof b.host, "127.0.0.1");
    }
    return a.port == b.port && strcmp(a.host, b.host) == 0;
}

bool endpoint_is_loopback(const char *resolved)
{
    return strncmp(resolved, "127.", 4) == 0;
}

bool endpoint_is_any(const char *resolved)
{
    return strncmp(resolved, "0.0.0.0:", 8) == 0;
}
