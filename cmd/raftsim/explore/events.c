/* SPDX-License-Identifier: MIT
 *
 * events.c - everything that can happen in a state.
 */
#include <string.h>

#include "cmd/raftsim/explore/search.h"

struct visit {
    struct explore_search *search;
    const struct explore_state *from;
    explore_visitor *visitor;
    void *self;
};

/* ---- Messages in flight -------------------------------------------------- */

static size_t in_flight(const struct explore_state *state)
{
    size_t count = 0;

    while (count < EXPLORE_MAX_IN_FLIGHT &&
           state->messages[count] != EXPLORE_NO_MESSAGE) {
        count++;
    }
    return count;
}

static void add_message(struct explore_state *state, uint16_t message)
{
    size_t place = in_flight(state);

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

/* ---- What a server does -------------------------------------------------- */

static size_t bit_count(uint32_t bits)
{
    size_t count = 0;

    for (; bits != 0; bits &= bits - 1) {
        count++;
    }
    return count;
}

/* All ways to lose as little as does not find room. */
static bool send_all_ways(const struct visit *visit,
                          struct explore_event *event,
                          const struct explore_state *next)
{
    const size_t room = visit->search->world->in_flight - in_flight(next);
    const size_t kept = event->sent_count < room ? event->sent_count : room;

    for (uint32_t bits = 0; bits < 1u << event->sent_count; bits++) {
        struct explore_state one = *next;

        if (bit_count(bits) != kept) {
            continue;
        }
        for (size_t i = 0; i < event->sent_count; i++) {
            if ((bits >> i & 1) != 0) {
                add_message(&one, event->sent[i]);
            }
        }
        event->kept = bits;
        if (!visit->visitor(visit->self, event, &one, "")) {
            return false;
        }
    }
    return true;
}

/* next: the state as it was, with what the event used up taken off. */
static bool at_server(const struct visit *visit, size_t place, uint32_t number,
                      struct explore_state *next)
{
    struct explore_search *search = visit->search;
    struct explore_tables *tables = &search->tables;
    const uint32_t was = next->servers[place];
    const struct explore_transition transition =
        *tables_transition(tables, was, number);
    char broken[GLUE_BROKEN_BYTES] = "";
    struct explore_event event = {.type = EXPLORE_AT_SERVER,
                                  .place = place,
                                  .event = number,
                                  .sent_count = transition.sent_count};

    if (transition.sent_count > 0) {
        event.sent = &tables->sent[transition.sent];
    }
    next->servers[place] = transition.to;
    if (transition.broken != 0) {
        tables_text(tables, transition.broken, broken);
    } else {
        next->history = history_after(
            &search->histories, tables, next->history,
            &(struct explore_change){next->servers, place, was}, broken);
    }
    if (broken[0] != '\0') {
        return visit->visitor(visit->self, &event, next, broken);
    }
    return send_all_ways(visit, &event, next);
}

static bool simple(const struct visit *visit, size_t place,
                   enum glue_event_type type)
{
    struct explore_state next = *visit->from;

    return at_server(visit, place, EXPLORE_EVENT(type, 0), &next);
}

static bool put(const struct visit *visit, size_t place)
{
    struct explore_state next = *visit->from;

    next.entries++;
    return at_server(visit, place, EXPLORE_EVENT(GLUE_PUT, next.entries),
                     &next);
}

static bool ask(const struct visit *visit, size_t place)
{
    struct explore_state next = *visit->from;
    const size_t known = history_written(&visit->search->histories,
                                         &visit->search->tables, next.history);

    next.reads++;
    return at_server(visit, place, EXPLORE_EVENT(GLUE_READ, known), &next);
}

static bool heartbeat(const struct visit *visit, size_t place)
{
    struct explore_state next = *visit->from;

    next.heartbeats++;
    return at_server(visit, place, EXPLORE_EVENT(GLUE_HEARTBEAT, 0), &next);
}

/*
 * Torn is the oldest write. If more are done: that many are done first, then it
 * crashes. What the server says in between may get lost, and what it commits in
 * between has to last, as if nobody had been told: nothing broken is missed.
 */
static bool crash(const struct visit *visit, size_t place)
{
    const struct explore_server server =
        visit->search->tables.servers[visit->from->servers[place]];

    for (uint32_t entries = 0; entries == 0 || entries < server.torn_entries;
         entries++) {
        for (uint32_t states = 0; states <= server.torn_states; states++) {
            struct explore_state next = *visit->from;

            next.crashes++;
            if (!at_server(visit, place, EXPLORE_CRASH(entries, states),
                           &next)) {
                return false;
            }
        }
    }
    return true;
}

static bool running(const struct visit *visit, size_t place)
{
    const struct explore_world *world = visit->search->world;
    const struct explore_state *from = visit->from;
    const struct explore_server server =
        visit->search->tables.servers[from->servers[place]];

    if (server.role == RAFT_LEADER) {
        if (from->entries < world->entries && !put(visit, place)) {
            return false;
        }
        if (from->reads < world->reads && !ask(visit, place)) {
            return false;
        }
        if (from->heartbeats < world->heartbeats && !heartbeat(visit, place)) {
            return false;
        }
    } else if (server.term < world->terms &&
               !simple(visit, place, GLUE_TIMEOUT)) {
        return false;
    }
    if (server.write_count > 0 && !simple(visit, place, GLUE_PERSIST)) {
        return false;
    }
    return from->crashes >= world->crashes || crash(visit, place);
}

/* ---- What the network does ----------------------------------------------- */

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
    return at_server(visit, place, message, &next);
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
        in_flight(&next) >= world->in_flight) {
        return true;
    }
    next.duplicates++;
    add_message(&next, next.messages[at]);
    return visit->visitor(visit->self, &event, &next, "");
}

static bool at_network(const struct visit *visit)
{
    const struct explore_state *from = visit->from;

    for (size_t at = 0; at < in_flight(from); at++) {
        if (at > 0 && from->messages[at] == from->messages[at - 1]) {
            continue; /* the same message again */
        }
        if (!deliver(visit, at) || !drop(visit, at) || !duplicate(visit, at)) {
            return false;
        }
    }
    return true;
}

bool explore_events(struct explore_search *search,
                    const struct explore_state *from, explore_visitor *visitor,
                    void *self)
{
    const struct visit visit = {search, from, visitor, self};

    if (!at_network(&visit)) {
        return false;
    }
    for (size_t place = 0; place < EXPLORE_SERVERS; place++) {
        const bool is_down =
            search->tables.servers[from->servers[place]].role == EXPLORE_DOWN;

        if (!(is_down ? simple(&visit, place, GLUE_RESTART)
                      : running(&visit, place))) {
            return false;
        }
    }
    return true;
}
