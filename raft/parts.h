/* SPDX-License-Identifier: MIT
 *
 * parts.h - what each file of the core offers the others, in the order of the
 * paper. Reached through internal.h.
 */
#ifndef RAFT_PARTS_H
#define RAFT_PARTS_H

#include "raft/internal.h"

/* ---- log.c (section 5.3, Figure 6; section 7) --------------------------- */
raft_index raft_log_last_index(const struct raft_log *log);
raft_term raft_log_last_term(const struct raft_log *log);
/* Term at an index from base_index to the last; 0 at index 0. */
raft_term raft_log_term_at(const struct raft_log *log, raft_index index);
/* Is there an entry of this term at this index? Index 0, term 0: always;
 * before base_index: never known. */
bool raft_log_has(const struct raft_log *log, raft_index index, raft_term term);
/* Borrowed; index must be in the log. */
const struct raft_entry *raft_log_at(const struct raft_log *log,
                                     raft_index index);
struct raft_slice raft_log_slice(const struct raft_log *log, raft_index first,
                                 size_t count);
/* Payload bytes of the entries after `after`, up to and including last; those
 * before base_index are not counted. */
uint64_t raft_log_bytes_between(const struct raft_log *log, raft_index after,
                                raft_index last);
raft_write_seq raft_log_written_by(const struct raft_log *log,
                                   raft_index index);
/* Copy entries behind the log; RAFT_ENOMEM changes nothing. Exactly these
 * must be appended next, nothing else may happen to the log but truncation. */
enum raft_error raft_log_reserve(struct raft_log *log,
                                 const struct raft_entry *entries,
                                 size_t count);
/* What is reserved gets this term: a leader's own entries. */
void raft_log_stamp_reserved(struct raft_log *log, raft_term term);
/* What was reserved becomes part of the log. */
void raft_log_append_reserved(struct raft_log *log);
void raft_log_truncate_from(struct raft_log *log, raft_index from);
void raft_log_mark_written(struct raft_log *log, raft_index from,
                           raft_write_seq seq);
void raft_log_destroy(struct raft_log *log);

/* ---- log_forget.c (section 7, Figure 12) --------------------------------- */
/* Forget the entries up to and including through. */
void raft_log_compact(struct raft_log *log, raft_index through);
/* Forget all of them: the log begins after this entry. */
void raft_log_reset(struct raft_log *log, raft_index index, raft_term term);
/* End of a step: free some of what is forgotten; or all of it. */
void raft_log_free_some(struct raft_log *log);
void raft_log_free_forgotten(struct raft_log *log);
/* Its bytes. */
void raft_log_free_entry(struct raft_entry *entry);

/* ---- quorum.c (sections 5.2 and 6) ------------------------------------- */
/* Majorities of both sets say yes; yes[] by slot. */
bool raft_has_quorum(const struct raft_config *config, const bool yes[]);
/* The highest value that a quorum has reached; values[] by slot. */
uint64_t raft_quorum_value(const struct raft_config *config,
                           const uint64_t values[]);

/* ---- role.c (section 5.1, Figure 4) ------------------------------------ */
void raft_set_role(struct raft *r, enum raft_role to);
void raft_become_follower(struct raft *r, struct raft_effects *out);
void raft_become_leader(struct raft *r, struct raft_effects *out);
/* Fig2:ALL.2: a newer term, and no vote in it yet. */
void raft_adopt_term(struct raft *r, raft_term term, struct raft_effects *out);
void raft_reset_election_timer(struct raft *r, struct raft_effects *out);
/* Our slot in the configuration, or -1. */
int raft_self_slot(const struct raft *r);

/* ---- election.c (section 5.2, 5.4.1) ----------------------------------- */
void raft_on_election_timeout(struct raft *r, struct raft_effects *out);
void raft_start_election(struct raft *r, bool by_transfer,
                         struct raft_effects *out);
void raft_on_request_vote(struct raft *r, const struct raft_message *m,
                          struct raft_effects *out);
void raft_on_request_vote_result(struct raft *r, const struct raft_message *m,
                                 struct raft_effects *out);
/* Section 5.4.1: is the candidate's log at least as up to date as ours? */
bool raft_log_is_up_to_date(const struct raft *r,
                            const struct raft_request_vote *rv,
                            struct raft_effects *out);
/* Ask all other voters; pre_vote: for the next term, without entering it. */
void raft_ask_for_votes(struct raft *r, bool pre_vote, bool by_transfer,
                        struct raft_effects *out);
void raft_reply_vote(const struct raft *r, const struct raft_message *m,
                     bool vote_granted, struct raft_effects *out);
/* Do those who granted make a quorum? */
bool raft_votes_suffice(const struct raft *r);
void raft_clear_votes(struct raft *r);
/* A leader speaks, or we vote for another: our own wish is over. */
void raft_end_pre_vote(struct raft *r);
/* Fig2:PS.2: our own vote has reached our disk. */
void raft_on_own_vote_durable(struct raft *r, struct raft_effects *out);

