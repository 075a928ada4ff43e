/* SPDX-License-Identifier: MIT
 *
 * explore_ways.c - the way to a state, as a scenario, leads real nodes to the
 * same state.
 */
#include "tests/unit/explore_ways.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/explore/counterexample.h"
#include "cmd/raftsim/explore/search.h"
#include "cmd/raftsim/scenario/player.h"
#include "tests/t.h"

#define MEMORY ((size_t)8 << 20) /* the first states will do */

enum { WAYS = 40 };

static int compare_numbers(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void compare_configs(const struct raft_config *is,
                            const struct raft_config *expected)
{
    t_u64_eq(is->index, expected->index);
    t_u64_eq(record_config_code(is, NULL), record_config_code(expected, NULL));
}

static void compare_snapshots(const struct sim_snapshot *is,
                              const struct sim_snapshot *expected)
{
    t_u64_eq(is->meta.last_index, expected->meta.last_index);
    t_u64_eq(is->meta.last_term, expected->meta.last_term);
    compare_configs(&is->meta.config, &expected->meta.config);
}

static void compare_server(const struct cluster *cluster, size_t place,
                           const struct record_server *server)
{
    const struct sim_disk *disk = &cluster->servers[place].disk;
    struct raft_status is;
    struct raft_status expected;

    t_u64_eq(server->disk.current_term, disk->current_term);
    t_u64_eq(server->disk.voted_for, disk->voted_for);
    t_u64_eq(server->disk.log_count, disk->log_count);
    t_u64_eq(server->disk.write_count, disk->write_count);
    t_u64_eq(server->disk.log_base, disk->log_base);
    compare_snapshots(&server->disk.snapshot, &disk->snapshot);
    compare_snapshots(&server->disk.taken, &disk->taken);
    t_u64_eq(server->disk.received.meta.last_index,
             disk->received.meta.last_index);
    t_u64_eq(sim_disk_has_received(&server->disk), sim_disk_has_received(disk));
    t_u64_eq(server->disk.compact_through, disk->compact_through);
    t_u64_eq(server->core != NULL, cluster_is_running(cluster, place));
    if (server->core == NULL) {
        return;
    }
    raft_status(server->core, &is);
    cluster_status(cluster, place, &expected);
    t_u64_eq(is.role, expected.role);
    t_u64_eq(is.current_term, expected.current_term);
    t_u64_eq(is.voted_for, expected.voted_for);
    t_u64_eq(is.leader_id, expected.leader_id);
    t_u64_eq(is.first_index, expected.first_index);
    t_u64_eq(is.snapshot_index, expected.snapshot_index);
    t_u64_eq(is.changing, expected.changing);
    t_u64_eq(is.last_index, expected.last_index);
    t_u64_eq(is.last_term, expected.last_term);
    t_u64_eq(is.durable_index, expected.durable_index);
    t_u64_eq(is.commit_index, expected.commit_index);
    t_u64_eq(is.last_applied, expected.last_applied);
    t_u64_eq(is.election_ticks_left, expected.election_ticks_left);
    t_u64_eq(is.heartbeat_ticks_left, expected.heartbeat_ticks_left);
    assert_memory_equal(is.next_index, expected.next_index,
                        sizeof(is.next_index));
    assert_memory_equal(is.match_index, expected.match_index,
                        sizeof(is.match_index));
    compare_configs(
        raft_config_of(server->core),
        raft_config_of(raft_node_core(cluster->servers[place].node)));
}

/* The player's state machine has other bytes: of two pieces it is the first, or
 * the last. */
static void neutral_pieces(struct raft_message *m)
{
    struct raft_install_snapshot *is = &m->install_snapshot;

    if (m->type == RAFT_INSTALL_SNAPSHOT) {
        is->offset = is->offset > 0;
        is->byte_count = 0;
        is->file_bytes = 0;
        is->checksum = 0;
    } else if (m->type == RAFT_INSTALL_SNAPSHOT_RESULT) {
        m->install_snapshot_result.bytes_stored =
            m->install_snapshot_result.bytes_stored > 0;
    }
}

/* Entries by term: the player's clients write other bytes. */
static uint64_t message_name(const struct raft_message *message)
{
    struct raft_message copy = *message;
    struct raft_entry entries[EXPLORE_MAX_LOG];
    uint8_t bytes[RECORD_MAX_BYTES];

    if (copy.type == RAFT_APPEND_ENTRIES) {
        for (size_t i = 0; i < copy.append_entries.entry_count; i++) {
            entries[i] = (struct raft_entry){
                .term = copy.append_entries.entries[i].term};
        }
        copy.append_entries.entries = entries;
    }
    neutral_pieces(&copy);
    copy.needs_write = 0;
    return explore_hash(bytes, record_write_message(&copy, NULL, bytes), 8);
}

static void compare_messages(const struct explore_search *search,
                             const struct explore_state *state,
                             const struct sim_network *network)
{
    uint64_t ours[EXPLORE_MAX_IN_FLIGHT] = {0};
    uint64_t theirs[EXPLORE_MAX_IN_FLIGHT] = {0};

    assert_true(network->count <= EXPLORE_MAX_IN_FLIGHT);
    for (size_t i = 0; i < EXPLORE_MAX_IN_FLIGHT; i++) {
        struct record_message record;

        if (state->messages[i] != EXPLORE_NO_MESSAGE) {
            tables_message(&search->tables, state->messages[i], &record);
            ours[i] = message_name(&record.message);
        }
        if (i < network->count) {
            theirs[i] = message_name(&network->in_flight[i]->message);
        }
    }
    qsort(ours, EXPLORE_MAX_IN_FLIGHT, sizeof(ours[0]), compare_numbers);
    qsort(theirs, EXPLORE_MAX_IN_FLIGHT, sizeof(theirs[0]), compare_numbers);
    assert_memory_equal(ours, theirs, sizeof(ours));
}

/* The way to a state, played by the player on real nodes. */
static void compare_with_nodes(struct explore_search *search, uint32_t number)
{
    const struct explore_state *state = search_state(search, number);
    struct scenario_error error;
    char *text = NULL;
    size_t byte_count = 0;
    FILE *file = open_memstream(&text, &byte_count);

    assert_non_null(file);
    counterexample_way(search, number, file);
    fputs("mark end\n", file);
    assert_int_equal(fclose(file), 0);
    struct scenario *scenario = scenario_parse("way.raft", text, &error);

    assert_non_null(scenario);
    struct player *player = player_create(scenario, NULL);
    while (!player_is_done(player)) {
        if (player_step(player, &error) != PLAYER_OK) {
            fail_msg("%s\n%s", error.text, text);
        }
    }
    for (size_t i = 0; i < explore_server_count(search->world) && number > 0;
         i++) {
        static struct record_server server;
        size_t count;
        const uint8_t *bytes = intern_bytes(&search->tables.server_bytes,
                                            state->servers[i], &count);

        assert_true(record_read_server(bytes, count, &server));
        compare_server(player_cluster(player), i, &server);
        record_free_server(&server);
    }
    if (number > 0) {
        compare_messages(search, state, &player_cluster(player)->network);
    }
    player_destroy(player);
    scenario_free(scenario);
    free(text);
}

/* A piece of a snapshot, or the answer to one. */
static bool is_of_snapshot(const struct explore_search *search, uint16_t number)
{
    struct record_message record;

    if (number == EXPLORE_NO_MESSAGE) {
        return false;
    }
    tables_message(&search->tables, number, &record);
    return record.message.type == RAFT_INSTALL_SNAPSHOT ||
           record.message.type == RAFT_INSTALL_SNAPSHOT_RESULT;
}

static bool has_snapshot_in_flight(const struct explore_search *search,
                                   const struct explore_state *state)
{
    for (size_t i = 0; i < EXPLORE_MAX_IN_FLIGHT; i++) {
        if (is_of_snapshot(search, state->messages[i])) {
            return true;
        }
    }
    return false;
}

/* Some of all states; or of those that have a snapshot in flight, since these
 * are few. */
static void compare_some(struct explore_search *search, bool of_snapshots)
{
    uint32_t *chosen = calloc(search->state_count, sizeof(*chosen));
    size_t count = 0;

    assert_non_null(chosen);
    for (size_t i = 0; i < search->state_count; i++) {
        if (!of_snapshots ||
            has_snapshot_in_flight(search, search_state(search, i))) {
            chosen[count++] = (uint32_t)i;
        }
    }
    assert_true(count > 0);
    for (size_t at = 0; at < count; at += count / WAYS + 1) {
        compare_with_nodes(search, chosen[at]);
    }
    free(chosen);
}

void explore_compare_ways(const struct explore_world *world)
{
    struct explore_search *search = search_create(world, MEMORY);

    search_run(search, NULL);
    compare_some(search, false);
    if (world->snapshots > 0 && world->servers != 2) { /* 2: nobody lags */
        compare_some(search, true);
    }
    search_free(search);
}
