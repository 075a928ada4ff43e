/* SPDX-License-Identifier: MIT
 *
 * address.h - "host:port": where we listen, and the names we go by.
 */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include <netinet/in.h>

#include "http/server.h"

/*
 * Look the host up (an empty one is 127.0.0.1) and write "a.b.c.d:port".
 * false: error holds why.
 */
bool address_resolve(const char *listen, char *numeric, size_t numeric_bytes,
                     char *error, size_t error_bytes);

/* Where that is; a name is looked up, for as long as it takes. */
bool address_look_up(const char *address, struct sockaddr_in *resolved);

/*
 * Why this numeric address cannot be listened on: EADDRINUSE if the port is
 * somebody else's, another errno, or 0 if it can.
 */
int address_bind_error(const char *numeric);

/* Fill http->hosts, once http->port is known. false: an address too long. */
bool address_name_hosts(struct http *http);

#endif
