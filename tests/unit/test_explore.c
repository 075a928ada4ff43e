/* SPDX-License-Identifier: MIT
 *
 * test_explore.c - the exhaustive search finds all there is, and no more: its
 * states against a search without its shortcuts.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/explore/search.h"
#include "tests/t.h"

#define MEMORY ((size_t)1 << 30)

/* Something of everything, in two of them. */
static const struct explore_world tiny = {
    .name = "tiny", .terms = 1, .entries = 1, .duplicates = 1, .in_flight = 2};

static const struct explore_world tiny_disk = {.name = "tiny-disk",
                                               .terms = 1,
                                               .entries = 1,
                                               .crashes = 1,
                                               .in_flight = 1,
                                               .disk_events = true};

/* Three that are alike, a snapshot in two pieces, and who needs it. */
static const struct explore_world tiny_snapshot = {.name = "tiny-snapshot",
                                                   .terms = 1,
                                                   .entries = 1,
                                                   .heartbeats = 1,
                                                   .in_flight = 1,
                                                   .snapshots = 1,
                                                   .in_pieces = true};

/* Members come and go, so nobody is like another. */
static const struct explore_world tiny_change = {
    .name = "tiny-change",
    .terms = 2,
    .heartbeats = 1,
    .in_flight = 1,
    .members = S1 | S2,
    .changes = {S1 | S2 | S3, S2 | S3},
    .snapshots = 1,
    .options = {.no_op = true}};

/* A crash loses a change, or a snapshot: but they are used up. */
static const struct explore_world tiny_lost = {.name = "tiny-lost",
                                               .terms = 2,
                                               .crashes = 1,
                                               .in_flight = 1,
                                               .disk_events = true,
                                               .servers = 2,
                                               .members = S1,
                                               .changes = {S1 | S2},
                                               .snapshots = 1,
                                               .options = {.no_op = true}};

static struct explore_search *searched(const struct explore_world *world,
                                       bool plain)
{
    struct explore_search *search = search_create(world, MEMORY);

    search->plain = plain;
    search->tables.forgets = plain;
    search_run(search, NULL);
    assert_string_equal(search->broken, "");
    assert_false(search->stopped);
    return search;
}

/* ---- The same states ----------------------------------------------------- */

enum { NAME_BYTES = 1024 };

struct name {
    size_t byte_count;
    uint8_t bytes[NAME_BYTES];
};

static void add_part(struct name *name, const uint8_t *bytes, size_t count)
{
    assert_true(name->byte_count + count <= NAME_BYTES);
    memcpy(name->bytes + name->byte_count, bytes, count);
    name->byte_count += count;
}

