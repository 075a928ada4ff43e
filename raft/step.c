/* SPDX-License-Identifier: MIT
 *
 * step.c - one input goes in, effects come out (section 5.1).
 *
 * Read this file first. Here stand the term rule, once for all messages, and
 * the order in which a step happens; what each message does is in its file.
 */
#include "raft/internal.h"

static void reset_effects(struct raft_effects *out)
{
    out->save_hard_state_seq = 0;
    out->current_term = 0;
    out->voted_for = RAFT_NO_SERVER;
    out->truncate_seq = 0;
    out->truncate_from = 0;
    out->reset_seq = 0;
    out->reset_index = 0;
    out->reset_term = 0;
    out->append_seq = 0;
    out->append = (struct raft_slice){0};
    out->compact_through = 0;
    out->store = NULL;
    out->message_count = 0;
    out->install = false;
    out->apply = (struct raft_slice){0};
    out->read_count = 0;
    out->config_changed = false;
    out->change_id = 0;
    out->change_outcome = RAFT_CHANGE_NONE;
    out->rule_event_count = 0;
    out->rule_events_lost = 0;
}

struct raft_message *raft_new_message(const struct raft *r,
                                      enum raft_message_type type,
                                      raft_server_id to,
                                      struct raft_effects *out)
{
    raft_assert(out->message_count < RAFT_MAX_MESSAGES);
    struct raft_message *m = &out->messages[out->message_count++];

    *m = (struct raft_message){.type = type,
                               .from = r->settings.id,
                               .to = to,
                               .term = r->current_term};
    return m;
}

static void leader_tick(struct raft *r, uint32_t ticks,
                        struct raft_effects *out)
{
    const uint32_t most = r->settings.election_ticks_max;

    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        r->peer[slot].ticks_silent =
            raft_count_up(r->peer[slot].ticks_silent, ticks, most);
    }
    raft_install_tick(r, ticks);
    raft_transfer_tick(r, ticks, out);
    raft_catch_up_tick(r, ticks);
    raft_check_quorum(r, out);
    if (r->role != RAFT_LEADER) {
        return;
    }
    r->heartbeat_ticks_left = raft_count_down(r->heartbeat_ticks_left, ticks);
    if (r->heartbeat_ticks_left == 0) {
        raft_append_no_op(r, out); /* there was no memory for it before */
        raft_on_heartbeat_timeout(r, out);
    }
}

static void on_tick(struct raft *r, uint32_t ticks, struct raft_effects *out)
{
    r->now += r->settings.options.lease ? ticks : 0;
    if (r->role == RAFT_LEADER) {
        leader_tick(r, ticks, out);
        return;
    }
    r->ticks_since_leader = raft_count_up(r->ticks_since_leader, ticks,
                                          r->settings.election_ticks_max);
    r->election_ticks_left = raft_count_down(r->election_ticks_left, ticks);
    if (r->election_ticks_left == 0) {
        raft_on_election_timeout(r, out);
    }
}

static enum raft_error on_message(struct raft *r, const struct raft_message *m,
                                  struct raft_effects *out)
{
    switch (m->type) {
    case RAFT_REQUEST_VOTE:
        if (m->request_vote.pre_vote) {
            raft_on_pre_vote(r, m, out);
        } else {
            raft_on_request_vote(r, m, out);
        }
        return RAFT_OK;
    case RAFT_REQUEST_VOTE_RESULT:
        if (m->request_vote_result.pre_vote) {
            raft_on_pre_vote_result(r, m, out);
        } else {
            raft_on_request_vote_result(r, m, out);
        }
        return RAFT_OK;
    case RAFT_APPEND_ENTRIES:
        return raft_on_append_entries(r, m, out);
    case RAFT_APPEND_ENTRIES_RESULT:
        raft_on_append_entries_result(r, m, out);
        return RAFT_OK;
    case RAFT_INSTALL_SNAPSHOT:
        raft_on_install_snapshot(r, m, out);
        return RAFT_OK;
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        raft_on_install_snapshot_result(r, m, out);
        return RAFT_OK;
    case RAFT_TIMEOUT_NOW:
        raft_on_timeout_now(r, m, out);
        return RAFT_OK;
    }
    return RAFT_EINVALID;
}

static enum raft_error dispatch(struct raft *r, const struct raft_input *in,
                                struct raft_effects *out)
{
    switch (in->type) {
    case RAFT_IN_START:
        return raft_on_start(r, &in->start, out);
    case RAFT_IN_TICK:
        on_tick(r, in->ticks, out);
        return RAFT_OK;
    case RAFT_IN_MESSAGE:
        return on_message(r, &in->message, out);
    case RAFT_IN_PROPOSE:
        return raft_on_propose(r, &in->propose, out);
    case RAFT_IN_PERSISTED:
        return raft_on_persisted(r, in->persisted, out);
    case RAFT_IN_APPLIED:
        return raft_on_applied(r, in->applied);
    case RAFT_IN_READ:
        return raft_on_read(r, &in->read, out);
    case RAFT_IN_TRANSFER:
        return raft_on_transfer(r, in->transfer_to, out);
    case RAFT_IN_SNAPSHOT_TAKEN:
        return raft_on_snapshot_taken(r, in->snapshot, out);
    case RAFT_IN_SNAPSHOT_STORED:
        return raft_on_snapshot_stored(r, in->snapshot, out);
    case RAFT_IN_SNAPSHOT_FAILED:
        raft_on_snapshot_failed(r);
        return RAFT_OK;
    case RAFT_IN_CHANGE:
        return raft_on_change(r, in->change, out);
    }
    return RAFT_EINVALID;
}

enum raft_error raft_step(struct raft *r, const struct raft_input *in,
                          struct raft_effects *out)
{
    const struct raft_shadow before = raft_shadow_of(r);
    const struct raft_message *m =
        in->type == RAFT_IN_MESSAGE ? &in->message : NULL;

    reset_effects(out);
    if (r->started == (in->type == RAFT_IN_START) ||
        (m != NULL && !raft_message_makes_sense(r, m))) {
        return RAFT_EINVALID;
    }
    if (m != NULL && raft_disrupts_live_leader(r, m, out)) {
        return RAFT_OK; /* section 6: must precede the term rule */
    }
    if (m != NULL && rule_if(out, ALL_2, m->term > r->current_term)) {
        raft_adopt_term(r, m->term, out);
    }
    const enum raft_error err = dispatch(r, in, out);

    raft_continue_change(r, before.commit_index, out);
    raft_lend_entries(r, out);
    raft_hand_out_entries(r, out);
    raft_answer_reads(r, out);
    raft_number_writes(r, out);
    raft_log_free_some(&r->log);
    raft_check_invariants(&before, r);
    return err;
}
