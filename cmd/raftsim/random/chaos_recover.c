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

static bool is_leader(const struct chaos *chaos, size_t place, raft_term *term)
{
    struct raft_status status;

    if (!cluster_is_running(chaos->act.cluster, place)) {
        return false;
    }
    cluster_status(chaos->act.cluster, place, &status);
    *term = status.current_term;
    return status.role == RAFT_LEADER;
}

/* Of the newest term; or -1. */
static int newest_leader(const struct chaos *chaos, act_servers members)
{
    raft_term newest = 0;
    int leader = -1;

    for (size_t i = 0; i < chaos->settings.server_count; i++) {
        raft_term term = 0;

        if (is_member(members, i) && is_leader(chaos, i, &term) &&
            term > newest) {
            newest = term;
            leader = (int)i;
        }
    }
    return leader;
}

/* The only leader's place and term, or -1: none, or two. Who was taken out may
 * believe that it still leads. */
static int only_leader(const struct chaos *chaos, act_servers members,
                       raft_term *term)
{
    const int leader = newest_leader(chaos, members);

    for (size_t i = 0; leader >= 0 && i < chaos->settings.server_count; i++) {
        raft_term other = 0;

        if ((int)i != leader && is_member(members, i) &&
            chaos_is_member_of(chaos, (size_t)leader, i) &&
            is_leader(chaos, i, &other)) {
            return -1;
        }
    }
    return leader >= 0 && is_leader(chaos, (size_t)leader, term) ? leader : -1;
}

int chaos_leader(const struct chaos *chaos, act_servers members)
{
    raft_term term = 0;

    return only_leader(chaos, members, &term);
}

/* All that the leader knows of have applied the same log to the same state, up
 * to last_index. */
static bool all_agree(const struct chaos *chaos, act_servers members,
                      size_t leader, raft_index last_index)
{
    bool seen_one = false;
    raft_index common_last = 0;
    uint64_t common_hash = 0;

    for (size_t i = 0; i < chaos->settings.server_count; i++) {
        struct raft_status status;
        struct kv_stats stats;

        if (!is_member(members, i) || !chaos_is_member_of(chaos, leader, i)) {
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
        int leader = only_leader(chaos, members, &term);

        if (leader >= 0 && term != written_term &&
            chaos_write_at(chaos, (size_t)leader, &last_index)) {
            written_term = term;
        }
        deliver_all(chaos);
        leader = only_leader(chaos, members, &term);
        if (written_term > 0 && leader >= 0 &&
            !chaos_is_changing(chaos, (size_t)leader) &&
            all_agree(chaos, members, (size_t)leader, last_index)) {
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
