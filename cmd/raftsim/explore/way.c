/* SPDX-License-Identifier: MIT
 *
 * way.c - how a state was reached, event by event, as a scenario.
 *
 * A state keeps only its parent, so each event is found again among all that
 * can happen in the parent. Messages in flight are equal by number; the
 * player has them in the order they were sent, and so does the way kept here.
 */
#include "cmd/raftsim/explore/counterexample.h"

#include <string.h>

#include "cmd/raftsim/scenario/sim_text.h"
#include "raft/check.h"

enum { MOST_IN_FLIGHT = 64 };

struct way {
    struct explore_search *search;
    FILE *out;
    uint16_t in_flight[MOST_IN_FLIGHT]; /* oldest first */
    size_t in_flight_count;
};

/* ---- Messages ------------------------------------------------------------ */

static void read_message(const struct way *way, uint16_t number,
                         struct raft_message *message)
{
    struct record_message record;

    tables_message(&way->search->tables, number, &record);
    *message = record.message;
}

/* "S1>S2 append nth=2": which of those in flight, as the player counts. */
static void print_selection(const struct way *way, size_t place)
{
    struct raft_message chosen;
    size_t nth = 0;
    size_t count = 0;

    read_message(way, way->in_flight[place], &chosen);
    for (size_t i = 0; i < way->in_flight_count; i++) {
        struct raft_message other;

        read_message(way, way->in_flight[i], &other);
        if (other.from == chosen.from && other.to == chosen.to &&
            strcmp(sim_message_kind(&other), sim_message_kind(&chosen)) == 0) {
            count++;
            nth = i == place ? count : nth;
        }
    }
    fprintf(way->out, " S%u>S%u %s", (unsigned)chosen.from, (unsigned)chosen.to,
            sim_message_kind(&chosen));
    if (count > 1) {
        fprintf(way->out, " nth=%zu", nth);
    }
}

static size_t find_oldest(const struct way *way, uint16_t number)
{
    size_t place = 0;

    while (way->in_flight[place] != number) {
        place++;
        raft_assert(place < way->in_flight_count);
    }
    return place;
}

static void take(struct way *way, size_t place)
{
    way->in_flight_count--;
    memmove(&way->in_flight[place], &way->in_flight[place + 1],
            (way->in_flight_count - place) * sizeof(uint16_t));
}

static void add(struct way *way, uint16_t number)
{
    raft_assert(way->in_flight_count < MOST_IN_FLIGHT);
    way->in_flight[way->in_flight_count++] = number;
}

/* The verb, and the message it is about; it stays in flight. */
static size_t print_about(struct way *way, const char *verb, uint16_t number)
{
    const size_t place = find_oldest(way, number);

    fprintf(way->out, "%-8s", verb);
    print_selection(way, place);
    fputc('\n', way->out);
    return place;
}

/* ---- Events -------------------------------------------------------------- */

static void print_crash(const struct way *way, size_t place, uint32_t event)
{
    const uint32_t entries = (event & 0xffff) >> 8;
    const uint32_t states = event & 0xff;

    fprintf(way->out, "crash    S%zu", place + 1);
    if (entries + states > 0) {
        fprintf(way->out, " torn=0,%u,%u", entries, states);
    }
}

/* `timeout` is for who stands for election then: a learner does not. */
static void print_timeout(const struct way *way,
                          const struct explore_event *event)
{
    const struct explore_server *to = &way->search->tables.servers[event->to];

    if (event->sent_count > 0 || to->role != RAFT_FOLLOWER) {
        fprintf(way->out, "timeout  S%zu", event->place + 1);
    } else {
        fprintf(way->out, "tick     S%zu %u at-once", event->place + 1,
                explore_settings(way->search->world, 1).election_ticks_max);
    }
}

