/* SPDX-License-Identifier: MIT
 *
 * persistence.c - Figure 2, "Persistent state": saved before spoken.
 *
 * Writes run while the server goes on. Each has a number, and a message says
 * which number must be done before it may leave. Both are settled here, once,
 * at the end of a step: no handler can forget it.
 */
#include "raft/internal.h"

static raft_write_seq write_needed_by_answer(const struct raft *r,
                                             const struct raft_message *m)
{
    raft_index match_index = 0; /* a vote; or any word in a new term */

    if (m->type == RAFT_APPEND_ENTRIES_RESULT &&
        m->append_entries_result.success) {
        match_index = m->append_entries_result.match_index;
    } else if (m->type == RAFT_INSTALL_SNAPSHOT_RESULT &&
               m->install_snapshot_result.installed) {
        match_index = m->install_snapshot_result.last_included_index;
    }
    return raft_max(r->hard_state_seq,
                    raft_log_written_by(&r->log, match_index));
}

/*
 * What the message rests on. A leader's entries may travel while its own disk
 * still writes them: it does not count itself before (PS_3). A pre-vote says
 * nothing that could be taken back.
 */
static raft_write_seq write_needed_by(const struct raft *r,
                                      const struct raft_message *m)
{
    switch (m->type) {
    case RAFT_REQUEST_VOTE:
        return m->request_vote.pre_vote ? 0 : r->hard_state_seq;
    case RAFT_REQUEST_VOTE_RESULT:
    case RAFT_APPEND_ENTRIES_RESULT:
    case RAFT_INSTALL_SNAPSHOT_RESULT:
        return write_needed_by_answer(r, m);
    case RAFT_APPEND_ENTRIES:
    case RAFT_TIMEOUT_NOW:
    case RAFT_INSTALL_SNAPSHOT:
        break;
    }
    return 0;
}

static void number_hard_state(struct raft *r, struct raft_effects *out)
{
    if (r->current_term == r->saved_term && r->voted_for == r->saved_vote) {
        return;
    }
    r->saved_term = r->current_term;
    r->saved_vote = r->voted_for;
    r->hard_state_seq = ++r->last_write_seq;
    out->save_hard_state_seq = r->hard_state_seq;
    out->current_term = r->current_term;
    out->voted_for = r->voted_for;
}

static void number_log_writes(struct raft *r, struct raft_effects *out)
{
    const raft_index first = out->append.first_index;
    const raft_index last = raft_log_last_index(&r->log);

    if (out->truncate_from > 0) {
        out->truncate_seq = ++r->last_write_seq;
    }
    if (out->reset_index > 0) {
        out->reset_seq = ++r->last_write_seq;
    }
    if (first > 0) {
        out->append_seq = ++r->last_write_seq;
        out->append =
            raft_log_slice(&r->log, first, (size_t)(last - first + 1));
        raft_log_mark_written(&r->log, first, out->append_seq);
    }
}

void raft_number_writes(struct raft *r, struct raft_effects *out)
{
    number_hard_state(r, out);
    number_log_writes(r, out);
    for (size_t i = 0; i < out->message_count; i++) {
        struct raft_message *m = &out->messages[i];
        const raft_write_seq needed = write_needed_by(r, m);

        if (needed > 0 && rule_if(out, PS_1, needed > r->persisted_seq)) {
            m->needs_write = needed;
        }
    }
}

/* An entry is durable when the write that holds it now is done. */
static void advance_durable_index(struct raft *r)
{
    const raft_index last = raft_log_last_index(&r->log);

    while (r->durable_index < last &&
           raft_log_written_by(&r->log, r->durable_index + 1) <=
               r->persisted_seq) {
        r->durable_index++;
    }
}

enum raft_error raft_on_persisted(struct raft *r, raft_write_seq seq,
                                  struct raft_effects *out)
{
    if (seq < r->persisted_seq || seq > r->last_write_seq) {
        return RAFT_EINVALID; /* writes end in order, and were asked for */
    }
    r->persisted_seq = seq;
    advance_durable_index(r);
    if (r->role == RAFT_CANDIDATE && r->hard_state_seq <= seq) {
        raft_on_own_vote_durable(r, out);
    } else if (r->role == RAFT_LEADER) {
        raft_advance_leader_commit(r, out);
    }
    return RAFT_OK;
}

/*
 * What the disk held. A log that ends in a later term than the one saved makes
 * that term ours, with no vote in it. That is safe: whoever still asks for
 * votes in that term has no entry of it, so 5.4.1 refuses him.
 */
enum raft_error raft_on_start(struct raft *r, const struct raft_start *start,
                              struct raft_effects *out)
{
    if (!raft_start_fits_snapshot(start)) {
        return RAFT_EINVALID;
    }
    const struct raft_slice log = raft_place_log(r, start);

    if (raft_log_reserve(&r->log, log.entries, log.count) != RAFT_OK) {
        raft_log_reset(&r->log, 0, 0);
        return RAFT_ENOMEM;
    }
    r->started = true;
    r->current_term = r->saved_term = start->current_term;
    r->voted_for = r->saved_vote = start->voted_for;
    if (start->initial_config != NULL) {
        r->snapshot.config = *start->initial_config;
        r->snapshot.config.index = 0;
        raft_adopt_config(r, &r->snapshot.config, out);
    }
    raft_log_append_reserved(&r->log);
    if (start->snapshot != NULL) {
        raft_start_with_snapshot(r, start->snapshot, out);
    }
    raft_config_after_append(r, r->log.base_index + 1, out);
    r->durable_index = raft_log_last_index(&r->log);
    if (raft_log_last_term(&r->log) > r->current_term) {
        r->current_term = raft_log_last_term(&r->log);
        r->voted_for = RAFT_NO_SERVER;
    }
    raft_hold_vote_after_restart(r, out);
    raft_reset_election_timer(r, out);
    return RAFT_OK;
}
