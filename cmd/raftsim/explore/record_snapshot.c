/* SPDX-License-Identifier: MIT
 *
 * record_snapshot.c - snapshots, and logs as if there were none.
 *
 * The state machine of these worlds is the list of what was applied, so a
 * snapshot has all the entries that the log forgets, and Figure 3 can be asked
 * of whole logs. Terms stand in the first half of its bytes and what the
 * entries say in the second: pieces of two snapshots make a third that nobody
 * has taken.
 */
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/explore/record_internal.h"
#include "raft/check.h"

/* ---- The bytes ----------------------------------------------------------- */

uint8_t *record_take_snapshot(const struct explore_log *state,
                              struct raft_snapshot *meta)
{
    uint8_t *bytes = sim_calloc(1, RECORD_SNAPSHOT_BYTES);
    uint8_t *second = bytes + RECORD_PIECE_BYTES;

    bytes[0] = (uint8_t)meta->config.index;
    memcpy(bytes + 1, state->terms, EXPLORE_MAX_LOG);
    if (meta->config.index > 0) { /* else all know it */
        second[0] = record_config_code(&meta->config, NULL);
    }
    memcpy(second + 1, state->payloads, EXPLORE_MAX_LOG);
    meta->byte_count = RECORD_SNAPSHOT_BYTES;
    meta->checksum = (uint32_t)explore_hash(bytes, RECORD_SNAPSHOT_BYTES, 0);
    return bytes;
}

void record_snapshot_state(const struct sim_snapshot *snapshot,
                           struct explore_log *state)
{
    const uint8_t *second;

    *state = (struct explore_log){0};
    if (snapshot->meta.last_index == 0) {
        return;
    }
    second = snapshot->bytes + RECORD_PIECE_BYTES;
    memcpy(state->terms, snapshot->bytes + 1, EXPLORE_MAX_LOG);
    memcpy(state->payloads, second + 1, EXPLORE_MAX_LOG);
    while (state->count < EXPLORE_MAX_LOG && state->terms[state->count] != 0) {
        state->count++;
    }
}

bool record_snapshot_config(const struct sim_snapshot *snapshot,
                            struct raft_config *config)
{
    const uint8_t code = snapshot->bytes[RECORD_PIECE_BYTES];

    if (snapshot->meta.checksum !=
        (uint32_t)explore_hash(snapshot->bytes, RECORD_SNAPSHOT_BYTES, 0)) {
        return false;
    }
    if (snapshot->bytes[0] > 0) {
        *config = record_code_config(code);
        config->index = snapshot->bytes[0];
    }
    return true;
}

/* ---- The fields ---------------------------------------------------------- */

static void config_fields(struct image *im, struct raft_config *config)
{
    const raft_server_id *names = im->view == NULL ? NULL : im->view->renamed;
    uint64_t index = config->index;
    const size_t code =
        small(im, im->mode == READ ? 0 : record_config_code(config, names),
              UINT8_MAX);

    u64(im, &index);
    if (im->mode == READ) {
        *config = record_code_config((uint8_t)code);
        config->index = index;
    }
}

void record_snapshot_fields(struct image *im, struct sim_snapshot *snapshot,
                            bool is_received)
{
    struct raft_snapshot *meta = &snapshot->meta;

    u64(im, &meta->last_index);
    if (meta->last_index == 0) {
        return;
    }
    u64(im, &meta->last_term);
    u32(im, &meta->checksum);
    config_fields(im, &meta->config);
    if (im->mode == READ) {
        meta->byte_count = RECORD_SNAPSHOT_BYTES;
        snapshot->bytes = sim_calloc(1, RECORD_SNAPSHOT_BYTES);
    }
    raft_assert(meta->byte_count == RECORD_SNAPSHOT_BYTES);
    for (size_t i = 0; i < RECORD_SNAPSHOT_BYTES; i++) {
        snapshot->bytes[i] = (uint8_t)small(im, snapshot->bytes[i], UINT8_MAX);
    }
    if (is_received) { /* of a whole one nobody asks */
        snapshot->stored = small(im, snapshot->stored, RECORD_SNAPSHOT_BYTES);
    }
}

/* ---- Whole logs ---------------------------------------------------------- */

void record_add_entry(struct explore_log *log, const struct raft_entry *entry)
{
    raft_assert(log->count < EXPLORE_MAX_LOG);
    raft_assert(entry->term <= UINT8_MAX);
    log->terms[log->count] = (uint8_t)entry->term;
    log->payloads[log->count] = record_payload(entry);
    log->count++;
}

void record_core_log(const struct record_server *server, raft_index last,
                     struct explore_log *log)
{
    record_snapshot_state(&server->disk.snapshot, log);
    while (log->count > last) {
        log->count--;
        log->terms[log->count] = 0;
        log->payloads[log->count] = 0;
    }
    for (raft_index index = log->count + 1u; index <= last; index++) {
        record_add_entry(log, raft_entry_at(server->core, index));
    }
}

/* As a restart would find it: what does not go on behind the snapshot is
 * dropped then. */
void record_disk_log(const struct sim_disk *disk, struct explore_log *log)
{
    const struct raft_snapshot *meta = &disk->snapshot.meta;
    const struct raft_entry *at_last = sim_disk_entry(disk, meta->last_index);
    const raft_index last = sim_disk_last_index(disk);

    record_snapshot_state(&disk->snapshot, log);
    if (disk->log_base != meta->last_index &&
        (at_last == NULL || at_last->term != meta->last_term)) {
        return;
    }
    for (raft_index index = meta->last_index + 1; index <= last; index++) {
        record_add_entry(log, sim_disk_entry(disk, index));
    }
}
