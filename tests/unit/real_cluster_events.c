/* SPDX-License-Identifier: MIT
 *
 * real_cluster_events.c - what happens to nodes with the real storage.
 */
#include <stdio.h>

#include "tests/t.h"
#include "tests/unit/real_cluster.h"

enum { KEY_BYTES = 24, COMMAND_BYTES = 128 };

void real_tick(struct real_cluster *cluster, size_t place)
{
    if (cluster->servers[place].node != NULL) {
        assert_int_equal(raft_node_tick(cluster->servers[place].node, 1),
                         RAFT_OK);
    }
}

void real_deliver(struct real_cluster *cluster, uint64_t loss_in_thousand)
{
    struct sim_network *network = &cluster->network;

    if (network->count == 0) {
        return;
    }
    const bool in_order = sim_random_chance(&cluster->random, 800);
    struct sim_message *message = sim_network_take(
        network,
        in_order ? 0
                 : (size_t)sim_random_below(&cluster->random, network->count));
    struct real_server *to = &cluster->servers[message->message.to - 1];

    if (to->node != NULL &&
        !sim_random_chance(&cluster->random, loss_in_thousand)) {
        assert_int_not_equal(raft_node_receive(to->node, &message->message),
                             RAFT_EDISK);
    }
    sim_message_free(message);
}

void real_persist(struct real_cluster *cluster, size_t place)
{
    struct real_server *server = &cluster->servers[place];
    struct storage_error error;
    raft_write_seq done = 0;

    if (server->node == NULL) {
        return;
    }
    if (storage_write_queued(server->storage, &done, &error) != 0) {
        fail_msg("server %zu: %s", place + 1, error.text);
    }
    assert_int_equal(raft_node_persisted(server->node, done), RAFT_OK);
}

static size_t make_key(char *key, uint64_t number)
{
    return (size_t)snprintf(key, KEY_BYTES, "%llu", (unsigned long long)number);
}

void real_write(struct real_cluster *cluster, size_t place)
{
    struct real_server *server = &cluster->servers[place];
    struct real_write *write = &cluster->writes[cluster->write_count];
    char key[KEY_BYTES];
    uint8_t bytes[COMMAND_BYTES];

    if (server->node == NULL || cluster->write_count == REAL_MAX_WRITES) {
        return;
    }
    const struct kv_operation put = {.type = KV_PUT,
                                     .key = (const uint8_t *)key,
                                     .key_bytes =
                                         make_key(key, cluster->write_count),
                                     .value = (const uint8_t *)"v",
                                     .value_bytes = 1};
    const struct raft_entry entry = {.type = RAFT_ENTRY_COMMAND,
                                     .byte_count =
                                         (uint32_t)kv_command_size(&put, 1),
                                     .bytes = bytes};

    assert_true(entry.byte_count <= sizeof(bytes));
    kv_command_encode(&put, 1, bytes);
    *write = (struct real_write){.place = place, .life = server->life};
    if (raft_node_propose(server->node, &entry, 1, &write->index,
                          &write->term) == RAFT_OK) {
        cluster->write_count++;
    }
}

/* ---- What became of the writes ------------------------------------------- */

/* Decided for good, or for ever unknown to its client. */
static bool is_decided(struct real_cluster *cluster, struct real_write *write)
{
    const struct real_server *server = &cluster->servers[write->place];
    struct raft_status status;

    if (write->acknowledged || server->node == NULL ||
        server->life != write->life) {
        return true;
    }
    raft_node_status(server->node, &status);
    if (status.last_applied < write->index) {
        return false;
    }
    if (raft_entry_at(raft_node_core(server->node), write->index)->term ==
        write->term) {
        write->acknowledged = true;
        cluster->acknowledged_count++;
        checker_acknowledged(cluster->checker, write->index);
    }
    return true;
}

void real_settle(struct real_cluster *cluster)
{
    bool all_before = true;

    for (size_t i = cluster->first_open_write; i < cluster->write_count; i++) {
        all_before = is_decided(cluster, &cluster->writes[i]) && all_before;
        if (all_before) {
            cluster->first_open_write = i + 1;
        }
    }
}

int real_leader(const struct real_cluster *cluster)
{
    raft_term highest = 0;
    int leader = -1;

    for (size_t i = 0; i < REAL_SERVERS; i++) {
        struct raft_status status;

        if (cluster->servers[i].node == NULL) {
            continue;
        }
        raft_node_status(cluster->servers[i].node, &status);
        if (status.role == RAFT_LEADER && status.current_term > highest) {
            highest = status.current_term;
            leader = (int)i;
        }
    }
    return leader;
}

uint64_t real_lost_count(const struct real_cluster *cluster, size_t place)
{
    uint64_t lost = 0;

    for (size_t i = 0; i < cluster->write_count; i++) {
        struct kv_value value;
        char key[KEY_BYTES];

        if (!cluster->writes[i].acknowledged) {
            continue;
        }
        if (kv_get(cluster->servers[place].kv, (const uint8_t *)key,
                   make_key(key, i), &value) != KV_FOUND) {
            lost++;
            continue;
        }
        kv_value_free(&value);
    }
    return lost;
}
