/* SPDX-License-Identifier: MIT
 *
 * buffer.h - bytes waiting at one end of a connection: a queue that grows.
 */
#ifndef NET_BUFFER_H
#define NET_BUFFER_H

#include <stddef.h>
#include <stdint.h>

/* Holds bytes[start] up to, not including, bytes[end]. Starts as {0}. */
struct net_buffer {
    uint8_t *bytes;
    size_t start;
    size_t end;
    size_t capacity;
};

static inline size_t net_buffer_count(const struct net_buffer *buffer)
{
    return buffer->end - buffer->start;
}

/*
 * Room for byte_count more, at bytes + end; the caller then raises end.
 * Moves the contents. NULL: no memory, nothing changed.
 */
uint8_t *net_buffer_reserve(struct net_buffer *buffer, size_t byte_count);

/* Forget the first byte_count bytes. Gives back a lot of unused memory. */
void net_buffer_consume(struct net_buffer *buffer, size_t byte_count);

/* Take byte_count bytes out of the middle, at offset from the first one. */
void net_buffer_cut(struct net_buffer *buffer, size_t offset,
                    size_t byte_count);

void net_buffer_free(struct net_buffer *buffer);

#endif
