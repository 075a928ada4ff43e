/* SPDX-License-Identifier: MIT
 *
 * history.h - what has to be remembered of the past to see Figure 3 broken:
 * who led which term with which log, and what was committed in which term.
 *
 * What cannot matter any more is forgotten, so that it does not tell states
 * apart: terms below all that some server is still in.
 */
#ifndef RAFTSIM_EXPLORE_HISTORY_H
#define RAFTSIM_EXPLORE_HISTORY_H

#include "cmd/raftsim/explore/tables.h"

/* No padding: its bytes are compared. */
struct explore_history {
    uint8_t leaders[EXPLORE_MAX_TERMS + 1];      /* ids; 0: none, forgotten */
    uint8_t in_terms[EXPLORE_MAX_LOG];           /* of committed; 0: old */
    uint16_t leader_logs[EXPLORE_MAX_TERMS + 1]; /* when elected; + 1 */
    uint16_t committed;                          /* by anybody, ever */
};

struct explore_histories {
    struct intern bytes;
    uint64_t (*hashes)[EXPLORE_RENAMINGS];
    size_t hash_capacity;
    uint32_t *cleared; /* by number and lowest term: number + 1, or 0 */
    size_t cleared_capacity;
};

/* What happened: servers[] as they are now, that at a place was another. */
struct explore_change {
    const uint32_t *servers;
    size_t place;
    uint32_t was;
};

/* The number of a first history; past: NULL if nothing has happened. */
uint32_t history_first(struct explore_histories *histories,
                       struct explore_tables *tables,
                       const struct explore_history *past);
void history_free(struct explore_histories *histories);
size_t history_memory(const struct explore_histories *histories);

/*
 * The history's number after a change. broken: what of Figure 3 is broken by
 * it, or left alone.
 */
uint32_t history_after(struct explore_histories *histories,
                       struct explore_tables *tables, uint32_t number,
                       const struct explore_change *change,
                       char broken[GLUE_BROKEN_BYTES]);

/* The last index of a client's write that was ever committed, or 0. */
size_t history_written(const struct explore_histories *histories,
                       const struct explore_tables *tables, uint32_t number);

#endif
