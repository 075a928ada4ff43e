/* SPDX-License-Identifier: MIT
 *
 * happened.h - what one event did: in words, and as rules of the paper.
 *
 * The words are the transcript's: its lines up to the servers' states. The
 * rules are those the cores reported, the guards that declined included.
 */
#ifndef RAFTSIM_HAPPENED_H
#define RAFTSIM_HAPPENED_H

#include "cmd/raftsim/scenario/player.h"
#include "cmd/raftsim/scenario/words.h"

struct happened_rule {
    enum raft_rule rule;
    bool taken; /* false: a guard that declined */
    word_servers servers;
};

struct happened {
    size_t line_count;
    char **lines; /* "arrives   S1>S2 append ..." */
    size_t rule_count;
    struct happened_rule rules[2 * RAFT_RULE_COUNT]; /* as first met */
    bool ended; /* false: a core broke in the middle of it */
    /* While it is being listened to. */
    FILE *out;
    char *text;
    size_t text_bytes;
};

void happened_free(struct happened *happened);

/* Listen to the player's next event; what was heard before is forgotten. */
void happened_listen(struct happened *happened, struct player *player);

/* The event is over. */
void happened_end(struct happened *happened, struct player *player);

#endif
