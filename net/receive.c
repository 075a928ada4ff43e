/* SPDX-License-Identifier: MIT
 *
 * receive.c - what one TCP connection brings: read, cut into frames.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "net/internal.h"
#include "raft/bytes.h"

/* Only a member who dialled us has more to say than fits a HELLO. */
static uint32_t max_body_bytes(const struct net *net,
                               const struct net_connection *connection)
{
    return connection->peer == NULL && net_is_member(net, connection)
               ? net->max_frame_bytes
               : FRAME_MAX_HELLO_BYTES;
}

static const char *bad_frame(struct net *net, enum frame_error error,
                             const uint8_t *bytes)
{
    net->stats.frames_rejected++;
    if (error != FRAME_BAD_VERSION) {
        return frame_error_text(error);
    }
    snprintf(net->error_text, sizeof net->error_text,
             "protocol version %u, ours are %d to %d", get_u16(bytes + 4),
             FRAME_OLDEST_VERSION, FRAME_VERSION);
    return net->error_text;
}

static const char *take_frame(struct net *net,
                              struct net_connection *connection,
                              const struct frame *frame)
{
    net->stats.frames_received++;
    if (frame->route.sequence <= connection->last_sequence) {
        net->stats.frames_rejected++;
        return "sequence number does not rise";
    }
    connection->last_sequence = frame->route.sequence;
    return connection->peer != NULL
               ? net_peer_frame(net, connection->peer, frame)
               : net_accepted_frame(net, connection, frame);
}

/* *used: bytes of whole frames. A callback may close the connection. */
static const char *take_frames(struct net *net,
                               struct net_connection *connection,
                               const uint8_t *bytes, size_t byte_count,
                               size_t *used)
{
    *used = 0;
    while (connection->fd >= 0) {
        const uint8_t *const at = bytes + *used;
        struct frame frame;
        size_t frame_bytes = 0;
        const enum frame_error error = frame_decode(
            at, byte_count - *used, max_body_bytes(net, connection),
            &net->scratch, &frame, &frame_bytes);

        if (error == FRAME_MORE) {
            break;
        }
        if (error != FRAME_OK) {
            return bad_frame(net, error, at);
        }
        *used += frame_bytes;
        const char *const reason = take_frame(net, connection, &frame);
        if (reason != NULL) {
            return reason;
        }
    }
    return NULL;
}

static const char *keep(struct net_connection *connection, const uint8_t *bytes,
                        size_t byte_count)
{
    if (byte_count == 0) {
        return NULL;
    }
    uint8_t *const at = net_buffer_reserve(&connection->rx, byte_count);
    if (at == NULL) {
        return net_no_memory;
    }
    memcpy(at, bytes, byte_count);
    connection->rx.end += byte_count;
    return NULL;
}

/* One recv(), then every whole frame is handed on. Whole frames never get
 * copied; memory for a big one grows with the bytes that really arrive. */
const char *net_connection_read(struct net *net,
                                struct net_connection *connection)
{
    struct net_buffer *const rx = &connection->rx;
    const ptrdiff_t got =
        recv(connection->fd, net->read_buffer, NET_READ_BYTES, 0);
    size_t used = 0;

    if (got < 0) {
        return net_is_temporary(errno) ? NULL : net_error_text(net, errno);
    }
    if (got == 0) {
        return "closed by the other side";
    }
    const size_t count = (size_t)got;
    net->stats.bytes_received += count;
    connection->heard_ms = net->now_ms; /* on a slow link frames take long */
    if (net_buffer_count(rx) == 0) {
        const char *const reason =
            take_frames(net, connection, net->read_buffer, count, &used);
        return reason != NULL
                   ? reason
                   : keep(connection, net->read_buffer + used, count - used);
    }
    const char *reason = keep(connection, net->read_buffer, count);
    if (reason == NULL) {
        reason = take_frames(net, connection, rx->bytes + rx->start,
                             net_buffer_count(rx), &used);
        net_buffer_consume(rx, used);
    }
    return reason;
}
