/* SPDX-License-Identifier: MIT
 *
 * check_quorum.c - beyond Figure 2: who leads now, for sure?
 *
 * Stickiness (section 6, last paragraph), CheckQuorum (dissertation 6.2) and
 * leases (6.4.1) are three sides of one thing: servers that hear a leader do
 * not elect another one, so a leader that hears a majority knows for how
 * long nobody else can have been elected.
 */
#include "raft/internal.h"

static bool hears_leader(const struct raft *r)
{
    if (r->role == RAFT_LEADER) {
        return r->settings.options.check_quorum; /* else it may be deposed */
    }
    /* Of whatever term: what we promised a leader outlives its term. */
    return r->ticks_since_leader < r->settings.election_ticks_min;
}

bool raft_disrupts_live_leader(const struct raft *r,
                               const struct raft_message *m,
                               struct raft_effects *out)
{
    if (m->type != RAFT_REQUEST_VOTE || m->request_vote.by_transfer ||
        !r->settings.options.stickiness) {
        return false; /* a transfer is the living leader's own wish */
    }
    return rule_if(out, MB_8, hears_leader(r));
}

/* Whoever granted us a lease before the crash must not vote too early. */
void raft_hold_vote_after_restart(struct raft *r, struct raft_effects *out)
{
    if (!r->settings.options.lease || r->current_term == 0) {
        return; /* a new server has promised nothing yet */
    }
    rule(out, LS_2);
    r->ticks_since_leader = 0; /* as if heard just before the crash */
}

void raft_check_quorum(struct raft *r, struct raft_effects *out)
{
    bool heard[RAFT_MAX_SLOTS] = {false};

    if (!r->settings.options.check_quorum) {
        return;
    }
    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        heard[slot] =
            r->config.members[slot].id == r->settings.id ||
            r->peer[slot].ticks_silent < r->settings.election_ticks_max;
    }
    if (rule_if(out, CQ_1, !raft_has_quorum(&r->config, heard))) {
        raft_become_follower(r, out); /* same term: the vote stays */
    }
}

/*
 * How long after sending a heartbeat that a majority answered: under 0.8 of
 * the minimum election time-out, and one tick less for ticks not yet seen.
 * It holds while clock rates differ by less than 10%.
 */
static raft_tick lease_ticks(const struct raft *r)
{
    const uint32_t most = r->settings.election_ticks_min * 8 / 10;

    return most > 0 ? most - 1 : 0;
}

bool raft_has_lease(const struct raft *r)
{
    uint64_t sent_ticks[RAFT_MAX_SLOTS] = {0};

    if (!r->settings.options.lease || r->role != RAFT_LEADER ||
        !raft_own_term_is_committed(r) || r->timeout_now_sent ||
        r->transfer_to != RAFT_NO_SERVER) {
        return false; /* a transfer's target may win at any moment */
    }
    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        sent_ticks[slot] = r->config.members[slot].id == r->settings.id
                               ? r->now
                               : r->peer[slot].acked_sent_tick;
    }
    const raft_tick confirmed = raft_quorum_value(&r->config, sent_ticks);

    return confirmed > 0 && r->now - confirmed < lease_ticks(r);
}
