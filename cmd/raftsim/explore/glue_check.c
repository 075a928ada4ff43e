/* SPDX-License-Identifier: MIT
 *
 * glue_check.c - beside Figure 3, which needs the whole cluster, what one
 * server can be seen to do wrong.
 *
 * It takes back a term or a vote, or answers a read from an old state; and at
 * rest: its snapshot must be of what it applied, its disk have all of its log,
 * and the latest configuration be in force (sections 6 and 7). One vote a term
 * follows: what is said is on the disk (glue_messages.c), and what is on the
 * disk changes only from no vote to a vote.
 */
#include <string.h>

#include "cmd/raftsim/explore/glue_internal.h"

typedef unsigned long long ull;

/* ---- Events -------------------------------------------------------------- */

/* Terms and votes are never taken back. */
void glue_check_hard_state(struct glue *glue, const struct sim_disk *was)
{
    const struct sim_disk *is = &glue->server.disk;
    const ull id = (ull)glue->server.id;

    if (is->current_term < was->current_term) {
        glue_broken(glue, "Fig2:ALL.2: S%llu saved term %llu after %llu", id,
                    (ull)is->current_term, (ull)was->current_term);
    } else if (is->current_term == was->current_term &&
               was->voted_for != RAFT_NO_SERVER &&
               is->voted_for != was->voted_for) {
        glue_broken(glue, "Fig3:ES: S%llu changed its vote in term %llu", id,
                    (ull)is->current_term);
    }
}

/* Section 8: a read sees all that was written before it was asked. */
void glue_check_reads(struct glue *glue, const struct raft_status *status)
{
    for (size_t i = 0; i < glue->out.read_count; i++) {
        const struct raft_read_answer *answer = &glue->out.reads[i];

        if (answer->confirmed && status->last_applied < answer->read_id) {
            glue_broken(
                glue,
                "Sec8: S%llu answered a read from its state at %llu, but "
                "%llu was committed before",
                (ull)status->id, (ull)status->last_applied,
                (ull)answer->read_id);
        }
    }
}

/* ---- At rest: configurations --------------------------------------------- */

/* The index of the latest configuration up to an index, or 0. */
static size_t latest_config(const struct explore_log *log, size_t index)
{
    while (index > 0 && log->payloads[index - 1] < RECORD_FIRST_CONFIG) {
        index--;
    }
    return index;
}

/* Is it the latest in a log up to an index? */
static bool is_latest(const struct glue *glue, const struct raft_config *config,
                      const struct explore_log *log, size_t index)
{
    const size_t at = latest_config(log, index);
    const struct raft_config first = explore_members(glue->world);
    uint8_t code = record_config_code(&first, NULL);

    if (at > 0) {
        code = log->payloads[at - 1];
    } else if (explore_changes_members(glue->world)) {
        code = RECORD_FIRST_CONFIG; /* nothing came yet, nobody is known */
    }
    return config->index == at && record_config_code(config, NULL) == code;
}

/* ---- At rest: the disk, up or down --------------------------------------- */

static void check_disk(struct glue *glue)
{
    const struct sim_disk *disk = &glue->server.disk;
    const struct raft_snapshot *meta = &disk->snapshot.meta;
    const ull id = (ull)glue->server.id;
    struct explore_log state;

    record_snapshot_state(&disk->snapshot, &state);
    if (disk->log_base > meta->last_index) {
        glue_broken(glue,
                    "Sec7: the log of S%llu's disk begins after %llu, and its "
                    "snapshot ends at %llu",
                    id, (ull)disk->log_base, (ull)meta->last_index);
    } else if (state.count != meta->last_index ||
               (state.count > 0 &&
                state.terms[state.count - 1] != meta->last_term)) {
        glue_broken(glue,
                    "Sec7: S%llu's snapshot up to %llu of term %llu is of "
                    "something else",
                    id, (ull)meta->last_index, (ull)meta->last_term);
    } else if (meta->last_index > 0 &&
               !is_latest(glue, &meta->config, &state, state.count)) {
        glue_broken(glue,
                    "Sec7: S%llu has a snapshot up to %llu with another "
                    "configuration than that of then",
                    id, (ull)meta->last_index);
    }
}

/* ---- At rest: a server that runs ----------------------------------------- */

static void check_snapshot(struct glue *glue)
{
    const struct raft_snapshot *ours = raft_snapshot_of(glue->server.core);
    const raft_index durable = glue->server.disk.snapshot.meta.last_index;
    struct explore_log state;

    if (ours->last_index != durable) {
        glue_broken(glue,
                    "Sec7: S%llu goes by a snapshot up to %llu, and its disk "
                    "has one up to %llu",
                    (ull)glue->server.id, (ull)ours->last_index, (ull)durable);
        return;
    }
    record_snapshot_state(&glue->server.disk.snapshot, &state);
    for (size_t i = 0; i < state.count; i++) {
        const struct raft_entry *entry =
            raft_entry_at(glue->server.core, i + 1);

        if (entry != NULL && (entry->term != state.terms[i] ||
                              record_payload(entry) != state.payloads[i])) {
            glue_broken(glue,
                        "Sec7: S%llu's log and its snapshot have different "
                        "entries at %zu",
                        (ull)glue->server.id, i + 1);
        }
    }
}

static void check_core(struct glue *glue)
{
    const struct record_server *server = &glue->server;
    struct explore_log log;
    struct explore_log applied;
    struct raft_status status;

    raft_status(server->core, &status);
    record_core_log(server, status.last_index, &log);
    record_core_log(server, status.last_applied, &applied);
    if (memcmp(&applied, &glue->machine, sizeof(applied)) != 0) {
        glue_broken(glue,
                    "Fig3:SMS: the state of S%llu is not that of its log up "
                    "to %llu",
                    (ull)server->id, (ull)status.last_applied);
    }
    if (!is_latest(glue, raft_config_of(server->core), &log, log.count)) {
        glue_broken(glue,
                    "Sec6:MB.1: S%llu does not go by the latest configuration "
                    "in its log",
                    (ull)server->id);
    }
}

void glue_check(struct glue *glue)
{
    if (glue->broken[0] != '\0') {
        return;
    }
    check_disk(glue);
    if (glue->server.core != NULL && glue->broken[0] == '\0') {
        check_snapshot(glue);
    }
    if (glue->server.core != NULL && glue->broken[0] == '\0') {
        check_core(glue);
    }
}
