/* SPDX-License-Identifier: MIT
 *
 * install_send.c - InstallSnapshot, the leader's end (section 7, Figure 13).
 *
 * A follower that needs an entry which the log no longer has is sent the
 * snapshot instead, piece by piece, one under way at a time. Heartbeats go on
 * beside the pieces. On one connection they wait for those in front of them,
 * so a link has to carry a piece well within an election time-out.
 */
#include "raft/internal.h"

enum { OVERDUE = 1 }; /* ticks that a piece under way has left at least */

bool raft_needs_snapshot(const struct raft *r, size_t slot,
                         struct raft_effects *out)
{
    return r->log.base_index > 0 &&
           rule_if(out, SN_2, r->next_index[slot] <= r->log.base_index);
}

static struct raft_install_snapshot *new_request(struct raft *r, size_t slot,
                                                 struct raft_effects *out)
{
    const struct raft_snapshot *s = &r->snapshot;
    struct raft_message *m = raft_new_message(r, RAFT_INSTALL_SNAPSHOT,
                                              r->config.members[slot].id, out);

    m->install_snapshot =
        (struct raft_install_snapshot){.leader_id = r->settings.id,
                                       .last_included_index = s->last_index,
                                       .last_included_term = s->last_term,
                                       .file_bytes = s->byte_count,
                                       .checksum = s->checksum,
                                       .read_round = r->read_round,
                                       .sent_tick = r->now};
    return &m->install_snapshot;
}

void raft_send_install_heartbeat(struct raft *r, size_t slot,
                                 struct raft_effects *out)
{
    new_request(r, slot, out)->is_heartbeat = true;
}

/* From where the follower is: of a newer snapshot it has nothing yet, and has
 * not got on before it has more than it had of the older one. */
void raft_send_piece(struct raft *r, size_t slot, struct raft_effects *out)
{
    struct raft_sending *sending = &r->peer[slot].sending;

    if (sending->last_index != r->snapshot.last_index) {
        *sending = (struct raft_sending){.last_index = r->snapshot.last_index,
                                         .farthest = sending->farthest};
    }
    if (sending->ticks_left > 0 || sending->offset == r->snapshot.byte_count) {
        return; /* one is under way; or it has them all, and installs them */
    }
    new_request(r, slot, out)->offset = sending->offset;
    sending->ticks_left = r->settings.election_ticks_min + OVERDUE;
}

void raft_install_tick(struct raft *r, uint32_t ticks)
{
    for (size_t slot = 0; slot < r->config.member_count; slot++) {
        uint32_t *ticks_left = &r->peer[slot].sending.ticks_left;

        if (*ticks_left > OVERDUE) {
            *ticks_left = (uint32_t)raft_max(
                raft_count_down(*ticks_left, ticks), OVERDUE);
        }
    }
}

/*
 * Go on from where the follower says it is: behind what it said before, when
 * it has restarted. As long as it says that it is where the piece under way
 * begins, it has not seen that piece yet: a heartbeat's answer. When the piece
 * is overdue, too, it counts as lost and goes out again. Time alone does not
 * prove that: on a slow link, one more would make it slower still.
 */
static void take_place(struct raft *r, size_t slot,
                       const struct raft_install_snapshot_result *result)
{
    struct raft_sending *sending = &r->peer[slot].sending;

    if (result->last_included_index != sending->last_index ||
        result->bytes_stored > r->snapshot.byte_count ||
        (sending->ticks_left > OVERDUE &&
         result->bytes_stored == sending->offset)) {
        return;
    }
    if (result->bytes_stored > sending->farthest) {
        sending->farthest = result->bytes_stored;
        r->peer[slot].ticks_stalled = 0; /* a learner's: it gets on */
    }
    sending->offset = result->bytes_stored;
    sending->ticks_left = 0;
}

void raft_on_install_snapshot_result(struct raft *r,
                                     const struct raft_message *m,
                                     struct raft_effects *out)
{
    const struct raft_install_snapshot_result *result =
        &m->install_snapshot_result;
    const int slot = raft_config_slot(&r->config, m->from);

    if (r->role != RAFT_LEADER || m->term < r->current_term || slot < 0) {
        return; /* an answer to an earlier term proves nothing */
    }
    if (result->last_included_index > r->snapshot.last_index ||
        result->read_round > r->read_round || result->sent_tick > r->now) {
        return; /* we never sent that */
    }
    raft_note_answer(&r->peer[slot], result->read_round, result->sent_tick);
    if (result->installed) {
        raft_take_match(r, (size_t)slot, result->last_included_index, out);
    } else {
        take_place(r, (size_t)slot, result);
    }
    raft_send_entries(r, (size_t)slot, out);
}
