/* SPDX-License-Identifier: MIT
 *
 * search.c - all states of a small world, breadth first.
 */
#include "cmd/raftsim/explore/search.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "raft/check.h"

enum { BLOCK = 1 << 16, FIRST_PLACES = 1 << 12, PROGRESS = 1 << 16 };

/* ---- States -------------------------------------------------------------- */

const struct explore_state *search_state(const struct explore_search *search,
                                         size_t number)
{
    return &search->blocks[number / BLOCK][number % BLOCK];
}

static void add_state(struct explore_search *search,
                      const struct explore_state *state)
{
    const size_t number = search->state_count++;

    if (number == search->block_count * BLOCK) {
        search->blocks =
            sim_grow(search->blocks, search->block_count,
                     &search->block_capacity, sizeof(struct explore_state *));
        search->blocks[search->block_count++] =
            sim_calloc(BLOCK, sizeof(*state));
    }
    search->blocks[number / BLOCK][number % BLOCK] = *state;
}

/* ---- Which states are the same ------------------------------------------- */

static uint64_t renamed_key(const struct explore_search *search,
                            const struct explore_state *state, size_t renaming)
{
    const struct explore_tables *tables = &search->tables;
    uint64_t sum = search->histories.hashes[state->history][renaming];

    for (size_t i = 0; i < EXPLORE_SERVERS; i++) {
        sum += tables->servers[state->servers[i]].hashes[renaming];
    }
    for (size_t i = 0;
         i < EXPLORE_MAX_IN_FLIGHT && state->messages[i] != EXPLORE_NO_MESSAGE;
         i++) {
        sum += tables->messages[state->messages[i]].hashes[renaming];
    }
    return sum;
}

/*
 * A server's hash says which it is, so a sum will do. The sum over all
 * renamings is the same for each of them; the least would be, too, but small
 * numbers meet more often. Never 0.
 */
static uint64_t key_of(const struct explore_search *search,
                       const struct explore_state *state)
{
    const bool alone = search->plain || explore_changes_members(search->world);
    const size_t renamings = alone ? 1 : EXPLORE_RENAMINGS;
    const uint64_t used = explore_mix(
        1 + ((uint64_t)state->entries | (uint64_t)state->crashes << 8 |
             (uint64_t)state->duplicates << 16 |
             (uint64_t)state->heartbeats << 24 | (uint64_t)state->reads << 32 |
             (uint64_t)state->changes << 40 |
             (uint64_t)state->snapshots << 48));
    uint64_t key = 0;

    for (size_t i = 0; i < renamings; i++) {
        key += explore_mix(used + renamed_key(search, state, i));
    }
    return key == 0 ? 1 : key;
}

static size_t find_place(const uint64_t *keys, size_t place_count, uint64_t key)
{
    size_t place = key & (place_count - 1);

    while (keys[place] != 0 && keys[place] != key) {
        place = (place + 1) & (place_count - 1);
    }
    return place;
}

static void grow_places(struct explore_search *search)
{
    const size_t count =
        search->place_count == 0 ? FIRST_PLACES : 2 * search->place_count;
    uint64_t *keys = sim_calloc(count, sizeof(*keys));

    for (size_t i = 0; i < search->place_count; i++) {
        if (search->keys[i] != 0) {
            keys[find_place(keys, count, search->keys[i])] = search->keys[i];
        }
    }
    free(search->keys);
    search->keys = keys;
    search->place_count = count;
}

/* false: it was known. */
static bool is_new_state(struct explore_search *search,
                         const struct explore_state *state)
{
    const uint64_t key = key_of(search, state);

    if (4 * (search->state_count + 1) > 3 * search->place_count) {
        grow_places(search);
    }
    const size_t place = find_place(search->keys, search->place_count, key);

    if (search->keys[place] == key) {
        return false;
    }
    search->keys[place] = key;
    return true;
}

/* ---- The search ---------------------------------------------------------- */

static bool visit(void *self, const struct explore_event *event,
                  const struct explore_state *next, const char *broken)
{
    struct explore_search *search = self;

    search->transition_count++;
    if (broken[0] != '\0') {
        search->broken_by = *event;
        memcpy(search->broken, broken, sizeof(search->broken));
        return false;
    }
    if (is_new_state(search, next)) {
        add_state(search, next);
    }
    return true;
}

size_t search_memory(const struct explore_search *search)
{
    return search->block_count * BLOCK * sizeof(struct explore_state) +
           search->place_count * sizeof(uint64_t) +
           tables_memory(&search->tables) + history_memory(&search->histories);
}

/* Growing takes the old and the new table at the same time. */
static bool has_memory(const struct explore_search *search)
{
    const bool grows =
        4 * (search->state_count + BLOCK) > 3 * search->place_count;

    return search_memory(search) +
               (grows ? 2 * search->place_count * sizeof(uint64_t) : 0) <
           search->most_bytes;
}

struct explore_search *search_create(const struct explore_world *world,
                                     size_t most_bytes)
{
    struct explore_search *search = sim_calloc(1, sizeof(*search));

    raft_assert(world->terms <= EXPLORE_MAX_TERMS);
    raft_assert(world->in_flight <= EXPLORE_MAX_IN_FLIGHT);
    search->world = world;
    search->most_bytes = most_bytes;
    tables_init(&search->tables, world);
    return search;
}

void search_free(struct explore_search *search)
{
    tables_free(&search->tables);
    history_free(&search->histories);
    for (size_t i = 0; i < search->block_count; i++) {
        free(search->blocks[i]);
    }
    free(search->blocks);
    free(search->keys);
    free(search);
}

/* All servers are up, and have seen nothing. */
static void add_first_state(struct explore_search *search)
{
    struct explore_state state = {0};

    memset(state.messages, 0xff, sizeof(state.messages));
    state.history =
        history_first(&search->histories, &search->tables, search->past);
    for (size_t i = 0; i < EXPLORE_SERVERS && search->broken[0] == '\0'; i++) {
        state.servers[i] = tables_first_server(&search->tables, i + 1);
        memcpy(search->broken, search->tables.glue.broken,
               sizeof(search->broken));
    }
    (void)is_new_state(search, &state);
    add_state(search, &state);
}

void search_run(struct explore_search *search,
                void (*progress)(const struct explore_search *search))
{
    size_t level_end;

    add_first_state(search);
    level_end = search->state_count;
    for (size_t at = 0; at < search->state_count && search->broken[0] == '\0';
         at++) {
        struct explore_state from = *search_state(search, at);

        if (at == level_end) {
            search->depth++;
            level_end = search->state_count;
        }
        from.parent = (uint32_t)at; /* of those that follow */
        search->broken_at = (uint32_t)at;
        if (!explore_events(search, &from, visit, search)) {
            search->depth++;
            return;
        }
        if (at % PROGRESS == 0 && progress != NULL) {
            progress(search);
        }
        if (!has_memory(search)) {
            search->stopped = true;
            return;
        }
    }
}
