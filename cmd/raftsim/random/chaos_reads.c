/* SPDX-License-Identifier: MIT
 *
 * chaos_reads.c - who reads while everything goes wrong.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cmd/raftsim/random/chaos_internal.h"

/* "17.2" is the second attempt at write 17; see chaos_clients.c. */
static uint64_t value_of(const char *text)
{
    char *end;
    const uint64_t number = strtoull(text, &end, 10);

    return *end != '.' ? UINT64_MAX
                       : number << 8 | (uint64_t)strtoull(end + 1, NULL, 10);
}

/* What the state machine says now. */
static uint64_t look_up(struct cluster_server *server, unsigned key)
{
    const uint8_t name[] = {'k', (uint8_t)('0' + key)};
    struct kv_value value;

    if (kv_get(server->kv, name, sizeof(name), &value) != KV_FOUND) {
        return HISTORY_NONE;
    }
    const uint64_t found = value_of((const char *)value.bytes);

    kv_value_free(&value);
    return found;
}

void chaos_on_read_answered(void *self, size_t place,
                            const struct raft_read_answer *answer)
{
    struct chaos *chaos = self;
    struct chaos_read *read = &chaos->reads[answer->read_id % CHAOS_READS];

    if (read->read_id != answer->read_id) {
        return; /* asked so long ago that the client has gone */
    }
    read->read_id = 0;
    if (!answer->confirmed) {
        chaos_count(chaos, CHAOS_READS_REFUSED);
        return;
    }
    chaos_count(chaos, read->level == RAFT_READ_LEASE ? CHAOS_READS_LEASE
                                                      : CHAOS_READS_CONSISTENT);
    checker_read_answered(chaos->act.cluster->checker, place, read->issued);
    history_answered(chaos->history, read->operation,
                     look_up(&chaos->act.cluster->servers[place], read->key));
}

void chaos_read_at(struct chaos *chaos, size_t place, unsigned key,
                   enum raft_read_level level)
{
    const uint64_t read_id = chaos->act.last_read_id + 1;
    struct chaos_read *read = &chaos->reads[read_id % CHAOS_READS];
    char name[8];

    snprintf(name, sizeof(name), "k%u", key);
    *read = (struct chaos_read){
        .read_id = read_id,
        .level = level,
        .key = key,
        .issued = checker_read_issued(chaos->act.cluster->checker),
        .operation = history_read(chaos->history, key)};
    (void)act_get(&chaos->act, place, name, level);
}

static void read_something(struct chaos *chaos, size_t place)
{
    const unsigned key = (unsigned)sim_random_below(&chaos->random, CHAOS_KEYS);
    const bool lease = sim_random_chance(&chaos->random, 600);

    chaos_read_at(chaos, place, key,
                  lease ? RAFT_READ_LEASE : RAFT_READ_CONSISTENT);
}

/* At everybody who thinks that it leads, and at somebody who does not. */
void chaos_read(struct chaos *chaos)
{
    const size_t count = chaos->settings.server_count;
    const size_t any = chaos_pick(chaos);

    for (size_t i = 0; i < count; i++) {
        const size_t place = (any + i) % count;
        struct raft_status status;

        if (!chaos_is_up(chaos, place)) {
            continue;
        }
        cluster_status(chaos->act.cluster, place, &status);
        if (i == 0 || status.role == RAFT_LEADER) {
            read_something(chaos, place);
        }
    }
}
