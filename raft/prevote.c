/* SPDX-License-Identifier: MIT
 *
 * prevote.c - beyond the paper: PreVote (dissertation 9.6).
 *
 * A server that was cut off would come back with a high term and depose a
 * good leader. So before it raises its term it asks whether it could win.
 * PreVote is a flag of a follower, not a role; nothing is saved for it. The
 * message carries the sender's current term, so the term rule needs no
 * exception, and the term it asks for in its body.
 */
#include "raft/internal.h"

static void start_with_majority(struct raft *r, struct raft_effects *out)
{
    if (rule_if(out, PV_3, raft_votes_suffice(r))) {
        raft_start_election(r, false, out);
    }
}

/* A candidate whose election came to nothing steps back to ask again. */
void raft_start_pre_vote(struct raft *r, struct raft_effects *out)
{
    const int self = raft_self_slot(r);

    if (r->role == RAFT_CANDIDATE) {
        raft_become_follower(r, out); /* same term, same vote */
    }
    rule(out, PV_1);
    raft_reset_election_timer(r, out);
    r->pre_voting = true;
    raft_clear_votes(r);
    if (self >= 0) {
        r->peer[self].vote_granted = true; /* a wish: nothing to save */
    }
    raft_ask_for_votes(r, true, false, out);
    start_with_majority(r, out);
}

/* No vote is cast and no timer is reset: it is only an opinion. */
void raft_on_pre_vote(struct raft *r, const struct raft_message *m,
                      struct raft_effects *out)
{
    const struct raft_request_vote *rv = &m->request_vote;
    const bool up_to_date = raft_log_is_up_to_date(r, rv, out);
    const bool would_grant =
        rule_if(out, PV_2, rv->asked_term > r->current_term && up_to_date);

    raft_reply_vote(r, m, would_grant, out);
}

void raft_on_pre_vote_result(struct raft *r, const struct raft_message *m,
                             struct raft_effects *out)
{
    const struct raft_request_vote_result *result = &m->request_vote_result;
    const int slot = raft_config_slot(&r->config, m->from);

    if (!r->pre_voting || result->asked_term != r->current_term + 1) {
        return; /* an answer to an earlier question */
    }
    if (slot < 0 || !result->vote_granted) {
        return;
    }
    r->peer[slot].vote_granted = true;
    start_with_majority(r, out);
}
