/* SPDX-License-Identifier: MIT
 *
 * player.h - plays a scenario on a cluster, event by event.
 *
 * Nothing happens but what the scenario says: time stands still and messages
 * stay in flight. The invariants of Figure 3 are checked after every step.
 * What each verb means stands in verbs.h.
 */
#ifndef RAFTSIM_PLAYER_H
#define RAFTSIM_PLAYER_H

#include <stdio.h>

#include "cmd/raftsim/cluster/cluster.h"
#include "cmd/raftsim/scenario/scenario.h"

enum player_result {
    PLAYER_OK = 0,
    PLAYER_FAILED, /* an expectation or an invariant does not hold; after one
                      that broke inside a core no event is played any more */
    PLAYER_BAD     /* it makes no sense, and nothing was changed: go on */
};

struct player;

/* out: NULL prints nothing. The scenario must outlive the player. */
struct player *player_create(const struct scenario *scenario, FILE *out);
void player_destroy(struct player *player); /* NULL is fine */

/* The next event. Nothing left: PLAYER_OK, and player_is_done(). */
enum player_result player_step(struct player *player,
                               struct scenario_error *error);
bool player_is_done(const struct player *player);

/* From now on print to another file, or not at all (NULL). */
void player_print_to(struct player *player, FILE *out);

/* The cluster as it is; NULL before the first event. */
const struct cluster *player_cluster(const struct player *player);

/* All of it. */
enum player_result player_play(const struct scenario *scenario, FILE *out,
                               struct scenario_error *error);

/* ---- Who listens ---------------------------------------------------------
 * What happens, as data, in the order it happens. Calls may be NULL; what
 * they are given is borrowed for the call.
 */
enum player_fate {
    PLAYER_ARRIVED = 1, /* a server takes it */
    PLAYER_NOBODY,      /* its server is down */
    PLAYER_LOST         /* dropped, or on a link that was cut */
};

enum player_outcome {
    PLAYER_DONE = 1,
    PLAYER_REFUSED, /* nothing comes of it */
    PLAYER_UNKNOWN  /* its client hears nothing: it may yet be done */
};

/* What a client is told of its `put`, `get` or `transfer`. */
struct player_answer {
    enum scenario_verb verb;
    const char *asked; /* "x=2", "x", "S2" */
    enum player_outcome outcome;
    const char *value; /* of a `get` that is done; NULL: no such key */
};

struct player_listener {
    void *self;
    /* title, mark, say, servers, options, given. */
    void (*told)(void *self, const struct scenario_event *event);
    /* An event begins, the number-th (as in the transcript), and ends, unless
     * a core breaks in it. */
    void (*begun)(void *self, int number, const struct scenario_event *event);
    void (*ended)(void *self, const struct cluster *cluster);
    /* number: of the message, 1, 2, 3, ...; 0: lost at once, link cut. A
     * message that is doubled is sent, too, under a number of its own. */
    void (*sent)(void *self, const struct raft_message *message,
                 uint64_t number);
    void (*received)(void *self, const struct raft_message *message,
                     uint64_t number, enum player_fate fate);
    void (*stepped)(void *self, size_t place, const struct raft_effects *out);
    void (*applied)(void *self, size_t place, raft_index index,
                    const struct raft_entry *entry);
    /* Each write of a `put`; of reads the latest on a server. */
    void (*answered)(void *self, size_t place,
                     const struct player_answer *answer);
    void (*started)(void *self, size_t place);
    void (*stopped)(void *self, size_t place, bool disk_failed);
};

/* listener: copied. */
void player_listen(struct player *player,
                   const struct player_listener *listener);

#endif
