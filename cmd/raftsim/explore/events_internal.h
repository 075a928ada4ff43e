/* SPDX-License-Identifier: MIT
 *
 * events_internal.h - between events.c and events_network.c.
 */
#ifndef RAFTSIM_EXPLORE_EVENTS_INTERNAL_H
#define RAFTSIM_EXPLORE_EVENTS_INTERNAL_H

#include "cmd/raftsim/explore/search.h"

struct visit {
    struct explore_search *search;
    const struct explore_state *from;
    explore_visitor *visitor;
    void *self;
};

/* next: the state as it was, with what the event used up taken off. */
bool events_at_server(const struct visit *visit, size_t place, uint32_t number,
                      struct explore_state *next);

/* ---- events_network.c ---------------------------------------------------- */

size_t events_in_flight(const struct explore_state *state);
void events_add_message(struct explore_state *state, uint16_t message);

/* All that can become of the messages. */
bool events_at_network(const struct visit *visit);

#endif
