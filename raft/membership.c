/* SPDX-License-Identifier: MIT
 *
 * membership.c - which configuration is in force (section 6).
 *
 * Always the latest one in the log, committed or not. When its entry is
 * deleted the one before it is in force again.
 */
#include <string.h>

#include "raft/internal.h"

static bool is_config_of(const struct raft_entry *entry,
                         struct raft_config *config)
{
    return entry->type == RAFT_ENTRY_CONFIG &&
           raft_config_decode(entry->bytes, entry->byte_count, config);
}

static bool entry_is_valid(const struct raft_entry *entry)
{
    struct raft_config config;

    switch (entry->type) {
    case RAFT_ENTRY_NO_OP:
        return entry->byte_count == 0;
    case RAFT_ENTRY_COMMAND:
        return entry->byte_count == 0 || entry->bytes != NULL;
    case RAFT_ENTRY_CONFIG:
        return entry->bytes != NULL && is_config_of(entry, &config);
    }
    return false;
}

/* Terms never fall along a log, and none is beyond its sender's. */
bool raft_entries_are_valid(const struct raft_entry *entries, size_t count,
                            raft_term prev_term, raft_term last_term)
{
    raft_term term = prev_term;

    for (size_t i = 0; i < count; i++) {
        if (entries[i].term < term || entries[i].term == 0 ||
            entries[i].term > last_term || !entry_is_valid(&entries[i])) {
            return false;
        }
        term = entries[i].term;
    }
    return true;
}

/* What is known of a member goes with it to its new slot. */
void raft_adopt_config(struct raft *r, const struct raft_config *config,
                       struct raft_effects *out)
{
    raft_index next_index[RAFT_MAX_SLOTS] = {0};
    raft_index match_index[RAFT_MAX_SLOTS] = {0};
    struct raft_peer peer[RAFT_MAX_SLOTS] = {{0}};

    rule(out, MB_1);
    out->config_changed = true;
    for (size_t slot = 0; slot < config->member_count; slot++) {
        const int old = raft_config_slot(&r->config, config->members[slot].id);

        if (old >= 0) {
            next_index[slot] = r->next_index[old];
            match_index[slot] = r->match_index[old];
            peer[slot] = r->peer[old];
        } else if (r->role == RAFT_LEADER) {
            next_index[slot] = raft_log_last_index(&r->log) + 1;
        }
    }
    r->config = *config;
    memcpy(r->next_index, next_index, sizeof(next_index));
    memcpy(r->match_index, match_index, sizeof(match_index));
    memcpy(r->peer, peer, sizeof(peer));
}

/* The latest configuration from first to last, if there is one. */
static bool find_latest(const struct raft *r, raft_index first, raft_index last,
                        struct raft_config *config)
{
    for (raft_index i = last; i >= first; i--) {
        if (is_config_of(raft_log_at(&r->log, i), config)) {
            config->index = i;
            return true;
        }
    }
    return false;
}

void raft_config_before(const struct raft *r, raft_index index,
                        struct raft_config *config)
{
    if (r->config.index < index) {
        *config = r->config; /* no need to look through a long log */
    } else if (!find_latest(r, r->log.base_index + 1, index - 1, config)) {
        *config = r->snapshot.config;
    }
}

void raft_config_after_append(struct raft *r, raft_index from,
                              struct raft_effects *out)
{
    struct raft_config config;

    raft_assert(from >= 1);
    if (find_latest(r, from, raft_log_last_index(&r->log), &config)) {
        raft_adopt_config(r, &config, out);
    }
}

void raft_config_after_truncate(struct raft *r, raft_index from,
                                struct raft_effects *out)
{
    struct raft_config config;

    if (r->config.index < from) {
        return; /* its entry is still there */
    }
    raft_config_before(r, from, &config);
    raft_adopt_config(r, &config, out);
}

/*
 * A voter may; and one that C_new leaves out, until it knows that C_new is
 * committed (dissertation 4.2.2): it may be the only server that has C_new in
 * its log, and then no other can be elected.
 */
bool raft_may_stand(const struct raft *r)
{
    const raft_server_id self = r->settings.id;
    struct raft_config before;

    if (raft_config_slot(&r->config, self) >= 0) {
        return raft_config_is_voter(&r->config, self);
    }
    if (r->config.index <= r->commit_index) {
        return false;
    }
    raft_config_before(r, r->config.index, &before);
    return raft_config_is_voter(&before, self);
}
