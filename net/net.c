/* SPDX-License-Identifier: MIT
 *
 * net.c - one struct net from creation to end, and what others may ask it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "net/internal.h"

uint64_t net_clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void net_log(struct net *net, const char *format, ...)
{
    char line[512];
    va_list arguments;

    if (net->events.log == NULL) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    net->events.log(net->events.self, line);
}

const char *net_error_text(struct net *net, int error)
{
    if (strerror_r(error, net->error_text, sizeof net->error_text) != 0) {
        snprintf(net->error_text, sizeof net->error_text, "error %d", error);
    }
    return net->error_text;
}

/* Both members, of the same one: Raft messages may pass. */
bool net_same_cluster(const struct net *net, const struct net_hello *hello)
{
    return net->self.cluster_id != 0 &&
           hello->cluster_id == net->self.cluster_id;
}

/* Both members, of different ones: there is nothing to talk about. */
bool net_foreign_cluster(const struct net *net, const struct net_hello *hello)
{
    return net->self.cluster_id != 0 && hello->cluster_id != 0 &&
           hello->cluster_id != net->self.cluster_id;
}

static int open_listener(struct net *net, const char *listen,
                         struct net_resolved *resolved)
{
    struct net_address bound = {.length = sizeof bound.v6};

    if (!net_resolve(listen, NET_RESOLVE_NAME, resolved)) {
        errno = 0;
        return -1;
    }
    net->listen_fd = net_listen_on(&resolved->addresses[0]);
    if (net->listen_fd < 0 ||
        getsockname(net->listen_fd, &bound.any, &bound.length) != 0) {
        return -1;
    }
    net->port = ntohs(bound.any.sa_family == AF_INET6 ? bound.v6.sin6_port
                                                      : bound.v4.sin_port);
    return 0;
}

static struct net *failed(struct net *net, char *error, size_t error_bytes,
                          const char *listen, const char *why)
{
    snprintf(error, error_bytes, "cannot listen on %s: %s", listen, why);
    net_destroy(net);
    return NULL;
}

static uint32_t or_default(uint32_t value, uint32_t standard)
{
    return value != 0 ? value : standard;
}

static void set_up(struct net *net, const struct net_settings *settings,
                   const struct net_events *events)
{
    net->events = *events;
    net->self = settings->self;
    net->heartbeat_ms = or_default(settings->heartbeat_ms, 50);
    net->max_queue_bytes =
        or_default(settings->max_queue_bytes, NET_DEFAULT_BYTES);
    net->max_frame_bytes =
        or_default(settings->max_frame_bytes, NET_DEFAULT_BYTES);
    net->listen_fd = -1;
    net->wake_fds = (struct net_wake_fds){-1, -1};
    net->now_ms = net_clock_ms();
    net->sequence = (uint64_t)FRAME_VERSION << FRAME_SPEAKS_SHIFT;
    net->random = settings->self.server_id ^ net->now_ms;
    atomic_init(&net->wake_wanted, false);
    atomic_init(&net->sleeping, false);
}

struct net *net_create(const struct net_settings *settings,
                       const struct net_events *events, char *error,
                       size_t error_bytes, bool *port_in_use)
{
    struct net_resolved resolved = {0};
    struct net *const net = calloc(1, sizeof *net);

    *port_in_use = false;
    if (net == NULL) {
        snprintf(error, error_bytes, "out of memory");
        return NULL;
    }
    set_up(net, settings, events);
    if (!frame_hello_is_sane(&net->self)) {
        return failed(net, error, error_bytes, settings->listen,
                      "id 0, or a name or address with control characters");
    }
    net->read_buffer = malloc(NET_READ_BYTES);
    if (net->read_buffer == NULL || net_wake_open(&net->wake_fds) != 0) {
        return failed(net, error, error_bytes, settings->listen,
                      net_error_text(net, errno));
    }
    if (open_listener(net, settings->listen, &resolved) != 0) {
        *port_in_use = errno == EADDRINUSE;
        return failed(net, error, error_bytes, settings->listen,
                      errno == 0 ? resolved.error : net_error_text(net, errno));
    }
    return net;
}

void net_destroy(struct net *net)
{
    if (net == NULL) {
        return;
    }
    for (size_t i = 0; i < net->peer_count; i++) {
        net_peer_destroy(net->peers[i]);
    }
    net_sweep_dropped(net);
    for (size_t i = 0; i < net->accepted_count; i++) {
        net_connection_close(net->accepted[i]);
    }
    net_sweep_accepted(net);
    if (net->listen_fd >= 0) {
        close(net->listen_fd);
    }
    net_wake_close(&net->wake_fds);
    frame_scratch_free(&net->scratch);
    free(net->read_buffer);
    free(net);
}

uint16_t net_port(const struct net *net)
{
    return net->port;
}

void net_set_term(struct net *net, raft_term term)
{
    net->term = term;
}

size_t net_peers(const struct net *net, struct net_peer_stats *peers,
                 size_t max)
{
    size_t count = 0;

    for (size_t i = 0; i < net->peer_count && count < max; i++) {
        const struct net_peer *const peer = net->peers[i];
        const bool open = peer->state == NET_PEER_OPEN;

        peers[count] = (struct net_peer_stats){
            .server_id = peer->target.server_id != RAFT_NO_SERVER
                             ? peer->target.server_id
                             : peer->hello.server_id,
            .open = open,
            .connected = open && net_same_cluster(net, &peer->hello),
            .foreign = !open && peer->hello_known &&
                       net_foreign_cluster(net, &peer->hello),
            .declined = peer->declined,
            .unheard = peer->unheard,
            .answered = peer->is_self       ? net->self.server_id
                        : peer->hello_known ? peer->hello.server_id
                                            : RAFT_NO_SERVER};
        memcpy(peers[count].address, peer->target.address,
               sizeof peers[count].address);
        count++;
    }
    return count;
}

void net_stats(const struct net *net, struct net_stats *stats)
{
    *stats = net->stats;
}
