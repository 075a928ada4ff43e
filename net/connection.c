/* SPDX-License-Identifier: MIT
 *
 * connection.c - one TCP connection: queue, write, read, cut into frames.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "net/internal.h"
#include "raft/bytes.h"

static const char no_memory[] = "out of memory";

void net_connection_open(struct net *net, struct net_connection *connection,
                         int fd)
{
    net_connection_free(connection);
    connection->fd = fd;
    connection->blocked = false;
    connection->introduced = false;
    connection->refused = false;
    connection->has_heartbeat = false;
    connection->last_sequence = 0;
    connection->opened_ms = net->now_ms;
    connection->heard_ms = net->now_ms;
}

/* Keeps rx: the caller may be in the middle of its frames. */
void net_connection_close(struct net_connection *connection)
{
    if (connection->fd >= 0) {
        close(connection->fd);
    }
    connection->fd = -1;
}

void net_connection_free(struct net_connection *connection)
{
    net_connection_close(connection);
    net_buffer_free(&connection->rx);
    net_buffer_free(&connection->tx);
}

static void queued(struct net *net, struct net_connection *connection,
                   size_t frame_bytes)
{
    connection->tx.end += frame_bytes;
    net->stats.frames_sent++;
}

const char *net_connection_hello(struct net *net,
                                 struct net_connection *connection,
                                 raft_server_id to)
{
    uint8_t *const at =
        net_buffer_reserve(&connection->tx, FRAME_MAX_HELLO_BYTES);

    if (at == NULL) {
        return no_memory;
    }
    queued(net, connection,
           frame_put_hello(at, &net->self, to, ++net->sequence));
    return NULL;
}

const char *net_connection_plain(struct net *net,
                                 struct net_connection *connection,
                                 enum frame_type type)
{
    uint8_t *const at = net_buffer_reserve(&connection->tx, FRAME_HEADER_BYTES);
    const struct frame_route route = {net->self.cluster_id, net->self.server_id,
                                      connection->hello.server_id,
                                      ++net->sequence};

    if (at == NULL) {
        return no_memory;
    }
    queued(net, connection, frame_put_plain(at, type, &route));
    return NULL;
}

/*
 * A queued heartbeat says nothing that a newer one does not say better. It is
 * taken out, not overwritten: the newer one must stay behind the entries that
 * were queued in between.
 */
static void drop_older_heartbeat(struct net *net,
                                 struct net_connection *connection)
{
    if (connection->has_heartbeat) {
        net_buffer_cut(&connection->tx, connection->heartbeat_offset,
                       FRAME_HEARTBEAT_BYTES);
        connection->has_heartbeat = false;
        net->stats.frames_sent--;
    }
}

/* Queue it. false: no room; Raft will say it again. */
bool net_connection_message(struct net *net, struct net_connection *connection,
                            const struct raft_message *message)
{
    const size_t frame_bytes = frame_message_bytes(message);
    const bool is_heartbeat = message->type == RAFT_APPEND_ENTRIES &&
                              message->append_entries.entry_count == 0;

    if (is_heartbeat) {
        drop_older_heartbeat(net, connection);
    }
    const size_t waiting = net_buffer_count(&connection->tx);
    if (frame_bytes == 0 ||
        frame_bytes - FRAME_HEADER_BYTES > net->max_frame_bytes ||
        (waiting > 0 && waiting + frame_bytes > net->max_queue_bytes)) {
        return false;
    }
    uint8_t *const at = net_buffer_reserve(&connection->tx, frame_bytes);
    if (at == NULL) {
        return false;
    }
    if (is_heartbeat) {
        connection->has_heartbeat = true;
        connection->heartbeat_offset = waiting;
    }
    queued(
        net, connection,
        frame_put_message(at, net->self.cluster_id, ++net->sequence, message));
    return true;
}

static void sent(struct net *net, struct net_connection *connection,
                 size_t byte_count)
{
    net->stats.bytes_sent += byte_count;
    if (connection->has_heartbeat) {
        if (byte_count > connection->heartbeat_offset) {
            connection->has_heartbeat = false;
        } else {
            connection->heartbeat_offset -= byte_count;
        }
    }
    net_buffer_consume(&connection->tx, byte_count);
}

/* One send(): what it does not take waits until select() says so. */
const char *net_connection_write(struct net *net,
                                 struct net_connection *connection)
{
    const size_t waiting = net_buffer_count(&connection->tx);
    const ptrdiff_t count = net_send_some(
        connection->fd, connection->tx.bytes + connection->tx.start, waiting);

    if (count < 0) {
        connection->blocked = true;
        return net_is_temporary(errno) ? NULL : net_error_text(net, errno);
    }
    connection->blocked = (size_t)count < waiting;
    sent(net, connection, (size_t)count);
    return NULL;
}

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
             "protocol version %u, ours is %d", get_u16(bytes + 4),
             FRAME_VERSION);
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
    connection->heard_ms = net->now_ms;
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
        return no_memory;
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
