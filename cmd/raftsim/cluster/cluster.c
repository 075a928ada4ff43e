/* SPDX-License-Identifier: MIT
 *
 * cluster.c - a whole cluster in one process: its servers' lives.
 */
#include "cmd/raftsim/cluster/cluster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/cluster_internal.h"
#include "cmd/raftsim/cluster/sim_memory.h"
#include "raft/check.h"

static void add_first_members(struct cluster *cluster)
{
    struct raft_config *config = &cluster->first_config;

    config->member_count = cluster->settings.member_count == 0
                               ? cluster->settings.server_count
                               : cluster->settings.member_count;
    for (size_t i = 0; i < config->member_count; i++) {
        struct raft_member *member = &config->members[i];

        member->id = i + 1;
        member->in_old = true;
        snprintf(member->address, sizeof(member->address), "S%zu", i + 1);
    }
}

struct cluster *cluster_create(const struct cluster_settings *settings)
{
    struct cluster *cluster = sim_calloc(1, sizeof(*cluster));

    raft_assert(settings->server_count >= 1);
    raft_assert(settings->server_count <= CLUSTER_MAX_SERVERS);
    cluster->settings = *settings;
    cluster->checker = checker_create();
    for (size_t i = 0; i < settings->server_count; i++) {
        cluster->servers[i].cluster = cluster;
        cluster->servers[i].place = i;
        cluster->servers[i].id = i + 1;
        cluster->servers[i].clock_percent = 100;
        cluster->servers[i].disk.piece_bytes = settings->piece_bytes;
    }
    add_first_members(cluster);
    return cluster;
}

void cluster_destroy(struct cluster *cluster)
{
    if (cluster == NULL) {
        return;
    }
    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        raft_node_destroy(cluster->servers[i].node);
        kv_destroy(cluster->servers[i].kv);
        sim_disk_wipe(&cluster->servers[i].disk);
    }
    sim_network_free(&cluster->network);
    sim_message_free(cluster->arriving);
    checker_destroy(cluster->checker);
    free(cluster);
}

void cluster_found(struct cluster *cluster, size_t place)
{
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const struct raft_entry first = {.term = 1,
                                     .type = RAFT_ENTRY_CONFIG,
                                     .byte_count = (uint32_t)raft_config_encode(
                                         &cluster->first_config, bytes),
                                     .bytes = bytes};
    struct sim_disk *disk = &cluster->servers[place].disk;

    sim_disk_add_entry(disk, &first);
    sim_disk_set_hard_state(disk, 1, RAFT_NO_SERVER);
}

struct cluster_server *cluster_find(struct cluster *cluster, raft_server_id id)
{
    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        if (cluster->servers[i].id == id) {
            return &cluster->servers[i];
        }
    }
    return NULL;
}

/* ---- Starting ------------------------------------------------------------ */

/* Every life of every server draws its time-outs anew. */
static struct raft_settings settings_of(const struct cluster_server *server)
{
    const struct cluster_settings *s = &server->cluster->settings;

    return (struct raft_settings){.id = server->id,
                                  .random_seed = s->seed * 1000003 +
                                                 server->id * 1009 +
                                                 server->start_count,
                                  .election_ticks_min = s->election_ticks_min,
                                  .election_ticks_max = s->election_ticks_max,
                                  .heartbeat_ticks = s->heartbeat_ticks,
                                  .options = s->options};
}

static void must_exist(const void *thing)
{
    if (thing == NULL) {
        fputs("raftsim: a server cannot be created: no memory, or settings "
              "that make no sense\n",
              stderr);
        exit(EXIT_FAILURE);
    }
}

enum raft_error cluster_start(struct cluster *cluster, size_t place)
{
    struct cluster_server *server = &cluster->servers[place];
    struct raft_start start = sim_disk_start(&server->disk);

    raft_assert(server->node == NULL);
    server->start_count++;

    const struct raft_settings settings = settings_of(server);
    const struct raft_node_parts parts = cluster_node_parts(server);

    server->kv = kv_create();
    must_exist(server->kv);
    server->node = raft_node_create(&settings, &parts);
    must_exist(server->node);
    if (!cluster->settings.config_in_log) {
        start.initial_config = &cluster->first_config;
    }
    checker_start(cluster->checker, place, server->id, &server->disk, &start);
    cluster_restore(server);
    if (cluster->watcher.started != NULL) {
        cluster->watcher.started(cluster->watcher.self, place);
    }
    return cluster_settle(server, raft_node_start(server->node, &start));
}

