/* SPDX-License-Identifier: MIT
 *
 * image_fields.c - every field of struct raft that its image must show.
 */
#include "raft/internal.h"

#include "tests/unit/image_fields.h"

#define FIELD_OF(name, in_image)                                              \
    {                                                                         \
#name, offsetof(struct raft, name), sizeof(((struct raft *)0)->name), \
            sizeof(((struct raft *)0)->name) % 8 == 0                         \
            ? 8 : sizeof(((struct raft *)0)->name),                           \
            in_image                                                          \
    }
#define SHOWN(name) FIELD_OF(name, true)
/* Memory of this process, or looked at by parts elsewhere in the test. */
#define APART(name) FIELD_OF(name, false)

const struct image_field image_fields[] = {
    SHOWN(settings.id),
    SHOWN(settings.random_seed),
    SHOWN(settings.election_ticks_min),
    SHOWN(settings.election_ticks_max),
    SHOWN(settings.heartbeat_ticks),
    SHOWN(settings.options.pre_vote),
    SHOWN(settings.options.stickiness),
    SHOWN(settings.options.check_quorum),
    SHOWN(settings.options.no_op),
    SHOWN(settings.options.fast_backtracking),
    SHOWN(settings.options.lease),
    SHOWN(settings.options.max_in_flight_entries),
    SHOWN(settings.options.max_in_flight_bytes),
    SHOWN(settings.options.max_batch_entries),
    SHOWN(settings.options.max_batch_bytes),
    SHOWN(settings.options.max_uncommitted_bytes),
    SHOWN(settings.options.max_apply_entries),
    SHOWN(settings.options.keep_entries),
    SHOWN(settings.options.keep_bytes),
    SHOWN(settings.options.catch_up_rounds),
    SHOWN(current_term),
    SHOWN(voted_for),
    SHOWN(log.base_index),
    SHOWN(log.base_term),
    APART(log),
    SHOWN(commit_index),
    SHOWN(last_applied),
    SHOWN(next_index[0]),
    SHOWN(next_index[1]),
    SHOWN(next_index[2]),
    APART(next_index),
    SHOWN(match_index[0]),
    SHOWN(match_index[1]),
    SHOWN(match_index[2]),
    APART(match_index),
    SHOWN(role),
    SHOWN(leader_id),
    SHOWN(election_ticks_left),
    SHOWN(heartbeat_ticks_left),
    SHOWN(ticks_since_leader),
    SHOWN(random_state),
    SHOWN(started),
    SHOWN(config.index),
    SHOWN(config.is_joint),
    APART(config.member_count),
    SHOWN(config.members[0].id),
    SHOWN(config.members[0].in_old),
    SHOWN(config.members[0].in_new),
    SHOWN(config.members[0].address[0]),
    APART(config.members[0].address),
    APART(config.members),
    SHOWN(config.members[2].address[0]),
    SHOWN(snapshot.last_index),
    SHOWN(snapshot.last_term),
    SHOWN(snapshot.byte_count),
    SHOWN(snapshot.checksum),
    SHOWN(snapshot.config.index),
    SHOWN(snapshot.config.is_joint),
    APART(snapshot.config.member_count),
    SHOWN(snapshot.config.members[0].id),
    SHOWN(snapshot.config.members[0].in_old),
    SHOWN(snapshot.config.members[0].in_new),
    SHOWN(snapshot.config.members[0].address[0]),
    APART(snapshot.config.members[0].address),
    APART(snapshot.config.members),
    SHOWN(snapshot.config.members[2].address[0]),
    SHOWN(saved_term),
    SHOWN(saved_vote),
    SHOWN(last_write_seq),
    SHOWN(hard_state_seq),
    SHOWN(persisted_seq),
    SHOWN(durable_index),
    SHOWN(applying_index),
    SHOWN(peer[0].vote_granted),
    SHOWN(peer[0].matched),
    SHOWN(peer[0].awaiting),
    SHOWN(peer[0].ticks_silent),
    SHOWN(peer[0].acked_round),
    SHOWN(peer[0].acked_sent_tick),
    APART(peer),
    SHOWN(peer[2].acked_sent_tick),
    SHOWN(pre_voting),
    SHOWN(now),
    SHOWN(read_round),
    APART(pending_read_count),
    SHOWN(pending_reads[0].read_id),
    SHOWN(pending_reads[0].round),
    SHOWN(pending_reads[0].read_index),
    SHOWN(pending_reads[1].read_id),
    APART(pending_reads),
    SHOWN(transfer_to),
    SHOWN(transfer_ticks_left),
    SHOWN(timeout_now_sent),
};

const size_t image_field_count = sizeof(image_fields) / sizeof(image_fields[0]);
