/* SPDX-License-Identifier: MIT
 *
 * transitions.c - what one server does with one event: computed once.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/explore/tables_internal.h"
#include "raft/check.h"

enum { FIRST_PLACES = 1 << 12 };

void tables_init(struct explore_tables *tables,
                 const struct explore_world *world)
{
    tables->glue.world = world;
    tables->place_count = FIRST_PLACES;
    tables->keys = sim_calloc(FIRST_PLACES, sizeof(*tables->keys));
    tables->values = sim_calloc(FIRST_PLACES, sizeof(*tables->values));
}

void tables_free(struct explore_tables *tables)
{
    intern_free(&tables->server_bytes);
    intern_free(&tables->message_bytes);
    intern_free(&tables->logs);
    intern_free(&tables->texts);
    free(tables->servers);
    free(tables->messages);
    free(tables->transitions);
    free(tables->sent);
    free(tables->keys);
    free(tables->values);
}

size_t tables_memory(const struct explore_tables *tables)
{
    return intern_memory(&tables->server_bytes) +
           intern_memory(&tables->message_bytes) +
           tables->server_capacity * sizeof(*tables->servers) +
           tables->message_capacity * sizeof(*tables->messages) +
           tables->transition_capacity * sizeof(*tables->transitions) +
           tables->sent_capacity * sizeof(*tables->sent) +
           tables->place_count *
               (sizeof(*tables->keys) + sizeof(*tables->values));
}

void tables_text(const struct explore_tables *tables, uint16_t broken,
                 char text[GLUE_BROKEN_BYTES])
{
    size_t byte_count;
    const uint8_t *bytes =
        intern_bytes(&tables->texts, broken - 1u, &byte_count);

    memcpy(text, bytes, byte_count);
    text[byte_count] = '\0';
}

/* ---- Computing ----------------------------------------------------------- */

static struct glue_event event_of(uint32_t event,
                                  const struct record_message *message)
{
    const uint32_t argument = event & 0xffff;

    if ((event & 0x80000000u) == 0) {
        return (struct glue_event){.type = GLUE_MESSAGE,
                                   .message = &message->message};
    }
    return (struct glue_event){
        .type = (enum glue_event_type)((event & 0x7fffffffu) >> 16),
        .payload = (uint8_t)argument,
        .known = argument,
        .members = (uint8_t)argument,
        .torn = {.entries = argument >> 8, .hard_states = argument & 0xff}};
}

static void note_sent(struct explore_tables *tables)
{
    for (size_t i = 0; i < tables->glue.sent_count; i++) {
        const uint16_t number =
            tables_message_number(tables, &tables->glue.sent[i].message);

        tables->sent = sim_grow(tables->sent, tables->sent_count,
                                &tables->sent_capacity, sizeof(uint16_t));
        tables->sent[tables->sent_count++] = number;
    }
}

static uint16_t text_number(struct explore_tables *tables, const char *text)
{
    return (uint16_t)(1 + intern_number(&tables->texts, (const uint8_t *)text,
                                        strlen(text), NULL));
}

static struct explore_transition compute(struct explore_tables *tables,
                                         uint32_t server, uint32_t event)
{
    struct glue *glue = &tables->glue;
    struct explore_transition result = {.sent = (uint32_t)tables->sent_count};
    struct record_message message;
    size_t byte_count;
    const uint8_t *bytes =
        intern_bytes(&tables->server_bytes, server, &byte_count);

    if ((event & 0x80000000u) == 0) {
        tables_message(tables, event, &message);
    }
    glue->broken[0] = '\0';
    const struct glue_event taken = event_of(event, &message);
    const bool fit = record_read_server(bytes, byte_count, &glue->server) &&
                     glue_take(glue, &taken);

    if (!fit || glue->broken[0] != '\0') {
        result.to = server;
        result.broken = text_number(tables, glue->broken[0] != '\0'
                                                ? glue->broken
                                                : "core: it has no image");
    } else {
        result.sent_count = (uint16_t)glue->sent_count;
        note_sent(tables);
        result.to = tables_server_number(tables, &glue->server);
    }
    if (fit) { /* else a step broke off halfway: leave it alone */
        record_free_server(&glue->server);
    }
    return result;
}

/* ---- Looking up ---------------------------------------------------------- */

static size_t find_place(const struct explore_tables *tables, uint64_t key)
{
    const size_t mask = tables->place_count - 1;
    size_t place = explore_mix(key) & mask;

    while (tables->keys[place] != 0 && tables->keys[place] != key) {
        place = (place + 1) & mask;
    }
    return place;
}

static void grow_places(struct explore_tables *tables)
{
    uint64_t *keys = tables->keys;
    uint32_t *values = tables->values;
    const size_t count = tables->place_count;

    tables->place_count = 2 * count;
    tables->keys = sim_calloc(2 * count, sizeof(*keys));
    tables->values = sim_calloc(2 * count, sizeof(*values));
    for (size_t i = 0; i < count; i++) {
        if (keys[i] != 0) {
            const size_t place = find_place(tables, keys[i]);

            tables->keys[place] = keys[i];
            tables->values[place] = values[i];
        }
    }
    free(keys);
    free(values);
}

const struct explore_transition *
tables_transition(struct explore_tables *tables, uint32_t server,
                  uint32_t event)
{
    const uint64_t key = ((uint64_t)server << 32 | event) + 1;
    size_t place = find_place(tables, key);

    if (tables->keys[place] == key && !tables->forgets) {
        return &tables->transitions[tables->values[place]];
    }
    if (2 * (tables->transition_count + 1) > tables->place_count) {
        grow_places(tables);
        place = find_place(tables, key);
    }
    const struct explore_transition result = compute(tables, server, event);

    tables->transitions =
        sim_grow(tables->transitions, tables->transition_count,
                 &tables->transition_capacity, sizeof(result));
    tables->keys[place] = key;
    tables->values[place] = (uint32_t)tables->transition_count;
    tables->transitions[tables->transition_count] = result;
    return &tables->transitions[tables->transition_count++];
}