/* ---- Stopping ------------------------------------------------------------ */

static void add_rule_counts(const struct raft_node *node,
                            struct cluster_totals *totals)
{
    for (int rule = 0; rule < RAFT_RULE_COUNT; rule++) {
        const struct raft_rule_count *count =
            raft_node_rule_count(node, (enum raft_rule)rule);

        totals->rules[rule].taken += count->taken;
        totals->rules[rule].declined += count->declined;
    }
}

void cluster_stop(struct cluster_server *server, const struct sim_torn *torn,
                  bool disk_failed)
{
    static const struct sim_torn nothing;
    struct cluster *cluster = server->cluster;

    raft_assert(server->node != NULL);
    add_rule_counts(server->node, &cluster->totals);
    raft_node_destroy(server->node);
    kv_destroy(server->kv);
    server->node = NULL;
    server->kv = NULL;
    sim_disk_crash(&server->disk, torn == NULL ? &nothing : torn);
    checker_stop(cluster->checker, server->place);
    if (cluster->watcher.stopped != NULL) {
        cluster->watcher.stopped(cluster->watcher.self, server->place,
                                 disk_failed);
    }
}

void cluster_crash(struct cluster *cluster, size_t place,
                   const struct sim_torn *torn)
{
    cluster_stop(&cluster->servers[place], torn, false);
}

void cluster_wipe(struct cluster *cluster, size_t place, raft_server_id new_id)
{
    struct cluster_server *server = &cluster->servers[place];

    raft_assert(server->node == NULL);
    raft_assert(cluster_find(cluster, new_id) == NULL);
    sim_disk_wipe(&server->disk);
    server->disk.piece_bytes = cluster->settings.piece_bytes;
    server->id = new_id;
}

/* ---- Questions ----------------------------------------------------------- */

bool cluster_is_running(const struct cluster *cluster, size_t place)
{
    return cluster->servers[place].node != NULL;
}

void cluster_status(const struct cluster *cluster, size_t place,
                    struct raft_status *status)
{
    raft_node_status(cluster->servers[place].node, status);
}

void cluster_count_rules(const struct cluster *cluster,
                         struct cluster_totals *totals)
{
    *totals = cluster->totals;
    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        if (cluster->servers[i].node != NULL) {
            add_rule_counts(cluster->servers[i].node, totals);
        }
    }
    for (int rule = 0; rule < RAFT_RULE_COUNT; rule++) {
        totals->rules[rule].taken +=
            checker_held_count(cluster->checker, (enum raft_rule)rule);
    }
}

static bool same_entry(const struct raft_entry *a, const struct raft_entry *b)
{
    return a != NULL && b != NULL && a->term == b->term && a->type == b->type &&
           a->byte_count == b->byte_count &&
           (a->byte_count == 0 ||
            memcmp(a->bytes, b->bytes, a->byte_count) == 0);
}

/* The entry the disk will hold at an index when all writes are done. */
static const struct raft_entry *future_entry(const struct sim_disk *disk,
                                             raft_index index)
{
    const struct raft_entry *entry = sim_disk_entry(disk, index);

    for (size_t i = 0; i < disk->write_count; i++) {
        const struct sim_write *write = &disk->writes[i];

        if (write->type == SIM_WRITE_RESET ||
            (write->type == SIM_WRITE_TRUNCATE &&
             write->first_index <= index)) {
            entry = NULL;
        } else if (write->type == SIM_WRITE_APPEND &&
                   write->first_index <= index &&
                   index - write->first_index < write->count) {
            entry = &write->entries[index - write->first_index];
        }
    }
    return entry;
}

/* The disk may have forgotten less than the core: never more. */
static bool log_matches_disk(const struct cluster_server *server)
{
    struct raft_status status;

    raft_node_status(server->node, &status);
    for (raft_index index = status.first_index; index <= status.last_index;
         index++) {
        if (!same_entry(raft_entry_at(raft_node_core(server->node), index),
                        future_entry(&server->disk, index))) {
            return false;
        }
    }
    return future_entry(&server->disk, status.last_index + 1) == NULL;
}

bool cluster_logs_match_disks(const struct cluster *cluster)
{
    for (size_t i = 0; i < cluster->settings.server_count; i++) {
        const struct cluster_server *server = &cluster->servers[i];

        if (server->node != NULL && !log_matches_disk(server)) {
            return false;
        }
    }
    return true;
}
