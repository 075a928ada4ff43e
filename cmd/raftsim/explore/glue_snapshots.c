/* SPDX-License-Identifier: MIT
 *
 * glue_snapshots.c - snapshots are taken, kept and installed (section 7), as
 * in cluster_snapshots.c.
 */
#include "cmd/raftsim/explore/glue_internal.h"

void glue_find_machine(struct glue *glue)
{
    struct raft_status status;

    glue->machine = (struct explore_log){0};
    if (glue->server.core != NULL) {
        raft_status(glue->server.core, &status);
        record_core_log(&glue->server, status.last_applied, &glue->machine);
    }
}

void glue_store_and_install(struct glue *glue)
{
    struct sim_disk *disk = &glue->server.disk;
    const struct raft_snapshots snapshots = sim_snapshots_interface(disk);

    if (glue->out.store != NULL) {
        snapshots.store(snapshots.self, glue->out.store);
    }
    if (glue->out.install) {
        glue->machine = glue->restored;
    }
}

/* ---- Taking -------------------------------------------------------------- */

void glue_take_snapshot(struct glue *glue)
{
    struct raft_snapshot meta;

    if (raft_snapshot_now(glue->server.core, &meta)) {
        uint8_t *bytes = record_take_snapshot(&glue->machine, &meta);

        sim_disk_take_snapshot(&glue->server.disk, &meta, bytes);
    }
}

/* ---- Publishing ---------------------------------------------------------- */

bool glue_can_publish(const struct glue *glue)
{
    const struct sim_disk *disk = &glue->server.disk;

    return glue->server.core != NULL &&
           (disk->taken.meta.last_index > 0 || sim_disk_has_received(disk));
}

static void publish_taken(struct glue *glue)
{
    struct sim_disk *disk = &glue->server.disk;
    const struct raft_snapshot meta = disk->taken.meta;

    sim_disk_publish(disk, &disk->taken);
    glue_input(glue, &(struct raft_input){.type = RAFT_IN_SNAPSHOT_TAKEN,
                                          .snapshot = &meta});
}

/* Bytes that nobody has taken are refused, as by their checksum. */
static void publish_received(struct glue *glue)
{
    struct sim_disk *disk = &glue->server.disk;
    struct sim_snapshot *received = &disk->received;

    received->meta.config = explore_members(glue->world);
    if (!record_snapshot_config(received, &received->meta.config)) {
        sim_snapshot_free(received);
        glue_input(glue, &(struct raft_input){.type = RAFT_IN_SNAPSHOT_FAILED});
        return;
    }
    const struct raft_snapshot meta = received->meta;

    record_snapshot_state(received, &glue->restored);
    sim_disk_publish(disk, received);
    glue_input(glue, &(struct raft_input){.type = RAFT_IN_SNAPSHOT_STORED,
                                          .snapshot = &meta});
}

void glue_publish(struct glue *glue)
{
    if (glue->server.disk.taken.meta.last_index > 0) {
        publish_taken(glue);
    } else {
        publish_received(glue);
    }
}
