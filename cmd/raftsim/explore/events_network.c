/* SPDX-License-Identifier: MIT
 *
 * events_network.c - what the network does with the messages in flight.
 */
#include <string.h>

#include "cmd/raftsim/explore/events_internal.h"

size_t events_in_flight(const struct explore_state *state)
{
    size_t count = 0;

    while (count < EXPLORE_MAX_IN_FLIGHT &&
           state->messages[count] != EXPLORE_NO_MESSAGE) {
        count++;
    }
    return count;
}

void events_add_message(struct explore_state *state, uint16_t message)
{
    size_t place = events_in_flight(state);

    while (place > 0 && state->messages[place - 1] > message) {
        state->messages[place] = state->messages[place - 1];
        place--;
    }
    state->messages[place] = message;
}

static void take_message(struct explore_state *state, size_t place)
{
    memmove(&state->messages[place], &state->messages[place + 1],
            (EXPLORE_MAX_IN_FLIGHT - 1 - place) * sizeof(uint16_t));
    state->messages[EXPLORE_MAX_IN_FLIGHT - 1] = EXPLORE_NO_MESSAGE;
}

static bool deliver(const struct visit *visit, size_t at)
{
    const struct explore_tables *tables = &visit->search->tables;
    struct explore_state next = *visit->from;
    const uint16_t message = next.messages[at];
    const size_t place = tables->messages[message].to - 1u;

    if (tables->servers[next.servers[place]].role == EXPLORE_DOWN) {
        return true; /* as if dropped */
    }
    take_message(&next, at);
    return events_at_server(visit, place, message, &next);
}

static bool drop(const struct visit *visit, size_t at)
{
    struct explore_state next = *visit->from;
    const struct explore_event event = {.type = EXPLORE_DROP,
                                        .event = next.messages[at]};

    take_message(&next, at);
    return visit->visitor(visit->self, &event, &next, "");
}

static bool duplicate(const struct visit *visit, size_t at)
{
    const struct explore_world *world = visit->search->world;
    struct explore_state next = *visit->from;
    const struct explore_event event = {.type = EXPLORE_DUPLICATE,
                                        .event = next.messages[at]};

    if (next.duplicates >= world->duplicates ||
        events_in_flight(&next) >= world->in_flight) {
        return true;
    }
    next.duplicates++;
    events_add_message(&next, next.messages[at]);
    return visit->visitor(visit->self, &event, &next, "");
}

bool events_at_network(const struct visit *visit)
{
    const struct explore_state *from = visit->from;

    for (size_t at = 0; at < events_in_flight(from); at++) {
        if (at > 0 && from->messages[at] == from->messages[at - 1]) {
            continue; /* the same message again */
        }
        if (!deliver(visit, at) || !drop(visit, at) || !duplicate(visit, at)) {
            return false;
        }
    }
    return true;
}
