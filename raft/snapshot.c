/* SPDX-License-Identifier: MIT
 *
 * snapshot.c - log compaction (section 7, Figure 12).
 *
 * What a snapshot taken now is of, what a durable one lets the log forget, and
 * how a server starts with one. Sending and receiving one is Figure 13:
 * install_send.c and install_receive.c.
 */
#include "raft/internal.h"

bool raft_snapshot_makes_sense(const struct raft_snapshot *s)
{
    return s->last_index > 0 && s->last_index < RAFT_MOST_INDEX &&
           s->last_term > 0 && s->byte_count > 0 &&
           s->config.member_count > 0 &&
           s->config.member_count <= RAFT_MAX_SLOTS &&
           s->config.index <= s->last_index;
}

bool raft_snapshot_now(const struct raft *r, struct raft_snapshot *snapshot)
{
    if (r->last_applied == r->snapshot.last_index) {
        return false;
    }
    *snapshot = (struct raft_snapshot){
        .last_index = r->last_applied,
        .last_term = raft_log_term_at(&r->log, r->last_applied)};
    raft_config_before(r, r->last_applied + 1, &snapshot->config);
    return true;
}

const struct raft_snapshot *raft_snapshot_of(const struct raft *r)
{
    return &r->snapshot;
}

/* A tail stays: a follower that is not far behind needs no snapshot. */
void raft_compact_log(struct raft *r, struct raft_effects *out)
{
    const struct raft_options *o = &r->settings.options;
    const raft_index last = r->snapshot.last_index;
    raft_index through = last > o->keep_entries ? last - o->keep_entries : 0;

    through = raft_max(through, r->log.base_index);
    while (o->keep_bytes > 0 &&
           raft_log_bytes_between(&r->log, through, last) > o->keep_bytes) {
        through++;
    }
    if (through > r->log.base_index) {
        raft_log_compact(&r->log, through);
        out->compact_through = through;
    }
}

/* Only a newer one: while it was written, a later one may have been installed.
 */
enum raft_error raft_on_snapshot_taken(struct raft *r,
                                       const struct raft_snapshot *taken,
                                       struct raft_effects *out)
{
    if (taken->last_index <= r->snapshot.last_index) {
        return RAFT_OK;
    }
    if (!raft_snapshot_makes_sense(taken) ||
        taken->last_index > r->last_applied ||
        !raft_log_has(&r->log, taken->last_index, taken->last_term)) {
        return RAFT_EINVALID; /* not of what has been applied here */
    }
    rule(out, SN_1);
    r->snapshot = *taken;
    raft_compact_log(r, out);
    return RAFT_OK;
}

/* ---- In place of the log (Figure 13, rules 7 and 8) ---------------------- */

void raft_reset_log(struct raft *r, struct raft_effects *out)
{
    const struct raft_snapshot *s = &r->snapshot;

    rule(out, IS_7);
    raft_log_reset(&r->log, s->last_index, s->last_term);
    r->durable_index = s->last_index;
    out->reset_index = s->last_index;
    out->reset_term = s->last_term;
}

void raft_stand_on_snapshot(struct raft *r)
{
    r->commit_index = raft_max(r->commit_index, r->snapshot.last_index);
    r->last_applied = r->snapshot.last_index;
    r->applying_index = r->snapshot.last_index;
    r->durable_index = raft_max(r->durable_index, r->snapshot.last_index);
}

/* ---- At start ------------------------------------------------------------ */

bool raft_start_fits_snapshot(const struct raft_start *start)
{
    const struct raft_snapshot *s = start->snapshot;
    const struct raft_slice *log = &start->log;
    const raft_index behind = s == NULL ? 1 : s->last_index + 1;
    const bool is_behind = s != NULL && log->first_index == behind;

    return (s == NULL || raft_snapshot_makes_sense(s)) &&
           (log->count == 0 ||
            (log->first_index >= 1 && log->first_index <= behind)) &&
           raft_entries_are_valid(log->entries, log->count,
                                  is_behind ? s->last_term : 0, UINT64_MAX);
}

/*
 * What of the disk's log comes into memory. Of what came before it nothing is
 * known unless it begins right behind the snapshot: then its first entry can
 * only be the base.
 */
struct raft_slice raft_place_log(struct raft *r, const struct raft_start *start)
{
    const struct raft_snapshot *s = start->snapshot;
    struct raft_slice log = start->log;

    if (s != NULL && log.first_index == s->last_index + 1) {
        raft_log_reset(&r->log, s->last_index, s->last_term);
    } else if (log.count > 0 && log.first_index > 1) {
        raft_log_reset(&r->log, log.first_index, log.entries[0].term);
        log.first_index++;
        log.entries++;
        log.count--;
    }
    return log;
}

/* A log without the snapshot's last entry is older, or went another way: the
 * server crashed before its disk had forgotten it. */
void raft_start_with_snapshot(struct raft *r, const struct raft_snapshot *s,
                              struct raft_effects *out)
{
    r->snapshot = *s;
    if (raft_log_has(&r->log, s->last_index, s->last_term)) {
        raft_compact_log(r, out);
    } else {
        raft_reset_log(r, out);
    }
    raft_stand_on_snapshot(r);
    raft_adopt_config(r, &r->snapshot.config, out);
}
