/* SPDX-License-Identifier: MIT
 *
 * address.c - "host:port": where we listen, and the names we go by.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/address.h"

static const char loopback[] = "127.0.0.1";

/* Split at the last ':'; port stays 0 when it is no number of one. */
static bool split(const char *address, char *host, size_t host_bytes,
                  unsigned *port)
{
    const char *colon = strrchr(address, ':');
    char *end = NULL;

    if (colon == NULL || colon[1] < '0' || colon[1] > '9' ||
        (size_t)(colon - address) >= host_bytes) {
        return false;
    }
    const unsigned long number = strtoul(colon + 1, &end, 10);

    if (*end != 0 || number > 65535) {
        return false;
    }
    memcpy(host, address, (size_t)(colon - address));
    host[colon - address] = 0;
    if (host[0] == 0) {
        (void)snprintf(host, host_bytes, "%s", loopback);
    }
    *port = (unsigned)number;
    return true;
}

bool address_look_up(const char *address, struct sockaddr_in *resolved)
{
    const struct addrinfo hints = {.ai_family = AF_INET,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char host[HTTP_ADDRESS_BYTES];
    unsigned port;

    if (!split(address, host, sizeof(host), &port) ||
        getaddrinfo(host, NULL, &hints, &found) != 0) {
        return false;
    }
    memcpy(resolved, found->ai_addr, sizeof(*resolved));
    freeaddrinfo(found);
    resolved->sin_port = htons((uint16_t)port);
    return true;
}

bool address_resolve(const char *listen, char *numeric, size_t numeric_bytes,
                     char *error, size_t error_bytes)
{
    const struct addrinfo hints = {.ai_family = AF_INET,
                                   .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    char host[HTTP_ADDRESS_BYTES];
    char text[INET_ADDRSTRLEN];
    struct sockaddr_in address;
    unsigned port;

    if (!split(listen, host, sizeof(host), &port)) {
        (void)snprintf(error, error_bytes, "%s: not host:port", listen);
        return false;
    }
    const int failed = getaddrinfo(host, NULL, &hints, &found);

    if (failed != 0) {
        (void)snprintf(error, error_bytes, "%s: %s", host,
                       gai_strerror(failed));
        return false;
    }
    memcpy(&address, found->ai_addr, sizeof(address));
    freeaddrinfo(found);
    (void)inet_ntop(AF_INET, &address.sin_addr, text, sizeof(text));
    (void)snprintf(numeric, numeric_bytes, "%s:%u", text, port);
    return true;
}

int address_bind_error(const char *numeric)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    char host[HTTP_ADDRESS_BYTES];
    const int yes = 1;
    unsigned port;

    if (!split(numeric, host, sizeof(host), &port) ||
        inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        return EINVAL;
    }
    address.sin_port = htons((uint16_t)port);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0) {
        return errno;
    }
    /* As civetweb binds: an old connection is no reason, a listener is. */
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    const int failed =
        bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0
            ? errno
            : 0;

    (void)close(fd);
    return failed;
}

static bool add_host(struct http *http, const char *host, unsigned port)
{
    char *to = http->hosts[http->host_count++];
    const int length = snprintf(to, HTTP_ADDRESS_BYTES, "%s:%u", host, port);

    return length > 0 && length < HTTP_ADDRESS_BYTES && http_is_address(to);
}

/* Port 0 stands for the one we got. */
static bool add_address(struct http *http, const char *address)
{
    char host[HTTP_ADDRESS_BYTES];
    unsigned port;

    return split(address, host, sizeof(host), &port) &&
           add_host(http, host, port == 0 ? http->port : port);
}

bool address_name_hosts(struct http *http)
{
    const struct http_settings *settings = &http->settings;

    http->host_count = 0;
    return add_address(http, settings->advertise != NULL ? settings->advertise
                                                         : settings->listen) &&
           add_address(http, settings->listen) &&
           add_host(http, "localhost", http->port) &&
           add_host(http, loopback, http->port);
}

bool http_is_us(const struct http *http, const char *address, size_t bytes)
{
    for (size_t i = 0; i < http->host_count; i++) {
        const char *host = http->hosts[i];
        const size_t length = strlen(host);

        if (length == bytes && strncasecmp(host, address, bytes) == 0) {
            return true;
        }
        /* Clients leave out the port of the scheme. */
        if (length == bytes + 3 && strcmp(host + bytes, ":80") == 0 &&
            strncasecmp(host, address, bytes) == 0) {
            return true;
        }
    }
    return false;
}

bool http_is_address(const char *address)
{
    const char *at = address;

    while (*at > ' ' && *at <= '~') {
        at++;
    }
    return *at == 0 && at > address;
}
