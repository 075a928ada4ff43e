/* SPDX-License-Identifier: MIT
 *
 * checker.h - Figure 3, seen from above: what no single server can check.
 *
 * Watches every step of every server and remembers the whole history, so a
 * property is checked over all time, not only over what is there at the end.
 * Work per step follows what the step changed, not how long the logs are.
 *
 *   Fig3:ES   one leader a term
 *   Fig3:LAO  leaders only append
 *   Fig3:LM   same index and term: the same log up to there
 *   Fig3:LC   committed in term T: in the log of every leader of a later term
 *   Fig3:SMS  the same entry is applied everywhere, once, in order
 *   Fig2:PS   nothing leaves that rests on a write still under way; one vote a
 *             term; what is committed is on a majority of disks
 *   Sec6:MB.1 a server goes by the latest configuration in its log
 *   Sec7      a snapshot is of what is committed, with the configuration of
 *             then, never goes back, and gives the state it was taken of
 *
 * and terms, commit_index and last_applied never go back.
 */
#ifndef RAFTSIM_CHECKER_H
#define RAFTSIM_CHECKER_H

#include "cmd/raftsim/cluster/sim_storage.h"
#include "raft/raft.h"

struct checker;

enum { CHECKER_MAX_SERVERS = 9 };

struct checker *checker_create(void);
void checker_destroy(struct checker *checker);

/*
 * A server starts, at a place of the caller's. disk: what it will find there,
 * and watched from now on; NULL: its disk cannot be looked into.
 */
void checker_start(struct checker *checker, size_t place, raft_server_id id,
                   const struct sim_disk *disk, const struct raft_start *start);
void checker_stop(struct checker *checker, size_t place);

/* After each raft_step(), before its effects are carried out. */
void checker_step(struct checker *checker, size_t place,
                  const struct raft *core, const struct raft_effects *out);
/* A message leaves. */
void checker_send(struct checker *checker, size_t place,
                  const struct raft_message *message);
/*
 * Fig2:PS.1: what a message rests on and the disk has not, in words; or NULL.
 * Not by the core's own book-keeping, but by what is on the disk. core: the
 * sender's, or NULL.
 */
const char *checker_missing_on_disk(const struct sim_disk *disk,
                                    const struct raft *core,
                                    const struct raft_message *m);
/* The state machine is given an entry. */
void checker_apply(struct checker *checker, size_t place, raft_index index,
                   const struct raft_entry *entry);

/*
 * What its state machine holds, as a hash, having applied up to an index: when
 * a snapshot is taken, and when it has come from one. Once for all servers.
 */
void checker_state(struct checker *checker, size_t place, raft_index index,
                   uint64_t hash);

/*
 * Reads are linearizable (section 8): what is read later is never older than
 * what anybody was told before. Issue: keep the number returned; answered:
 * hand it back. A write that is acknowledged counts as told.
 */
raft_index checker_read_issued(const struct checker *checker);
void checker_read_answered(struct checker *checker, size_t place,
                           raft_index issued);
void checker_acknowledged(struct checker *checker, raft_index index);

/* What was broken first, in one line; NULL: all has held. */
const char *checker_violation(const struct checker *checker);

/* How often a property of Figure 3 was looked at and held. */
uint64_t checker_held_count(const struct checker *checker,
                            enum raft_rule property);

uint64_t checker_election_count(const struct checker *checker);
raft_index checker_commit_index(const struct checker *checker);

/* The first acknowledged entry that no majority of disks holds now; or 0. */
raft_index checker_lost_index(const struct checker *checker);

#endif
