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
        frame_scratch_free(&message->scratch);
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

/* Put room for a frame in flight, last; the caller writes the frame. */
static struct sim_message *add_message(struct sim_network *network,
                                       size_t byte_count)
{
    struct sim_message *message =
        sim_realloc(NULL, sizeof(*message) + byte_count);

    message->number = ++network->sent_count;
    message->message = (struct raft_message){.from = RAFT_NO_SERVER};
    message->scratch = (struct frame_scratch){0};
    message->byte_count = byte_count;
    network->in_flight =
        sim_grow(network->in_flight, network->count, &network->capacity,
                 sizeof(struct sim_message *));
    network->in_flight[network->count++] = message;
    return message;
}

/* From here on nothing is known of a message but its bytes. */
static void decode(struct sim_message *message)
{
    struct frame frame;
    size_t used;
    const enum frame_error error =
        frame_decode(message->bytes, message->byte_count, UINT32_MAX,
                     &message->scratch, &frame, &used);

    raft_assert(error == FRAME_OK);
    raft_assert(used == message->byte_count);
    message->message = frame.message;
}

const struct sim_message *sim_network_send(struct sim_network *network,
                                           const struct raft_message *message)
{
    const raft_server_id from = message->from;

    raft_assert(from <= SIM_MAX_SERVER_ID);
    raft_assert(message->to <= SIM_MAX_SERVER_ID);
    if (network->cut[from][message->to]) {
        network->lost_count++;
        return NULL;
    }
    const size_t byte_count = frame_message_bytes(message);

    raft_assert(byte_count > 0);

    struct sim_message *sent = add_message(network, byte_count);

    frame_put_message(sent->bytes, SIM_CLUSTER_ID, ++network->sequence[from],
                      message);
    decode(sent);
    return sent;
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

    const struct sim_message *first = network->in_flight[place];
    struct sim_message *second = add_message(network, first->byte_count);

    memcpy(second->bytes, first->bytes, first->byte_count);
    decode(second);
    return second;
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
