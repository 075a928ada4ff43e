/* SPDX-License-Identifier: MIT
 *
 * part.c - takes part in a cluster: the log is read, the node started.
 */
#include <stdio.h>
#include <sys/random.h>

#include "cmd/raftd/server.h"

/* On the writer thread. */
static void written(void *self, raft_write_seq done,
                    const struct storage_error *error)
{
    struct server *server = self;

    if (error == NULL) {
        atomic_store(&server->disk_news.done, done);
    } else if (!atomic_load(&server->disk_news.failed)) {
        server->disk_news.error = *error;
        atomic_store(&server->disk_news.failed, true);
    }
    net_wake(server->net);
}

static uint32_t ticks_of(uint32_t ms)
{
    return (ms + TICK_MS - 1) / TICK_MS;
}

static struct raft_node *create_node(struct server *server)
{
    const struct raftd_options *options = server->options;
    const struct raft_node_parts parts = server_parts(server);
    struct raft_settings settings = {
        .id = storage_identity(server->storage)->server_id,
        .election_ticks_min = ticks_of(options->election_ms_min),
        .election_ticks_max = ticks_of(options->election_ms_max),
        .heartbeat_ticks = options->heartbeat_ms / TICK_MS,
        .options = raft_options_default};

    if (getrandom(&settings.random_seed, sizeof settings.random_seed, 0) !=
        (ssize_t)sizeof settings.random_seed) {
        return NULL;
    }
    return raft_node_create(&settings, &parts);
}

static void warn_of_damage(const struct storage_error *error)
{
    struct log_line line;

    if (error != NULL) {
        log_begin(&line, LOG_WARN,
                  "a damaged snapshot is set aside: the log has all of it");
        log_text(&line, "error", error->text);
        log_end(&line);
    }
}

/* A sound log that the core does not take was written by another version. */
static int cannot_start(const struct raft_slice *log, enum raft_error why)
{
    struct storage_error error = {.problem = STORAGE_ECORRUPT,
                                  .text = "the log contradicts itself"};
    struct raft_config config;

    if (why != RAFT_EINVALID) {
        return server_no_memory();
    }
    for (size_t i = 0; i < log->count; i++) {
        const struct raft_entry *entry = &log->entries[i];

        if (entry->type == RAFT_ENTRY_CONFIG && entry->byte_count > 0 &&
            !raft_config_decode(entry->bytes, entry->byte_count, &config)) {
            error.problem = STORAGE_EVERSION;
            snprintf(error.text, sizeof error.text,
                     "entry %llu of the log is a configuration of version %u; "
                     "this raftd reads up to version %d",
                     (unsigned long long)(log->first_index + i),
                     (unsigned)entry->bytes[0], (int)RAFT_CONFIG_VERSION);
            break;
        }
    }
    return server_storage_failed(&error);
}

int server_take_part(struct server *server)
{
    const struct storage_listener listener = {server, written};
    struct storage_error error;
    struct raft_start start = {0};
    enum raft_error why;
    int code;

    server->disk = storage_interface(server->storage);
    server->wire = net_transport(server->net);
    server->seen.names_changed = true;
    if (storage_load(server->storage, &start, &error) != 0 ||
        storage_start_writer(server->storage, &listener, &error) != 0) {
        return server_storage_failed(&error);
    }
    warn_of_damage(storage_set_aside(server->storage));
    code = snapshots_open(server, start.snapshot);
    if (code != -1) {
        return code;
    }
    server->node = create_node(server);
    why = server->node == NULL ? RAFT_ENOMEM
                               : raft_node_start(server->node, &start);
    if (why != RAFT_OK) {
        return cannot_start(&start.log, why);
    }
    storage_loaded_free(server->storage);
    server->fed_ns = server_clock_ns();
    if (raft_node_config(server->node)->member_count == 0) {
        join_dial(server);
    }
    return -1;
}
