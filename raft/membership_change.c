/* SPDX-License-Identifier: MIT
 *
 * membership_change.c - from one set of voters to another (section 6, Figure
 * 11; dissertation 4.3).
 *
 * A change goes through the log as up to three configurations: C_old with the
 * new servers as learners, C_old,new, C_new. What a leader has to do next can
 * be told from the one in force and from commit_index, so a leader that
 * inherits a change goes on with it.
 */
#include <string.h>

#include "raft/internal.h"

/* In force at once (MB_1). When it cannot be done now, the next step tries. */
static enum raft_error append_config(struct raft *r,
                                     const struct raft_config *config,
                                     struct raft_effects *out)
{
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    const struct raft_entry entry = {
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(config, bytes),
        .bytes = bytes};

    if (r->transfer_to != RAFT_NO_SERVER) {
        return RAFT_EBUSY; /* the target is to catch up with our log */
    }
    return raft_append_as_leader(r, &entry, 1, out);
}

/* ---- The request --------------------------------------------------------- */

static bool change_makes_sense(const struct raft_change *change)
{
    if (change->change_id == 0 || change->member_count == 0 ||
        change->member_count > RAFT_MAX_VOTERS) {
        return false;
    }
    for (size_t i = 0; i < change->member_count; i++) {
        const struct raft_member *member = &change->members[i];

        if (member->id == RAFT_NO_SERVER ||
            memchr(member->address, 0, sizeof(member->address)) == NULL ||
            memchr(member->name, 0, sizeof(member->name)) == NULL) {
            return false;
        }
        for (size_t j = 0; j < i; j++) {
            if (change->members[j].id == member->id) {
                return false;
            }
        }
    }
    return true;
}

static struct raft_config wanted_by(const struct raft_change *change)
{
    struct raft_config config = {.member_count = change->member_count};

    for (size_t i = 0; i < change->member_count; i++) {
        config.members[i].id = change->members[i].id;
        config.members[i].in_old = true;
        memcpy(config.members[i].address, change->members[i].address,
               raft_text_bytes(change->members[i].address,
                               RAFT_MAX_ADDRESS_BYTES));
        memcpy(config.members[i].name, change->members[i].name,
               raft_text_bytes(change->members[i].name, RAFT_MAX_NAME_BYTES));
    }
    return config;
}

bool raft_is_changing(const struct raft *r)
{
    return r->role == RAFT_LEADER &&
           (r->change.change_id != 0 || r->config.is_joint ||
            raft_config_has_learners(&r->config));
}

/*
 * A leader before us may have left a configuration with others that our log
 * does not show. Once an entry of our term is committed nobody who has it can
 * be elected any more (without this even one server at a time is unsafe).
 */
static bool may_begin(const struct raft *r)
{
    return !raft_is_changing(r) && r->config.index <= r->commit_index &&
           raft_own_term_is_committed(r) && r->transfer_to == RAFT_NO_SERVER;
}

static enum raft_error begin_joint(struct raft *r, struct raft_effects *out)
{
    const struct raft_config joint =
        raft_config_joint(&r->config, &r->change.wanted);
    const enum raft_error err = append_config(r, &joint, out);

    if (err == RAFT_OK) {
        rule(out, MB_5);
        raft_send_entries_to_all(r, out);
    }
    return err;
}

static enum raft_error begin(struct raft *r, struct raft_effects *out)
{
    const struct raft_config config =
        raft_config_with_learners(&r->config, &r->change.wanted);

    if (!raft_config_has_learners(&config) ||
        r->settings.options.catch_up_rounds == 0) {
        return begin_joint(r, out);
    }
    const enum raft_error err = append_config(r, &config, out);

    if (err == RAFT_OK) {
        rule(out, MB_3);
        raft_begin_catch_up(r);
        raft_send_entries_to_all(r, out);
    }
    return err;
}

/* It is as it shall be, but for names; or was, and others lead by now. That it
 * is, only an entry proves, when it is committed. */
static enum raft_error begin_nothing(struct raft *r, struct raft_effects *out)
{
    const struct raft_config joint =
        raft_config_joint(&r->config, &r->change.wanted);
    const struct raft_config config = raft_config_new(&joint);
    const enum raft_error err = append_config(r, &config, out);

    if (err == RAFT_OK) {
        raft_send_entries_to_all(r, out);
    }
    return err;
}

enum raft_error raft_on_change(struct raft *r, const struct raft_change *change,
                               struct raft_effects *out)
{
    if (!rule_if(out, CL_1, r->role == RAFT_LEADER)) {
        return RAFT_ENOTLEADER;
    }
    if (!change_makes_sense(change)) {
        return RAFT_EINVALID;
    }
    if (!rule_if(out, MB_2, may_begin(r))) {
        return RAFT_EBUSY;
    }
    r->change = (struct raft_member_change){.change_id = change->change_id,
                                            .wanted = wanted_by(change)};
    const enum raft_error err =
        raft_config_same_members(&r->change.wanted, &r->config)
            ? begin_nothing(r, out)
            : begin(r, out);

    if (err != RAFT_OK) {
        r->change = (struct raft_member_change){0};
    }
    return err;
}

/* ---- One step after another ---------------------------------------------- */

void raft_end_change(struct raft *r, enum raft_change_outcome outcome,
                     struct raft_effects *out)
{
    if (r->change.change_id == 0) {
        return; /* we only finished what another leader began */
    }
    out->change_id = r->change.change_id;
    out->change_outcome = outcome;
    r->change = (struct raft_member_change){0};
}

static void continue_with_learners(struct raft *r, struct raft_effects *out)
{
    if (r->change.change_id != 0) {
        const enum raft_catch_up progress = raft_catch_up(r, out);

        if (progress == RAFT_CAUGHT_UP) {
            (void)begin_joint(r, out);
        }
        if (progress != RAFT_GIVEN_UP) {
            return;
        }
        raft_end_change(r, RAFT_CHANGE_FAILED, out);
    }
    const struct raft_config config = raft_config_without_learners(&r->config);

    if (raft_own_term_is_committed(r) &&
        append_config(r, &config, out) == RAFT_OK) {
        rule(out, MB_9);
        raft_send_entries_to_all(r, out);
    }
}

static void continue_joint(struct raft *r, bool committed,
                           struct raft_effects *out)
{
    const struct raft_config config = raft_config_new(&r->config);

    if (rule_if(out, MB_6, committed) &&
        append_config(r, &config, out) == RAFT_OK) {
        raft_send_entries_to_all(r, out);
    }
}

static void finish(struct raft *r, bool committed, struct raft_effects *out)
{
    if (committed) {
        raft_end_change(r, RAFT_CHANGE_DONE, out);
    }
    if (!raft_config_is_voter(&r->config, r->settings.id) &&
        rule_if(out, MB_7, committed)) {
        raft_send_heartbeats(r, out); /* so that C_new knows it, too */
        raft_become_follower(r, out);
    }
}

void raft_continue_change(struct raft *r, raft_index old_commit_index,
                          struct raft_effects *out)
{
    const bool committed = r->config.index <= r->commit_index;

    if (r->role != RAFT_LEADER) {
        return;
    }
    if (!r->config.is_joint && raft_config_has_learners(&r->config)) {
        continue_with_learners(r, out);
        return;
    }
    if (!committed && r->commit_index == old_commit_index) {
        return; /* nothing new to ask */
    }
    if (r->config.is_joint) {
        continue_joint(r, committed, out);
    } else {
        finish(r, committed, out);
    }
}
