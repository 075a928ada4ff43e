/* SPDX-License-Identifier: MIT
 *
 * read.c - reads without a log entry (section 8; dissertation 6.4).
 *
 * A leader's memory may be old: another leader may exist, and a new leader
 * does not know yet what is committed. So a read waits for three things: an
 * entry of the leader's term is committed (which is why there is a no-op), a
 * majority answered a round of heartbeats begun after the read arrived (or a
 * lease stands in for it), and the state machine has come that far.
 */
#include "raft/internal.h"

/* Without memory for it now, a heartbeat's time-out tries again. */
void raft_append_no_op(struct raft *r, struct raft_effects *out)
{
    static const struct raft_entry no_op = {.type = RAFT_ENTRY_NO_OP};

    if (!r->settings.options.no_op ||
        raft_log_last_term(&r->log) == r->current_term) {
        return;
    }
    if (raft_append_as_leader(r, &no_op, 1, out) == RAFT_OK) {
        rule(out, CL_3);
    }
}

enum raft_error raft_on_read(struct raft *r, const struct raft_read *read,
                             struct raft_effects *out)
{
    if (!rule_if(out, CL_1, r->role == RAFT_LEADER)) {
        return RAFT_ENOTLEADER;
    }
    if (r->pending_read_count == RAFT_MAX_READS) {
        return RAFT_EBUSY;
    }
    struct raft_pending_read *pending =
        &r->pending_reads[r->pending_read_count++];

    *pending = (struct raft_pending_read){.read_id = read->read_id};
    if (read->level == RAFT_READ_LEASE &&
        rule_if(out, LS_1, raft_has_lease(r))) {
        return RAFT_OK;
    }
    pending->round = ++r->read_round; /* never used twice in a term */
    raft_send_heartbeats(r, out);
    return RAFT_OK;
}

static bool round_is_confirmed(const struct raft *r, uint64_t round)
{
    bool yes[RAFT_MAX_SLOTS] = {false};

    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        yes[slot] = r->config.members[slot].id == r->settings.id ||
                    r->peer[slot].acked_round >= round;
    }
    return raft_has_quorum(&r->config, yes);
}

static bool may_answer(struct raft *r, struct raft_pending_read *read,
                       struct raft_effects *out)
{
    if (!rule_if(out, CL_5, raft_own_term_is_committed(r))) {
        return false;
    }
    if (read->read_index == 0) {
        read->read_index = r->commit_index;
    }
    if (read->round > 0 &&
        !rule_if(out, CL_4, round_is_confirmed(r, read->round))) {
        return false;
    }
    return r->last_applied >= read->read_index;
}

static void answer(const struct raft_pending_read *read, bool confirmed,
                   struct raft_effects *out)
{
    raft_assert(out->read_count < RAFT_MAX_READS);
    out->reads[out->read_count++] = (struct raft_read_answer){
        .read_id = read->read_id, .confirmed = confirmed};
}

void raft_answer_reads(struct raft *r, struct raft_effects *out)
{
    size_t kept = 0;

    for (size_t i = 0; i < r->pending_read_count; i++) {
        struct raft_pending_read *read = &r->pending_reads[i];

        if (may_answer(r, read, out)) {
            answer(read, true, out);
        } else {
            r->pending_reads[kept++] = *read;
        }
    }
    r->pending_read_count = kept;
}

void raft_refuse_reads(struct raft *r, struct raft_effects *out)
{
    for (size_t i = 0; i < r->pending_read_count; i++) {
        answer(&r->pending_reads[i], false, out);
    }
    r->pending_read_count = 0;
}
