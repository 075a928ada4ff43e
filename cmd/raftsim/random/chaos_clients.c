/* SPDX-License-Identifier: MIT
 *
 * chaos_clients.c - who writes and reads while everything goes wrong.
 */
#include <stdio.h>
#include <string.h>

#include "cmd/raftsim/random/chaos_internal.h"
#include "raft/check.h"

bool chaos_is_up(const struct chaos *chaos, size_t place)
{
    return cluster_is_running(chaos->cluster, place) &&
           chaos->servers[place].paused_ticks == 0;
}

size_t chaos_pick_leader(struct chaos *chaos)
{
    const size_t count = chaos->cluster->settings.server_count;
    const size_t first = (size_t)sim_random_below(&chaos->random, count);

    for (size_t i = 0; i < count; i++) {
        const size_t place = (first + i) % count;
        struct raft_status status;

        if (!chaos_is_up(chaos, place)) {
            continue;
        }
        cluster_status(chaos->cluster, place, &status);
        if (status.role == RAFT_LEADER) {
            return place;
        }
    }
    return first;
}

/* ---- Writes -------------------------------------------------------------- */

enum { MAX_BATCH = 4, MAX_COMMAND_BYTES = 64 };

static size_t encode_put(uint8_t *bytes, uint64_t value)
{
    char key[8];
    char text[24];
    const int key_bytes =
        snprintf(key, sizeof(key), "k%u", (unsigned)(value % 5));
    const int text_bytes =
        snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
    const struct kv_operation put = {.type = KV_PUT,
                                     .key = (const uint8_t *)key,
                                     .key_bytes = (size_t)key_bytes,
                                     .value = (const uint8_t *)text,
                                     .value_bytes = (size_t)text_bytes};
    const size_t size = kv_command_size(&put, 1);

    raft_assert(size <= MAX_COMMAND_BYTES);
    kv_command_encode(&put, 1, bytes);
    return size;
}

bool chaos_propose_at(struct chaos *chaos, size_t place, size_t count,
                      raft_index *last_index)
{
    uint8_t bytes[MAX_BATCH][MAX_COMMAND_BYTES];
    struct raft_entry entries[MAX_BATCH];
    raft_index first_index = 0;
    raft_term term = 0;
    const uint64_t life = chaos->cluster->servers[place].start_count;

    for (size_t i = 0; i < count; i++) {
        entries[i] = (struct raft_entry){
            .type = RAFT_ENTRY_COMMAND,
            .byte_count = (uint32_t)encode_put(bytes[i], ++chaos->last_value),
            .bytes = bytes[i]};
    }
    if (cluster_propose(chaos->cluster, place, entries, count, &first_index,
                        &term) != RAFT_OK) {
        return false;
    }
    *last_index = first_index + count - 1;
    chaos->counts[CHAOS_WRITES]++;
    if (chaos->write_count < CHAOS_MAX_WRITES) {
        chaos->writes[chaos->write_count++] =
            (struct chaos_write){.place = place,
                                 .life = life,
                                 .last_index = *last_index,
                                 .term = term};
    }
    return true;
}

/* Clients go to the leader they know of; some are wrong about it. */
void chaos_write(struct chaos *chaos)
{
    const size_t place =
        sim_random_chance(&chaos->random, 900)
            ? chaos_pick_leader(chaos)
            : (size_t)sim_random_below(&chaos->random,
                                       chaos->cluster->settings.server_count);
    raft_index last_index = 0;

    if (chaos_is_up(chaos, place)) {
        chaos_propose_at(
            chaos, place,
            1 + (size_t)sim_random_below(&chaos->random, MAX_BATCH),
            &last_index);
    }
}

/* Applied where it was taken: done, or another entry stands in its place. */
static bool is_decided(struct chaos *chaos, const struct chaos_write *write)
{
    const struct cluster_server *server =
        &chaos->cluster->servers[write->place];
    struct raft_status status;

    if (server->node == NULL || server->start_count != write->life) {
        return true; /* the client will never know */
    }
    raft_node_status(server->node, &status);
    if (status.last_applied < write->last_index) {
        return false;
    }
    const struct raft_entry *entry =
        raft_entry_at(raft_node_core(server->node), write->last_index);

    if (entry->term == write->term) {
        chaos->counts[CHAOS_ACKNOWLEDGED]++;
        checker_acknowledged(chaos->cluster->checker, write->last_index);
    } else {
        chaos->counts[CHAOS_OVERWRITTEN]++;
    }
    return true;
}

void chaos_settle_writes(struct chaos *chaos)
{
    size_t kept = 0;

    for (size_t i = 0; i < chaos->write_count; i++) {
        if (!is_decided(chaos, &chaos->writes[i])) {
            chaos->writes[kept++] = chaos->writes[i];
        }
    }
    chaos->write_count = kept;
}

/* ---- Reads --------------------------------------------------------------- */

void chaos_on_read_answered(void *self, size_t place,
                            const struct raft_read_answer *answer)
{
    struct chaos *chaos = self;
    struct chaos_read *read = &chaos->reads[answer->read_id % CHAOS_MAX_READS];

    if (read->read_id != answer->read_id) {
        return; /* asked so long ago that the client has gone */
    }
    read->read_id = 0;
    if (!answer->confirmed) {
        chaos->counts[CHAOS_READS_REFUSED]++;
        return;
    }
    chaos->counts[read->level == RAFT_READ_LEASE ? CHAOS_READS_LEASE
                                                 : CHAOS_READS_CONSISTENT]++;
    checker_read_answered(chaos->cluster->checker, place, read->issued);
}

static void read_at(struct chaos *chaos, size_t place)
{
    const uint64_t read_id = ++chaos->last_read_id;
    struct chaos_read *read = &chaos->reads[read_id % CHAOS_MAX_READS];

    *read = (struct chaos_read){
        .read_id = read_id,
        .level = sim_random_chance(&chaos->random, 600) ? RAFT_READ_LEASE
                                                        : RAFT_READ_CONSISTENT,
        .issued = checker_read_issued(chaos->cluster->checker)};
    cluster_read(chaos->cluster, place, read_id, read->level);
}

/* At everybody who thinks that it leads, and at somebody who does not. */
void chaos_read(struct chaos *chaos)
{
    const size_t count = chaos->cluster->settings.server_count;
    const size_t any = (size_t)sim_random_below(&chaos->random, count);

    for (size_t i = 0; i < count; i++) {
        const size_t place = (any + i) % count;
        struct raft_status status;

        if (!chaos_is_up(chaos, place)) {
            continue;
        }
        cluster_status(chaos->cluster, place, &status);
        if (i == 0 || status.role == RAFT_LEADER) {
            read_at(chaos, place);
        }
    }
}
