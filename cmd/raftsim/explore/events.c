/* SPDX-License-Identifier: MIT
 *
 * events.c - everything that can happen in a state.
 */
#include "cmd/raftsim/explore/events_internal.h"

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
    const size_t room =
        visit->search->world->in_flight - events_in_flight(next);
    const size_t kept = event->sent_count < room ? event->sent_count : room;

    for (uint32_t bits = 0; bits < 1u << event->sent_count; bits++) {
        struct explore_state one = *next;

        if (bit_count(bits) != kept) {
            continue;
        }
        for (size_t i = 0; i < event->sent_count; i++) {
            if ((bits >> i & 1) != 0) {
                events_add_message(&one, event->sent[i]);
            }
        }
        event->kept = bits;
        if (!visit->visitor(visit->self, event, &one, "")) {
            return false;
        }
    }
    return true;
}

bool events_at_server(const struct visit *visit, size_t place, uint32_t number,
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
                                  .to = transition.to,
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

    return events_at_server(visit, place, EXPLORE_EVENT(type, 0), &next);
}

static bool put(const struct visit *visit, size_t place)
{
    struct explore_state next = *visit->from;

    next.entries++;
    return events_at_server(visit, place, EXPLORE_EVENT(GLUE_PUT, next.entries),
                            &next);
}

static bool ask(const struct visit *visit, size_t place)
{
    struct explore_state next = *visit->from;
    const size_t known = history_written(&visit->search->histories,
                                         &visit->search->tables, next.history);

    next.reads++;
    return events_at_server(visit, place, EXPLORE_EVENT(GLUE_READ, known),
                            &next);
}

/* What a leader refuses now it is not asked for. */
static bool change(const struct visit *visit, size_t place, uint8_t members)
{
    struct explore_state next = *visit->from;
    const uint32_t number = EXPLORE_EVENT(GLUE_CHANGE, members);
    const struct explore_transition *transition =
        tables_transition(&visit->search->tables, next.servers[place], number);

    if (transition->to == next.servers[place] && transition->broken == 0) {
        return true;
    }
    next.changes++;
    return events_at_server(visit, place, number, &next);
}

static bool snapshot(const struct visit *visit, size_t place)
{
    struct explore_state next = *visit->from;

    next.snapshots++;
    return events_at_server(visit, place, EXPLORE_EVENT(GLUE_SNAPSHOT, 0),
                            &next);
}

static bool heartbeat(const struct visit *visit, size_t place)
{
    struct explore_state next = *visit->from;

    next.heartbeats++;
    return events_at_server(visit, place, EXPLORE_EVENT(GLUE_HEARTBEAT, 0),
                            &next);
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
            if (!events_at_server(visit, place, EXPLORE_CRASH(entries, states),
                                  &next)) {
                return false;
            }
        }
    }
    return true;
}

static bool leading(const struct visit *visit, size_t place)
{
    const struct explore_world *world = visit->search->world;
    const struct explore_state *from = visit->from;

    if (from->entries < world->entries && !put(visit, place)) {
        return false;
    }
    if (from->reads < world->reads && !ask(visit, place)) {
        return false;
    }
    if (from->changes < EXPLORE_MAX_CHANGES &&
        world->changes[from->changes] != 0 &&
        !change(visit, place, world->changes[from->changes])) {
        return false;
    }
    return from->heartbeats >= world->heartbeats || heartbeat(visit, place);
}

static bool with_its_disk(const struct visit *visit, size_t place)
{
    const struct explore_world *world = visit->search->world;
    const struct explore_state *from = visit->from;
    const struct explore_server server =
        visit->search->tables.servers[from->servers[place]];

    if (server.write_count > 0 && !simple(visit, place, GLUE_PERSIST)) {
        return false;
    }
    if (server.can_publish && !simple(visit, place, GLUE_PUBLISH)) {
        return false;
    }
    if (server.can_snapshot && from->snapshots < world->snapshots &&
        !snapshot(visit, place)) {
        return false;
    }
    return from->crashes >= world->crashes || crash(visit, place);
}

static bool running(const struct visit *visit, size_t place)
{
    const struct explore_server server =
        visit->search->tables.servers[visit->from->servers[place]];

    if (server.role == RAFT_LEADER) {
        if (!leading(visit, place)) {
            return false;
        }
    } else if (server.term < visit->search->world->terms &&
               !simple(visit, place, GLUE_TIMEOUT)) {
        return false;
    }
    return with_its_disk(visit, place);
}

bool explore_events(struct explore_search *search,
                    const struct explore_state *from, explore_visitor *visitor,
                    void *self)
{
    const struct visit visit = {search, from, visitor, self};

    if (!events_at_network(&visit)) {
        return false;
    }
    for (size_t place = 0; place < explore_server_count(search->world);
         place++) {
        const bool is_down =
            search->tables.servers[from->servers[place]].role == EXPLORE_DOWN;

        if (!(is_down ? simple(&visit, place, GLUE_RESTART)
                      : running(&visit, place))) {
            return false;
        }
    }
    return true;
}
