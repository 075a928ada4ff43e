/* SPDX-License-Identifier: MIT
 *
 * image_check.c - could a server be in the state that an image describes? Bytes
 * that are no image must not become one that fails in its next step.
 */
#include "raft/image_field.h"
#include "raft/internal.h"

/* What every step relies on, and a step would only assert. */
static bool indexes_make_sense(const struct raft *r)
{
    const raft_index last_index = raft_log_last_index(&r->log);

    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        const bool is_self = r->config.members[slot].id == r->settings.id;

        if (r->role == RAFT_LEADER &&
            (r->match_index[slot] > last_index ||
             r->next_index[slot] > last_index + 1 ||
             (!is_self && r->match_index[slot] >= r->next_index[slot]))) {
            return false;
        }
    }
    return r->last_applied <= r->applying_index &&
           r->applying_index <= r->commit_index &&
           r->commit_index <= last_index && r->durable_index <= last_index &&
           r->persisted_seq <= r->last_write_seq;
}

/* What a leader will encode must be a configuration. */
static bool change_makes_sense(const struct raft *r)
{
    const struct raft_config *wanted = &r->change.wanted;
    bool sound = wanted->member_count <= RAFT_MAX_VOTERS && !wanted->is_joint;

    for (size_t i = 0; i < wanted->member_count; i++) {
        const raft_server_id id = wanted->members[i].id;

        sound = sound && id != RAFT_NO_SERVER &&
                raft_config_slot(wanted, id) == (int)i;
    }
    return sound && (wanted->member_count > 0) == (r->change.change_id != 0);
}

static bool snapshots_make_sense(const struct raft *r)
{
    const struct raft_snapshot *s = &r->snapshot;

    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        const struct raft_sending *sending = &r->peer[slot].sending;

        if (sending->last_index > s->last_index ||
            (sending->last_index == s->last_index &&
             sending->offset > s->byte_count)) {
            return false;
        }
    }
    return s->last_index <= r->last_applied &&
           (s->last_index == 0 ? s->last_term == 0
                               : raft_snapshot_makes_sense(s)) &&
           raft_log_last_term(&r->log) <= r->current_term &&
           raft_log_has(&r->log, s->last_index, s->last_term) &&
           r->receiving.bytes_stored <= r->receiving.file_bytes;
}

bool raft_image_makes_sense(const struct raft *r)
{
    return raft_settings_make_sense(&r->settings) && indexes_make_sense(r) &&
           (r->role != RAFT_LEADER || r->leader_id == r->settings.id) &&
           (r->role == RAFT_FOLLOWER || !r->pre_voting) &&
           change_makes_sense(r) && snapshots_make_sense(r) &&
           r->ticks_since_leader <= r->settings.election_ticks_max &&
           raft_entries_are_valid(r->log.entries, r->log.count,
                                  r->log.base_term, r->current_term);
}
