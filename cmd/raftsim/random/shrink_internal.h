/* SPDX-License-Identifier: MIT
 *
 * shrink_internal.h - between shrink.c and its helpers.
 */
#ifndef RAFTSIM_SHRINK_INTERNAL_H
#define RAFTSIM_SHRINK_INTERNAL_H

#include "cmd/raftsim/random/shrink.h"

/* Some events of a scenario, in order. */
struct shrink_list {
    struct scenario_event *events;
    size_t count;
};

struct shrink {
    const struct scenario *scenario;
    struct shrink_list best;  /* the shortest so far that fails */
    struct shrink_list trial; /* being tried; room for all events */
    bool *makes_sense;        /* of trial */
    char property[SHRINK_PROPERTY_BYTES];
    char failure[SHRINK_FAILURE_BYTES];
    uint64_t events_left; /* that may still be played */
    char **words;         /* made here; the other words are the scenario's */
    size_t word_count;
    size_t word_capacity;
};

/* Begin a trial with the best. */
void shrink_begin_trial(struct shrink *shrink);
/* Play it; one that fails alike is the best now, without what made no sense. */
bool shrink_try(struct shrink *shrink);
bool shrink_is_spent(const struct shrink *shrink);

/* shrink_prepare.c: make the best bear it that pieces are left out. */
void shrink_prepare(struct shrink *shrink);

/* shrink_words.c: simpler words; true: something has become simpler. */
bool shrink_simplify(struct shrink *shrink);

#endif