static void print_own_event(const struct way *way,
                            const struct explore_event *own)
{
    const size_t place = own->place;
    const uint32_t event = own->event;

    switch ((enum glue_event_type)((event & 0x7fffffffu) >> 16)) {
    case GLUE_TIMEOUT:
        print_timeout(way, own);
        break;
    case GLUE_HEARTBEAT:
        fprintf(way->out, "tick     S%zu", place + 1);
        break;
    case GLUE_PUT:
        fprintf(way->out, "put      S%zu x=%u", place + 1, event & 0xffff);
        break;
    case GLUE_READ:
        fprintf(way->out, "get      S%zu x", place + 1);
        break;
    case GLUE_PERSIST:
        fprintf(way->out, "persist  S%zu 1", place + 1);
        break;
    case GLUE_CRASH:
        print_crash(way, place, event);
        break;
    case GLUE_RESTART:
        fprintf(way->out, "restart  S%zu", place + 1);
        break;
    case GLUE_CHANGE:
        fprintf(way->out, "change   S%zu ", place + 1);
        explore_print_set((uint8_t)event, way->out);
        break;
    case GLUE_SNAPSHOT:
        fprintf(way->out, "snapshot S%zu", place + 1);
        break;
    case GLUE_PUBLISH:
        fprintf(way->out, "publish  S%zu", place + 1);
        break;
    case GLUE_MESSAGE:
        break;
    }
    fputc('\n', way->out);
}

/* What found no room is lost at once, the latest first. */
static void lose(struct way *way, const struct explore_event *event)
{
    const size_t first = way->in_flight_count - event->sent_count;

    for (size_t i = event->sent_count; i-- > 0;) {
        if ((event->kept >> i & 1) == 0) {
            fputs("drop    ", way->out);
            print_selection(way, first + i);
            fputc('\n', way->out);
            take(way, first + i);
        }
    }
}

static void print_at_server(struct way *way, const struct explore_event *event)
{
    if ((event->event & 0x80000000u) == 0) {
        take(way, print_about(way, "deliver", (uint16_t)event->event));
    } else {
        print_own_event(way, event);
    }
}

static void print_event(struct way *way, const struct explore_event *event)
{
    switch (event->type) {
    case EXPLORE_AT_SERVER:
        print_at_server(way, event);
        for (size_t i = 0; i < event->sent_count; i++) {
            add(way, event->sent[i]);
        }
        lose(way, event);
        break;
    case EXPLORE_DROP:
        take(way, print_about(way, "drop", (uint16_t)event->event));
        break;
    case EXPLORE_DUPLICATE:
        (void)print_about(way, "dup", (uint16_t)event->event);
        add(way, (uint16_t)event->event);
        break;
    }
}

/* ---- The way ------------------------------------------------------------- */

struct sought {
    struct way *way;
    const struct explore_state *state;
};

/* Equal but for their parents. */
static bool print_if_it_leads(void *self, const struct explore_event *event,
                              const struct explore_state *next,
                              const char *broken)
{
    const struct sought *sought = self;

    if (broken[0] != '\0' ||
        memcmp(next, sought->state, offsetof(struct explore_state, parent)) !=
            0) {
        return true;
    }
    print_event(sought->way, event);
    return false;
}

static void print_steps(struct way *way, uint32_t number)
{
    const struct explore_state state = *search_state(way->search, number);

    if (number == 0) {
        return;
    }
    print_steps(way, state.parent);

    const struct explore_state before =
        *search_state(way->search, state.parent);
    struct sought sought = {way, &state};

    raft_assert(
        !explore_events(way->search, &before, print_if_it_leads, &sought));
}

static void print_setup(const struct explore_world *world, FILE *out)
{
    const size_t server_count = explore_server_count(world);

    fprintf(out, "servers  %zu\noptions  ", server_count);
    explore_print_options(world, out);
    fputc('\n', out);
    if (world->disk_events) {
        fprintf(out, "disk     S1..S%zu by-hand\n", server_count);
    }
}

void counterexample_way(struct explore_search *search, uint32_t state,
                        FILE *out)
{
    struct way way = {.search = search, .out = out};

    print_setup(search->world, out);
    print_steps(&way, state);
}

void counterexample_print(struct explore_search *search, FILE *out)
{
    struct way way = {.search = search, .out = out};

    fprintf(out, "title    %s\n", search->broken);
    fprintf(out,
            "# Found by raftsim --explore --world %s, %u events from the "
            "start:\n# there is no shorter way within its bounds.\n",
            search->world->name, search->depth);
    print_setup(search->world, out);
    print_steps(&way, search->broken_at);
    if (search->depth == 0) {
        fputs("run\n", out); /* it is broken as soon as they are started */
    } else {
        print_at_server(&way, &search->broken_by);
    }
}
