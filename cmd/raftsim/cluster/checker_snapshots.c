/* SPDX-License-Identifier: MIT
 *
 * checker_snapshots.c - section 7 seen from above: a snapshot stands for a
 * committed prefix of the log, and for nothing else.
 */
#include "cmd/raftsim/cluster/checker_internal.h"
#include "cmd/raftsim/cluster/sim_memory.h"

typedef unsigned long long ull;

bool checker_is_compacted(const struct raft *core, raft_index index)
{
    return raft_entry_at(core, index) == NULL &&
           index <= raft_snapshot_of(core)->last_index;
}

/* The latest configuration that is committed up to an index, or 0. */
static raft_index latest_config(const struct checker *checker, raft_index index)
{
    while (index > 0 && !checker->committed[index - 1].is_config) {
        index--;
    }
    return index;
}

/* With the configuration outside the log there may be none in it. */
static bool has_right_config(const struct checker *checker,
                             const struct raft_snapshot *snapshot)
{
    const raft_index index = latest_config(checker, snapshot->last_index);
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const struct raft_entry entry = {
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(&snapshot->config, bytes),
        .bytes = bytes};

    return snapshot->config.index == index &&
           (index == 0 ||
            checker_hash(&entry) == checker->committed[index - 1].hash);
}

static void check_snapshot(struct checker *checker,
                           const struct checked_server *server,
                           const struct raft_snapshot *snapshot)
{
    const raft_index index = snapshot->last_index;

    if (index < server->snapshot_index) {
        checker_broken(checker, "Sec7",
                       "the snapshot of S%llu went back to %llu",
                       (ull)server->id, (ull)index);
    } else if (index > checker->committed_count) {
        checker_broken(
            checker, "Sec7",
            "S%llu has a snapshot up to %llu, which is not committed",
            (ull)server->id, (ull)index);
    } else if (checker->committed[index - 1].term != snapshot->last_term) {
        checker_broken(checker, "Sec7",
                       "S%llu has a snapshot up to %llu of term %llu, which is "
                       "of another",
                       (ull)server->id, (ull)index, (ull)snapshot->last_term);
    } else if (!has_right_config(checker, snapshot)) {
        checker_broken(checker, "Sec7",
                       "S%llu has a snapshot up to %llu with another "
                       "configuration than that of then",
                       (ull)server->id, (ull)index);
    }
}

void checker_see_snapshot(struct checker *checker, size_t place,
                          const struct raft *core,
                          const struct raft_effects *out)
{
    struct checked_server *server = &checker->servers[place];
    const struct raft_snapshot *snapshot = raft_snapshot_of(core);

    if (snapshot->last_index != server->snapshot_index) {
        check_snapshot(checker, server, snapshot);
        server->snapshot_index = snapshot->last_index;
    }
    if (out->install) {
        server->last_applied = snapshot->last_index;
    }
}

void checker_state(struct checker *checker, size_t place, raft_index index,
                   uint64_t hash)
{
    for (size_t i = checker->state_count; i-- > 0;) {
        const struct seen_state *seen = &checker->states[i];

        if (seen->index != index) {
            continue;
        }
        if (seen->hash != hash) {
            checker_broken(checker, "Sec7",
                           "the state of S%llu at %llu is not that of others",
                           (ull)checker->servers[place].id, (ull)index);
        }
        return;
    }
    checker->states =
        sim_grow(checker->states, checker->state_count,
                 &checker->state_capacity, sizeof(*checker->states));
    checker->states[checker->state_count++] = (struct seen_state){index, hash};
}
