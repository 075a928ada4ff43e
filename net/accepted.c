/* SPDX-License-Identifier: MIT
 *
 * accepted.c - those who dialled us: what they may say before and after
 * they introduced themselves.
 *
 * Anybody can connect here, so whoever has not given a proper HELLO gets few
 * places, little memory and little time.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/internal.h"

enum { ACCEPTS_A_POLL = 16, PAUSE_MS = 100 };

/* Freed by the sweep: its frames may be in use further up the stack. */
void net_accepted_fail(struct net *net, struct net_connection *connection,
                       const char *reason)
{
    if (connection->fd < 0) {
        return;
    }
    net_connection_close(connection);
    if (!connection->introduced && !connection->refused) {
        net_log_refusal(net, connection->from, reason);
    }
}

static void add(struct net *net, int fd, const struct net_address *address)
{
    char from[NET_ADDRESS_TEXT];

    net_make_room(net);
    struct net_connection *const connection =
        net->accepted_count < NET_MAX_ACCEPTED ? calloc(1, sizeof *connection)
                                               : NULL;
    if (connection == NULL) {
        close(fd);
        net_log_refusal(net, net_address_text(address, from),
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
            net_log_refusal(net, "?", net_error_text(net, errno));
        }
        if (errno != ECONNABORTED && errno != EINTR) {
            return;
        }
    }
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

bool net_is_answer(uint8_t frame_type)
{
    return frame_type == RAFT_REQUEST_VOTE_RESULT ||
           frame_type == RAFT_APPEND_ENTRIES_RESULT ||
           frame_type == RAFT_INSTALL_SNAPSHOT_RESULT;
}

static bool is_far_ahead(const struct net *net, raft_term term)
{
    return term > net->term && term - net->term > (raft_term)1 << 32;
}

void net_take_message(struct net *net, struct net_connection *connection,
                      const struct frame *frame)
{
    const struct raft_message *const message = &frame->message;

    if (frame->route.cluster_id != net->self.cluster_id ||
        !net_is_member(net, connection) || is_far_ahead(net, message->term) ||
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
        return net_accepted_hello(net, connection, frame);
    }
    if (!connection->introduced ||
        frame->route.from != connection->hello.server_id) {
        net->stats.frames_rejected++;
        return connection->introduced ? "frame of another server"
                                      : "no HELLO first";
    }
    if (frame->type == FRAME_ABSORB) { /* from one who is refused */
        return net_absorb_asked(net, connection, &frame->route);
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
    case FRAME_DECLINED:
        net->stats.frames_rejected++;
        return "unexpected frame";
    case FRAME_APPLIED:
        connection->applied = frame->applied;
        return NULL;
    default:
        net_take_message(net, connection, frame);
        return NULL;
    }
}

void net_accepted_timers(struct net *net)
{
    const uint64_t heartbeat_ms = net->heartbeat_ms;

    for (size_t i = 0; i < net->accepted_count; i++) {
        struct net_connection *const connection = net->accepted[i];

        if (net_is_stranger(connection) &&
            net->now_ms - connection->opened_ms >=
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
