/* SPDX-License-Identifier: MIT
 *
 * transfer.c - beyond the paper: handing over leadership (dissertation 3.10).
 *
 * The leader takes no more requests, brings the target up to date, and tells
 * it to stand for election at once. Its vote requests say so, and override
 * stickiness. If nothing comes of it the leader leads on.
 */
#include "raft/internal.h"

/* The other voter, alive and here to stay, whose log is closest to ours. */
static raft_server_id most_up_to_date(const struct raft *r)
{
    raft_server_id best = RAFT_NO_SERVER;
    raft_index best_match = 0;

    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        const raft_server_id id = r->config.members[slot].id;

        if (id != r->settings.id && raft_config_will_vote(&r->config, id) &&
            r->peer[slot].ticks_silent < r->settings.election_ticks_min &&
            (best == RAFT_NO_SERVER || r->match_index[slot] > best_match)) {
            best = id;
            best_match = r->match_index[slot];
        }
    }
    return best;
}

enum raft_error raft_on_transfer(struct raft *r, raft_server_id to,
                                 struct raft_effects *out)
{
    if (!rule_if(out, CL_1, r->role == RAFT_LEADER)) {
        return RAFT_ENOTLEADER;
    }
    const raft_server_id target =
        to == RAFT_NO_SERVER ? most_up_to_date(r) : to;

    if (r->transfer_to != RAFT_NO_SERVER || target == RAFT_NO_SERVER) {
        return RAFT_EBUSY; /* one at a time, and to somebody who is there */
    }
    if (target == r->settings.id ||
        !raft_config_will_vote(&r->config, target)) {
        return RAFT_EINVALID; /* nor one that would have to step down */
    }
    rule(out, TR_1);
    r->transfer_to = target;
    r->transfer_ticks_left = r->settings.election_ticks_max;
    raft_continue_transfer(r, out);
    return RAFT_OK;
}

void raft_continue_transfer(struct raft *r, struct raft_effects *out)
{
    const int slot = raft_config_slot(&r->config, r->transfer_to);

    if (slot < 0 || r->transfer_to == RAFT_NO_SERVER ||
        r->match_index[slot] != raft_log_last_index(&r->log)) {
        return;
    }
    /* Once said it cannot be taken back: no lease in this term any more. */
    r->timeout_now_sent = true;
    (void)raft_new_message(r, RAFT_TIMEOUT_NOW, r->transfer_to, out);
}

void raft_transfer_tick(struct raft *r, uint32_t ticks,
                        struct raft_effects *out)
{
    r->transfer_ticks_left = raft_count_down(r->transfer_ticks_left, ticks);
    if (r->transfer_to != RAFT_NO_SERVER && r->transfer_ticks_left == 0) {
        rule(out, TR_3);
        r->transfer_to = RAFT_NO_SERVER;
    }
}

/* Only a voter, only in this term, and not one that leads already. */
void raft_on_timeout_now(struct raft *r, const struct raft_message *m,
                         struct raft_effects *out)
{
    if (m->term < r->current_term || r->role != RAFT_FOLLOWER ||
        !raft_config_is_voter(&r->config, r->settings.id)) {
        return;
    }
    rule(out, TR_2);
    raft_start_election(r, true, out);
}
