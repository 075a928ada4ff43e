/* SPDX-License-Identifier: MIT
 *
 * accepted.c - those who dialled us: what they may say before and after
 * they introduced themselves.
 *
 * Anybody can connect here, so whoever has not given a proper HELLO gets few
 * places, little memory and little time.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/internal.h"

enum { ACCEPTS_A_POLL = 16, LINES_A_SECOND = 5, PAUSE_MS = 100 };

/* Strangers choose when we log about them: bounded. */
static void log_refusal(struct net *net, const char *from, const char *reason)
{
    const uint64_t second = net->now_ms / 1000;

    if (net->log_second != second) {
        net->log_second = second;
        net->log_lines = 0;
    }
    if (net->log_lines++ < LINES_A_SECOND) {
        net_log(net, "connection refused from=%s reason=\"%s\"", from, reason);
    }
}

/* Freed by the sweep: its frames may be in use further up the stack. */
void net_accepted_fail(struct net *net, struct net_connection *connection,
                       const char *reason)
{
    if (connection->fd < 0) {
        return;
    }
    net_connection_close(connection);
    if (!connection->introduced || connection->refused) {
        log_refusal(net, connection->from, reason);
    }
}

static bool is_stranger(const struct net_connection *connection)
{
    return connection->fd >= 0 &&
           (!connection->introduced || connection->refused);
}

/* The oldest stranger makes room for a newcomer. */
static void make_room(struct net *net)
{
    struct net_connection *oldest = NULL;
    size_t stranger_count = 0;

    for (size_t i = 0; i < net->accepted_count; i++) {
        struct net_connection *const connection = net->accepted[i];

        if (is_stranger(connection)) {
            stranger_count++;
            if (oldest == NULL || connection->opened_ms < oldest->opened_ms) {
                oldest = connection;
            }
        }
    }
    if (oldest != NULL && (stranger_count >= NET_MAX_STRANGERS ||
                           net->accepted_count == NET_MAX_ACCEPTED)) {
        net_accepted_fail(net, oldest, "too many strangers");
        net_sweep_accepted(net);
    }
}

static void add(struct net *net, int fd, const struct net_address *address)
{
    char from[NET_ADDRESS_TEXT];

    make_room(net);
    struct net_connection *const connection =
        net->accepted_count < NET_MAX_ACCEPTED ? calloc(1, sizeof *connection)
                                               : NULL;
    if (connection == NULL) {
        close(fd);
        log_refusal(net, net_address_text(address, from),
                    "too many connections");
        return;
    }
    connection->fd = -1;
    net_connection_open(net, connection, fd);
    net_address_text(address, connection->from);
    net->accepted[net->accepted_count++] = connection;
}

/* Called outside of callbacks only: it may free connections. */
void net_accept(struct net *net)
{
    for (int i = 0; i < ACCEPTS_A_POLL; i++) {
        struct net_address address;
        const int fd = net_accept_from(net->listen_fd, &address,
                                       NET_SILENT_FOR * net->heartbeat_ms);
        if (fd >= 0) {
            add(net, fd, &address);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
            errno == ENOMEM) {
            /* It stays readable: without a pause the loop would spin. */
            net->accept_again_ms = net->now_ms + PAUSE_MS;
            log_refusal(net, "?", net_error_text(net, errno));
        }
        if (errno != ECONNABORTED && errno != EINTR) {
            return;
        }
    }
}

/* One server, one connection: the old one is of an earlier life. Who names
 * nobody (to 0) only asks who we are, and may leave again. */
static void close_older(struct net *net, const struct net_connection *newest)
{
    for (size_t i = 0; i < net->accepted_count; i++) {
        struct net_connection *const other = net->accepted[i];

        if (other != newest && other->introduced && !other->refused &&
            other->hello.server_id == newest->hello.server_id) {
            net_connection_close(other);
        }
    }
}

