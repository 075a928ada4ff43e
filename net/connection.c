/* SPDX-License-Identifier: MIT
 *
 * connection.c - one TCP connection: open, queue, write (receive.c: read).
 */
#include <errno.h>
#include <unistd.h>

#include "net/internal.h"

const char net_no_memory[] = "out of memory";

void net_connection_open(struct net *net, struct net_connection *connection,
                         int fd)
{
    net_connection_free(connection);
    connection->fd = fd;
    connection->blocked = false;
    connection->introduced = false;
    connection->refused = false;
    connection->foreign = false;
    connection->absorb_asked = false;
    connection->absorb_answered = false;
    connection->has_heartbeat = false;
    connection->speaks = FRAME_OLDEST_VERSION;
    connection->applied = 0;
    connection->last_sequence = 0;
    connection->sent_bytes = 0;
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
        return net_no_memory;
    }
    queued(net, connection,
           frame_put_hello(at, &net->self, to, ++net->sequence));
    return NULL;
}

static struct frame_route next_route(struct net *net,
                                     const struct net_connection *connection)
{
    return (struct frame_route){net->self.cluster_id, net->self.server_id,
                                connection->hello.server_id, ++net->sequence};
}

const char *net_connection_plain(struct net *net,
                                 struct net_connection *connection,
                                 enum frame_type type)
{
    uint8_t *const at = net_buffer_reserve(&connection->tx, FRAME_HEADER_BYTES);
    const struct frame_route route = next_route(net, connection);

    if (at == NULL) {
        return net_no_memory;
    }
    queued(net, connection, frame_put_plain(at, type, &route));
    return NULL;
}

/* Only to members, and to those who know this kind of frame. */
const char *net_connection_applied(struct net *net,
                                   struct net_connection *connection)
{
    if (connection->speaks < frame_version_of(FRAME_APPLIED) ||
        !net_is_member(net, connection)) {
        return NULL;
    }
    uint8_t *const at =
        net_buffer_reserve(&connection->tx, FRAME_APPLIED_BYTES);
    const struct frame_route route = next_route(net, connection);

    if (at == NULL) {
        return net_no_memory;
    }
    queued(net, connection, frame_put_applied(at, &route, net->applied));
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
                       connection->heartbeat_bytes);
        connection->has_heartbeat = false;
        net->stats.frames_sent--;
    }
}

static bool says_i_lead(const struct raft_message *message)
{
    return message->type == RAFT_APPEND_ENTRIES
               ? message->append_entries.entry_count == 0
               : message->type == RAFT_INSTALL_SNAPSHOT &&
                     message->install_snapshot.is_heartbeat;
}

/* Queue it. false: no room, or too new for him; Raft will say it again. */
bool net_connection_message(struct net *net, struct net_connection *connection,
                            const struct raft_message *message)
{
    const size_t frame_bytes = frame_message_bytes(message);
    const bool is_heartbeat = says_i_lead(message);

    if (frame_version_of((uint8_t)message->type) > connection->speaks) {
        return false;
    }
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
        connection->heartbeat_bytes = frame_bytes;
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
    connection->sent_bytes += byte_count;
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
