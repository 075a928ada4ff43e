/* SPDX-License-Identifier: MIT
 *
 * tables.c - servers, messages and logs by number.
 */
#include "cmd/raftsim/explore/tables.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"
#include "cmd/raftsim/explore/tables_internal.h"
#include "raft/check.h"

const raft_server_id explore_renamings[EXPLORE_RENAMINGS][EXPLORE_SERVERS + 1] =
    {{0, 1, 2, 3}, {0, 1, 3, 2}, {0, 2, 1, 3},
     {0, 2, 3, 1}, {0, 3, 1, 2}, {0, 3, 2, 1}};

enum { SEED_SERVER = 1, SEED_MESSAGE = 2 };

/* ---- Logs ---------------------------------------------------------------- */

uint16_t tables_log_number(struct explore_tables *tables,
                           const struct explore_log *log)
{
    const uint32_t number =
        intern_number(&tables->logs, (const uint8_t *)log, sizeof(*log), NULL);

    raft_assert(number <= UINT16_MAX);
    return (uint16_t)number;
}

void tables_log(const struct explore_tables *tables, uint32_t number,
                struct explore_log *log)
{
    size_t byte_count;

    memcpy(log, intern_bytes(&tables->logs, number, &byte_count), sizeof(*log));
}

static uint16_t core_log(struct explore_tables *tables,
                         const struct record_server *server, raft_index last)
{
    struct explore_log log;

    record_core_log(server, last, &log);
    return tables_log_number(tables, &log);
}

static uint16_t disk_log(struct explore_tables *tables,
                         const struct sim_disk *disk)
{
    struct explore_log log;

    record_disk_log(disk, &log);
    return tables_log_number(tables, &log);
}

/* ---- Servers ------------------------------------------------------------- */

static void look_at_core(struct explore_tables *tables,
                         const struct record_server *server,
                         struct explore_server *facts)
{
    struct raft_snapshot next;
    struct raft_status status;

    raft_status(server->core, &status);
    facts->role = (uint8_t)status.role;
    facts->term = (uint8_t)status.current_term;
    facts->log = core_log(tables, server, status.last_index);
    facts->committed = core_log(tables, server, status.commit_index);
    facts->can_snapshot = raft_snapshot_now(server->core, &next) &&
                          next.last_index > server->disk.taken.meta.last_index;
    facts->can_publish = server->disk.taken.meta.last_index > 0 ||
                         sim_disk_has_received(&server->disk);
}

static void look_at_disk(struct explore_tables *tables,
                         const struct sim_disk *disk,
                         struct explore_server *facts)
{
    facts->disk_term = (uint8_t)disk->current_term;
    facts->disk_log = disk_log(tables, disk);
    facts->write_count = (uint8_t)disk->write_count;
    for (size_t i = 0; i < disk->write_count; i++) {
        const struct sim_write *write = &disk->writes[i];

        if (write->type == SIM_WRITE_HARD_STATE) {
            facts->torn_states++;
        }
        if (i == 0 && write->type == SIM_WRITE_APPEND) {
            facts->torn_entries = (uint8_t)write->count;
        }
    }
}

static struct explore_server facts_of(struct explore_tables *tables,
                                      const struct record_server *server)
{
    struct explore_server facts = {.role = EXPLORE_DOWN};
    uint8_t bytes[RECORD_MAX_BYTES];

    look_at_disk(tables, &server->disk, &facts);
    facts.term = facts.disk_term;
    facts.log = facts.disk_log;
    if (server->core != NULL) {
        look_at_core(tables, server, &facts);
    } else {
        facts.committed = core_log(tables, server, 0);
    }
    for (size_t i = 0; i < EXPLORE_RENAMINGS; i++) {
        facts.hashes[i] = explore_hash(
            bytes, record_write_server(server, explore_renamings[i], bytes),
            SEED_SERVER);
    }
    return facts;
}

uint32_t tables_server_number(struct explore_tables *tables,
                              const struct record_server *server)
{
    uint8_t bytes[RECORD_MAX_BYTES];
    bool is_new;
    const size_t count = tables->server_bytes.count;
    const uint32_t number =
        intern_number(&tables->server_bytes, bytes,
                      record_write_server(server, NULL, bytes), &is_new);

    if (is_new) {
        tables->servers =
            sim_grow(tables->servers, count, &tables->server_capacity,
                     sizeof(*tables->servers));
        tables->servers[number] = facts_of(tables, server);
    }
    return number;
}

uint32_t tables_first_server(struct explore_tables *tables, raft_server_id id)
{
    glue_first_start(&tables->glue, id);
    raft_assert(tables->glue.sent_count == 0);

    const uint32_t number = tables_server_number(tables, &tables->glue.server);

    record_free_server(&tables->glue.server);
    return number;
}

/* ---- Messages ------------------------------------------------------------ */

static struct explore_message message_facts(const struct raft_message *message)
{
    struct explore_message facts = {.to = (uint8_t)message->to};
    uint8_t bytes[RECORD_MAX_BYTES];

    for (size_t i = 0; i < EXPLORE_RENAMINGS; i++) {
        facts.hashes[i] = explore_hash(
            bytes, record_write_message(message, explore_renamings[i], bytes),
            SEED_MESSAGE);
    }
    return facts;
}

uint16_t tables_message_number(struct explore_tables *tables,
                               const struct raft_message *message)
{
    uint8_t bytes[RECORD_MAX_BYTES];
    bool is_new;
    const size_t count = tables->message_bytes.count;
    const uint32_t number =
        intern_number(&tables->message_bytes, bytes,
                      record_write_message(message, NULL, bytes), &is_new);

    raft_assert(number < UINT16_MAX);
    if (is_new) {
        tables->messages =
            sim_grow(tables->messages, count, &tables->message_capacity,
                     sizeof(*tables->messages));
        tables->messages[number] = message_facts(message);
    }
    return (uint16_t)number;
}

void tables_message(const struct explore_tables *tables, uint32_t number,
                    struct record_message *message)
{
    size_t byte_count;
    const uint8_t *bytes =
        intern_bytes(&tables->message_bytes, number, &byte_count);

    record_read_message(bytes, byte_count, message);
}