static const char *take_hello(struct net *net,
                              struct net_connection *connection,
                              const struct frame *frame)
{
    const struct net_hello *const hello = &frame->hello;
    const raft_server_id to = frame->route.to;

    if (connection->introduced &&
        hello->server_id != connection->hello.server_id) {
        net->stats.frames_rejected++;
        return "its id changed";
    }
    connection->introduced = true;
    connection->hello = *hello;
    connection->refused = (to != RAFT_NO_SERVER && to != net->self.server_id) ||
                          hello->server_id == net->self.server_id ||
                          net_foreign_cluster(net, hello);
    const char *const reason =
        net_connection_hello(net, connection, hello->server_id);
    if (reason != NULL) {
        return reason;
    }
    if (connection->refused) {
        net->stats.frames_rejected++; /* he hears who we are, and leaves */
    } else if (to == net->self.server_id) {
        close_older(net, connection);
    }
    if (hello->server_id != net->self.server_id &&
        net->events.introduced != NULL) {
        net->events.introduced(net->events.self, &connection->hello);
    }
    return NULL;
}

static void take_invite(struct net *net, struct net_connection *connection,
                        const struct frame_route *route)
{
    if (net->self.cluster_id != 0 || route->cluster_id == 0 ||
        route->cluster_id != connection->hello.cluster_id) {
        net->stats.frames_rejected++;
        return;
    }
    if (net->events.invited != NULL) {
        net->events.invited(net->events.self, &connection->hello);
    }
}

static bool is_far_ahead(const struct net *net, raft_term term)
{
    return term > net->term && term - net->term > (raft_term)1 << 32;
}

static void take_message(struct net *net, struct net_connection *connection,
                         const struct frame *frame)
{
    const struct raft_message *const message = &frame->message;

    if (frame->route.cluster_id != net->self.cluster_id ||
        !net_same_cluster(net, &connection->hello) ||
        is_far_ahead(net, message->term) ||
        (message->type == RAFT_REQUEST_VOTE &&
         is_far_ahead(net, message->request_vote.asked_term))) {
        net->stats.frames_rejected++;
        return;
    }
    if (net->events.received != NULL) {
        net->events.received(net->events.self, message);
    }
}

const char *net_accepted_frame(struct net *net,
                               struct net_connection *connection,
                               const struct frame *frame)
{
    if (net_buffer_count(&connection->tx) > NET_MAX_ANSWERS) {
        return "reads no answers";
    }
    if (frame->type == FRAME_HELLO) {
        return take_hello(net, connection, frame);
    }
    if (!connection->introduced ||
        frame->route.from != connection->hello.server_id) {
        net->stats.frames_rejected++;
        return connection->introduced ? "frame of another server"
                                      : "no HELLO first";
    }
    if (connection->refused || frame->route.to != net->self.server_id) {
        net->stats.frames_rejected++;
        return NULL;
    }
    switch (frame->type) {
    case FRAME_PING:
        return net_connection_plain(net, connection, FRAME_PONG);
    case FRAME_INVITE:
        take_invite(net, connection, &frame->route);
        return NULL;
    case FRAME_PONG:
        net->stats.frames_rejected++;
        return "unexpected frame";
    default:
        take_message(net, connection, frame);
        return NULL;
    }
}

void net_accepted_timers(struct net *net)
{
    const uint64_t heartbeat_ms = net->heartbeat_ms;

    for (size_t i = 0; i < net->accepted_count; i++) {
        struct net_connection *const connection = net->accepted[i];

        if (is_stranger(connection) && net->now_ms - connection->opened_ms >=
                                           NET_STRANGER_FOR * heartbeat_ms) {
            net_accepted_fail(net, connection, "no proper HELLO in time");
        } else if (net->now_ms - connection->heard_ms >=
                   NET_SILENT_FOR * heartbeat_ms) {
            net_accepted_fail(net, connection, "silent");
        }
    }
}

void net_sweep_accepted(struct net *net)
{
    size_t kept = 0;

    for (size_t i = 0; i < net->accepted_count; i++) {
        struct net_connection *const connection = net->accepted[i];

        if (connection->fd >= 0) {
            net->accepted[kept++] = connection;
        } else {
            net_connection_free(connection);
            free(connection);
        }
    }
    net->accepted_count = kept;
}
