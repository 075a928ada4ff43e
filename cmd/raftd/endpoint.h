/* SPDX-License-Identifier: MIT
 *
 * endpoint.h - "host:port", as people type it, bind it and announce it.
 */
#ifndef RAFTD_ENDPOINT_H
#define RAFTD_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADDRESS_BYTES = 128 }; /* of "host:port", with the final NUL */

struct endpoint {
    char host[ADDRESS_BYTES - 6];
    uint16_t port; /* 0: any free one */
};

/* Read "host:port" or ":port"; an empty host is 127.0.0.1. */
bool endpoint_read(const char *text, struct endpoint *address);

/* Write it as "host:port". text: ADDRESS_BYTES. */
void endpoint_write(const struct endpoint *address, char *text);

/*
 * The number to bind to for a host's name (IPv4). false: no such name.
 * text: ADDRESS_BYTES.
 */
bool endpoint_resolve(const struct endpoint *address, char *text);

/* Do both name the same place? localhost is 127.0.0.1. */
bool endpoint_same(const char *one, const char *other);

/* Of a resolved address: only this machine; every interface there is. */
bool endpoint_is_loopback(const char *resolved);
bool endpoint_is_any(const char *resolved);

#endif
