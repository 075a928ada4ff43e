/* SPDX-License-Identifier: MIT
 *
 * outgoing.h - a connection to another server's HTTP port, for one request.
 * Everything ends at its deadline (CLOCK_MONOTONIC nanoseconds).
 */
#ifndef HTTP_OUTGOING_H
#define HTTP_OUTGOING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outgoing {
    int fd;
    uint64_t deadline_ns;
    const atomic_bool *go_on; /* false: the server stops, nothing is awaited */
};

/* false: not connected. address: "host:port". A name is looked up, without
 * regard to the deadline. The other two fields are set. */
bool outgoing_connect(struct outgoing *to, const char *address);
void outgoing_close(struct outgoing *to);

bool outgoing_send(const struct outgoing *to, const void *bytes,
                   size_t byte_count);

/*
 * All that comes until the other side closes. NULL: it did not close in time,
 * more than max bytes came, or out of memory. Free with free().
 */
uint8_t *outgoing_receive(const struct outgoing *from, size_t max,
                          size_t *byte_count);

/* Where the empty line behind an answer's head begins; NULL: nowhere. */
const char *outgoing_head_end(const uint8_t *bytes, size_t byte_count);

#endif
