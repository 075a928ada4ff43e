/* SPDX-License-Identifier: MIT
 *
 * commit.c - what is committed, and what may be applied (sections 5.3 and
 * 5.4.2, Figure 8).
 */
#include "raft/internal.h"

bool raft_own_term_is_committed(const struct raft *r)
{
    return raft_log_term_at(&r->log, r->commit_index) == r->current_term;
}

/*
 * Fig2:LDR.4. The highest index that a quorum of disks holds is committed if
 * its entry is of our term; older entries follow by Log Matching. If it is
 * of an older term, so are all below it, and none may be counted (Figure 8).
 */
void raft_advance_leader_commit(struct raft *r, struct raft_effects *out)
{
    const int self = raft_self_slot(r);

    if (self >= 0) {
        rule(out, PS_3);
        r->match_index[self] = r->durable_index;
    }
    const raft_index on_majority =
        raft_quorum_value(&r->config, r->match_index);

    if (!rule_if(out, LDR_4, on_majority > r->commit_index)) {
        return;
    }
    if (rule_if(out, CM_1,
                raft_log_term_at(&r->log, on_majority) == r->current_term)) {
        r->commit_index = on_majority;
    }
}

/* Beyond the last NEW entry our log may have a tail that nobody vouched for. */
void raft_follow_leader_commit(struct raft *r, raft_index leader_commit,
                               raft_index last_new, struct raft_effects *out)
{
    const raft_index proven = raft_min(leader_commit, last_new);

    if (rule_if(out, AE_5, proven > r->commit_index)) {
        r->commit_index = proven;
    }
}

/* Heartbeats wait while a batch is applied: few large entries are enough. */
enum { MAX_APPLY_BYTES = 4 << 20 };

/* One batch at a time: the next when this one has been applied. */
void raft_hand_out_entries(struct raft *r, struct raft_effects *out)
{
    const uint32_t limit = r->settings.options.max_apply_entries;
    uint64_t count = r->commit_index - r->applying_index;

    if (count == 0 || r->applying_index > r->last_applied) {
        return;
    }
    if (limit > 0) {
        count = raft_min(count, limit);
    }
    while (count > 1 && raft_log_bytes_between(&r->log, r->applying_index,
                                               r->applying_index + count) >
                            MAX_APPLY_BYTES) {
        count /= 2;
    }
    rule(out, ALL_1);
    out->apply = raft_log_slice(&r->log, r->applying_index + 1, (size_t)count);
    r->applying_index += count;
}

enum raft_error raft_on_applied(struct raft *r, raft_index applied)
{
    if (applied < r->last_applied || applied > r->applying_index) {
        return RAFT_EINVALID; /* only what was handed out, and once */
    }
    r->last_applied = applied;
    return RAFT_OK;
}
