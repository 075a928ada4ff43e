/* SPDX-License-Identifier: MIT
 *
 * append_send.c - log replication, the leader's end (section 5.3, Figure 7).
 *
 * What to send to whom, and what an answer proves. How much may be under way
 * is progress.c; what may be committed is commit.c.
 */
#include "raft/internal.h"

/* AppendEntries from next_index on, with entry_count entries: which they are
 * is filled in by raft_lend_entries(). */
static void send_append(struct raft *r, size_t slot, size_t entry_count,
                        struct raft_effects *out)
{
    const raft_index next = r->next_index[slot];
    struct raft_message *m = raft_new_message(r, RAFT_APPEND_ENTRIES,
                                              r->config.members[slot].id, out);

    m->append_entries = (struct raft_append_entries){
        .leader_id = r->settings.id,
        .prev_log_index = next - 1,
        .prev_log_term = raft_log_term_at(&r->log, next - 1),
        .entry_count = entry_count,
        .leader_commit = r->commit_index,
        .read_round = r->read_round,
        .sent_tick = r->now};
}

void raft_lend_entries(const struct raft *r, struct raft_effects *out)
{
    for (size_t i = 0; i < out->message_count; i++) {
        struct raft_append_entries *ae = &out->messages[i].append_entries;

        if (out->messages[i].type == RAFT_APPEND_ENTRIES) {
            ae->entries =
                raft_log_slice(&r->log, ae->prev_log_index + 1, ae->entry_count)
                    .entries;
        }
    }
}

static bool lacks_entries(const struct raft *r, size_t slot)
{
    return raft_log_last_index(&r->log) >= r->next_index[slot];
}

static bool is_other(const struct raft *r, size_t slot)
{
    return r->config.members[slot].id != r->settings.id;
}

/* next_index runs ahead only when the logs are known to have met. */
void raft_send_entries(struct raft *r, size_t slot, struct raft_effects *out)
{
    if (raft_needs_snapshot(r, slot, out)) {
        raft_send_piece(r, slot, out);
        return;
    }
    for (int i = 0; i < RAFT_MAX_APPENDS_PER_STEP; i++) {
        if (!rule_if(out, LDR_3, lacks_entries(r, slot)) ||
            !raft_progress_may_send(r, slot, out)) {
            return;
        }
        const size_t entry_count = raft_progress_batch(r, slot);

        send_append(r, slot, entry_count, out);
        if (r->settings.options.max_in_flight_entries > 0 &&
            r->peer[slot].matched) {
            r->next_index[slot] += entry_count;
        } else {
            r->peer[slot].awaiting = true;
        }
    }
}

void raft_send_entries_to_all(struct raft *r, struct raft_effects *out)
{
    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        if (is_other(r, slot)) {
            raft_send_entries(r, slot, out);
        }
    }
}

static void send_heartbeat(struct raft *r, size_t slot,
                           struct raft_effects *out)
{
    if (raft_needs_snapshot(r, slot, out)) {
        raft_send_install_heartbeat(r, slot, out);
    } else {
        send_append(r, slot, 0, out);
    }
}

/* Nothing in it but prev and commit: yet all checks apply to it. */
void raft_send_heartbeats(struct raft *r, struct raft_effects *out)
{
    rule(out, LDR_1);
    r->heartbeat_ticks_left = r->settings.heartbeat_ticks;
    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        if (is_other(r, slot)) {
            send_heartbeat(r, slot, out);
        }
    }
}

/* "Retry indefinitely" (5.3): a request not answered by now goes out again,
 * and does for a heartbeat. */
void raft_on_heartbeat_timeout(struct raft *r, struct raft_effects *out)
{
    rule(out, LDR_1);
    r->heartbeat_ticks_left = r->settings.heartbeat_ticks;
    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        if (!is_other(r, slot)) {
            continue;
        }
        const size_t messages_before = out->message_count;

        r->peer[slot].awaiting = false;
        raft_send_entries(r, slot, out);
        if (out->message_count == messages_before ||
            out->messages[messages_before].type == RAFT_INSTALL_SNAPSHOT) {
            send_heartbeat(r, slot, out); /* a piece may be long under way */
        }
    }
}

enum raft_error raft_append_as_leader(struct raft *r,
                                      const struct raft_entry *entries,
                                      size_t count, struct raft_effects *out)
{
    if (raft_log_reserve(&r->log, entries, count) != RAFT_OK) {
        return RAFT_ENOMEM; /* nothing has changed yet */
    }
    raft_log_stamp_reserved(&r->log, r->current_term);
    raft_append_reserved(r, out);
    return RAFT_OK;
}

/* A majority may commit what our own disk does not have yet; it waits in
 * memory all the same. */
static bool fits(const struct raft *r, const struct raft_propose *p)
{
    const uint64_t limit = r->settings.options.max_uncommitted_bytes;
    const raft_index done = raft_min(r->commit_index, r->durable_index);
    uint64_t bytes =
        raft_log_bytes_between(&r->log, done, raft_log_last_index(&r->log));

    if (limit == 0 || bytes == 0 ||
        raft_log_last_term(&r->log) != r->current_term) {
        return true; /* one batch always fits; so does a term's first */
    }
    for (size_t i = 0; i < p->count; i++) {
        bytes += p->entries[i].byte_count;
    }
    return bytes <= limit;
}

