/* SPDX-License-Identifier: MIT
 *
 * chaos_clients.c - who writes while everything goes wrong.
 *
 * A client whose write was accepted waits until it is applied where it was
 * taken. When that server stops, or the client has waited long enough, it will
 * never know; it tries again, mostly elsewhere. The value it writes says which
 * attempt it is ("17.2"), so that both can be told apart when both happen.
 */
#include <stdio.h>

#include "cmd/raftsim/random/chaos_internal.h"

enum { MAX_ATTEMPTS = 4 };

/* ---- Asking -------------------------------------------------------------- */

/* Has it got the time to write now? */
static bool is_ready(struct chaos *chaos, struct chaos_client *client)
{
    if (client->state == CLIENT_WAITING &&
        client->patient_until <= chaos->clock) {
        chaos_count(chaos, CHAOS_GIVEN_UP); /* it may happen yet */
        client->state = CLIENT_AGAIN;
    }
    return client->state != CLIENT_WAITING;
}

/* The words of its next attempt. */
static void compose(struct chaos *chaos, struct chaos_client *client,
                    char pair[ACT_MAX_WORD])
{
    if (client->state == CLIENT_AGAIN && client->attempt < MAX_ATTEMPTS) {
        client->attempt++;
        chaos_count(chaos, CHAOS_RETRIES);
    } else {
        client->key = (unsigned)sim_random_below(&chaos->random, CHAOS_KEYS);
        client->number = ++chaos->last_number;
        client->attempt = 1;
    }
    snprintf(pair, ACT_MAX_WORD, "k%u=%llu.%u", client->key,
             (unsigned long long)client->number, client->attempt);
    client->operation = history_write(chaos->history, client->key,
                                      client->number << 8 | client->attempt);
}

/* It waits now, until somebody answers. */
static void expect_answer(struct chaos *chaos, struct chaos_client *client,
                          size_t place, uint64_t life)
{
    client->state = CLIENT_WAITING;
    client->place = place;
    client->life = life;
    client->index = 0; /* not known yet: it may be applied within the call */
    client->patient_until = chaos->clock + chaos->profile.patience;
}

static void refuse(struct chaos *chaos, struct chaos_client *client)
{
    if (client->state == CLIENT_WAITING) {
        chaos_count(chaos, CHAOS_WRITES_REFUSED);
        history_refused(chaos->history, client->operation);
        client->state = CLIENT_AGAIN;
    }
}

static void settle(struct chaos *chaos, struct chaos_client *client);

/* Their commands, in one batch. RAFT_EDISK: the server stopped, and that has
 * been told to all who wait for it. */
static bool write_batch(struct chaos *chaos, size_t place,
                        struct chaos_client *clients[], size_t count,
                        raft_index *first_index)
{
    const uint64_t life = chaos->act.cluster->servers[place].start_count;
    char pairs[ACT_MAX_PAIRS][ACT_MAX_WORD];
    raft_term term = 0;

    for (size_t i = 0; i < count; i++) {
        compose(chaos, clients[i], pairs[i]);
        expect_answer(chaos, clients[i], place, life);
    }
    const enum raft_error error =
        act_put(&chaos->act, place, pairs, count, first_index, &term);

    for (size_t i = 0; i < count; i++) {
        if (error != RAFT_OK) {
            refuse(chaos, clients[i]);
            continue;
        }
        chaos_count(chaos, CHAOS_WRITES);
        clients[i]->index = *first_index + i;
        clients[i]->term = term;
        settle(chaos, clients[i]);
    }
    return error == RAFT_OK;
}

