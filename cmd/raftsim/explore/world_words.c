/* SPDX-License-Identifier: MIT
 *
 * world_words.c - the bounds and options of a world, in words.
 */
#include "cmd/raftsim/explore/world.h"

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
    const struct {
        const char *name;
        uint32_t value;
    } numbers[] = {{"max_in_flight_entries", o->max_in_flight_entries},
                   {"keep_entries", o->keep_entries},
                   {"catch_up_rounds", o->catch_up_rounds}};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (numbers[i].value > 0) {
            fprintf(out, "%s%s=%u", before, numbers[i].name, numbers[i].value);
        }
    }
}

void explore_print_set(uint8_t set, FILE *out)
{
    const char *before = "";

    for (unsigned i = 0; i < EXPLORE_SERVERS; i++) {
        if ((set >> i & 1) != 0) {
            fprintf(out, "%sS%u", before, i + 1);
            before = ",";
        }
    }
}

/* "S1,S2>S1,S2,S3": from the first members to the last. */
static void print_members(const struct explore_world *world, FILE *out)
{
    const struct raft_config first = explore_members(world);
    uint8_t set = 0;

    for (size_t slot = 0; slot < first.member_count; slot++) {
        set |= (uint8_t)(1u << (first.members[slot].id - 1));
    }
    explore_print_set(set, out);
    for (size_t i = 0; i < EXPLORE_MAX_CHANGES && world->changes[i] != 0; i++) {
        fputc('>', out);
        explore_print_set(world->changes[i], out);
    }
}

void explore_print_bounds(const struct explore_world *world, FILE *out)
{
    fprintf(out,
            "terms=%u entries=%u crashes=%u duplicates=%u heartbeats=%u "
            "reads=%u in_flight=%u snapshots=%u%s disk=%s members=",
            world->terms, world->entries, world->crashes, world->duplicates,
            world->heartbeats, world->reads, world->in_flight, world->snapshots,
            world->in_pieces ? ",in-pieces" : "",
            world->disk_events ? "by-event" : "at-once");
    print_members(world, out);
    fputs(" batch=", out);
    if (world->options.max_batch_entries == 0) {
        fputs("none", out);
    } else {
        fprintf(out, "%u", world->options.max_batch_entries);
    }
    fputs(" options=paper", out);
    print_switches(&world->options, ",", out);
}

/* The player's state machine is another: its snapshots have up to twice that.
 */
enum { PLAYER_PIECE_BYTES = 60 };

void explore_print_options(const struct explore_world *world, FILE *out)
{
    const struct raft_settings settings = explore_settings(world, 1);
    const size_t member_count = explore_members(world).member_count;

    fprintf(out, "paper election=%u..%u heartbeat=%u",
            settings.election_ticks_min, settings.election_ticks_max,
            settings.heartbeat_ticks);
    if (explore_changes_members(world)) {
        fputs(" config=log", out);
    }
    if (member_count < explore_server_count(world)) {
        fprintf(out, " members=%zu", member_count);
    }
    if (world->in_pieces) {
        fprintf(out, " piece_bytes=%d", PLAYER_PIECE_BYTES);
    }
    print_switches(&world->options, " ", out);
    if (world->options.max_batch_entries > 0) {
        fprintf(out, " max_batch_entries=%u", world->options.max_batch_entries);
    }
}
