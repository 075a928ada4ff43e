/* SPDX-License-Identifier: MIT
 *
 * raft.c - making a server, looking at it, and the names of things.
 */
#include "raft/raft.h"

#include <string.h>

#include "raft/internal.h"
#include "raft/memory.h"

const struct raft_options raft_options_paper = {0};

const struct raft_options raft_options_default = {
    .pre_vote = true,
    .stickiness = true,
    .check_quorum = true,
    .no_op = true,
    .fast_backtracking = true,
    .lease = true,
    .max_in_flight_entries = 16384,
    .max_in_flight_bytes = 4u << 20,
    .max_batch_entries = 1024,
    .max_batch_bytes = 1u << 20,
    .max_uncommitted_bytes = 64u << 20,
    .max_apply_entries = 1024,
    .catch_up_rounds = 10,
    .keep_entries = 16384, /* what may be in flight is not compacted away */
    .keep_bytes = 16u << 20};

const char *raft_error_text(enum raft_error error)
{
    switch (error) {
    case RAFT_OK:
        return "ok";
    case RAFT_ENOMEM:
        return "out of memory";
    case RAFT_ENOTLEADER:
        return "not the leader";
    case RAFT_EBUSY:
        return "too much under way";
    case RAFT_EINVALID:
        return "input makes no sense";
    case RAFT_EDISK:
        return "a disk write failed";
    }
    return "unknown error";
}

const char *raft_role_text(enum raft_role role)
{
    switch (role) {
    case RAFT_FOLLOWER:
        return "follower";
    case RAFT_CANDIDATE:
        return "candidate";
    case RAFT_LEADER:
        return "leader";
    }
    return "unknown role";
}

bool raft_settings_make_sense(const struct raft_settings *s)
{
    return s->id != RAFT_NO_SERVER && s->election_ticks_min > 0 &&
           s->election_ticks_max >= s->election_ticks_min &&
           s->election_ticks_max < UINT32_MAX && s->heartbeat_ticks > 0 &&
           s->heartbeat_ticks < s->election_ticks_min &&
           (!s->options.lease || s->options.stickiness);
}

struct raft *raft_create(const struct raft_settings *settings)
{
    if (!raft_settings_make_sense(settings)) {
        return NULL;
    }
    struct raft *r = raft_realloc(NULL, sizeof(*r));
    if (r == NULL) {
        return NULL;
    }
    memset(r, 0, sizeof(*r));
    r->settings = *settings;
    /* Servers given the same seed, or their id as seed, must not draw the
     * same time-outs: no election would ever be won. */
    r->random_state =
        settings->random_seed ^ (settings->id * 0xd1342543de82ef95u);
    r->ticks_since_leader = settings->election_ticks_max; /* never heard */
    r->now = 1;                                           /* 0 dates nothing */
    return r;
}

void raft_destroy(struct raft *r)
{
    if (r == NULL) {
        return;
    }
    raft_log_destroy(&r->log);
    raft_free(r);
}

/* To a server that is there: a dead one is only tried. */
static bool is_sending_snapshot(const struct raft *r)
{
    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        if (r->peer[slot].sending.last_index > 0 &&
            r->peer[slot].ticks_silent < r->settings.election_ticks_max) {
            return true;
        }
    }
    return false;
}

void raft_status(const struct raft *r, struct raft_status *status)
{
    const raft_index last_index = raft_log_last_index(&r->log);

    *status =
        (struct raft_status){.id = r->settings.id,
                             .role = r->role,
                             .pre_voting = r->pre_voting,
                             .current_term = r->current_term,
                             .voted_for = r->voted_for,
                             .leader_id = r->leader_id,
                             .first_index = r->log.base_index + 1,
                             .last_index = last_index,
                             .last_term = raft_log_last_term(&r->log),
                             .durable_index = r->durable_index,
                             .commit_index = r->commit_index,
                             .last_applied = r->last_applied,
                             .uncommitted_bytes = raft_log_bytes_between(
                                 &r->log, r->commit_index, last_index),
                             .transferring = r->transfer_to != RAFT_NO_SERVER,
                             .changing = raft_is_changing(r),
                             .has_lease = raft_has_lease(r),
                             .snapshot_index = r->snapshot.last_index,
                             .sending_snapshot = is_sending_snapshot(r),
                             .leader_contact_ticks = r->ticks_since_leader,
                             .election_ticks_left = r->election_ticks_left,
                             .heartbeat_ticks_left = r->heartbeat_ticks_left};
    memcpy(status->next_index, r->next_index, sizeof(r->next_index));
    memcpy(status->match_index, r->match_index, sizeof(r->match_index));
}

const struct raft_config *raft_config_of(const struct raft *r)
{
    return &r->config;
}

const struct raft_entry *raft_entry_at(const struct raft *r, raft_index index)
{
    if (index <= r->log.base_index || index > raft_log_last_index(&r->log)) {
        return NULL;
    }
    return raft_log_at(&r->log, index);
}
