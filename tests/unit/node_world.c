/* SPDX-License-Identifier: MIT
 *
 * node_world.c - a node, and a world around it that writes everything down.
 */
#include "tests/t.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/node_world.h"
#include "tests/unit/rule_coverage.h"

/* Writes down a call. */
__attribute__((format(printf, 2, 3))) static void note(struct world *world,
                                                       const char *format, ...)
{
    const size_t used = strlen(world->diary);
    va_list values;

    assert_true(used + 64 < DIARY_BYTES);
    va_start(values, format);
    vsnprintf(world->diary + used, DIARY_BYTES - used, format, values);
    va_end(values);
}

void world_happened(struct world *world, const char *expected)
{
    assert_string_equal(world->diary, expected);
    world->diary[0] = '\0';
}

static int storage_call(struct world *world, const char *name)
{
    if (world->refused != NULL && strcmp(world->refused, name) == 0) {
        errno = EIO;
        return -1;
    }
    note(world, "%s ", name);
    return 0;
}

static int save_hard_state(void *self, raft_write_seq seq, raft_term term,
                           raft_server_id voted_for)
{
    struct world *world = self;

    (void)term;
    (void)voted_for;
    assert_true(seq > world->last_seq);
    world->last_seq = seq;
    return storage_call(world, "hard");
}

static int truncate_log(void *self, raft_write_seq seq, raft_index from)
{
    struct world *world = self;

    (void)from;
    assert_true(seq > world->last_seq);
    world->last_seq = seq;
    return storage_call(world, "truncate");
}

static int append(void *self, raft_write_seq seq,
                  const struct raft_slice *entries)
{
    struct world *world = self;

    assert_true(seq > world->last_seq);
    assert_true(entries->count > 0);
    world->last_seq = seq;
    return storage_call(world, "append");
}

static int flush(void *self)
{
    return storage_call(self, "flush");
}

static void send(void *self, const struct raft_message *message)
{
    note(self, "send:%d ", (int)message->type);
}

static void configure(void *self, const struct raft_config *config)
{
    note(self, "configure:%zu ", config->member_count);
}

static void apply(void *self, raft_index index, const struct raft_entry *entry)
{
    (void)entry;
    note(self, "apply:%llu ", (unsigned long long)index);
}

static void read_answered(void *self, const struct raft_read_answer *answer)
{
    note(self, "read:%llu:%d ", (unsigned long long)answer->read_id,
         answer->confirmed);
}

/* ---- Set-up ---------------------------------------------------------------
 */

void world_create(struct world *world, const struct raft_options *options)
{
    world_create_seen(world, options, &(struct raft_observer){NULL, NULL});
}

void world_create_seen(struct world *world, const struct raft_options *options,
                       const struct raft_observer *observer)
{
    const struct raft_settings settings = {.id = 1,
                                           .random_seed = 1,
                                           .election_ticks_min = 10,
                                           .election_ticks_max = 20,
                                           .heartbeat_ticks = 3,
                                           .options = *options};
    const struct raft_node_parts parts = {
        .storage = {.self = world,
                    .save_hard_state = save_hard_state,
                    .truncate = truncate_log,
                    .append = append,
                    .flush = flush},
        .transport = {world, send, configure},
        .machine = {.self = world,
                    .apply = apply,
                    .read_answered = read_answered},
        .observer = *observer};

    *world = (struct world){.refused = NULL};
    world->node = raft_node_create(&settings, &parts);
    assert_non_null(world->node);
}

void world_start(struct world *world, size_t server_count)
{
    struct raft_config config = {.member_count = server_count};
    const struct raft_start from = {.initial_config = &config};

    for (size_t i = 0; i < server_count; i++) {
        config.members[i].id = i + 1;
        config.members[i].in_old = true;
        snprintf(config.members[i].address, RAFT_MAX_ADDRESS_BYTES, "S%zu",
                 i + 1);
    }
    assert_int_equal(raft_node_start(world->node, &from), RAFT_OK);
}

void world_destroy(struct world *world)
{
    for (int i = 0; i < RAFT_RULE_COUNT; i++) {
        const struct raft_rule_count *count =
            raft_node_rule_count(world->node, (enum raft_rule)i);

        coverage_add((enum raft_rule)i, true, count->taken);
        coverage_add((enum raft_rule)i, false, count->declined);
    }
    raft_node_destroy(world->node);
}

enum raft_error world_persist(struct world *world)
{
    return raft_node_persisted(world->node, world->last_seq);
}

void world_lead_alone(struct world *world, const struct raft_options *options)
{
    world_create(world, options);
    world_start(world, 1);
    assert_int_equal(raft_node_tick(world->node, 20), RAFT_OK);
    assert_int_equal(world_persist(world), RAFT_OK);
    world->diary[0] = '\0';
}

enum raft_error world_propose(struct world *world, size_t count,
                              raft_index *first_index, raft_term *term)
{
    const struct raft_entry entries[3] = {
        {.type = RAFT_ENTRY_COMMAND, .byte_count = 1, .bytes = (uint8_t *)"a"},
        {.type = RAFT_ENTRY_COMMAND, .byte_count = 1, .bytes = (uint8_t *)"b"},
        {.type = RAFT_ENTRY_COMMAND, .byte_count = 1, .bytes = (uint8_t *)"c"}};

    return raft_node_propose(world->node, entries, count, first_index, term);
}

enum raft_error world_receive_append(struct world *world, raft_term term,
                                     raft_index prev, raft_term prev_term,
                                     raft_term entry_term)
{
    const struct raft_entry entry = {.term = entry_term,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = 1,
                                     .bytes = (const uint8_t *)"x"};
    const struct raft_message message = {
        .type = RAFT_APPEND_ENTRIES,
        .from = 2,
        .to = 1,
        .term = term,
        .append_entries = {.leader_id = 2,
                           .prev_log_index = prev,
                           .prev_log_term = prev_term,
                           .entries = &entry,
                           .entry_count = entry_term > 0 ? 1 : 0}};

    return raft_node_receive(world->node, &message);
}
