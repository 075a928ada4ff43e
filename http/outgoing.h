/* SPDX-License-Identifier: MIT
 *
 * outgoing.h - a connection to another server's HTTP port, for one request.
 * Everything ends at its deadline (CLOCK_MONOTONIC nanoseconds).
 */
#ifndef HTTP_OUTGOING_H
#define HTTP_OUTGOING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A socket, or -1. address: "host:port". A name is looked up, without regard
 * to the deadline. */
int outgoing_connect(const char *address, uint64_t deadline_ns);
void outgoing_close(int fd);

bool outgoing_send(int fd, const void *bytes, size_t byte_count,
                   uint64_t deadline_ns);

/*
 * All that comes until the other side closes. NULL: it did not close in time,
 * more than max bytes came, or out of memory. Free with free().
 */
uint8_t *outgoing_receive(int fd, size_t max, uint64_t deadline_ns,
                          size_t *byte_count);

/* Where the empty line behind an answer's head begins; NULL: nowhere. */
const char *outgoing_head_end(const uint8_t *bytes, size_t byte_count);

#endif