/* ---- append_send.c, append_receive.c (section 5.3, Figure 7) ------------ */
/* Fig2:LDR.1: to everyone, with nothing in it. */
void raft_send_heartbeats(struct raft *r, struct raft_effects *out);
void raft_on_heartbeat_timeout(struct raft *r, struct raft_effects *out);
void raft_on_append_entries_result(struct raft *r, const struct raft_message *m,
                                   struct raft_effects *out);
/* What a server lacks, if it may be sent now. */
void raft_send_entries(struct raft *r, size_t slot, struct raft_effects *out);
/* It answered a request that was sent then, in this round of heartbeats. */
void raft_note_answer(struct raft_peer *peer, uint64_t read_round,
                      raft_tick sent_tick);
/* Fig2:LDR.3: its log is equal to ours up to here, and what follows from it. */
void raft_take_match(struct raft *r, size_t slot, raft_index match_index,
                     struct raft_effects *out);
/* A leader of our term speaks: follow it. */
void raft_heed_leader(struct raft *r, raft_server_id leader_id,
                      struct raft_effects *out);
/* End of a step: the log does not move any more, messages may borrow of it. */
void raft_lend_entries(const struct raft *r, struct raft_effects *out);
/* What they lack and their windows allow. */
void raft_send_entries_to_all(struct raft *r, struct raft_effects *out);
enum raft_error raft_on_append_entries(struct raft *r,
                                       const struct raft_message *m,
                                       struct raft_effects *out);
/* Fig2:LDR.2. */
enum raft_error raft_on_propose(struct raft *r, const struct raft_propose *p,
                                struct raft_effects *out);
/* Append entries of the current term to a leader's log. */
enum raft_error raft_append_as_leader(struct raft *r,
                                      const struct raft_entry *entries,
                                      size_t count, struct raft_effects *out);
/* Append what was reserved, and note it for the disk. */
void raft_append_reserved(struct raft *r, struct raft_effects *out);

/* ---- snapshot.c (section 7, Figure 12) ----------------------------------- */
bool raft_snapshot_makes_sense(const struct raft_snapshot *s);
enum raft_error raft_on_snapshot_taken(struct raft *r,
                                       const struct raft_snapshot *taken,
                                       struct raft_effects *out);
/* Forget what the snapshot has, but for a tail. */
void raft_compact_log(struct raft *r, struct raft_effects *out);
/* Figure 13, rule 7: forget the whole log; it goes on behind the snapshot. */
void raft_reset_log(struct raft *r, struct raft_effects *out);
/* The state machine's state is the snapshot's, so: applied up to there. */
void raft_stand_on_snapshot(struct raft *r);
bool raft_start_fits_snapshot(const struct raft_start *start);
/* Gives a log that is still empty its base; returns what it shall hold. */
struct raft_slice raft_place_log(struct raft *r,
                                 const struct raft_start *start);
void raft_start_with_snapshot(struct raft *r, const struct raft_snapshot *s,
                              struct raft_effects *out);

/* ---- install_send.c, install_receive.c (Figure 13) ----------------------- */
/* Has the log no longer what this server needs next? */
bool raft_needs_snapshot(const struct raft *r, size_t slot,
                         struct raft_effects *out);
void raft_send_install_heartbeat(struct raft *r, size_t slot,
                                 struct raft_effects *out);
void raft_send_piece(struct raft *r, size_t slot, struct raft_effects *out);
void raft_install_tick(struct raft *r, uint32_t ticks);
void raft_on_install_snapshot_result(struct raft *r,
                                     const struct raft_message *m,
                                     struct raft_effects *out);
void raft_on_install_snapshot(struct raft *r, const struct raft_message *m,
                              struct raft_effects *out);
enum raft_error raft_on_snapshot_stored(struct raft *r,
                                        const struct raft_snapshot *stored,
                                        struct raft_effects *out);
void raft_on_snapshot_failed(struct raft *r);

/* ---- progress.c (pipelining, flow control) ------------------------------ */
/* May another AppendEntries with entries go to this follower now? */
bool raft_progress_may_send(const struct raft *r, size_t slot,
                            struct raft_effects *out);
/* How many entries from next_index on fit into one message. */
size_t raft_progress_batch(const struct raft *r, size_t slot);
void raft_progress_reset(struct raft *r, size_t slot);

/* ---- commit.c (section 5.4.2, Figure 8) --------------------------------- */
void raft_advance_leader_commit(struct raft *r, struct raft_effects *out);
/* Fig2:AE.5. */
void raft_follow_leader_commit(struct raft *r, raft_index leader_commit,
                               raft_index last_new, struct raft_effects *out);
void raft_hand_out_entries(struct raft *r, struct raft_effects *out);
enum raft_error raft_on_applied(struct raft *r, raft_index applied);
/* Has an entry of the current term been committed? */
bool raft_own_term_is_committed(const struct raft *r);

/* ---- persistence.c (Figure 2, "Persistent state") ----------------------- */
enum raft_error raft_on_start(struct raft *r, const struct raft_start *start,
                              struct raft_effects *out);
enum raft_error raft_on_persisted(struct raft *r, raft_write_seq seq,
                                  struct raft_effects *out);
