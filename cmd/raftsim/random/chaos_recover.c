/* SPDX-License-Identifier: MIT
 *
 * chaos_recover.c - does a set of servers settle, once it is left in peace?
 */
#include "cmd/raftsim/random/chaos_internal.h"

/* Draws are random: a split vote or two is no failure. */
enum { MOST_ELECTION_TIMEOUTS = 60, STABLE_ELECTION_TIMEOUTS = 5 };

static bool is_member(act_servers members, size_t place)
{
    return (members >> place & 1u) != 0;
}

static void deliver_all(struct chaos *chaos)
{
    const struct sim_network *network = &chaos->act.cluster->network;

    for (int i = 0; i < 10000 && network->count > 0; i++) {
        act_deliver(&chaos->act, 0);
    }
}

/* The only leader's place and term, or -1: none, or two. */
static int only_leader(const struct chaos *chaos, act_servers members,
                       raft_term *term)
{
    int leader = -1;

    for (size_t i = 0; i < chaos->settings.server_count; i++) {
        struct raft_status status;

        if (!is_member(members, i) ||
            !cluster_is_running(chaos->act.cluster, i)) {
            continue;
        }
        cluster_status(chaos->act.cluster, i, &status);
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
static bool all_agree(const struct chaos *chaos, act_servers members,
                      raft_index last_index)
{
    bool seen_one = false;
    raft_index common_last = 0;
    uint64_t common_hash = 0;

    for (size_t i = 0; i < chaos->settings.server_count; i++) {
        struct raft_status status;
        struct kv_stats stats;

        if (!is_member(members, i)) {
            continue;
        }
        if (!cluster_is_running(chaos->act.cluster, i)) {
            return false;
        }
        cluster_status(chaos->act.cluster, i, &status);
        kv_stats(chaos->act.cluster->servers[i].kv, &stats);
        if (status.last_applied < last_index || stats.bad_commands != 0 ||
            status.last_index != status.last_applied ||
            (seen_one && (status.last_index != common_last ||
                          stats.state_hash != common_hash))) {
            return false;
        }
        seen_one = true;
        common_last = status.last_index;
        common_hash = stats.state_hash;
    }
    return true;
}

/* A new leader, without a no-op, learns what is committed from a write. */
bool chaos_recovers(struct chaos *chaos, act_servers members)
{
    const uint64_t most_ticks =
        MOST_ELECTION_TIMEOUTS * (uint64_t)chaos->settings.election_ticks_max;
    raft_index last_index = 0;
    raft_term written_term = 0;

    for (uint64_t tick = 0; tick < most_ticks; tick++) {
        raft_term term = 0;
        const int leader = only_leader(chaos, members, &term);

        if (leader >= 0 && term != written_term &&
            chaos_write_at(chaos, (size_t)leader, &last_index)) {
            written_term = term;
        }
        deliver_all(chaos);
        if (written_term > 0 && all_agree(chaos, members, last_index) &&
            only_leader(chaos, members, &term) >= 0) {
            return true;
        }
        chaos_tick(chaos);
        deliver_all(chaos);
    }
    chaos_fail(chaos, CHAOS_NOT_LIVE,
               "Liveness: left in peace, yet no leader and agreement in %d "
               "election time-outs",
               MOST_ELECTION_TIMEOUTS);
    return false;
}

bool chaos_stays(struct chaos *chaos, act_servers members)
{
    const uint64_t ticks =
        STABLE_ELECTION_TIMEOUTS * (uint64_t)chaos->settings.election_ticks_max;
    raft_term first_term = 0;
    const int first_leader = only_leader(chaos, members, &first_term);

    for (uint64_t tick = 0; tick < ticks; tick++) {
        raft_term term = 0;

        chaos_tick(chaos);
        deliver_all(chaos);
        if (only_leader(chaos, members, &term) != first_leader ||
            term != first_term) {
            chaos_fail(chaos, CHAOS_NOT_LIVE,
                       "Liveness: left in peace, the leader of term %llu did "
                       "not stay",
                       (unsigned long long)first_term);
            return false;
        }
    }
    return true;
}

/* So that whatever was acknowledged is looked for once more. */
bool chaos_answers(struct chaos *chaos, act_servers members)
{
    const uint64_t *answered = &chaos->totals.counts[CHAOS_READS_CONSISTENT];
    const uint64_t expected = *answered + CHAOS_KEYS;
    raft_term term = 0;
    const int leader = only_leader(chaos, members, &term);

    for (unsigned key = 0; leader >= 0 && key < CHAOS_KEYS; key++) {
        chaos_read_at(chaos, (size_t)leader, key, RAFT_READ_CONSISTENT);
    }
    deliver_all(chaos);
    if (*answered < expected) {
        chaos_fail(chaos, CHAOS_NOT_LIVE,
                   "Liveness: left in peace, the leader does not answer reads");
    }
    return *answered >= expected;
}
