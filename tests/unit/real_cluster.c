/* SPDX-License-Identifier: MIT
 *
 * real_cluster.c - nodes with the real storage on faulty disks in memory.
 */
#include "tests/unit/real_cluster.h"

#include <stdio.h>
#include <string.h>

#include "tests/t.h"

enum { CLUSTER_ID = 77, SEGMENT_BYTES = 16384 };

/* ---- What a node is wired to --------------------------------------------- */

static void on_send(void *self, const struct raft_message *message)
{
    struct real_server *server = self;

    checker_send(server->cluster->checker, server->place, message);
    sim_network_send(&server->cluster->network, message);
}

static void on_configure(void *self, const struct raft_config *config)
{
    (void)self;
    (void)config;
}

static void on_apply(void *self, raft_index index,
                     const struct raft_entry *entry)
{
    struct real_server *server = self;

    checker_apply(server->cluster->checker, server->place, index, entry);
    kv_apply(server->kv, index, entry);
}

static void on_read_answered(void *self, const struct raft_read_answer *answer)
{
    (void)self;
    (void)answer;
}

static void on_step(void *self, const struct raft_input *in,
                    enum raft_error error, const struct raft_effects *out)
{
    struct real_server *server = self;

    (void)in;
    (void)error;
    checker_step(server->cluster->checker, server->place,
                 raft_node_core(server->node), out);
}

/* ---- A server's lives ---------------------------------------------------- */

static void make_first_entry(struct raft_entry *entry, uint8_t *bytes)
{
    struct raft_config config = {.member_count = REAL_SERVERS};

    for (size_t i = 0; i < REAL_SERVERS; i++) {
        config.members[i].id = i + 1;
        config.members[i].in_old = true;
        snprintf(config.members[i].address, sizeof(config.members[i].address),
                 "127.0.0.1:%zu", i + 1);
    }
    *entry = (struct raft_entry){
        .term = 1,
        .type = RAFT_ENTRY_CONFIG,
        .byte_count = (uint32_t)raft_config_encode(&config, bytes),
        .bytes = bytes};
}

static struct storage *open_storage(struct real_server *server)
{
    const struct storage_settings settings = {.segment_bytes = SEGMENT_BYTES};
    struct storage_error error;
    struct storage *storage =
        storage_open("d", fault_files_ops(server->files), &settings, &error);

    if (storage == NULL) {
        fail_msg("server %zu: %s", server->place + 1, error.text);
    }
    return storage;
}

static void make_member(struct real_server *server)
{
    uint8_t bytes[RAFT_MAX_CONFIG_BYTES];
    struct raft_entry first;
    struct storage_error error;
    struct storage *storage = open_storage(server);

    make_first_entry(&first, bytes);
    if (server->place == 0) {
        assert_int_equal(
            storage_found_cluster(storage, CLUSTER_ID, &first, false, &error),
            0);
    } else {
        assert_int_equal(storage_join_cluster(storage, CLUSTER_ID, &error), 0);
    }
    storage_close(storage);
}

static struct raft_node *make_node(struct real_server *server)
{
    const struct raft_settings settings = {.id = server->place + 1,
                                           .random_seed = server->place * 7919 +
                                                          server->life,
                                           .election_ticks_min = 10,
                                           .election_ticks_max = 20,
                                           .heartbeat_ticks = 2,
                                           .options = server->cluster->options};
    const struct raft_node_parts parts = {
        .storage = storage_interface(server->storage),
        .transport = {server, on_send, on_configure},
        .machine = {.self = server,
                    .apply = on_apply,
                    .read_answered = on_read_answered},
        .observer = {server, on_step}};

    return raft_node_create(&settings, &parts);
}

void real_start(struct real_cluster *cluster, size_t place)
{
    struct real_server *server = &cluster->servers[place];
    struct storage_error error;
    struct raft_start start;

    server->life++;
    server->storage = open_storage(server);
    if (storage_load(server->storage, &start, &error) != 0) {
        fail_msg("server %zu: %s", place + 1, error.text);
    }
    server->kv = kv_create();
    server->node = make_node(server);
    assert_non_null(server->kv);
    assert_non_null(server->node);
    checker_start(cluster->checker, place, place + 1, NULL, &start);
    assert_int_equal(raft_node_start(server->node, &start), RAFT_OK);
    storage_loaded_free(server->storage);
}

/* Its handles are dead, so closing writes nothing any more. */
static void bury(struct real_cluster *cluster, struct real_server *server)
{
    checker_stop(cluster->checker, server->place);
    raft_node_destroy(server->node);
    kv_destroy(server->kv);
    storage_close(server->storage);
    server->node = NULL;
    server->kv = NULL;
    server->storage = NULL;
}

void real_kill(struct real_cluster *cluster, size_t place)
{
    struct real_server *server = &cluster->servers[place];

    fault_files_crash(server->files, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    bury(cluster, server);
}

void real_kill_while_writing(struct real_cluster *cluster, size_t place)
{
    struct real_server *server = &cluster->servers[place];
    struct storage_error error;
    raft_write_seq done;

    fault_files_cut_power(server->files,
                          1 + sim_random_below(&cluster->random, 4));
    (void)storage_write_queued(server->storage, &done, &error);
    real_kill(cluster, place);
}

void real_create(struct real_cluster *cluster, uint64_t seed,
                 const struct raft_options *options)
{
    memset(cluster, 0, sizeof(*cluster));
    cluster->random.state = seed;
    cluster->options = *options;
    cluster->checker = checker_create();
    for (size_t i = 0; i < REAL_SERVERS; i++) {
        cluster->servers[i].cluster = cluster;
        cluster->servers[i].place = i;
        cluster->servers[i].files = fault_files_create(seed * 10 + i);
        make_member(&cluster->servers[i]);
        real_start(cluster, i);
    }
}

void real_destroy(struct real_cluster *cluster)
{
    for (size_t i = 0; i < REAL_SERVERS; i++) {
        if (cluster->servers[i].node != NULL) {
            bury(cluster, &cluster->servers[i]);
        }
        fault_files_destroy(cluster->servers[i].files);
    }
    sim_network_free(&cluster->network);
    checker_destroy(cluster->checker);
}