static int compare_numbers(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a;
    const uint64_t y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* In the order of their new names. */
static void add_servers(const struct explore_search *search,
                        const struct explore_state *state, size_t renaming,
                        struct name *name)
{
    for (raft_server_id id = 1; id <= EXPLORE_SERVERS; id++) {
        for (size_t i = 0; i < EXPLORE_SERVERS; i++) {
            if (explore_renamings[renaming][i + 1] == id) {
                add_part(
                    name,
                    (const uint8_t *)&search->tables.servers[state->servers[i]]
                        .hashes[renaming],
                    sizeof(uint64_t));
            }
        }
    }
}

static void add_messages(const struct explore_search *search,
                         const struct explore_state *state,
                         const raft_server_id *renamed, struct name *name)
{
    uint64_t hashes[EXPLORE_MAX_IN_FLIGHT] = {0};

    for (size_t i = 0; i < EXPLORE_MAX_IN_FLIGHT; i++) {
        struct record_message record;
        uint8_t bytes[RECORD_MAX_BYTES];

        if (state->messages[i] == EXPLORE_NO_MESSAGE) {
            continue;
        }
        tables_message(&search->tables, state->messages[i], &record);
        hashes[i] = explore_hash(
            bytes, record_write_message(&record.message, renamed, bytes), 7);
    }
    qsort(hashes, EXPLORE_MAX_IN_FLIGHT, sizeof(hashes[0]), compare_numbers);
    add_part(name, (const uint8_t *)hashes, sizeof(hashes));
}

static void add_history(const struct explore_search *search,
                        const struct explore_state *state,
                        const raft_server_id *renamed, struct name *name)
{
    struct explore_history history;
    struct explore_log log;
    size_t count;

    memcpy(&history,
           intern_bytes(&search->histories.bytes, state->history, &count),
           sizeof(history));
    for (size_t term = 0; term <= EXPLORE_MAX_TERMS; term++) {
        const uint8_t leader = (uint8_t)renamed[history.leaders[term]];

        add_part(name, &leader, 1);
        if (history.leader_logs[term] > 0) {
            tables_log(&search->tables, history.leader_logs[term] - 1u, &log);
            add_part(name, (const uint8_t *)&log, sizeof(log));
        }
    }
    tables_log(&search->tables, history.committed, &log);
    add_part(name, (const uint8_t *)&log, sizeof(log));
    add_part(name, history.in_terms, sizeof(history.in_terms));
}

/* The least of its names, one for each order of the servers; where members
 * change there is one order. */
static uint64_t name_of(const struct explore_search *search,
                        const struct explore_state *state)
{
    const size_t orders =
        explore_changes_members(search->world) ? 1 : EXPLORE_RENAMINGS;
    uint64_t least = UINT64_MAX;

    for (size_t i = 0; i < orders; i++) {
        static struct name name;
        const uint8_t used[] = {state->entries,    state->crashes,
                                state->duplicates, state->heartbeats,
                                state->reads,      state->changes,
                                state->snapshots};

        name.byte_count = 0;
        add_part(&name, used, sizeof(used));
        add_servers(search, state, i, &name);
        add_messages(search, state, explore_renamings[i], &name);
        add_history(search, state, explore_renamings[i], &name);
        const uint64_t hash = explore_hash(name.bytes, name.byte_count, 9);

        least = hash < least ? hash : least;
    }
    return least;
}

/* The names of all states, in order, each once. */
static size_t names_of(const struct explore_search *search, uint64_t **names)
{
    size_t count = 0;

    *names = calloc(search->state_count, sizeof(**names));
    assert_non_null(*names);
    for (size_t i = 0; i < search->state_count; i++) {
        (*names)[i] = name_of(search, search_state(search, i));
    }
    qsort(*names, search->state_count, sizeof(**names), compare_numbers);
    for (size_t i = 0; i < search->state_count; i++) {
        if (i == 0 || (*names)[i] != (*names)[i - 1]) {
            (*names)[count++] = (*names)[i];
        }
    }
    return count;
}

/* Without a memory, without symmetry: more work, and the same states. */
static void shortcuts_lose_no_state(void **state)
{
    const struct explore_world *worlds[] = {&tiny, &tiny_disk, &tiny_snapshot,
                                            &tiny_change, &tiny_lost};

    (void)state;
    for (size_t i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++) {
        struct explore_search *quick = searched(worlds[i], false);
        struct explore_search *plain = searched(worlds[i], true);
        uint64_t *quick_names;
        uint64_t *plain_names;
        const size_t quick_count = names_of(quick, &quick_names);
        const size_t plain_count = names_of(plain, &plain_names);

        t_u64_eq(quick_count, quick->state_count);
        if (explore_changes_members(worlds[i])) {
            t_u64_eq(plain->state_count, quick->state_count);
        } else {
            assert_true(plain->state_count > 4 * quick->state_count);
        }
        t_u64_eq(plain_count, quick_count);
        assert_memory_equal(plain_names, quick_names,
                            quick_count * sizeof(uint64_t));
        t_u64_eq(plain->depth, quick->depth);
        assert_true(plain->tables.glue.step_count >
                    2 * quick->tables.glue.step_count);
        free(quick_names);
        free(plain_names);
        search_free(quick);
        search_free(plain);
    }
}

/* ---- How many there are -------------------------------------------------- */

/* How many states there are is a figure that only a change moves. */
static void tiny_worlds_have_their_number_of_states(void **state)
{
    const struct {
        const struct explore_world *world;
        size_t state_count;
    } worlds[] = {{&tiny, 5021},
                  {&tiny_disk, 3570},
                  {&tiny_snapshot, 844},
                  {&tiny_change, 6156},
                  {&tiny_lost, 63}};

    (void)state;
    for (size_t i = 0; i < sizeof(worlds) / sizeof(worlds[0]); i++) {
        struct explore_search *search = searched(worlds[i].world, false);

        t_u64_eq(search->state_count, worlds[i].state_count);
        search_free(search);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(tiny_worlds_have_their_number_of_states),
    cmocka_unit_test(shortcuts_lose_no_state),
};

T_MAIN(tests)
