/* SPDX-License-Identifier: MIT
 *
 * address.h - "host:port", as people type it, bind it and announce it.
 */
#ifndef RAFTD_ADDRESS_H
#define RAFTD_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ADDRESS_BYTES = 128 }; /* of "host:port", with the final NUL */

struct address {
    char host[ADDRESS_BYTES - 6];
    uint16_t port; /* 0: any free one */
};

/* Read "host:port" or ":port"; an empty host is 127.0.0.1. */
bool address_read(const char *text, struct address *address);

/* Write it as "host:port". text: ADDRESS_BYTES. */
void address_write(const struct address *address, char *text);

/*
 * The number to bind to for a host's name (IPv4). false: no such name.
 * text: ADDRESS_BYTES.
 */
bool address_resolve(const struct address *address, char *text);

/* Do both name the same place? localhost is 127.0.0.1. */
bool address_same(const char *one, const char *other);

/* Of a resolved address: only this machine; every interface there is. */
bool address_is_loopback(const char *resolved);
bool address_is_any(const char *resolved);

#endif