enum raft_error raft_on_propose(struct raft *r, const struct raft_propose *p,
                                struct raft_effects *out)
{
    if (!rule_if(out, CL_1, r->role == RAFT_LEADER)) {
        return RAFT_ENOTLEADER;
    }
    for (size_t i = 0; i < p->count; i++) {
        if (p->entries[i].type != RAFT_ENTRY_COMMAND) {
            return RAFT_EINVALID; /* the others are the core's own */
        }
    }
    if (p->count == 0) {
        return RAFT_EINVALID;
    }
    if (r->transfer_to != RAFT_NO_SERVER || !fits(r, p)) {
        return RAFT_EBUSY;
    }
    if (raft_append_as_leader(r, p->entries, p->count, out) != RAFT_OK) {
        return RAFT_ENOMEM;
    }
    rule(out, LDR_2);
    raft_send_entries_to_all(r, out);
    return RAFT_OK;
}

/* Match what THAT request proved; an older answer proves nothing new. */
void raft_take_match(struct raft *r, size_t slot, raft_index match_index,
                     struct raft_effects *out)
{
    rule(out, LDR_3A);
    if (match_index > r->match_index[slot]) {
        r->peer[slot].ticks_stalled = 0;
        r->peer[slot].sending.farthest = 0; /* that is in its log now */
    }
    r->match_index[slot] = raft_max(r->match_index[slot], match_index);
    r->next_index[slot] =
        raft_max(r->next_index[slot], r->match_index[slot] + 1);
    r->peer[slot].matched = true;
    r->peer[slot].awaiting = false;
    if (r->next_index[slot] > r->log.base_index) {
        r->peer[slot].sending = (struct raft_sending){0}; /* entries will do */
    }
    raft_advance_leader_commit(r, out);
    raft_continue_transfer(r, out);
}

void raft_note_answer(struct raft_peer *peer, uint64_t read_round,
                      raft_tick sent_tick)
{
    peer->ticks_silent = 0;
    peer->acked_round = raft_max(peer->acked_round, read_round);
    peer->acked_sent_tick = raft_max(peer->acked_sent_tick, sent_tick);
}

/* Our last entry of a term at or below `from`, or 0: there is none in our log,
 * or it is in our snapshot. */
static raft_index last_entry_of_term(const struct raft *r, raft_term term,
                                     raft_index from)
{
    raft_index index = from;

    while (index > r->log.base_index &&
           raft_log_term_at(&r->log, index) > term) {
        index--;
    }
    return raft_log_has(&r->log, index, term) ? index : 0;
}

/*
 * Where to try next. Plain: one back. Section 5.3, end: skip the follower's
 * whole conflicting term; if we have entries of it, to our last one: there the
 * logs may already agree, and all before it would be sent in vain.
 */
static raft_index next_try(const struct raft *r,
                           const struct raft_append_entries_result *result,
                           struct raft_effects *out)
{
    const raft_index one_back = result->prev_log_index; /* was next - 1 */
    raft_index next = result->conflict_index;

    if (!rule_if(out, BT_1, r->settings.options.fast_backtracking)) {
        return one_back;
    }
    if (result->conflict_term > 0) {
        const raft_index ours =
            last_entry_of_term(r, result->conflict_term, one_back);
        next = ours > 0 ? ours + 1 : next;
    }
    return next < one_back ? next : one_back;
}

/* Does this refusal answer the request we are waiting for? */
static bool is_stale_refusal(const struct raft *r, size_t slot,
                             raft_index prev_log_index)
{
    if (prev_log_index <= r->match_index[slot] ||
        prev_log_index > raft_log_last_index(&r->log)) {
        return true; /* proven equal since, or never sent */
    }
    return prev_log_index >= r->next_index[slot] ||
           (!r->peer[slot].matched &&
            prev_log_index != r->next_index[slot] - 1);
}

static void take_refusal(struct raft *r, size_t slot,
                         const struct raft_append_entries_result *result,
                         struct raft_effects *out)
{
    if (is_stale_refusal(r, slot, result->prev_log_index)) {
        return;
    }
    rule(out, LDR_3B);
    r->next_index[slot] =
        raft_max(next_try(r, result, out), r->match_index[slot] + 1);
    r->peer[slot].matched = false;
    r->peer[slot].awaiting = false;
}

void raft_on_append_entries_result(struct raft *r, const struct raft_message *m,
                                   struct raft_effects *out)
{
    const struct raft_append_entries_result *result = &m->append_entries_result;
    const int slot = raft_config_slot(&r->config, m->from);

    if (r->role != RAFT_LEADER || m->term < r->current_term || slot < 0) {
        return; /* an answer to an earlier term proves nothing */
    }
    if ((result->success &&
         result->match_index > raft_log_last_index(&r->log)) ||
        result->read_round > r->read_round || result->sent_tick > r->now) {
        return; /* we never sent that */
    }
    raft_note_answer(&r->peer[slot], result->read_round, result->sent_tick);
    if (result->success) {
        raft_take_match(r, (size_t)slot, result->match_index, out);
    } else {
        take_refusal(r, (size_t)slot, result, out);
    }
    raft_send_entries(r, (size_t)slot, out);
}
