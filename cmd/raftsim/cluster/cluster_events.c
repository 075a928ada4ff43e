/* SPDX-License-Identifier: MIT
 *
 * cluster_events.c - a whole cluster in one process: what happens to it.
 */
#include <stdio.h>

#include "cmd/raftsim/cluster/cluster_internal.h"
#include "raft/check.h"

/* ---- What the node is wired to ------------------------------------------- */

static void on_send(void *self, const struct raft_message *message)
{
    struct cluster_server *server = self;
    struct cluster *cluster = server->cluster;

    checker_send(cluster->checker, server->place, message);

    const struct sim_message *copy =
        sim_network_send(&cluster->network, message);

    if (cluster->watcher.sent != NULL) {
        cluster->watcher.sent(cluster->watcher.self, message,
                              copy == NULL ? 0 : copy->number);
    }
}

/* Everybody can reach everybody by id: nothing to dial. */
static void on_configure(void *self, const struct raft_config *config)
{
    (void)self;
    (void)config;
}

static void on_apply(void *self, raft_index index,
                     const struct raft_entry *entry)
{
    struct cluster_server *server = self;
    struct cluster *cluster = server->cluster;

    checker_apply(cluster->checker, server->place, index, entry);
    kv_apply(server->kv, index, entry);
    cluster->totals.applied_count++;
    if (cluster->watcher.applied != NULL) {
        cluster->watcher.applied(cluster->watcher.self, server->place, index,
                                 entry);
    }
}

static void on_read_answered(void *self, const struct raft_read_answer *answer)
{
    struct cluster_server *server = self;
    struct cluster *cluster = server->cluster;

    if (cluster->watcher.read_answered != NULL) {
        cluster->watcher.read_answered(cluster->watcher.self, server->place,
                                       answer);
    }
}

static void on_change_ended(void *self, uint64_t change_id,
                            enum raft_change_outcome outcome)
{
    struct cluster_server *server = self;
    struct cluster *cluster = server->cluster;

    if (cluster->watcher.change_ended != NULL) {
        cluster->watcher.change_ended(cluster->watcher.self, server->place,
                                      change_id, outcome);
    }
}

static void on_step(void *self, const struct raft_input *in,
                    enum raft_error error, const struct raft_effects *out)
{
    struct cluster_server *server = self;
    struct cluster *cluster = server->cluster;

    (void)in;
    (void)error;
    cluster->totals.steps++;
    cluster->totals.rule_events_lost += out->rule_events_lost;
    checker_step(cluster->checker, server->place, raft_node_core(server->node),
                 out);
    if (cluster->watcher.stepped != NULL) {
        cluster->watcher.stepped(cluster->watcher.self, server->place, out);
    }
}

struct raft_node_parts cluster_node_parts(struct cluster_server *server)
{
    return (struct raft_node_parts){
        .storage = sim_disk_interface(&server->disk),
        .transport = {.self = server,
                      .send = on_send,
                      .configure = on_configure},
        .machine = {.self = server,
                    .apply = on_apply,
                    .install = cluster_on_install,
                    .change_ended = on_change_ended,
                    .read_answered = on_read_answered},
        .snapshots = sim_snapshots_interface(&server->disk),
        .observer = {.self = server, .stepped = on_step}};
}

/* ---- Events -------------------------------------------------------------- */

static bool publishes_at_once(const struct cluster_server *server)
{
    return !server->disk_by_hand && !server->snapshots_by_hand &&
           cluster_has_unpublished(server);
}

/* Is there something that a server does by itself before anything else? */
static bool has_work(const struct cluster_server *server)
{
    return (!server->apply_by_hand && raft_node_has_more(server->node)) ||
           publishes_at_once(server) ||
           (!server->disk_by_hand && server->disk_slow_ticks == 0 &&
            server->disk.write_count > 0);
}

static enum raft_error work(struct cluster_server *server)
{
    if (!server->apply_by_hand && raft_node_has_more(server->node)) {
        return raft_node_apply_more(server->node);
    }
    if (publishes_at_once(server)) {
        return cluster_publish_one(server);
    }
    return raft_node_persisted(
        server->node,
        sim_disk_complete(&server->disk, server->disk.write_count));
}

