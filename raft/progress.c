/* SPDX-License-Identifier: MIT
 *
 * progress.c - beyond the paper: pipelining and flow control (dissertation
 * 10.2.2).
 *
 * The paper sends and waits. When a follower's log has met ours, we send on
 * without waiting, up to a window. The window is what lies between
 * match_index and next_index: it is computed, never counted, and so cannot
 * leak. A lost request shows when the next one is refused.
 */
#include "raft/internal.h"

void raft_progress_reset(struct raft *r, size_t slot)
{
    r->next_index[slot] = raft_log_last_index(&r->log) + 1;
    r->match_index[slot] = 0;
    r->peer[slot] = (struct raft_peer){0};
}

static bool window_has_room(const struct raft *r, size_t slot)
{
    const struct raft_options *o = &r->settings.options;
    const raft_index match = r->match_index[slot];
    const raft_index sent = r->next_index[slot] - 1;

    return sent - match < o->max_in_flight_entries &&
           (o->max_in_flight_bytes == 0 ||
            raft_log_bytes_between(&r->log, match, sent) <
                o->max_in_flight_bytes);
}

bool raft_progress_may_send(const struct raft *r, size_t slot,
                            struct raft_effects *out)
{
    if (r->settings.options.max_in_flight_entries > 0 &&
        r->peer[slot].matched) {
        return !rule_if(out, FC_1, !window_has_room(r, slot));
    }
    return !rule_if(out, FC_1, r->peer[slot].awaiting);
}

/* Neighbours only: a batch stops at the first entry that does not fit. */
size_t raft_progress_batch(const struct raft *r, size_t slot)
{
    const struct raft_options *o = &r->settings.options;
    const raft_index next = r->next_index[slot];
    uint64_t count = raft_log_last_index(&r->log) - next + 1;

    if (o->max_batch_entries > 0) {
        count = raft_min(count, o->max_batch_entries);
    }
    if (o->max_batch_bytes == 0) {
        return (size_t)count;
    }
    while (count > 1 &&
           raft_log_bytes_between(&r->log, next - 1, next - 1 + count) >
               o->max_batch_bytes) {
        count--;
    }
    return (size_t)count;
}
