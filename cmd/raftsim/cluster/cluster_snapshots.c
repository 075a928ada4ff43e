/* SPDX-License-Identifier: MIT
 *
 * cluster_snapshots.c - a whole cluster in one process: snapshots (section 7).
 *
 * The bytes of one are its configuration and then the map, as kv/snapshot.h
 * writes it. Whoever gets them from a leader has nothing else to go by.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/cluster_internal.h"
#include "cmd/raftsim/cluster/sim_memory.h"
#include "kv/snapshot.h"
#include "raft/bytes.h"
#include "raft/check.h"

enum { HEADER_BYTES = 16, SLICE_PAIRS = 1000 };

/* FNV-1a: enough to tell two snapshots from each other. */
static uint32_t checksum_of(const uint8_t *bytes, size_t byte_count)
{
    uint32_t hash = 0x811c9dc5u;

    for (size_t i = 0; i < byte_count; i++) {
        hash = (hash ^ bytes[i]) * 0x01000193u;
    }
    return hash;
}

/* ---- Taking -------------------------------------------------------------- */

/* Behind what is in bytes already; there is room for all. */
static void write_map(struct kv *kv, uint8_t *bytes, size_t capacity)
{
    struct kv_slice slice = {
        .bytes = bytes, .capacity = capacity, .max_pairs = SLICE_PAIRS};

    while (kv_snapshot_slice(kv, &slice) == KV_SLICE_MORE) {
        slice.bytes += slice.byte_count;
        slice.capacity -= slice.byte_count;
        raft_assert(slice.capacity > 0);
    }
}

/* meta: byte_count and checksum are filled in. */
static uint8_t *write_snapshot(struct kv *kv, struct raft_snapshot *meta)
{
    uint8_t config[RAFT_MAX_CONFIG_BYTES];
    const size_t config_bytes = raft_config_encode(&meta->config, config);
    struct kv_snapshot_info info;

    raft_assert(kv_snapshot_begin(kv, &info));
    raft_assert(info.applied_index == meta->last_index);
    meta->byte_count = HEADER_BYTES + config_bytes + info.byte_count;

    uint8_t *bytes = sim_calloc(1, (size_t)meta->byte_count + 1);

    put_u64(bytes, config_bytes);
    put_u64(bytes + 8, meta->config.index);
    memcpy(bytes + HEADER_BYTES, config, config_bytes);
    write_map(kv, bytes + HEADER_BYTES + config_bytes,
              (size_t)info.byte_count + 1);
    meta->checksum = checksum_of(bytes, (size_t)meta->byte_count);
    return bytes;
}

static void note_state(struct cluster_server *server, raft_index index)
{
    struct kv_stats stats;

    kv_stats(server->kv, &stats);
    checker_state(server->cluster->checker, server->place, index,
                  stats.state_hash);
}

enum raft_error cluster_snapshot(struct cluster *cluster, size_t place)
{
    struct cluster_server *server = &cluster->servers[place];
    struct raft_snapshot meta;

    if (!raft_snapshot_now(raft_node_core(server->node), &meta)) {
        return RAFT_EINVALID;
    }
    note_state(server, meta.last_index);

    uint8_t *bytes = write_snapshot(server->kv, &meta);

    sim_disk_take_snapshot(&server->disk, &meta, bytes);
    return cluster_settle(server, RAFT_OK);
}

/* ---- Reading ------------------------------------------------------------- */

/* The map in a snapshot; NULL: the bytes are none of ours. */
static struct kv_restore *read_snapshot(struct sim_snapshot *snapshot)
{
    struct raft_snapshot *meta = &snapshot->meta;
    const size_t config_bytes = (size_t)get_u64(snapshot->bytes);
    const uint8_t *config = snapshot->bytes + HEADER_BYTES;
    const size_t map_bytes =
        (size_t)meta->byte_count - HEADER_BYTES - config_bytes;
    struct kv_restore *restore = kv_restore_create(meta->last_index, map_bytes);

    raft_assert(restore != NULL);
    if (checksum_of(snapshot->bytes, (size_t)meta->byte_count) !=
            meta->checksum ||
        !raft_config_decode(config, config_bytes, &meta->config) ||
        kv_restore_feed(restore, config + config_bytes, map_bytes) !=
            KV_RESTORE_DONE) {
        kv_restore_destroy(restore);
        return NULL;
    }
    meta->config.index = get_u64(snapshot->bytes + 8);
    return restore;
}

static void install(struct cluster_server *server, struct kv_restore *restore)
{
    struct kv_remains remains = kv_install(server->kv, restore);

    kv_remains_free(&remains);
}

void cluster_restore(struct cluster_server *server)
{
    struct sim_snapshot *snapshot = &server->disk.snapshot;

    if (snapshot->meta.last_index == 0) {
        return;
    }
    struct kv_restore *restore = read_snapshot(snapshot);

    raft_assert(restore != NULL); /* this disk damages nothing */
    install(server, restore);
    kv_restore_destroy(restore);
    note_state(server, snapshot->meta.last_index);
}

void cluster_on_install(void *self, const struct raft_snapshot *snapshot)
{
    struct cluster_server *server = self;
    const struct cluster_watcher *watcher = &server->cluster->watcher;

    raft_assert(server->restore != NULL);
    install(server, server->restore);
    note_state(server, snapshot->last_index);
    if (watcher->installed != NULL) {
        watcher->installed(watcher->self, server->place, snapshot);
    }
}

/* ---- Publishing ---------------------------------------------------------- */

static enum raft_error publish_taken(struct cluster_server *server)
{
    const struct raft_snapshot meta = server->disk.taken.meta;

    sim_disk_publish(&server->disk, &server->disk.taken);
    return raft_node_snapshot_taken(server->node, &meta);
}

static enum raft_error publish_received(struct cluster_server *server)
{
    server->restore = read_snapshot(&server->disk.received);
    if (server->restore == NULL) {
        sim_snapshot_free(&server->disk.received);
        return raft_node_snapshot_failed(server->node);
    }
    const struct raft_snapshot meta = server->disk.received.meta;

    sim_disk_publish(&server->disk, &server->disk.received);

    const enum raft_error error =
        raft_node_snapshot_stored(server->node, &meta);

    kv_restore_destroy(server->restore);
    server->restore = NULL;
    return error;
}

bool cluster_has_unpublished(const struct cluster_server *server)
{
    return server->disk.taken.meta.last_index > 0 ||
           sim_disk_has_received(&server->disk);
}

enum raft_error cluster_publish_one(struct cluster_server *server)
{
    return server->disk.taken.meta.last_index > 0 ? publish_taken(server)
                                                  : publish_received(server);
}

bool cluster_can_publish(const struct cluster *cluster, size_t place)
{
    return cluster_has_unpublished(&cluster->servers[place]);
}

enum raft_error cluster_publish(struct cluster *cluster, size_t place)
{
    struct cluster_server *server = &cluster->servers[place];

    if (!cluster_has_unpublished(server)) {
        return RAFT_EINVALID;
    }
    return cluster_settle(server, cluster_publish_one(server));
}
