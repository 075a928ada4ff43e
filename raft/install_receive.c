/* SPDX-License-Identifier: MIT
 *
 * install_receive.c - InstallSnapshot, the follower's end (Figure 13).
 *
 * The bytes go past the core: it says which piece is kept (effects.store), and
 * hears when all of them are durable. A transfer is known by what it is of: an
 * answer says how far this one has come, and 0 of any other.
 */
#include "raft/internal.h"

static bool is_of(const struct raft_receiving *got,
                  const struct raft_install_snapshot *is)
{
    return got->last_index == is->last_included_index &&
           got->last_term == is->last_included_term &&
           got->file_bytes == is->file_bytes && got->checksum == is->checksum;
}

static void reply(struct raft *r, const struct raft_message *request,
                  bool installed, struct raft_effects *out)
{
    const struct raft_install_snapshot *is = &request->install_snapshot;
    struct raft_message *m =
        raft_new_message(r, RAFT_INSTALL_SNAPSHOT_RESULT, request->from, out);

    rule(out, FLW_1);
    if (request->term < r->current_term) {
        return; /* it hears of our term, and of nothing else */
    }
    m->install_snapshot_result = (struct raft_install_snapshot_result){
        .last_included_index = is->last_included_index,
        .installed = installed,
        .bytes_stored =
            is_of(&r->receiving, is) ? r->receiving.bytes_stored : 0,
        .read_round = is->read_round,
        .sent_tick = is->sent_tick};
}

/* A leader's snapshots only get newer: this one is a late message. */
static bool is_outdated(const struct raft *r, const struct raft_message *m)
{
    return r->receiving.term == m->term &&
           r->receiving.last_index > m->install_snapshot.last_included_index;
}

/*
 * Pieces come late, twice, and from different leaders. One that is not next in
 * the transfer we know changes nothing: the answer says where we are.
 */
static void take_piece(struct raft *r, const struct raft_message *m,
                       struct raft_effects *out)
{
    const struct raft_install_snapshot *is = &m->install_snapshot;
    struct raft_receiving *got = &r->receiving;

    if (is_outdated(r, m)) {
        return;
    }
    if (!is_of(got, is)) {
        if (!rule_if(out, IS_2, is->offset == 0)) {
            return;
        }
        *got = (struct raft_receiving){.last_index = is->last_included_index,
                                       .last_term = is->last_included_term,
                                       .file_bytes = is->file_bytes,
                                       .checksum = is->checksum};
    }
    got->term = m->term;
    if (rule_if(out, IS_3, is->offset == got->bytes_stored)) {
        out->store = is;
        got->bytes_stored += is->byte_count;
    }
}

void raft_on_install_snapshot(struct raft *r, const struct raft_message *m,
                              struct raft_effects *out)
{
    const struct raft_install_snapshot *is = &m->install_snapshot;

    if (rule_if(out, IS_1, m->term < r->current_term)) {
        reply(r, m, false, out);
        return;
    }
    raft_heed_leader(r, m->from, out);
    /* What is committed here we have, applied or not. */
    const bool installed =
        !rule_if(out, IS_5, is->last_included_index > r->commit_index);

    if (!installed && !is->is_heartbeat) {
        take_piece(r, m, out);
        rule(out, IS_4); /* after the last one RAFT_IN_SNAPSHOT_STORED */
    }
    reply(r, m, installed, out);
}

/* Nobody asked just now: what the next heartbeat would bring out. */
static void tell_leader(struct raft *r, raft_index last_index,
                        struct raft_effects *out)
{
    if (r->role != RAFT_FOLLOWER || r->leader_id == RAFT_NO_SERVER) {
        return;
    }
    raft_new_message(r, RAFT_INSTALL_SNAPSHOT_RESULT, r->leader_id, out)
        ->install_snapshot_result = (struct raft_install_snapshot_result){
        .last_included_index = last_index, .installed = true};
}

/*
 * Figure 13 ends at rule 6 when the log has the snapshot's last entry. The
 * entries up to it may not have been applied yet, and are no longer needed: so
 * rule 8 holds for them, too.
 */
static void install(struct raft *r, const struct raft_snapshot *s,
                    struct raft_effects *out)
{
    const bool kept =
        rule_if(out, IS_6, raft_log_has(&r->log, s->last_index, s->last_term));

    r->snapshot = *s;
    if (kept) {
        raft_compact_log(r, out);
    } else {
        raft_reset_log(r, out);
    }
    rule(out, IS_8);
    raft_stand_on_snapshot(r);
    out->install = true;
    if (!kept || r->config.index < s->config.index) {
        raft_adopt_config(r, &s->config, out);
    }
}

/* Could a leader of ours have sent it? Terms never fall along a log, and a
 * leader's own has all that is committed (Fig3:LC). */
static bool continues_log(const struct raft *r, const struct raft_snapshot *s)
{
    if (s->last_index <= r->commit_index || r->role == RAFT_LEADER) {
        return raft_log_has(&r->log, s->last_index, s->last_term);
    }
    return s->last_term <= r->current_term &&
           s->last_term >= raft_log_term_at(&r->log, r->commit_index);
}

/*
 * While it was stored, the log may have brought us as far. Then our state stays
 * as it is; but it is the snapshot that our disk has now, if ours is older.
 */
enum raft_error raft_on_snapshot_stored(struct raft *r,
                                        const struct raft_snapshot *stored,
                                        struct raft_effects *out)
{
    const struct raft_receiving got = r->receiving;

    if (!raft_snapshot_makes_sense(stored)) {
        r->receiving = (struct raft_receiving){0};
        return RAFT_EINVALID;
    }
    if (got.last_index <= stored->last_index) {
        r->receiving = (struct raft_receiving){0}; /* else: a newer one */
    }
    if (!rule_if(out, IS_5, stored->last_index > r->last_applied)) {
        tell_leader(r, stored->last_index, out);
        return raft_on_snapshot_taken(r, stored, out);
    }
    if (!continues_log(r, stored)) {
        return RAFT_EINVALID;
    }
    install(r, stored, out);
    tell_leader(r, stored->last_index, out);
    return RAFT_OK;
}

void raft_on_snapshot_failed(struct raft *r)
{
    r->receiving = (struct raft_receiving){0};
}
