/* SPDX-License-Identifier: MIT
 *
 * player.h - plays a scenario on a cluster, event by event.
 *
 * Nothing happens but what the scenario says: time stands still and messages
 * stay in flight. The invariants of Figure 3 are checked after every step.
 *
 *   servers N        how many: S1 .. SN
 *   options ...      paper (default): Figure 2 to the letter, the logs hold
 *                    commands only. default: as raftd runs, and entry 1 is the
 *                    configuration. Then, one by one: pre_vote=on, seed=7, ...
 *   given ...        what is on the disks before anybody starts
 *   tick             time passes, one tick on all, or as said
 *   timeout Sx       time passes on Sx until it stands for election (or asks
 *                    for pre-votes)
 *   elect Sx         timeout; then the votes, and the first heartbeats with
 *                    their answers, are delivered, until Sx leads. term=T:
 * times out until T is reached. votes=...: only these are asked, what was sent
 * to others is lost put Sx k=v ...   a client's write; get Sx k: a read
 * (consistent) transfer Sx Sy   Sx hands its leadership over deliver A>B the
 * oldest message that fits; with a set of servers or *, all that are in flight
 * now. KIND: request-vote vote pre-vote pre-vote-reply append heartbeat
 * append-reply timeout-now drop, dup        lose all that fit; send the oldest
 * a second time hold, release    elect and run pass these links by cut, heal a
 * link one way (A>B), between two sets, or around one set disk Sx ... by-hand:
 * writes are done by `persist` only; fails: the next one is refused, and the
 * server stops crash, restart   unfinished writes are lost (torn: all but the
 * last are there, and half of that one) run              deliver until nothing
 * is in flight; run N: N ticks of all, and after each deliver everything until
 * COND       ticks and deliveries until it holds expect COND ...  expect.h
 */
#ifndef RAFTSIM_PLAYER_H
#define RAFTSIM_PLAYER_H

#include <stdio.h>

#include "cmd/raftsim/scenario/scenario.h"

enum player_result {
    PLAYER_OK = 0,
    PLAYER_FAILED, /* an expectation or an invariant does not hold */
    PLAYER_BAD     /* the scenario makes no sense */
};

struct player;

/* out: NULL prints nothing. The scenario must outlive the player. */
struct player *player_create(const struct scenario *scenario, FILE *out);
void player_destroy(struct player *player); /* NULL is fine */

/* The next event. Nothing left: PLAYER_OK, and player_is_done(). */
enum player_result player_step(struct player *player,
                               struct scenario_error *error);
bool player_is_done(const struct player *player);

/* The cluster as it is; NULL before the first event. */
const struct cluster *player_cluster(const struct player *player);

/* All of it. */
enum player_result player_play(const struct scenario *scenario, FILE *out,
                               struct scenario_error *error);

#endif
