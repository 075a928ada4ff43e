/* SPDX-License-Identifier: MIT
 *
 * buffer.c - bytes waiting at one end of a connection: a queue that grows.
 */
#include "net/buffer.h"

#include <stdlib.h>
#include <string.h>

enum {
    SMALLEST = 4096,
    KEPT = 1024 * 1024 /* an empty buffer larger than this is given back */
};

uint8_t *net_buffer_reserve(struct net_buffer *buffer, size_t byte_count)
{
    const size_t count = net_buffer_count(buffer);

    if (byte_count <= buffer->capacity - buffer->end) {
        return buffer->bytes + buffer->end;
    }
    if (byte_count > SIZE_MAX / 2 - count) {
        return NULL;
    }
    /* Moving alone must be paid for by what left since the last move. */
    if (buffer->start < count || byte_count > buffer->capacity - count) {
        size_t capacity = buffer->capacity;

        do {
            capacity = capacity < SMALLEST ? SMALLEST : capacity * 2;
        } while (capacity - count < byte_count);
        uint8_t *const bytes = realloc(buffer->bytes, capacity);
        if (bytes == NULL) {
            return NULL;
        }
        buffer->bytes = bytes;
        buffer->capacity = capacity;
    }
    memmove(buffer->bytes, buffer->bytes + buffer->start, count);
    buffer->start = 0;
    buffer->end = count;
    return buffer->bytes + count;
}

void net_buffer_consume(struct net_buffer *buffer, size_t byte_count)
{
    buffer->start += byte_count;
    if (buffer->start < buffer->end) {
        return;
    }
    buffer->start = 0;
    buffer->end = 0;
    if (buffer->capacity > KEPT) {
        net_buffer_free(buffer);
    }
}

void net_buffer_cut(struct net_buffer *buffer, size_t offset, size_t byte_count)
{
    uint8_t *const at = buffer->bytes + buffer->start + offset;
    const size_t rest = net_buffer_count(buffer) - offset - byte_count;

    memmove(at, at + byte_count, rest);
    buffer->end -= byte_count;
}

void net_buffer_free(struct net_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct net_buffer){0};
}
