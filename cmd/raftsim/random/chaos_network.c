/* SPDX-License-Identifier: MIT
 *
 * chaos_network.c - which message arrives next, and which late, twice, never.
 *
 * Most arrive soon. A few are held back for several election time-outs: what
 * is said of a term may be heard when it is long over.
 */
#include "cmd/raftsim/random/chaos_internal.h"

/* ---- Late ---------------------------------------------------------------- */

static bool is_late(const struct chaos *chaos, uint64_t number)
{
    for (size_t i = 0; i < chaos->late_count; i++) {
        if (chaos->late[i].number == number) {
            return true;
        }
    }
    return false;
}

/* Is it held back from now on? */
static bool becomes_late(struct chaos *chaos, size_t place)
{
    if (chaos->late_count == CHAOS_LATE ||
        !sim_random_chance(&chaos->random, chaos->profile.lateness)) {
        return false;
    }
    /* Into the next election, or beyond many. */
    const uint64_t timeouts = sim_random_chance(&chaos->random, 600) ? 2 : 30;
    const uint64_t ticks =
        1 + sim_random_below(&chaos->random,
                             timeouts * chaos->settings.election_ticks_max);

    chaos_count(chaos, CHAOS_HELD_BACK);
    chaos->late[chaos->late_count++] = (struct chaos_late){
        .number = chaos->act.cluster->network.in_flight[place]->number,
        .until = chaos->clock + ticks};
    return true;
}

void chaos_end_lateness(struct chaos *chaos)
{
    size_t kept = 0;

    for (size_t i = 0; i < chaos->late_count; i++) {
        if (chaos->late[i].until > chaos->clock) {
            chaos->late[kept++] = chaos->late[i];
        }
    }
    chaos->late_count = kept;
}

/* ---- The next ------------------------------------------------------------ */

/* A paused server's messages wait, like those on a socket nobody reads. */
static bool may_arrive(const struct chaos *chaos,
                       const struct sim_message *message)
{
    return chaos->servers[message->message.to - 1].paused_ticks == 0 &&
           !is_late(chaos, message->number) &&
           !chaos_is_detained(chaos, &message->message);
}

static bool pick_message(struct chaos *chaos, size_t *place)
{
    const struct sim_network *network = &chaos->act.cluster->network;
    const bool overtakes =
        sim_random_chance(&chaos->random, chaos->profile.overtaking);
    size_t candidates = 0;

    for (size_t i = 0; i < network->count; i++) {
        if (!may_arrive(chaos, network->in_flight[i])) {
            continue;
        }
        candidates++;
        if (candidates == 1 ||
            (overtakes && sim_random_below(&chaos->random, candidates) == 0)) {
            *place = i;
        }
        if (!overtakes) {
            break;
        }
    }
    return candidates > 0;
}

/* Does an older message of the same link stay behind? */
static bool overtakes_one(const struct sim_network *network, size_t place)
{
    const struct raft_message *message = &network->in_flight[place]->message;

    for (size_t i = 0; i < place; i++) {
        const struct raft_message *older = &network->in_flight[i]->message;

        if (older->from == message->from && older->to == message->to) {
            return true;
        }
    }
    return false;
}

static void arrive(struct chaos *chaos, size_t place)
{
    const struct sim_network *network = &chaos->act.cluster->network;
    const size_t to = (size_t)network->in_flight[place]->message.to - 1;

    if (overtakes_one(network, place)) {
        chaos_count(chaos, CHAOS_REORDERED);
    }
    chaos_count(chaos, cluster_is_running(chaos->act.cluster, to)
                           ? CHAOS_DELIVERED
                           : CHAOS_UNDELIVERABLE);
    act_deliver(&chaos->act, place);
}

void chaos_deliver(struct chaos *chaos)
{
    size_t place = 0;

    if (!pick_message(chaos, &place)) {
        chaos_tick(chaos);
        return;
    }
    if (becomes_late(chaos, place)) {
        return;
    }
    if (sim_random_chance(&chaos->random, chaos->profile.loss)) {
        chaos_count(chaos, CHAOS_LOST);
        act_drop(&chaos->act, place);
        return;
    }
    if (sim_random_chance(&chaos->random, chaos->profile.doubling)) {
        chaos_count(chaos, CHAOS_DOUBLED);
        act_double(&chaos->act, place);
    }
    arrive(chaos, place);
}
