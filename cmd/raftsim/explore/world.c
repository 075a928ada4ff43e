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

#define BATCH_1  .max_batch_entries = 1
#define NO_OP    .no_op = true
#define LEARNERS .catch_up_rounds = 2

/* What raftd runs, but for the lease: it has a clock. */
#define SHIPPED                                                        \
    .pre_vote = true, .stickiness = true, .check_quorum = true, NO_OP, \
    .fast_backtracking = true, .max_in_flight_entries = 2

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
    {.name = "shipped", BOUNDS(2, 1, 0, 0, 2, 2), .options = {SHIPPED}},
    {.name = "figure8", BOUNDS(4, 2, 0, 0, 0, 2), .options = {BATCH_1}},
    {.name = "mixed-flight3", BOUNDS(2, 1, 1, 1, 1, 3)},

    /* Section 6. */
    {.name = "add",
     BOUNDS(2, 1, 1, 0, 1, 2),
     .members = S1 | S2,
     .changes = {S1 | S2 | S3},
     .options = {NO_OP}},
    {.name = "add-learner",
     BOUNDS(3, 0, 0, 0, 1, 2),
     .members = S1 | S2,
     .changes = {S1 | S2 | S3},
     .options = {NO_OP, LEARNERS}},
    {.name = "add-disk",
     BOUNDS(2, 0, 1, 0, 1, 2),
     .members = S1 | S2,
     .changes = {S1 | S2 | S3},
     .disk_events = true,
     .options = {NO_OP}},
    {.name = "add-terms",
     BOUNDS(3, 0, 1, 0, 1, 2),
     .members = S1 | S2,
     .changes = {S1 | S2 | S3},
     .options = {NO_OP, LEARNERS}},
    {.name = "remove",
     BOUNDS(2, 1, 0, 0, 1, 2),
     .changes = {S2 | S3},
     .options = {NO_OP}},
    {.name = "remove-disk",
     BOUNDS(2, 0, 1, 0, 1, 1),
     .changes = {S2 | S3},
     .disk_events = true,
     .options = {NO_OP}},
    {.name = "remove-terms",
     BOUNDS(3, 0, 0, 0, 1, 2),
     .changes = {S2 | S3},
     .options = {NO_OP}},
    {.name = "replace",
     BOUNDS(3, 0, 1, 0, 1, 2),
     .members = S1 | S2,
     .changes = {S2 | S3},
     .options = {NO_OP}},
    {.name = "rivals",
     BOUNDS(3, 0, 0, 0, 0, 2),
     .changes = {S1 | S2, S1 | S3},
     .options = {NO_OP}},
    {.name = "rivals-terms",
     BOUNDS(4, 0, 0, 0, 0, 1),
     .changes = {S1 | S2, S1 | S3},
     .options = {NO_OP}},
    {.name = "add-remove",
     BOUNDS(2, 0, 1, 0, 2, 2),
     .members = S1 | S2,
     .changes = {S1 | S2 | S3, S2 | S3},
     .options = {NO_OP, LEARNERS}},
    {.name = "add-remove-terms",
     BOUNDS(3, 0, 1, 0, 1, 2),
     .members = S1 | S2,
     .changes = {S1 | S2 | S3, S2 | S3},
     .options = {NO_OP}},
    {.name = "add-remove-shipped",
     BOUNDS(3, 0, 0, 0, 2, 2),
     .members = S1 | S2,
     .changes = {S1 | S2 | S3, S2 | S3},
     .options = {SHIPPED, LEARNERS}},
    /* Section 7. */
    {.name = "snapshot", BOUNDS(1, 2, 0, 0, 2, 2), .snapshots = 1},
    {.name = "snapshot-terms", BOUNDS(2, 1, 0, 0, 1, 2), .snapshots = 1},
    {.name = "snapshot-pieces",
     BOUNDS(1, 2, 0, 0, 2, 2),
     .snapshots = 1,
     .in_pieces = true},
    {.name = "snapshot-crash",
     BOUNDS(2, 1, 1, 0, 2, 1),
     .snapshots = 1,
     .in_pieces = true},
    {.name = "snapshot-conflict", BOUNDS(2, 2, 0, 0, 2, 1), .snapshots = 1},
    {.name = "snapshot-disk",
     BOUNDS(1, 1, 1, 0, 1, 1),
     .snapshots = 1,
     .disk_events = true},
    {.name = "snapshot-disk-log",
     BOUNDS(1, 2, 1, 0, 2, 1),
     .snapshots = 1,
     .disk_events = true},
    {.name = "snapshot-disk-two",
     BOUNDS(1, 2, 0, 0, 2, 1),
     .snapshots = 2,
     .disk_events = true},
    {.name = "snapshot-keep",
     BOUNDS(1, 2, 0, 0, 2, 2),
     .snapshots = 2,
     .options = {.keep_entries = 1}},
    {.name = "snapshot-newer",
     BOUNDS(1, 2, 0, 1, 2, 2),
     .snapshots = 2,
     .in_pieces = true},
    {.name = "snapshot-two",
     BOUNDS(3, 2, 1, 1, 1, 2),
     .servers = 2,
     .snapshots = 2},
    {.name = "snapshot-shipped",
     BOUNDS(2, 1, 0, 0, 2, 1),
     .snapshots = 1,
     .options = {SHIPPED}},
    {.name = "snapshot-flight3",
     BOUNDS(1, 2, 0, 0, 2, 3),
     .snapshots = 1,
     .in_pieces = true},
    /* Both. */
    {.name = "snapshot-join",
     BOUNDS(2, 0, 0, 0, 2, 2),
     .members = S1 | S2,
     .changes = {S1 | S2 | S3},
     .snapshots = 1,
     .in_pieces = true,
     .options = {NO_OP}},
    {.name = "snapshot-add",
     BOUNDS(2, 0, 1, 0, 2, 2),
     .members = S1 | S2,
     .changes = {S1 | S2 | S3},
     .snapshots = 1,
     .options = {NO_OP}},
    {.name = "snapshot-remove",
     BOUNDS(3, 0, 0, 0, 0, 2),
     .changes = {S2 | S3},
     .snapshots = 1,
     .options = {NO_OP}},
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

size_t explore_server_count(const struct explore_world *world)
{
    return world->servers == 0 ? EXPLORE_SERVERS : world->servers;
}

bool explore_changes_members(const struct explore_world *world)
{
    return world->changes[0] != 0;
}

struct raft_config explore_members(const struct explore_world *world)
{
    struct raft_config config = {.index = 0};

    for (size_t i = 0; i < explore_server_count(world); i++) {
        if (world->members == 0 || (world->members >> i & 1) != 0) {
            struct raft_member *member = &config.members[config.member_count++];

            member->id = i + 1;
            member->in_old = true;
        }
    }
    return config;
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
