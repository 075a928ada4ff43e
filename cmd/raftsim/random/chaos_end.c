/* SPDX-License-Identifier: MIT
 *
 * chaos_end.c - the storm is over: does the cluster recover?
 */
#include <stdio.h>

#include "cmd/raftsim/random/chaos_internal.h"

/* Time-outs within which a healed cluster must have agreed; draws are random,
 * so a split vote or two is no failure. */
enum { MOST_ELECTION_TIMEOUTS = 60 };

static void deliver_all(struct chaos *chaos)
{
    struct sim_network *network = &chaos->cluster->network;

    for (int i = 0; i < 10000 && network->count > 0; i++) {
        cluster_deliver(chaos->cluster, 0);
    }
}

/* The one leader's place and term, or -1: none, or two. */
static int only_leader(const struct chaos *chaos, raft_term *term)
{
    int leader = -1;

    for (size_t i = 0; i < chaos->cluster->settings.server_count; i++) {
        struct raft_status status;

        cluster_status(chaos->cluster, i, &status);
        if (status.role != RAFT_LEADER) {
            continue;
        }
        if (leader >= 0) {
            return -1;
        }
        leader = (int)i;
        *term = status.current_term;
    }
    return leader;
}

/* All have applied the same log to the same state, up to last_index. */
static bool all_agree(const struct chaos *chaos, raft_index last_index)
{
    struct kv_stats first;

    kv_stats(chaos->cluster->servers[0].kv, &first);
    for (size_t i = 0; i < chaos->cluster->settings.server_count; i++) {
        struct raft_status status;
        struct kv_stats stats;

        cluster_status(chaos->cluster, i, &status);
        kv_stats(chaos->cluster->servers[i].kv, &stats);
        if (status.last_applied < last_index ||
            status.last_index != status.last_applied ||
            stats.state_hash != first.state_hash || stats.bad_commands != 0) {
            return false;
        }
    }
    return true;
}

/* A new leader, without a no-op, learns what is committed from a write. */
static bool recovers(struct chaos *chaos)
{
    const uint64_t most_ticks =
        MOST_ELECTION_TIMEOUTS *
        (uint64_t)chaos->cluster->settings.election_ticks_max;
    raft_index last_index = 0;
    raft_term written_term = 0;

    for (uint64_t tick = 0; tick < most_ticks; tick++) {
        raft_term term = 0;
        const int leader = only_leader(chaos, &term);

        if (leader >= 0 && term != written_term &&
            chaos_propose_at(chaos, (size_t)leader, 1, &last_index)) {
            written_term = term;
        }
        deliver_all(chaos);
        if (written_term > 0 && all_agree(chaos, last_index)) {
            return true;
        }
        chaos_tick(chaos);
        deliver_all(chaos);
    }
    return false;
}

bool chaos_end(struct chaos *chaos, char *failure, size_t failure_bytes)
{
    struct checker *checker = chaos->cluster->checker;

    chaos_heal_all(chaos);

    const bool recovered = recovers(chaos);

    chaos_settle_writes(chaos);
    if (checker_violation(checker) != NULL) {
        snprintf(failure, failure_bytes, "%s", checker_violation(checker));
        return false;
    }
    if (!recovered) {
        snprintf(failure, failure_bytes,
                 "healed, yet no leader and agreement in %d election "
                 "time-outs",
                 MOST_ELECTION_TIMEOUTS);
        return false;
    }
    if (checker_commit_index(checker) < checker_acknowledged_index(checker)) {
        snprintf(failure, failure_bytes, "an acknowledged write is lost");
        return false;
    }
    if (!cluster_logs_match_disks(chaos->cluster)) {
        snprintf(failure, failure_bytes, "a log is not what its disk holds");
        return false;
    }
    return true;
}
