/* SPDX-License-Identifier: MIT
 *
 * append_receive.c - AppendEntries, the follower's end (section 5.3, the
 * receiver's box in Figure 2).
 */
#include "raft/internal.h"

void raft_append_reserved(struct raft *r, struct raft_effects *out)
{
    const raft_index first = raft_log_last_index(&r->log) + 1;

    raft_log_append_reserved(&r->log);
    if (out->append.first_index == 0) {
        out->append.first_index = first; /* its end: raft_number_writes() */
    }
    raft_config_after_append(r, first, out);
}

static void truncate_from(struct raft *r, raft_index from,
                          struct raft_effects *out)
{
    raft_assert(from > r->commit_index); /* committed is for ever: Fig3:LC */
    raft_log_truncate_from(&r->log, from);
    r->durable_index = raft_min(r->durable_index, from - 1);
    out->truncate_from = from;
    raft_config_after_truncate(r, from, out);
}

static void reply(struct raft *r, const struct raft_message *request,
                  const struct raft_append_entries_result *result,
                  struct raft_effects *out)
{
    struct raft_message *m =
        raft_new_message(r, RAFT_APPEND_ENTRIES_RESULT, request->from, out);

    rule(out, FLW_1);
    m->append_entries_result = *result;
    if (request->term < r->current_term) {
        return; /* its round and date belong to another term's leader */
    }
    m->append_entries_result.prev_log_index =
        request->append_entries.prev_log_index;
    m->append_entries_result.read_round = request->append_entries.read_round;
    m->append_entries_result.sent_tick = request->append_entries.sent_tick;
}

/* Section 5.3, end: name the conflicting term and where it begins. */
static void refuse(struct raft *r, const struct raft_message *m,
                   struct raft_effects *out)
{
    const raft_index prev = m->append_entries.prev_log_index;
    struct raft_append_entries_result result = {
        .conflict_index = raft_log_last_index(&r->log) + 1};

    if (prev >= r->log.base_index && prev <= raft_log_last_index(&r->log)) {
        result.conflict_term = raft_log_term_at(&r->log, prev);
        result.conflict_index = prev;
        while (result.conflict_index > 1 &&
               raft_log_has(&r->log, result.conflict_index - 1,
                            result.conflict_term)) {
            result.conflict_index--;
        }
    }
    reply(r, m, &result, out);
}

void raft_heed_leader(struct raft *r, raft_server_id leader_id,
                      struct raft_effects *out)
{
    raft_assert(r->role != RAFT_LEADER); /* Fig3:ES: we are the only one */
    if (r->role == RAFT_CANDIDATE) {
        rule(out, CND_3);
        raft_become_follower(r, out);
    }
    /* Fig3:ES: the term has had no other. */
    raft_assert(r->leader_id == RAFT_NO_SERVER || r->leader_id == leader_id);
    raft_end_pre_vote(r);
    r->leader_id = leader_id;
    r->ticks_since_leader = 0;
    raft_reset_election_timer(r, out);
}

/* What our snapshot covers is committed, and so equal in every leader's log
 * (Fig3:LC). */
static bool is_known(const struct raft *r, raft_index index, raft_term term)
{
    const raft_index base = r->log.base_index;

    return (base > 0 && index <= base) || raft_log_has(&r->log, index, term);
}

static bool has_prev_entry(const struct raft *r,
                           const struct raft_append_entries *ae,
                           struct raft_effects *out)
{
    const raft_index prev = ae->prev_log_index;
    bool is_there = is_known(r, prev, ae->prev_log_term);

    if (prev > 0 && prev == r->log.base_index) {
        rule(out, SN_3);
        is_there = ae->prev_log_term == r->log.base_term;
    }
    return is_there;
}

/* Reserve before change; AE.3 and AE.4 kept apart. */
static enum raft_error take_entries(struct raft *r,
                                    const struct raft_append_entries *ae,
                                    struct raft_effects *out)
{
    size_t known = 0; /* entries that our log has already */

    while (
        known < ae->entry_count &&
        is_known(r, ae->prev_log_index + 1 + known, ae->entries[known].term)) {
        known++;
    }
    if (known == ae->entry_count) {
        return RAFT_OK; /* nothing new: a late message deletes nothing */
    }
    const raft_index first_new = ae->prev_log_index + 1 + known;
    const enum raft_error err =
        raft_log_reserve(&r->log, ae->entries + known, ae->entry_count - known);
    if (err != RAFT_OK) {
        return err; /* nothing has changed yet */
    }
    if (rule_if(out, AE_3, first_new <= raft_log_last_index(&r->log))) {
        truncate_from(r, first_new, out);
    }
    rule(out, AE_4);
    raft_append_reserved(r, out);
    return RAFT_OK;
}

/* An empty request is answered for what is on disk, without waiting for it. */
static raft_index proven_match(const struct raft *r,
                               const struct raft_append_entries *ae)
{
    if (ae->entry_count == 0) {
        return raft_min(ae->prev_log_index, r->durable_index);
    }
    return ae->prev_log_index + ae->entry_count;
}

enum raft_error raft_on_append_entries(struct raft *r,
                                       const struct raft_message *m,
                                       struct raft_effects *out)
{
    const struct raft_append_entries *ae = &m->append_entries;
    const raft_index last_new = ae->prev_log_index + ae->entry_count;

    if (rule_if(out, AE_1, m->term < r->current_term)) {
        refuse(r, m, out);
        return RAFT_OK;
    }
    if (!raft_entries_are_valid(ae->entries, ae->entry_count, ae->prev_log_term,
                                m->term)) {
        return RAFT_EINVALID; /* no server of ours sends that */
    }
    raft_heed_leader(r, m->from, out);
    if (rule_if(out, AE_2, !has_prev_entry(r, ae, out))) {
        refuse(r, m, out);
        return RAFT_OK;
    }
    const enum raft_error err = take_entries(r, ae, out);
    if (err != RAFT_OK) {
        return err; /* no answer: the leader will ask again */
    }
    raft_follow_leader_commit(r, ae->leader_commit, last_new, out);
    reply(r, m,
          &(struct raft_append_entries_result){
              .success = true, .match_index = proven_match(r, ae)},
          out);
    return RAFT_OK;
}
