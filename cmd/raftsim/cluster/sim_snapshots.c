/* SPDX-License-Identifier: MIT
 *
 * sim_snapshots.c - snapshots on a disk that does only what it is told.
 *
 * A snapshot of our own and one that comes from a leader are nothing until
 * they are published, as files that have no name yet: a crash loses them.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/cluster/sim_storage.h"
#include "raft/check.h"

void sim_snapshot_free(struct sim_snapshot *snapshot)
{
    free(snapshot->bytes);
    *snapshot = (struct sim_snapshot){0};
}

/* ---- What the node calls ------------------------------------------------- */

static bool fetch(void *self, struct raft_install_snapshot *piece)
{
    const struct sim_disk *disk = self;
    const struct sim_snapshot *snapshot = &disk->snapshot;

    if (piece->last_included_index != snapshot->meta.last_index ||
        piece->offset > snapshot->meta.byte_count) {
        return false;
    }
    uint64_t left = snapshot->meta.byte_count - piece->offset;

    if (disk->piece_bytes > 0 && left > disk->piece_bytes) {
        left = disk->piece_bytes;
    }
    piece->bytes = snapshot->bytes + piece->offset;
    piece->byte_count = (uint32_t)left;
    piece->done = piece->offset + left == snapshot->meta.byte_count;
    return true;
}

static void store(void *self, const struct raft_install_snapshot *piece)
{
    struct sim_disk *disk = self;
    struct sim_snapshot *received = &disk->received;

    if (piece->offset == 0) {
        sim_snapshot_free(received);
        received->meta.last_index = piece->last_included_index;
        received->meta.last_term = piece->last_included_term;
        received->meta.byte_count = piece->file_bytes;
        received->meta.checksum = piece->checksum;
        received->bytes = sim_calloc(1, (size_t)piece->file_bytes + 1);
    }
    raft_assert(piece->offset == received->stored);
    raft_assert(piece->byte_count <=
                received->meta.byte_count - received->stored);
    if (piece->byte_count > 0) {
        memcpy(received->bytes + received->stored, piece->bytes,
               piece->byte_count);
    }
    received->stored += piece->byte_count;
}

struct raft_snapshots sim_snapshots_interface(struct sim_disk *disk)
{
    return (struct raft_snapshots){
        .self = disk, .fetch = fetch, .store = store};
}

/* ---- What becomes durable ------------------------------------------------ */

void sim_disk_take_snapshot(struct sim_disk *disk,
                            const struct raft_snapshot *meta, uint8_t *bytes)
{
    sim_snapshot_free(&disk->taken);
    disk->taken = (struct sim_snapshot){.meta = *meta, .bytes = bytes};
}

bool sim_disk_has_received(const struct sim_disk *disk)
{
    return disk->received.meta.last_index > 0 &&
           disk->received.stored == disk->received.meta.byte_count;
}

void sim_disk_publish(struct sim_disk *disk, struct sim_snapshot *snapshot)
{
    if (snapshot->meta.last_index > disk->snapshot.meta.last_index) {
        sim_snapshot_free(&disk->snapshot);
        disk->snapshot = *snapshot;
        *snapshot = (struct sim_snapshot){0};
        return;
    }
    sim_snapshot_free(snapshot);
}
