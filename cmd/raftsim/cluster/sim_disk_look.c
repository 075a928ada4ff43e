/* SPDX-License-Identifier: MIT
 *
 * sim_disk_look.c - what is on a disk, and what is under way.
 */
#include "cmd/raftsim/cluster/sim_storage.h"

raft_index sim_disk_last_index(const struct sim_disk *disk)
{
    return disk->log_base + disk->log_count;
}

size_t sim_disk_count_due(const struct sim_disk *disk, uint32_t ticks)
{
    size_t count = 0;

    while (count < disk->write_count &&
           disk->writes[count].asked + ticks <= disk->now) {
        count++;
    }
    return count;
}

struct raft_start sim_disk_start(const struct sim_disk *disk)
{
    return (struct raft_start){.current_term = disk->current_term,
                               .voted_for = disk->voted_for,
                               .log = {.first_index = disk->log_base + 1,
                                       .count = disk->log_count,
                                       .entries = disk->log},
                               .snapshot = disk->snapshot.meta.last_index > 0
                                               ? &disk->snapshot.meta
                                               : NULL};
}

const struct raft_entry *sim_disk_entry(const struct sim_disk *disk,
                                        raft_index index)
{
    return index > disk->log_base && index <= sim_disk_last_index(disk)
               ? &disk->log[index - disk->log_base - 1]
               : NULL;
}

/* What a snapshot covers is there, whatever an old log says that a reset still
 * has to clear away: a restart would drop that log. */
bool sim_disk_has(const struct sim_disk *disk, raft_index index, raft_term term)
{
    const struct raft_entry *entry = sim_disk_entry(disk, index);

    return (index >= 1 && index <= disk->snapshot.meta.last_index) ||
           (entry != NULL && entry->term == term);
}
