/* SPDX-License-Identifier: MIT
 *
 * survivor.c - reads a directory as a server that starts on it would.
 */
#include "cmd/raftd/survivor.h"

/* raft_start_with_snapshot(): does the log hold the snapshot's last entry? */
static bool holds_last_of(const struct raft_slice *log,
                          const struct raft_snapshot *snapshot)
{
    if (log->first_index == snapshot->last_index + 1) {
        return true;
    }
    return log->first_index <= snapshot->last_index &&
           log->first_index + log->count > snapshot->last_index &&
           log->entries[snapshot->last_index - log->first_index].term ==
               snapshot->last_term;
}

/* Section 6: the latest configuration counts, committed or not. */
static raft_index read_config(const struct raft_slice *log,
                              struct survivor *survivor)
{
    for (size_t i = log->count; i > 0; i--) {
        const struct raft_entry *const entry = &log->entries[i - 1];
        const raft_index index = log->first_index + i - 1;

        if (index <= survivor->snapshot_index) {
            break; /* the snapshot says it */
        }
        if (entry->type == RAFT_ENTRY_CONFIG) {
            if (!raft_config_decode(entry->bytes, entry->byte_count,
                                    &survivor->config)) {
                return index;
            }
            survivor->config.index = index;
            break;
        }
    }
    return 0;
}

raft_index survivor_read(const struct raft_start *start,
                         struct survivor *survivor)
{
    const struct raft_snapshot *const snapshot = start->snapshot;
    struct raft_slice log = start->log;

    survivor->current_term = start->current_term;
    survivor->snapshot_index = snapshot == NULL ? 0 : snapshot->last_index;
    survivor->snapshot_term = snapshot == NULL ? 0 : snapshot->last_term;
    survivor->drops_log = snapshot != NULL && !holds_last_of(&log, snapshot);
    survivor->config =
        snapshot == NULL ? (struct raft_config){0} : snapshot->config;
    if (survivor->drops_log) {
        log = (struct raft_slice){.first_index = snapshot->last_index + 1};
    }
    survivor->first_index = log.first_index;
    survivor->last_index = log.first_index + log.count - 1;
    survivor->last_term = log.count == 0 ? survivor->snapshot_term
                                         : log.entries[log.count - 1].term;
    return read_config(&log, survivor);
}

bool survivor_is_alone(const struct survivor *survivor)
{
    const struct raft_config *const config = &survivor->config;
    size_t voter_count = 0;

    for (size_t slot = 0; slot < config->member_count; slot++) {
        voter_count += config->members[slot].in_old ? 1u : 0u;
    }
    return !config->is_joint && voter_count == 1 &&
           raft_config_is_voter(config, survivor->identity.server_id);
}

const char *survivor_address(const struct survivor *survivor,
                             const struct raftd_options *options)
{
    const int slot =
        raft_config_slot(&survivor->config, survivor->identity.server_id);

    if (options->names_raft_address) {
        return options->raft_advertise;
    }
    return slot < 0 ? "" : survivor->config.members[slot].address;
}
