/* SPDX-License-Identifier: MIT
 *
 * catch_up.c - have the new servers of a change caught up? (dissertation
 * 4.2.1)
 *
 * A server with an empty log would hold up every commit if it voted at once.
 * So it first receives the log without a vote, in rounds: a round lasts until
 * all new servers have what the leader had when the round began. Each is
 * shorter than the one before, if they are fast enough; one shorter than an
 * election time-out is the last. Then all must still be there: one that has
 * died since may be missing in the majority of C_new, and there is no way back.
 */
#include "raft/internal.h"

/*
 * In maximum election time-outs: how long a new server may make no progress.
 * It may be reading in a large snapshot. Time runs ten times as fast for one
 * that does not answer at all.
 */
enum { PATIENCE = 100, HASTE = 10 };

static void begin_round(struct raft *r)
{
    r->change.round_end = raft_log_last_index(&r->log);
    r->change.round_ticks = 0;
    r->change.round_count++;
}

void raft_begin_catch_up(struct raft *r)
{
    r->change.round_count = 0;
    begin_round(r);
}

static bool is_silent(const struct raft *r, size_t slot)
{
    return r->peer[slot].ticks_silent >= r->settings.election_ticks_max;
}

void raft_catch_up_tick(struct raft *r, uint32_t ticks)
{
    if (r->change.change_id == 0) {
        return;
    }
    r->change.round_ticks =
        raft_count_up(r->change.round_ticks, ticks, UINT32_MAX);
    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        struct raft_peer *peer = &r->peer[slot];
        const uint64_t counted =
            (uint64_t)ticks * (is_silent(r, slot) ? HASTE : 1);

        if (raft_config_is_learner(&r->config, slot)) {
            peer->ticks_stalled = raft_count_up(
                peer->ticks_stalled, (uint32_t)raft_min(counted, UINT32_MAX),
                UINT32_MAX);
        }
    }
}

enum raft_catch_up raft_catch_up(struct raft *r, struct raft_effects *out)
{
    const uint64_t patience =
        (uint64_t)PATIENCE * r->settings.election_ticks_max;
    bool behind = false;

    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        struct raft_peer *peer = &r->peer[slot];

        if (!raft_config_is_learner(&r->config, slot)) {
            continue;
        }
        if (r->match_index[slot] >= r->change.round_end &&
            !is_silent(r, slot)) {
            peer->ticks_stalled = 0; /* it waits for the others */
            continue;
        }
        behind = true;
        if (peer->ticks_stalled >= patience) {
            return RAFT_GIVEN_UP;
        }
    }
    if (behind) {
        return RAFT_CATCHING_UP;
    }
    if (rule_if(out, MB_4,
                r->change.round_ticks < r->settings.election_ticks_min)) {
        return RAFT_CAUGHT_UP;
    }
    if (r->change.round_count >= r->settings.options.catch_up_rounds) {
        return RAFT_GIVEN_UP;
    }
    begin_round(r);
    return RAFT_CATCHING_UP;
}