enum raft_error cluster_settle(struct cluster_server *server,
                               enum raft_error error)
{
    enum raft_error disk = error;

    while (disk != RAFT_EDISK && has_work(server)) {
        disk = work(server);
        raft_assert(disk == RAFT_OK || disk == RAFT_EDISK);
    }
    if (disk == RAFT_EDISK) {
        cluster_stop(server, NULL, true);
        return RAFT_EDISK;
    }
    return error;
}

enum raft_error cluster_tick(struct cluster *cluster, size_t place,
                             uint32_t ticks)
{
    struct cluster_server *server = &cluster->servers[place];
    enum raft_error error = RAFT_OK;

    server->disk.now += ticks;
    if (!server->disk_by_hand && server->disk_slow_ticks > 0) {
        error = cluster_persist(
            cluster, place,
            sim_disk_count_due(&server->disk, server->disk_slow_ticks));
    }
    return error != RAFT_OK
               ? error
               : cluster_settle(server, raft_node_tick(server->node, ticks));
}

enum raft_error cluster_pass_time(struct cluster *cluster, size_t place,
                                  uint32_t ticks)
{
    struct cluster_server *server = &cluster->servers[place];
    const uint64_t hundredths =
        server->clock_remainder + (uint64_t)ticks * server->clock_percent;

    server->clock_remainder = (uint32_t)(hundredths % 100);
    return hundredths < 100
               ? RAFT_OK
               : cluster_tick(cluster, place, (uint32_t)(hundredths / 100));
}

enum raft_error cluster_propose(struct cluster *cluster, size_t place,
                                const struct raft_entry *entries, size_t count,
                                raft_index *first_index, raft_term *term)
{
    struct cluster_server *server = &cluster->servers[place];

    return cluster_settle(server, raft_node_propose(server->node, entries,
                                                    count, first_index, term));
}

enum raft_error cluster_read(struct cluster *cluster, size_t place,
                             uint64_t read_id, enum raft_read_level level)
{
    struct cluster_server *server = &cluster->servers[place];

    return cluster_settle(server, raft_node_read(server->node, read_id, level));
}

enum raft_error cluster_transfer(struct cluster *cluster, size_t place,
                                 raft_server_id to)
{
    struct cluster_server *server = &cluster->servers[place];

    return cluster_settle(server, raft_node_transfer(server->node, to));
}

enum raft_error cluster_change(struct cluster *cluster, size_t place,
                               uint64_t change_id, const raft_server_id ids[],
                               size_t id_count)
{
    struct cluster_server *server = &cluster->servers[place];
    struct raft_change change = {.change_id = change_id,
                                 .member_count = id_count};

    raft_assert(id_count <= RAFT_MAX_VOTERS);
    for (size_t i = 0; i < id_count; i++) {
        change.members[i].id = ids[i];
        snprintf(change.members[i].address, sizeof(change.members[i].address),
                 "S%llu", (unsigned long long)ids[i]);
    }
    return cluster_settle(server, raft_node_change(server->node, &change));
}

enum raft_error cluster_persist(struct cluster *cluster, size_t place,
                                size_t count)
{
    struct cluster_server *server = &cluster->servers[place];

    if (count == 0) {
        return RAFT_OK;
    }
    return cluster_settle(
        server, raft_node_persisted(server->node,
                                    sim_disk_complete(&server->disk, count)));
}

enum raft_error cluster_apply(struct cluster *cluster, size_t place)
{
    struct cluster_server *server = &cluster->servers[place];

    if (!raft_node_has_more(server->node)) {
        return RAFT_OK;
    }
    return cluster_settle(server, raft_node_apply_more(server->node));
}

enum raft_error cluster_deliver(struct cluster *cluster, size_t message_place)
{
    struct sim_message *message =
        sim_network_take(&cluster->network, message_place);
    struct cluster_server *server = cluster_find(cluster, message->message.to);
    enum raft_error error = RAFT_EINVALID;

    cluster->arriving = message;
    if (server != NULL && server->node != NULL) {
        error = cluster_settle(
            server, raft_node_receive(server->node, &message->message));
    }
    cluster->arriving = NULL;
    sim_message_free(message);
    return error;
}