/* Clients go to the leader they know of; some are wrong about it. */
void chaos_write(struct chaos *chaos)
{
    struct chaos_client *clients[ACT_MAX_PAIRS];
    const size_t place = sim_random_chance(&chaos->random, 900)
                             ? chaos_pick_leader(chaos)
                             : chaos_pick(chaos);
    const size_t most =
        1 + (size_t)sim_random_below(&chaos->random, ACT_MAX_PAIRS);
    const size_t any = (size_t)sim_random_below(&chaos->random, CHAOS_CLIENTS);
    size_t count = 0;
    raft_index index = 0;

    if (!chaos_is_up(chaos, place)) {
        return;
    }
    for (size_t i = 0; i < CHAOS_CLIENTS && count < most; i++) {
        struct chaos_client *client =
            &chaos->clients[(any + i) % CHAOS_CLIENTS];

        if (is_ready(chaos, client)) {
            clients[count++] = client;
        }
    }
    if (count > 0) {
        (void)write_batch(chaos, place, clients, count, &index);
    }
}

bool chaos_write_at(struct chaos *chaos, size_t place, raft_index *index)
{
    struct chaos_client *client = &chaos->clients[0];

    if (client->state == CLIENT_WAITING) {
        chaos_count(chaos, CHAOS_GIVEN_UP);
    }
    client->state = CLIENT_IDLE;
    return write_batch(chaos, place, &client, 1, index);
}

/* ---- Answers ------------------------------------------------------------- */

static bool waits_for(const struct chaos_client *client,
                      const struct cluster_server *server)
{
    return client->state == CLIENT_WAITING && client->place == server->place &&
           client->life == server->start_count;
}

/* Applied where it was taken: done, or another entry stands in its place. */
static void answer(struct chaos *chaos, struct chaos_client *client,
                   const struct raft_entry *applied)
{
    if (applied->term == client->term) {
        chaos_count(chaos, CHAOS_ACKNOWLEDGED);
        checker_acknowledged(chaos->act.cluster->checker, client->index);
        history_done(chaos->history, client->operation);
        client->state = CLIENT_IDLE;
    } else {
        chaos_count(chaos, CHAOS_OVERWRITTEN);
        history_refused(chaos->history, client->operation);
        client->state = CLIENT_AGAIN;
    }
}

/* Was it applied within the very call that took it? */
static void settle(struct chaos *chaos, struct chaos_client *client)
{
    const struct cluster_server *server =
        &chaos->act.cluster->servers[client->place];
    struct raft_status status;

    if (!waits_for(client, server) || server->node == NULL) {
        return;
    }
    raft_node_status(server->node, &status);
    if (status.last_applied >= client->index) {
        answer(chaos, client,
               raft_entry_at(raft_node_core(server->node), client->index));
    }
}

void chaos_on_applied(void *self, size_t place, raft_index index,
                      const struct raft_entry *entry)
{
    struct chaos *chaos = self;
    const struct cluster_server *server = &chaos->act.cluster->servers[place];

    for (size_t i = 0; i < CHAOS_CLIENTS; i++) {
        struct chaos_client *client = &chaos->clients[i];

        if (client->index == index && waits_for(client, server)) {
            answer(chaos, client, entry);
        }
    }
}

/* What they wait for may be in the snapshot or not: they will never know. */
void chaos_on_installed(void *self, size_t place,
                        const struct raft_snapshot *snapshot)
{
    struct chaos *chaos = self;

    chaos_count(chaos, CHAOS_INSTALLED);
    for (size_t i = 0; i < CHAOS_CLIENTS; i++) {
        struct chaos_client *client = &chaos->clients[i];

        if (client->index <= snapshot->last_index &&
            waits_for(client, &chaos->act.cluster->servers[place])) {
            chaos_count(chaos, CHAOS_UNANSWERED);
            client->state = CLIENT_AGAIN;
        }
    }
}

/* Whoever waited for this server will never know. */
void chaos_on_stopped(void *self, size_t place, bool disk_failed)
{
    struct chaos *chaos = self;

    if (disk_failed) {
        chaos_count(chaos, CHAOS_DISK_ERRORS);
    }
    for (size_t i = 0; i < CHAOS_CLIENTS; i++) {
        struct chaos_client *client = &chaos->clients[i];

        if (waits_for(client, &chaos->act.cluster->servers[place])) {
            chaos_count(chaos, CHAOS_UNANSWERED);
            client->state = CLIENT_AGAIN;
        }
    }
}
