/* SPDX-License-Identifier: MIT
 *
 * world.c - the worlds that are searched.
 *
 * What a world cannot do it does not search: a write is torn, and a log on disk
 * cut, only where logs get two entries; a batch limit counts only there, too.
 */
#include "cmd/raftsim/explore/world.h"

#include <string.h>

enum { ELECTION_TICKS = 2, HEARTBEAT_TICKS = 1 };

/* terms, entries, crashes, duplicates, heartbeats, in flight */
#define BOUNDS(t, e, c, d, h, k)                                     \
    .terms = (t), .entries = (e), .crashes = (c), .duplicates = (d), \
    .heartbeats = (h), .in_flight = (k)

#define BATCH_1 .max_batch_entries = 1

const struct explore_world explore_worlds[] = {
    {.name = "flight", BOUNDS(2, 1, 0, 0, 0, 4)},
    {.name = "crash", BOUNDS(2, 1, 1, 0, 0, 3)},
    {.name = "mixed", BOUNDS(2, 1, 1, 1, 1, 2)},
    {.name = "mixed-batch1", BOUNDS(2, 2, 1, 1, 1, 2), .options = {BATCH_1}},
    {.name = "terms3", BOUNDS(3, 1, 0, 0, 0, 2)},
    {.name = "entries2", BOUNDS(2, 2, 0, 0, 0, 3), .options = {BATCH_1}},
    {.name = "terms4", BOUNDS(4, 1, 0, 0, 0, 2)},
    {.name = "disk", BOUNDS(2, 1, 1, 0, 0, 2), .disk_events = true},
    {.name = "disk-crash2", BOUNDS(2, 0, 2, 0, 0, 2), .disk_events = true},
    {.name = "disk-log", BOUNDS(2, 2, 1, 0, 1, 1), .disk_events = true},
    {.name = "disk-no-op",
     BOUNDS(2, 1, 1, 0, 1, 1),
     .disk_events = true,
     .options = {.no_op = true,
                 .fast_backtracking = true,
                 .max_in_flight_entries = 2}},
    {.name = "pre-vote",
     BOUNDS(2, 1, 0, 0, 2, 2),
     .options = {.pre_vote = true, .check_quorum = true}},
    {.name = "reads",
     BOUNDS(2, 2, 0, 0, 0, 2),
     .reads = 2,
     .options = {BATCH_1}},
    {.name = "no-op",
     BOUNDS(2, 1, 0, 0, 1, 2),
     .reads = 1,
     .options = {.no_op = true, BATCH_1}},
    {.name = "shipped", /* what raftd runs, but for the lease: it has a clock */
     BOUNDS(2, 1, 0, 0, 2, 2),
     .options = {.pre_vote = true,
                 .stickiness = true,
                 .check_quorum = true,
                 .no_op = true,
                 .fast_backtracking = true,
                 .max_in_flight_entries = 2}},
    {.name = "figure8", BOUNDS(4, 2, 0, 0, 0, 2), .options = {BATCH_1}},
    {.name = "mixed-flight3", BOUNDS(2, 1, 1, 1, 1, 3)},
};

const size_t explore_world_count =
    sizeof(explore_worlds) / sizeof(explore_worlds[0]);

const struct explore_world *explore_find_world(const char *name)
{
    for (size_t i = 0; i < explore_world_count; i++) {
        if (strcmp(explore_worlds[i].name, name) == 0) {
            return &explore_worlds[i];
        }
    }
    return NULL;
}

struct raft_settings explore_settings(const struct explore_world *world,
                                      raft_server_id id)
{
    return (struct raft_settings){.id = id,
                                  .election_ticks_min = ELECTION_TICKS,
                                  .election_ticks_max = ELECTION_TICKS,
                                  .heartbeat_ticks = HEARTBEAT_TICKS,
                                  .options = world->options};
}

/* ---- In words ------------------------------------------------------------ */

static void print_switches(const struct raft_options *o, const char *before,
                           FILE *out)
{
    const struct {
        const char *name;
        bool on;
    } switches[] = {{"pre_vote", o->pre_vote},
                    {"stickiness", o->stickiness},
                    {"check_quorum", o->check_quorum},
                    {"no_op", o->no_op},
                    {"fast_backtracking", o->fast_backtracking},
                    {"lease", o->lease}};

    for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
        if (switches[i].on) {
            fprintf(out, "%s%s=on", before, switches[i].name);
        }
    }
    if (o->max_in_flight_entries > 0) {
        fprintf(out, "%smax_in_flight_entries=%u", before,
                o->max_in_flight_entries);
    }
}

void explore_print_bounds(const struct explore_world *world, FILE *out)
{
    fprintf(out,
            "terms=%u entries=%u crashes=%u duplicates=%u heartbeats=%u "
            "reads=%u in_flight=%u disk=%s batch=",
            world->terms, world->entries, world->crashes, world->duplicates,
            world->heartbeats, world->reads, world->in_flight,
            world->disk_events ? "by-event" : "at-once");
    if (world->options.max_batch_entries == 0) {
        fputs("none", out);
    } else {
        fprintf(out, "%u", world->options.max_batch_entries);
    }
    fputs(" options=paper", out);
    print_switches(&world->options, ",", out);
}

void explore_print_options(const struct explore_world *world, FILE *out)
{
    fprintf(out, "paper election=%d..%d heartbeat=%d", ELECTION_TICKS,
            ELECTION_TICKS, HEARTBEAT_TICKS);
    print_switches(&world->options, " ", out);
    if (world->options.max_batch_entries > 0) {
        fprintf(out, " max_batch_entries=%u", world->options.max_batch_entries);
    }
}
