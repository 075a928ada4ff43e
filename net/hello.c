/* SPDX-License-Identifier: MIT
 *
 * hello.c - a HELLO from somebody who dialled us: whether he is welcome, and
 * what becomes of an older connection in his name.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "net/internal.h"

/* Why he is wrong here, whatever his cluster. NULL: he is not. */
static const char *misled(const struct net *net, const struct frame *frame,
                          char text[NET_REASON_BYTES])
{
    const raft_server_id to = frame->route.to;

    if (frame->hello.server_id == net->self.server_id) {
        return net_is_self;
    }
    if (to != RAFT_NO_SERVER && to != net->self.server_id) {
        snprintf(text, NET_REASON_BYTES,
                 "server %016" PRIx64 " looks for server %016" PRIx64,
                 frame->hello.server_id, to);
        return text;
    }
    return NULL;
}

static const char *of_another_cluster(const struct net_hello *hello,
                                      char text[NET_REASON_BYTES])
{
    snprintf(text, NET_REASON_BYTES,
             "server %016" PRIx64 " is a member of another cluster",
             hello->server_id);
    return text;
}

static bool is_same_server(const struct net_connection *one,
                           const struct net_connection *other,
                           const struct net_hello *hello)
{
    return one != other && one->fd >= 0 && !net_is_stranger(one) &&
           one->hello.server_id == hello->server_id;
}

/* Two processes that run on copies of one data directory would replace each
 * other for ever: the one who is here stays for as long as he lives. */
static const struct net_connection *
find_double(const struct net *net, const struct net_connection *newest,
            const struct net_hello *hello)
{
    const uint64_t silence_ms =
        (NET_PING_AFTER + NET_PONG_WITHIN) * (uint64_t)net->heartbeat_ms;

    for (size_t i = 0; i < net->accepted_count; i++) {
        const struct net_connection *const one = net->accepted[i];

        if (is_same_server(one, newest, hello) &&
            strcmp(one->hello.raft_address, hello->raft_address) != 0 &&
            net->now_ms - one->heard_ms < silence_ms &&
            (net_is_member(net, one) || !net_same_cluster(net, hello))) {
            return one;
        }
    }
    return NULL;
}

/* He is told by a HELLO to nobody. */
static const char *refuse_double(struct net *net,
                                 struct net_connection *connection,
                                 const struct net_connection *first,
                                 const struct net_hello *hello)
{
    char text[NET_REASON_BYTES];

    snprintf(text, sizeof text,
             "server %016" PRIx64 " runs twice, at %s and at %s: a copy of its "
             "data directory?",
             hello->server_id, first->hello.raft_address, hello->raft_address);
    net_log_refusal(net, connection->from, text);
    net->stats.frames_rejected++;
    connection->refused = true;
    return net_connection_hello(net, connection, RAFT_NO_SERVER);
}

/* One server, one connection: the old one is of an earlier life. */
static void close_older(struct net *net, const struct net_connection *newest)
{
    for (size_t i = 0; i < net->accepted_count; i++) {
        if (is_same_server(net->accepted[i], newest, &newest->hello)) {
            net_connection_close(net->accepted[i]);
        }
    }
}

/* He hears who we are also when nothing comes of it. Who names nobody only
 * asks, and replaces nobody. */
static const char *answer_hello(struct net *net,
                                struct net_connection *connection,
                                const struct frame *frame, const char *why_not)
{
    const raft_server_id id = frame->hello.server_id;

    connection->introduced = true;
    connection->hello = frame->hello;
    connection->speaks = frame_speaks(frame->route.sequence);
    connection->refused = why_not != NULL;
    if (why_not != NULL) {
        net->stats.frames_rejected++;
        net_log_refusal(net, connection->from, why_not);
    } else if (frame->route.to == net->self.server_id) {
        close_older(net, connection);
    }
    const char *const reason = net_connection_hello(net, connection, id);
    if (reason == NULL && id != net->self.server_id &&
        net->events.introduced != NULL) {
        net->events.introduced(net->events.self, &connection->hello);
    }
    return reason;
}

const char *net_accepted_hello(struct net *net,
                               struct net_connection *connection,
                               const struct frame *frame)
{
    char text[NET_REASON_BYTES];

    if (connection->introduced &&
        frame->hello.server_id != connection->hello.server_id) {
        net->stats.frames_rejected++;
        return "its id changed";
    }
    const char *why_not = misled(net, frame, text);
    const struct net_connection *const first =
        why_not == NULL ? find_double(net, connection, &frame->hello) : NULL;
    connection->foreign = false;
    if (why_not == NULL && net_foreign_cluster(net, &frame->hello)) {
        connection->foreign = first == NULL;
        why_not = of_another_cluster(&frame->hello, text);
    }
    return why_not == NULL && first != NULL
               ? refuse_double(net, connection, first, &frame->hello)
               : answer_hello(net, connection, frame, why_not);
}
