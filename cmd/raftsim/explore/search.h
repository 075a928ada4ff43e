/* SPDX-License-Identifier: MIT
 *
 * search.h - all states of a small world, breadth first.
 *
 * Read world.h (the bounds), events.c (what can happen), figure3.c and
 * glue_check.c (what must hold), search.c. The rest makes it fast, and small:
 * tables.h (what one server does, looked up), history.h (the past, forgotten
 * where it cannot matter), record.h (servers as bytes); glue.h does for a core
 * what a node does.
 *
 * The first state that breaks Figure 3 is found by a shortest way. States are
 * told apart by 64 bits of hash, the same for all renamings of the servers:
 * among 10^7 states two are taken for one with odds of 1 to 400,000.
 */
#ifndef RAFTSIM_EXPLORE_SEARCH_H
#define RAFTSIM_EXPLORE_SEARCH_H

#include "cmd/raftsim/explore/history.h"

enum { EXPLORE_NO_MESSAGE = UINT16_MAX };

/* No padding: states are compared as bytes. */
struct explore_state {
    uint32_t servers[EXPLORE_SERVERS];
    uint32_t history;
    uint16_t messages[EXPLORE_MAX_IN_FLIGHT]; /* rising; then NO_MESSAGE */
    uint8_t entries;                          /* used up */
    uint8_t crashes;
    uint8_t duplicates;
    uint8_t heartbeats;
    uint8_t reads;
    uint8_t changes;
    uint8_t snapshots;
    uint8_t unused;  /* 0 */
    uint32_t parent; /* the state it was first reached from */
};

enum explore_event_type {
    EXPLORE_AT_SERVER = 1, /* a server does something */
    EXPLORE_DROP,
    EXPLORE_DUPLICATE
};

struct explore_event {
    enum explore_event_type type;
    size_t place;   /* AT_SERVER: which */
    uint32_t event; /* AT_SERVER: tables.h; or the message */
    uint32_t to;    /* AT_SERVER: what becomes of it */
    size_t sent_count;
    const uint16_t *sent; /* what it sends ... */
    uint32_t kept;        /* ... and bit i: sent[i] gets into flight */
};

struct explore_search {
    const struct explore_world *world;
    size_t most_bytes;
    /* For tests: no symmetry (nor is there one where members change, since
     * entries name them); and a past that is not empty, or NULL. */
    bool plain;
    const struct explore_history *past;
    struct explore_tables tables;
    struct explore_histories histories;

    struct explore_state **blocks; /* in the order they were found */
    size_t block_count;
    size_t block_capacity;
    size_t state_count;
    uint64_t *keys; /* open addressing; 0: empty */
    size_t place_count;

    uint64_t transition_count;
    uint32_t depth; /* events from the start */
    /* Found: the state before, the event, what is broken; or "". */
    uint32_t broken_at;
    struct explore_event broken_by;
    char broken[GLUE_BROKEN_BYTES];
    bool stopped; /* for lack of memory */
};

/* Called for each event and what comes of it. broken: "", or what is. Returns
 * whether to go on. */
typedef bool explore_visitor(void *self, const struct explore_event *event,
                             const struct explore_state *next,
                             const char *broken);

/* Everything that can happen in a state; false: the visitor stopped it. */
bool explore_events(struct explore_search *search,
                    const struct explore_state *from, explore_visitor *visit,
                    void *self);

/* world: must outlive the search. most_bytes: stop when it takes more. */
struct explore_search *search_create(const struct explore_world *world,
                                     size_t most_bytes);
void search_free(struct explore_search *search);

/* progress: NULL, or told now and then. */
void search_run(struct explore_search *search,
                void (*progress)(const struct explore_search *search));

const struct explore_state *search_state(const struct explore_search *search,
                                         size_t number);
size_t search_memory(const struct explore_search *search);

#endif
