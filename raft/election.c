/* SPDX-License-Identifier: MIT
 *
 * election.c - leader election (sections 5.2 and 5.4.1).
 *
 * When to stand, whom to vote for, when one has won. The question before the
 * election, PreVote, is in prevote.c.
 */
#include "raft/internal.h"

void raft_clear_votes(struct raft *r)
{
    for (size_t slot = 0; slot < RAFT_MAX_SLOTS; slot++) {
        r->peer[slot].vote_granted = false;
    }
}

void raft_end_pre_vote(struct raft *r)
{
    raft_clear_votes(r);
    r->pre_voting = false;
}

bool raft_votes_suffice(const struct raft *r)
{
    bool yes[RAFT_MAX_SLOTS] = {false};

    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        yes[slot] = r->peer[slot].vote_granted;
    }
    return raft_has_quorum(&r->config, yes);
}

void raft_on_election_timeout(struct raft *r, struct raft_effects *out)
{
    raft_assert(r->role != RAFT_LEADER);
    r->leader_id = RAFT_NO_SERVER; /* not heard any more */
    if (!rule_if(out, FLW_2, raft_may_stand(r))) {
        raft_reset_election_timer(r, out); /* nobody would count our votes */
        return;
    }
    if (r->role == RAFT_CANDIDATE) {
        rule(out, CND_4);
    }
    if (r->settings.options.pre_vote) {
        raft_start_pre_vote(r, out);
        return;
    }
    raft_start_election(r, false, out);
}

void raft_ask_for_votes(struct raft *r, bool pre_vote, bool by_transfer,
                        struct raft_effects *out)
{
    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        const raft_server_id to = r->config.members[slot].id;

        if (to == r->settings.id || !raft_config_is_voter(&r->config, to)) {
            continue;
        }
        struct raft_message *m =
            raft_new_message(r, RAFT_REQUEST_VOTE, to, out);
        m->request_vote = (struct raft_request_vote){
            .candidate_id = r->settings.id,
            .last_log_index = raft_log_last_index(&r->log),
            .last_log_term = raft_log_last_term(&r->log),
            .asked_term = r->current_term + (pre_vote ? 1 : 0),
            .pre_vote = pre_vote,
            .by_transfer = by_transfer};
    }
}

void raft_start_election(struct raft *r, bool by_transfer,
                         struct raft_effects *out)
{
    rule(out, CND_1);
    raft_set_role(r, RAFT_CANDIDATE);
    r->pre_voting = false;
    r->leader_id = RAFT_NO_SERVER;
    r->current_term++;
    r->voted_for = r->settings.id; /* counted once it is on disk: PS_2 */
    raft_clear_votes(r);
    raft_reset_election_timer(r, out);
    raft_ask_for_votes(r, false, by_transfer, out);
}

static void win_with_majority(struct raft *r, struct raft_effects *out)
{
    if (rule_if(out, CND_2, raft_votes_suffice(r))) {
        raft_become_leader(r, out);
    }
}

void raft_on_own_vote_durable(struct raft *r, struct raft_effects *out)
{
    const int self = raft_self_slot(r);

    raft_assert(r->role == RAFT_CANDIDATE);
    if (self < 0 || r->peer[self].vote_granted) {
        return;
    }
    rule(out, PS_2);
    r->peer[self].vote_granted = true;
    win_with_majority(r, out);
}

bool raft_log_is_up_to_date(const struct raft *r,
                            const struct raft_request_vote *rv,
                            struct raft_effects *out)
{
    const raft_term our_term = raft_log_last_term(&r->log);
    const raft_index our_index = raft_log_last_index(&r->log);

    return rule_if(
        out, UP_1,
        rv->last_log_term > our_term ||
            (rv->last_log_term == our_term && rv->last_log_index >= our_index));
}

void raft_reply_vote(const struct raft *r, const struct raft_message *m,
                     bool vote_granted, struct raft_effects *out)
{
    rule(out, FLW_1);
    raft_new_message(r, RAFT_REQUEST_VOTE_RESULT, m->from, out)
        ->request_vote_result = (struct raft_request_vote_result){
        .vote_granted = vote_granted,
        .asked_term = m->request_vote.asked_term,
        .pre_vote = m->request_vote.pre_vote};
}

static bool vote_is_free_for(const struct raft *r, raft_server_id candidate_id)
{
    return r->voted_for == RAFT_NO_SERVER || r->voted_for == candidate_id;
}

void raft_on_request_vote(struct raft *r, const struct raft_message *m,
                          struct raft_effects *out)
{
    const struct raft_request_vote *rv = &m->request_vote;

    if (rule_if(out, RV_1, m->term < r->current_term)) {
        raft_reply_vote(r, m, false, out);
        return;
    }
    const bool up_to_date = raft_log_is_up_to_date(r, rv, out);
    const bool vote_granted =
        rule_if(out, RV_2, vote_is_free_for(r, rv->candidate_id) && up_to_date);
    if (vote_granted) {
        r->voted_for = rv->candidate_id;
        if (r->pre_voting) {
            raft_end_pre_vote(r);
        }
        raft_reset_election_timer(r, out); /* on a grant only: FLW_2 */
    }
    raft_reply_vote(r, m, vote_granted, out);
}

/* Votes are kept by slot: the same vote twice is one vote. */
void raft_on_request_vote_result(struct raft *r, const struct raft_message *m,
                                 struct raft_effects *out)
{
    const struct raft_request_vote_result *result = &m->request_vote_result;
    const int slot = raft_config_slot(&r->config, m->from);

    if (r->role != RAFT_CANDIDATE || m->term < r->current_term) {
        return; /* an answer to an earlier question */
    }
    if (slot < 0 || !result->vote_granted) {
        return; /* refused: stay candidate, others may still grant */
    }
    r->peer[slot].vote_granted = true;
    win_with_majority(r, out);
}
