/* SPDX-License-Identifier: MIT
 *
 * role.c - every role change (section 5.1, Figure 4), and the term rule.
 */
#include <string.h>

#include "raft/internal.h"

/* Figure 4, arrow by arrow. */
static const bool arrow[3][3] = {
    /* to:            FOLLOWER CANDIDATE LEADER */
    [RAFT_FOLLOWER] = {false, true, false},
    [RAFT_CANDIDATE] = {true, true, true},
    [RAFT_LEADER] = {true, false, false},
};

void raft_set_role(struct raft *r, enum raft_role to)
{
    raft_assert(arrow[r->role][to]);
    r->role = to;
}

int raft_self_slot(const struct raft *r)
{
    return raft_config_slot(&r->config, r->settings.id);
}

/* splitmix64: small, and the same on every machine. */
static uint64_t next_random(struct raft *r)
{
    uint64_t z = r->random_state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

void raft_reset_election_timer(struct raft *r, struct raft_effects *out)
{
    const struct raft_settings *s = &r->settings;
    const uint32_t width = s->election_ticks_max - s->election_ticks_min + 1;

    rule(out, RT_1);
    r->election_ticks_left =
        s->election_ticks_min + (uint32_t)(next_random(r) % width);
}

/* Leader state is zero in the other roles, and so are votes. */
static void forget_leadership(struct raft *r)
{
    memset(r->next_index, 0, sizeof(r->next_index));
    memset(r->match_index, 0, sizeof(r->match_index));
    memset(r->peer, 0, sizeof(r->peer));
    r->heartbeat_ticks_left = 0;
    r->read_round = 0;
    r->transfer_to = RAFT_NO_SERVER;
    r->transfer_ticks_left = 0;
    r->timeout_now_sent = false;
    r->change = (struct raft_member_change){0};
}

/* From either other role; the vote of the term stays (Fig2: one per term). */
void raft_become_follower(struct raft *r, struct raft_effects *out)
{
    const bool was_leader = r->role == RAFT_LEADER;

    raft_refuse_reads(r, out);
    raft_end_change(r, RAFT_CHANGE_UNKNOWN, out);
    forget_leadership(r);
    r->leader_id = RAFT_NO_SERVER;
    raft_set_role(r, RAFT_FOLLOWER);
    if (was_leader) {
        raft_reset_election_timer(r, out); /* a leader has none running */
    }
}

void raft_adopt_term(struct raft *r, raft_term term, struct raft_effects *out)
{
    raft_assert(term > r->current_term);
    if (r->role != RAFT_FOLLOWER) {
        raft_become_follower(r, out);
    }
    raft_end_pre_vote(r);
    r->leader_id = RAFT_NO_SERVER;
    r->current_term = term;
    r->voted_for = RAFT_NO_SERVER;
}

void raft_become_leader(struct raft *r, struct raft_effects *out)
{

    raft_set_role(r, RAFT_LEADER);
    r->leader_id = r->settings.id;
    forget_leadership(r);
    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        raft_progress_reset(r, slot); /* next_index: our last + 1 */
    }
    r->election_ticks_left = 0; /* none runs: a leader is not waiting */
    r->ticks_since_leader = r->settings.election_ticks_max;
    raft_append_no_op(r, out);
    /* Empty, as in Figure 2. The no-op follows when the logs have met. */
    raft_send_heartbeats(r, out);
    raft_advance_leader_commit(r, out);
}
