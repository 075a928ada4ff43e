/* SPDX-License-Identifier: MIT
 *
 * shrink.h - a long scenario that fails becomes a short one that fails alike.
 *
 * Pieces are left out, halves first, then ever smaller ones down to single
 * lines; then words are made simpler. Whatever still breaks the same property
 * when it is played is kept. Events that make no sense any more, because what
 * they were about never happened, go with the rest.
 */
#ifndef RAFTSIM_SHRINK_H
#define RAFTSIM_SHRINK_H

#include <stdint.h>
#include <stdio.h>

#include "cmd/raftsim/scenario/scenario.h"

struct shrink;

enum { SHRINK_PROPERTY_BYTES = 200, SHRINK_FAILURE_BYTES = 320 };

/*
 * scenario: must outlive the shrinker. NULL: nothing fails in it. most_events:
 * about how many may be played in all; so the same scenario always shrinks to
 * the same one, however fast the machine is.
 */
struct shrink *shrink_create(const struct scenario *scenario,
                             uint64_t most_events);
void shrink_destroy(struct shrink *shrink); /* NULL is fine */

/* Make it shorter. */
void shrink_run(struct shrink *shrink);

/* What is broken: "Fig3:ES", or the assert, or the condition. */
const char *shrink_property(const struct shrink *shrink);
/* The same, with servers and terms, of the scenario as it is now. */
const char *shrink_failure(const struct shrink *shrink);

size_t shrink_line_count(const struct shrink *shrink);
void shrink_write(const struct shrink *shrink, FILE *out);

#endif
