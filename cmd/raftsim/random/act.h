/* SPDX-License-Identifier: MIT
 *
 * act.h - what a random run does to its cluster, and the words for it.
 *
 * A run touches its cluster only through these calls. Each carries one event
 * out and, while a tape runs, writes it down as the line of a scenario: what
 * is on the tape is what was done. The player makes the same cluster of it.
 */
#ifndef RAFTSIM_ACT_H
#define RAFTSIM_ACT_H

#include <stdio.h>

#include "cmd/raftsim/cluster/cluster.h"

enum { ACT_MAX_PAIRS = 4, ACT_MAX_WORD = 32 };

struct act {
    struct cluster *cluster;
    FILE *tape; /* NULL: nothing is written down */
    uint64_t last_read_id;
    uint64_t last_change_id;
};

/* A set of servers: bit i stands for S(i+1). */
typedef unsigned act_servers;

/*
 * Make the cluster and start every server. founder_only: entry 1 is on the
 * disk of S1 alone, as when raftd forms a cluster.
 */
void act_begin(struct act *act, const struct cluster_settings *settings,
               bool founder_only, const struct cluster_watcher *watcher);
/* A remark between the events. */
void act_mark(struct act *act, const char *name);

/* Ticks of the server's own clock, all in one leap. */
void act_tick(struct act *act, size_t place, uint32_t ticks);

/* Clients. Each pair, "k1=7", is an entry; neighbours from *first_index on. */
enum raft_error act_put(struct act *act, size_t place,
                        char pairs[][ACT_MAX_WORD], size_t count,
                        raft_index *first_index, raft_term *term);
/* Its read_id is the next after act->last_read_id; it may come at once. */
enum raft_error act_get(struct act *act, size_t place, const char *key,
                        enum raft_read_level level);
enum raft_error act_transfer(struct act *act, size_t place, raft_server_id to);

/* act_members.c: these shall be the members. */
enum raft_error act_change(struct act *act, size_t place, act_servers members);
/* RAFT_EINVALID: nothing to take, or to publish. */
enum raft_error act_snapshot(struct act *act, size_t place);
enum raft_error act_publish(struct act *act, size_t place);

/* Messages, by their place in flight; and links. */
void act_deliver(struct act *act, size_t message_place);
void act_drop(struct act *act, size_t message_place);
void act_double(struct act *act, size_t message_place);
void act_cut(struct act *act, act_servers from, act_servers to);
void act_heal(struct act *act);
void act_heal_link(struct act *act, size_t from, size_t to);

/* Disks and state machines. */
void act_disk_at_once(struct act *act, size_t place);
void act_disk_by_hand(struct act *act, size_t place);
void act_snapshots_by_hand(struct act *act, size_t place);
void act_disk_slow(struct act *act, size_t place, uint32_t ticks);
void act_disk_fails(struct act *act, size_t place);
void act_persist(struct act *act, size_t place, size_t count);
void act_machine_at_once(struct act *act, size_t place);
void act_machine_by_hand(struct act *act, size_t place);
void act_apply(struct act *act, size_t place);
void act_crash(struct act *act, size_t place, const struct sim_torn *torn);
void act_restart(struct act *act, size_t place);

#endif
