/* SPDX-License-Identifier: MIT
 *
 * rule_sites.c - made by `make rules`: the code that carries out each rule.
 */
#include "cmd/raftsim/screen/rule_sites.h"

/* clang-format off */
const struct rule_site
    rule_sites[RAFT_RULE_COUNT][RULE_MAX_SITES] = {
    [PS_1] = {
        {"raft_number_writes", "raft/persistence.c"}},
    [PS_2] = {
        {"raft_on_own_vote_durable", "raft/election.c"}},
    [PS_3] = {
        {"raft_advance_leader_commit", "raft/commit.c"}},
    [ALL_1] = {
        {"raft_hand_out_entries", "raft/commit.c"}},
    [ALL_2] = {
        {"raft_step", "raft/step.c"}},
    [FLW_1] = {
        {"reply", "raft/append_receive.c"},
        {"raft_reply_vote", "raft/election.c"}},
    [FLW_2] = {
        {"raft_on_election_timeout", "raft/election.c"}},
    [CND_1] = {
        {"raft_start_election", "raft/election.c"}},
    [CND_2] = {
        {"win_with_majority", "raft/election.c"}},
    [CND_3] = {
        {"raft_heed_leader", "raft/append_receive.c"}},
    [CND_4] = {
        {"raft_on_election_timeout", "raft/election.c"}},
    [LDR_1] = {
        {"raft_send_heartbeats", "raft/append_send.c"},
        {"raft_on_heartbeat_timeout", "raft/append_send.c"}},
    [LDR_2] = {
        {"raft_on_propose", "raft/append_send.c"}},
    [LDR_3] = {
        {"raft_send_entries", "raft/append_send.c"}},
    [LDR_3A] = {
        {"raft_take_match", "raft/append_send.c"}},
    [LDR_3B] = {
        {"take_refusal", "raft/append_send.c"}},
    [LDR_4] = {
        {"raft_advance_leader_commit", "raft/commit.c"}},
    [AE_1] = {
        {"raft_on_append_entries", "raft/append_receive.c"}},
    [AE_2] = {
        {"raft_on_append_entries", "raft/append_receive.c"}},
    [AE_3] = {
        {"take_entries", "raft/append_receive.c"}},
    [AE_4] = {
        {"take_entries", "raft/append_receive.c"}},
    [AE_5] = {
        {"raft_follow_leader_commit", "raft/commit.c"}},
    [RV_1] = {
        {"raft_on_request_vote", "raft/election.c"}},
    [RV_2] = {
        {"raft_on_request_vote", "raft/election.c"}},
    [RT_1] = {
        {"raft_reset_election_timer", "raft/role.c"}},
    [BT_1] = {
        {"next_try", "raft/append_send.c"}},
    [UP_1] = {
        {"raft_log_is_up_to_date", "raft/election.c"}},
    [CM_1] = {
        {"raft_advance_leader_commit", "raft/commit.c"}},
    [MB_1] = {
        {"raft_adopt_config", "raft/membership.c"}},
    [MB_2] = {
        {"raft_on_change", "raft/membership_change.c"}},
    [MB_3] = {
        {"begin", "raft/membership_change.c"}},
    [MB_4] = {
        {"raft_catch_up", "raft/catch_up.c"}},
    [MB_5] = {
        {"begin_joint", "raft/membership_change.c"}},
    [MB_6] = {
        {"continue_joint", "raft/membership_change.c"}},
    [MB_7] = {
        {"finish", "raft/membership_change.c"}},
    [MB_8] = {
        {"raft_disrupts_live_leader", "raft/check_quorum.c"}},
    [MB_9] = {
        {"continue_with_learners", "raft/membership_change.c"}},
    [SN_1] = {
        {"raft_on_snapshot_taken", "raft/snapshot.c"}},
    [SN_2] = {
        {"raft_needs_snapshot", "raft/install_send.c"}},
    [SN_3] = {
        {"has_prev_entry", "raft/append_receive.c"}},
    [IS_1] = {
        {"raft_on_install_snapshot", "raft/install_receive.c"}},
    [IS_2] = {
        {"take_piece", "raft/install_receive.c"}},
    [IS_3] = {
        {"take_piece", "raft/install_receive.c"}},
    [IS_4] = {
        {"raft_on_install_snapshot", "raft/install_receive.c"}},
    [IS_5] = {
        {"raft_on_install_snapshot", "raft/install_receive.c"},
        {"raft_on_snapshot_stored", "raft/install_receive.c"}},
    [IS_6] = {
        {"install", "raft/install_receive.c"}},
    [IS_7] = {
        {"raft_reset_log", "raft/snapshot.c"}},
    [IS_8] = {
        {"install", "raft/install_receive.c"}},
    [CL_1] = {
        {"raft_on_propose", "raft/append_send.c"},
        {"raft_on_change", "raft/membership_change.c"}},
    [CL_3] = {
        {"raft_append_no_op", "raft/read.c"}},
    [CL_4] = {
        {"may_answer", "raft/read.c"}},
    [CL_5] = {
        {"may_answer", "raft/read.c"}},
    [TR_1] = {
        {"raft_on_transfer", "raft/transfer.c"}},
    [TR_2] = {
        {"raft_on_timeout_now", "raft/transfer.c"}},
    [TR_3] = {
        {"raft_transfer_tick", "raft/transfer.c"}},
    [CQ_1] = {
        {"raft_check_quorum", "raft/check_quorum.c"}},
    [LS_1] = {
        {"raft_on_read", "raft/read.c"}},
    [LS_2] = {
        {"raft_hold_vote_after_restart", "raft/check_quorum.c"}},
    [PV_1] = {
        {"raft_start_pre_vote", "raft/prevote.c"}},
    [PV_2] = {
        {"raft_on_pre_vote", "raft/prevote.c"}},
    [PV_3] = {
        {"start_with_majority", "raft/prevote.c"}},
    [FC_1] = {
        {"raft_progress_may_send", "raft/progress.c"}},
    [ES] = {
        {"raft_heed_leader", "raft/append_receive.c"},
        {"check_progress", "raft/invariants.c"}},
    [LAO] = {
        {"check_progress", "raft/invariants.c"},
        {"check_append_only", "cmd/raftsim/cluster/checker.c"}},
    [LM] = {
        {"see_entry", "cmd/raftsim/cluster/checker_log.c"},
        {"checker_see_entries", "cmd/raftsim/cluster/checker_log.c"}},
    [LC] = {
        {"truncate_from", "raft/append_receive.c"},
        {"raft_heed_leader", "raft/append_receive.c"}},
    [SMS] = {
        {"checker_apply", "cmd/raftsim/cluster/checker.c"},
        {"see_commit_again", "cmd/raftsim/cluster/checker_log.c"}},
};
/* clang-format on */
