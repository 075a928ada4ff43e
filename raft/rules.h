/* SPDX-License-Identifier: MIT
 *
 * rules.h - the one list of rules.
 *
 * Each line: tag, place, kind, what it says in our words. In the code a rule
 * is a statement at the line that carries it out, `rule(out, AE_4);`, or
 * where it guards `if (rule_if(out, CM_1, ...))`. A PROPERTY of Figure 3 is
 * checked, not carried out: its tag stands beside the check.
 *
 * Places: Fig2, Fig3 and SecN are the extended Raft paper; DN.N is Ongaro's
 * dissertation. docs/paper-map.md is made from this list by `make rules`.
 * Break on one in gdb with: break rule_event if t == AE_3
 */
#ifndef RAFT_RULES_H
#define RAFT_RULES_H

enum raft_rule_kind { RAFT_ACT, RAFT_GUARD, RAFT_PROPERTY };

/* clang-format off */
#define RAFT_RULES(X) \
  X(PS_1,  "Fig2:PS.1",  GUARD, "An answer waits until the state it rests on is on stable storage.") \
  X(PS_2,  "Fig2:PS.2",  ACT,   "A candidate counts its own vote only once that vote is on its disk.") \
  X(PS_3,  "Fig2:PS.3",  ACT,   "A leader counts itself as a replica only up to what its own disk holds.") \
  X(ALL_1, "Fig2:ALL.1", ACT,   "Entries up to commit_index are applied to the state machine, in order.") \
  X(ALL_2, "Fig2:ALL.2", GUARD, "A higher term in any message: adopt it and become a follower, before anything else.") \
  X(FLW_1, "Fig2:FLW.1", ACT,   "A server answers the requests of candidates and leaders.") \
  X(FLW_2, "Fig2:FLW.2", GUARD, "Election time-out without a word from the leader or a vote granted: a voter stands for election.") \
  X(CND_1, "Fig2:CND.1", ACT,   "To start an election: next term, vote for oneself, new timer, RequestVote to all others.") \
  X(CND_2, "Fig2:CND.2", GUARD, "Votes from a majority: become leader.") \
  X(CND_3, "Fig2:CND.3", ACT,   "AppendEntries from the new leader of the term: become its follower.") \
  X(CND_4, "Fig2:CND.4", ACT,   "Election time-out as a candidate: start a new election.") \
  X(LDR_1, "Fig2:LDR.1", ACT,   "A leader sends heartbeats at once when elected, and again before followers time out.") \
  X(LDR_2, "Fig2:LDR.2", ACT,   "A client's command is appended to the leader's log.") \
  X(LDR_3, "Fig2:LDR.3", GUARD, "A follower lacks entries: send AppendEntries from its next_index on.") \
  X(LDR_3A,"Fig2:LDR.3a",ACT,   "Success: match_index and next_index move to what that request proved.") \
  X(LDR_3B,"Fig2:LDR.3b",ACT,   "Refused for inconsistency: lower next_index and try again.") \
  X(LDR_4, "Fig2:LDR.4", GUARD, "A higher index is on a majority of disks: it may become commit_index.") \
  X(AE_1,  "Fig2:AE.1",  GUARD, "AppendEntries of an older term is refused.") \
  X(AE_2,  "Fig2:AE.2",  GUARD, "AppendEntries is refused when our log has no entry of prev_log_term at prev_log_index.") \
  X(AE_3,  "Fig2:AE.3",  GUARD, "An entry that conflicts with a new one is deleted, with all that follow it.") \
  X(AE_4,  "Fig2:AE.4",  ACT,   "New entries that are not in the log yet are appended.") \
  X(AE_5,  "Fig2:AE.5",  GUARD, "commit_index follows leader_commit, but not past the last new entry.") \
  X(RV_1,  "Fig2:RV.1",  GUARD, "RequestVote of an older term is refused.") \
  X(RV_2,  "Fig2:RV.2",  GUARD, "The vote is granted if it is free, or already this candidate's, and its log is up to date.") \
  X(RT_1,  "Sec52:RT.1", ACT,   "Each election time-out is drawn anew at random.") \
  X(BT_1,  "Sec53:BT.1", GUARD, "A refusal names the conflicting term; the leader skips that whole term at once.") \
  X(UP_1,  "Sec541:UP.1",GUARD, "Up to date: the higher last term wins, with equal terms the longer log.") \
  X(CM_1,  "Sec542:CM.1",GUARD, "Counting replicas commits only entries of the leader's own term.") \
  X(MB_1,  "Sec6:MB.1",  ACT,   "The configuration in force is the latest in the log, committed or not.") \
  X(MB_2,  "Sec6:MB.2",  GUARD, "Changes come one at a time, and only after an entry of the leader's term is committed.") \
  X(MB_3,  "Sec6:MB.3",  ACT,   "New servers receive the log without a vote until they have caught up.") \
  X(MB_4,  "Sec6:MB.4",  GUARD, "Caught up: the last round of catching up was shorter than an election time-out.") \
  X(MB_5,  "Sec6:MB.5",  ACT,   "C_old,new is appended: from now on majorities of both sets must agree.") \
  X(MB_6,  "Sec6:MB.6",  GUARD, "C_new is appended only once C_old,new is committed.") \
  X(MB_7,  "Sec6:MB.7",  GUARD, "A leader that is not in C_new leads until C_new is committed, then steps down.") \
  X(MB_8,  "Sec6:MB.8",  GUARD, "While a leader is heard from, a RequestVote is disregarded, term and all.") \
  X(MB_9,  "Sec6:MB.9",  ACT,   "Learners that no request of this leader wants are taken out again.") \
  X(SN_1,  "Sec7:SN.1",  ACT,   "A durable snapshot has what was applied: the log up to it may go, its last index and term stay.") \
  X(SN_2,  "Sec7:SN.2",  GUARD, "A follower that needs an entry which the log no longer has is sent the snapshot.") \
  X(SN_3,  "Sec7:SN.3",  ACT,   "The entry right behind a snapshot is checked against last_included_term.") \
  X(IS_1,  "Fig13:IS.1", GUARD, "InstallSnapshot of an older term is refused.") \
  X(IS_2,  "Fig13:IS.2", GUARD, "The first piece (offset 0) begins a new snapshot; no other piece does.") \
  X(IS_3,  "Fig13:IS.3", GUARD, "A piece is stored at its offset, if that is where the snapshot has come to.") \
  X(IS_4,  "Fig13:IS.4", ACT,   "A piece is answered with how far the snapshot has come; then wait for more.") \
  X(IS_5,  "Fig13:IS.5", GUARD, "Only a snapshot that goes beyond what we have is taken; an older one destroys nothing newer.") \
  X(IS_6,  "Fig13:IS.6", GUARD, "Our log has the snapshot's last entry: the entries that follow it stay.") \
  X(IS_7,  "Fig13:IS.7", ACT,   "Our log does not have it: the whole log is discarded.") \
  X(IS_8,  "Fig13:IS.8", ACT,   "State machine and configuration are replaced by those of the snapshot.") \
  X(CL_1,  "Sec8:CL.1",  GUARD, "Only the leader takes requests; others refuse and name the leader they know.") \
  X(CL_3,  "Sec8:CL.3",  ACT,   "A new leader appends a no-op, to learn which entries are committed.") \
  X(CL_4,  "Sec8:CL.4",  GUARD, "A read waits for a round of heartbeats, begun after it, that a majority answered.") \
  X(CL_5,  "Sec8:CL.5",  GUARD, "A read waits for an entry of the leader's own term to be committed.") \
  X(TR_1,  "D3.10:TR.1", ACT,   "A transfer: take no more requests, bring the target up to date, then TimeoutNow.") \
  X(TR_2,  "D3.10:TR.2", ACT,   "TimeoutNow: stand for election at once, without waiting for the timer.") \
  X(TR_3,  "D3.10:TR.3", ACT,   "A transfer that takes longer than an election time-out is given up.") \
  X(CQ_1,  "D6.2:CQ.1",  GUARD, "A leader that heard from no majority for an election time-out steps down.") \
  X(LS_1,  "D6.4:LS.1",  GUARD, "Under a lease, confirmed by a majority, the leader reads without a new round.") \
  X(LS_2,  "D6.4:LS.2",  ACT,   "A restarted server holds its vote back for one minimum election time-out.") \
  X(PV_1,  "D9.6:PV.1",  ACT,   "Before raising its term a server asks whether it could win.") \
  X(PV_2,  "D9.6:PV.2",  GUARD, "A pre-vote is granted for a newer term and an up-to-date log.") \
  X(PV_3,  "D9.6:PV.3",  GUARD, "Pre-votes from a majority: start the real election.") \
  X(FC_1,  "D10.2:FC.1", GUARD, "No more than a window of unanswered AppendEntries is in flight to a follower.") \
  X(ES,    "Fig3:ES",    PROPERTY, "Election Safety: at most one leader in a term.") \
  X(LAO,   "Fig3:LAO",   PROPERTY, "Leader Append-Only: a leader never deletes or overwrites its entries.") \
  X(LM,    "Fig3:LM",    PROPERTY, "Log Matching: same index and term, same logs up to there.") \
  X(LC,    "Fig3:LC",    PROPERTY, "Leader Completeness: a committed entry is in the log of every later leader.") \
  X(SMS,   "Fig3:SMS",   PROPERTY, "State Machine Safety: no two servers apply different entries at one index.")
/* clang-format on */

#define RAFT_RULE_TAG(tag, place, kind, says) tag,
enum raft_rule { RAFT_RULES(RAFT_RULE_TAG) RAFT_RULE_COUNT };
#undef RAFT_RULE_TAG

/*
 * What the list says of a rule; for traces, metrics and documents. Arrays, not
 * pointers: the table needs no relocation and stays in read-only memory.
 */
struct raft_rule_text {
    char tag[8];    /* "AE_3" */
    char place[12]; /* "Fig2:AE.3" */
    enum raft_rule_kind kind;
    char says[108];
};

const struct raft_rule_text *raft_rule_text(enum raft_rule rule);

#endif
