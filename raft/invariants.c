/* SPDX-License-Identifier: MIT
 *
 * invariants.c - what must be true after every step, in every build (5.4.3,
 * Figure 3): the part of Figure 3 that one server can see of itself. The rest
 * needs the whole cluster; the simulator checks it.
 */
#include "raft/internal.h"

struct raft_shadow raft_shadow_of(const struct raft *r)
{
    return (struct raft_shadow){.role = r->role,
                                .current_term = r->current_term,
                                .voted_for = r->voted_for,
                                .commit_index = r->commit_index,
                                .commit_term =
                                    raft_log_term_at(&r->log, r->commit_index),
                                .last_applied = r->last_applied,
                                .last_index = raft_log_last_index(&r->log),
                                .last_term = raft_log_last_term(&r->log),
                                .snapshot_index = r->snapshot.last_index};
}

static void check_state(const struct raft *r)
{
    const raft_index last_index = raft_log_last_index(&r->log);

    raft_assert(r->last_applied <= r->applying_index);
    raft_assert(r->applying_index <= r->commit_index);
    raft_assert(r->commit_index <= last_index);
    raft_assert(r->durable_index <= last_index);
    raft_assert(raft_log_last_term(&r->log) <= r->current_term);
    raft_assert(r->persisted_seq <= r->last_write_seq);
    raft_assert(r->log.reserved_count == 0);
    raft_assert(r->role == RAFT_FOLLOWER || !r->pre_voting);
    raft_assert(r->role != RAFT_LEADER || r->leader_id == r->settings.id);
}

/* Section 7: what is no longer in the log has been applied, and a snapshot of
 * it is durable. */
static void check_snapshot(const struct raft *r)
{
    const struct raft_snapshot *s = &r->snapshot;

    raft_assert(r->log.base_index <= s->last_index);
    raft_assert(s->last_index <= r->last_applied);
    raft_assert(raft_log_has(&r->log, s->last_index, s->last_term));
    raft_assert(s->config.index <= s->last_index);
    raft_assert(r->receiving.bytes_stored <= r->receiving.file_bytes);
}

/* match_index is a proof, next_index a guess beyond it. */
static void check_leader(const struct raft *r)
{
    const raft_index last_index = raft_log_last_index(&r->log);

    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        raft_assert(r->match_index[slot] <= last_index);
        raft_assert(r->next_index[slot] <= last_index + 1);
        if (r->config.members[slot].id != r->settings.id) {
            raft_assert(r->match_index[slot] < r->next_index[slot]);
        }
    }
}

static void check_progress(const struct raft_shadow *old, const struct raft *r)
{
    raft_assert(old->current_term <= r->current_term);
    raft_assert(old->commit_index <= r->commit_index);
    raft_assert(old->last_applied <= r->last_applied);
    raft_assert(old->snapshot_index <= r->snapshot.last_index);
    /* What was committed stands where it stood, or is in the snapshot. */
    raft_assert(old->commit_index < r->log.base_index ||
                raft_log_has(&r->log, old->commit_index, old->commit_term));
    if (old->current_term != r->current_term) {
        return;
    }
    if (old->voted_for != RAFT_NO_SERVER) {
        raft_assert(old->voted_for == r->voted_for); /* Fig3:ES */
    }
    if (old->role == RAFT_LEADER) { /* Fig3:LAO */
        raft_assert(raft_log_has(&r->log, old->last_index, old->last_term));
    }
}

void raft_check_invariants(const struct raft_shadow *old, const struct raft *r)
{
    check_state(r);
    check_snapshot(r);
    if (r->role == RAFT_LEADER) {
        check_leader(r);
    }
    check_progress(old, r);
}
