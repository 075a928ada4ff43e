/* SPDX-License-Identifier: MIT
 *
 * sim_network.c - a network that does only what it is told.
 */
#include "cmd/raftsim/cluster/sim_network.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "raft/check.h"

void sim_message_free(struct sim_message *message)
{
    if (message != NULL) {
        free(message->block);
        free(message);
    }
}

void sim_network_free(struct sim_network *network)
{
    for (size_t i = 0; i < network->count; i++) {
        sim_message_free(network->in_flight[i]);
    }
    free(network->in_flight);
    *network = (struct sim_network){0};
}

/* One block: first the entries, then the bytes they point to. */
static void own_entries(struct sim_message *copy)
{
    struct raft_append_entries *ae = &copy->message.append_entries;
    size_t byte_count = ae->entry_count * sizeof(struct raft_entry);

    if (ae->entry_count == 0) {
        ae->entries = NULL;
        return;
    }
    for (size_t i = 0; i < ae->entry_count; i++) {
        byte_count += ae->entries[i].byte_count;
    }
    struct raft_entry *entries = sim_realloc(NULL, byte_count);
    uint8_t *bytes = (uint8_t *)(entries + ae->entry_count);

    for (size_t i = 0; i < ae->entry_count; i++) {
        entries[i] = ae->entries[i];
        if (entries[i].byte_count == 0) {
            entries[i].bytes = NULL;
            continue;
        }
        memcpy(bytes, ae->entries[i].bytes, entries[i].byte_count);
        entries[i].bytes = bytes;
        bytes += entries[i].byte_count;
    }
    ae->entries = entries;
    copy->block = entries;
}

static const struct sim_message *put_in_flight(struct sim_network *network,
                                               const struct raft_message *m)
{
    struct sim_message *copy = sim_calloc(1, sizeof(*copy));

    copy->number = ++network->sent_count;
    copy->message = *m;
    if (m->type == RAFT_APPEND_ENTRIES) {
        own_entries(copy);
    }
    network->in_flight =
        sim_grow(network->in_flight, network->count, &network->capacity,
                 sizeof(struct sim_message *));
    network->in_flight[network->count++] = copy;
    return copy;
}

const struct sim_message *sim_network_send(struct sim_network *network,
                                           const struct raft_message *message)
{
    raft_assert(message->from <= SIM_MAX_SERVER_ID);
    raft_assert(message->to <= SIM_MAX_SERVER_ID);
    if (network->cut[message->from][message->to]) {
        network->lost_count++;
        return NULL;
    }
    return put_in_flight(network, message);
}

struct sim_message *sim_network_take(struct sim_network *network, size_t place)
{
    raft_assert(place < network->count);

    struct sim_message *message = network->in_flight[place];

    network->count--;
    memmove(network->in_flight + place, network->in_flight + place + 1,
            (network->count - place) * sizeof(struct sim_message *));
    return message;
}

const struct sim_message *sim_network_double(struct sim_network *network,
                                             size_t place)
{
    raft_assert(place < network->count);
    return put_in_flight(network, &network->in_flight[place]->message);
}

void sim_network_cut(struct sim_network *network, raft_server_id from,
                     raft_server_id to)
{
    network->cut[from][to] = true;
    for (size_t i = network->count; i-- > 0;) {
        const struct raft_message *m = &network->in_flight[i]->message;

        if (m->from == from && m->to == to) {
            sim_message_free(sim_network_take(network, i));
            network->lost_count++;
        }
    }
}

void sim_network_heal(struct sim_network *network, raft_server_id from,
                      raft_server_id to)
{
    network->cut[from][to] = false;
}

void sim_network_heal_all(struct sim_network *network)
{
    memset(network->cut, 0, sizeof(network->cut));
    memset(network->held, 0, sizeof(network->held));
}

bool sim_network_is_cut(const struct sim_network *network, raft_server_id from,
                        raft_server_id to)
{
    return network->cut[from][to];
}

bool sim_network_is_held(const struct sim_network *network,
                         const struct raft_message *message)
{
    return network->held[message->from][message->to];
}
