/* SPDX-License-Identifier: MIT
 *
 * explore_met.c - what the servers of a world ever were.
 */
#include "tests/unit/explore_met.h"

#include <stdlib.h>

#include "cmd/raftsim/explore/search.h"
#include "tests/t.h"

#define MEMORY ((size_t)256 << 20) /* more than these worlds need */

static void meet_core(const struct explore_world *world,
                      const struct record_server *server,
                      struct explore_met *met)
{
    const struct raft_config *config = raft_config_of(server->core);
    const struct raft_config first = explore_members(world);
    struct raft_status status;
    uint8_t voters = 0;
    uint8_t last = 0;

    raft_status(server->core, &status);
    for (size_t slot = 0; slot < config->member_count; slot++) {
        voters |= (uint8_t)(1u << (config->members[slot].id - 1));
    }
    for (size_t i = 0; i < EXPLORE_MAX_CHANGES && world->changes[i] != 0; i++) {
        last = world->changes[i];
    }
    met->learner |= raft_config_has_learners(config);
    met->joint |= config->is_joint;
    met->last_change |= !config->is_joint && last != 0 && voters == last &&
                        config->index > 1 &&
                        config->index <= status.commit_index;
    met->outside |=
        status.role == RAFT_LEADER && raft_config_slot(config, server->id) < 0;
    met->compacted |= status.first_index > 1;
    met->kept |= status.snapshot_index >= status.first_index;
    met->changed_after |=
        status.first_index > 1 &&
        record_config_code(config, NULL) != record_config_code(&first, NULL);
}

static void meet(const struct explore_world *world,
                 const struct record_server *server, struct explore_met *met)
{
    const struct sim_disk *disk = &server->disk;

    met->in_part |= disk->received.stored > 0 && !sim_disk_has_received(disk);
    met->unpublished |= disk->taken.meta.last_index > 0;
    for (size_t i = 0; i < disk->write_count; i++) {
        met->reset |= disk->writes[i].type == SIM_WRITE_RESET;
    }
    if (server->core != NULL) {
        meet_core(world, server, met);
    } else {
        met->restarted |= disk->snapshot.meta.last_index > 0;
    }
}

/* Where more servers have one than were taken, one has been installed. */
static void meet_states(const struct explore_search *search,
                        const bool has_snapshot[], struct explore_met *met)
{
    for (size_t i = 0; i < search->state_count; i++) {
        const struct explore_state *state = search_state(search, i);
        size_t count = 0;

        for (size_t place = 0; place < EXPLORE_SERVERS; place++) {
            count += has_snapshot[state->servers[place]];
        }
        met->installed |= count > state->snapshots;
    }
}

struct explore_met explore_met_in(const char *name)
{
    const struct explore_world *world = explore_find_world(name);
    struct explore_search *search;
    struct explore_met met = {.learner = false};
    bool *has_snapshot;

    assert_non_null(world);
    search = search_create(world, MEMORY);
    search_run(search, NULL);
    assert_string_equal(search->broken, "");
    assert_false(search->stopped);
    has_snapshot = calloc(search->tables.server_bytes.count, sizeof(bool));
    assert_non_null(has_snapshot);
    for (uint32_t i = 0; i < search->tables.server_bytes.count; i++) {
        static struct record_server server;
        size_t byte_count;
        const uint8_t *bytes =
            intern_bytes(&search->tables.server_bytes, i, &byte_count);

        assert_true(record_read_server(bytes, byte_count, &server));
        meet(world, &server, &met);
        has_snapshot[i] = server.disk.snapshot.meta.last_index > 0;
        record_free_server(&server);
    }
    meet_states(search, has_snapshot, &met);
    free(has_snapshot);
    search_free(search);
    return met;
}