/* End of a step: number its writes; say which message waits for which. */
void raft_number_writes(struct raft *r, struct raft_effects *out);

/* ---- membership.c (section 6) ------------------------------------------- */
/* Could they follow an entry of prev_term, and come in last_term? Terms, and
 * what is in them. */
bool raft_entries_are_valid(const struct raft_entry *entries, size_t count,
                            raft_term prev_term, raft_term last_term);
/* Sec6:MB.1: entries from `from` on are new. */
void raft_config_after_append(struct raft *r, raft_index from,
                              struct raft_effects *out);
/* Sec6:MB.1: entries from `from` on are gone. */
void raft_config_after_truncate(struct raft *r, raft_index from,
                                struct raft_effects *out);
/* What was in force before the entry at an index came. */
void raft_config_before(const struct raft *r, raft_index index,
                        struct raft_config *config);
void raft_adopt_config(struct raft *r, const struct raft_config *config,
                       struct raft_effects *out);
/* Should this server stand for election when its timer runs out? */
bool raft_may_stand(const struct raft *r);

/* ---- joint.c, membership_change.c (section 6, Figure 11) ----------------- */
/* now, and the new servers of wanted without a vote. */
struct raft_config raft_config_with_learners(const struct raft_config *now,
                                             const struct raft_config *wanted);
struct raft_config raft_config_without_learners(const struct raft_config *now);
/* C_old,new: from the voters of now to those of wanted. */
struct raft_config raft_config_joint(const struct raft_config *now,
                                     const struct raft_config *wanted);
/* C_new of a C_old,new. */
struct raft_config raft_config_new(const struct raft_config *joint);
/* The same servers at the same addresses, in whatever order. */
bool raft_config_same_members(const struct raft_config *a,
                              const struct raft_config *b);
enum raft_error raft_on_change(struct raft *r, const struct raft_change *change,
                               struct raft_effects *out);
/* End of a leader's step: append the next configuration when it is due. */
void raft_continue_change(struct raft *r, raft_index old_commit_index,
                          struct raft_effects *out);
/* Whoever asked for a change, if anybody did, is told. */
void raft_end_change(struct raft *r, enum raft_change_outcome outcome,
                     struct raft_effects *out);
bool raft_is_changing(const struct raft *r);

/* ---- catch_up.c (dissertation 4.2.1) ------------------------------------- */
enum raft_catch_up { RAFT_CATCHING_UP, RAFT_CAUGHT_UP, RAFT_GIVEN_UP };
/* The new servers of the change under way have become learners. */
void raft_begin_catch_up(struct raft *r);
void raft_catch_up_tick(struct raft *r, uint32_t ticks);
enum raft_catch_up raft_catch_up(struct raft *r, struct raft_effects *out);

/* ---- read.c (section 8) ------------------------------------------------- */
enum raft_error raft_on_read(struct raft *r, const struct raft_read *read,
                             struct raft_effects *out);
void raft_answer_reads(struct raft *r, struct raft_effects *out);
/* A leader's first entry of its term, unless there is one. */
void raft_append_no_op(struct raft *r, struct raft_effects *out);
/* No longer leader: nothing can be said about what was read. */
void raft_refuse_reads(struct raft *r, struct raft_effects *out);

/* ---- Beyond the paper --------------------------------------------------- */
void raft_start_pre_vote(struct raft *r, struct raft_effects *out);
void raft_on_pre_vote(struct raft *r, const struct raft_message *m,
                      struct raft_effects *out);
void raft_on_pre_vote_result(struct raft *r, const struct raft_message *m,
                             struct raft_effects *out);

/* Section 6: a vote request that must not disturb a living leader. */
bool raft_disrupts_live_leader(const struct raft *r,
                               const struct raft_message *m,
                               struct raft_effects *out);
void raft_hold_vote_after_restart(struct raft *r, struct raft_effects *out);
void raft_check_quorum(struct raft *r, struct raft_effects *out);
bool raft_has_lease(const struct raft *r);

enum raft_error raft_on_transfer(struct raft *r, raft_server_id to,
                                 struct raft_effects *out);
void raft_on_timeout_now(struct raft *r, const struct raft_message *m,
                         struct raft_effects *out);
/* The target may have caught up: send TimeoutNow. */
void raft_continue_transfer(struct raft *r, struct raft_effects *out);
void raft_transfer_tick(struct raft *r, uint32_t ticks,
                        struct raft_effects *out);

/* ---- message.c, step.c, raft.c, invariants.c ---------------------------- */
/* Could a server of ours, with this term, have sent us this? */
bool raft_message_makes_sense(const struct raft *r,
                              const struct raft_message *m);
bool raft_settings_make_sense(const struct raft_settings *settings);
/* A new message to a server, filled in up to the body. */
struct raft_message *raft_new_message(const struct raft *r,
                                      enum raft_message_type type,
                                      raft_server_id to,
                                      struct raft_effects *out);
struct raft_shadow raft_shadow_of(const struct raft *r);
void raft_check_invariants(const struct raft_shadow *old, const struct raft *r);

#endif
