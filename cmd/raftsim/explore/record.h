/* SPDX-License-Identifier: MIT
 *
 * record.h - entries, messages, snapshots and servers as bytes, and back.
 *
 * Fields are listed once, as in raft/image_field.h: the same list writes them,
 * reads them, and writes them with other names for the servers.
 */
#ifndef RAFTSIM_EXPLORE_RECORD_H
#define RAFTSIM_EXPLORE_RECORD_H

#include "cmd/raftsim/cluster/sim_storage.h"
#include "cmd/raftsim/explore/world.h"

enum {
    RECORD_MAX_HELD = 16, /* messages of one server that wait for its disk */
    RECORD_MAX_BYTES = 8192,
    RECORD_FIRST_CONFIG = 16, /* what is said by an entry, from here on */
    RECORD_PIECE_BYTES = EXPLORE_MAX_LOG + 1, /* half a snapshot */
    RECORD_SNAPSHOT_BYTES = 2 * RECORD_PIECE_BYTES
};

/* A log from entry 1 on; unused places are 0. */
struct explore_log {
    uint8_t count;
    uint8_t terms[EXPLORE_MAX_LOG];
    uint8_t payloads[EXPLORE_MAX_LOG];
};

/* A message that owns its entries, and its piece of a snapshot. */
struct record_message {
    struct raft_message message;
    struct raft_entry entries[EXPLORE_MAX_LOG];
    uint8_t piece[RECORD_SNAPSHOT_BYTES];
};

/* One server at rest: what it is between two events. */
struct record_server {
    raft_server_id id;
    struct raft *core;    /* NULL: down */
    struct sim_disk disk; /* writes under way are numbered 1, 2, ... */
    size_t held_count;
    struct raft_message held[RECORD_MAX_HELD]; /* without entries */
};

/*
 * renamed: the new names by id, EXPLORE_SERVERS + 1 of them, or NULL.
 * bytes: RECORD_MAX_BYTES. Returns the bytes used.
 */
size_t record_write_message(const struct raft_message *message,
                            const raft_server_id *renamed, uint8_t *bytes);
void record_read_message(const uint8_t *bytes, size_t byte_count,
                         struct record_message *message);

/* Two servers have the same bytes when they act alike (raft_image_view()). */
size_t record_write_server(const struct record_server *server,
                           const raft_server_id *renamed, uint8_t *bytes);
/* false: the bytes say what no server can be. Free it all the same. */
bool record_read_server(const uint8_t *bytes, size_t byte_count,
                        struct record_server *server);
void record_free_server(struct record_server *server);

/* ---- record_entry.c ------------------------------------------------------ */

/* The n-th write of a client; its bytes are constant. */
struct raft_entry record_command(uint8_t number);
bool record_is_command(uint8_t payload);
/* What an entry says, and back; its bytes are constant. */
uint8_t record_payload(const struct raft_entry *entry);
struct raft_entry record_entry(uint8_t payload);

/* The same of a configuration; its index is left out. */
uint8_t record_config_code(const struct raft_config *config,
                           const raft_server_id *renamed);
struct raft_config record_code_config(uint8_t code);
/* Without those that do not vote. */
uint8_t record_voters_code(uint8_t code);

/* ---- record_snapshot.c --------------------------------------------------- */

/* The bytes of a snapshot of a state; meta: is told of them. */
uint8_t *record_take_snapshot(const struct explore_log *state,
                              struct raft_snapshot *meta);
/* The state that a snapshot is of; none: nothing has been applied. */
void record_snapshot_state(const struct sim_snapshot *snapshot,
                           struct explore_log *state);
/* Its configuration; left alone where it stands outside the logs. false: the
 * bytes are not those that were taken. */
bool record_snapshot_config(const struct sim_snapshot *snapshot,
                            struct raft_config *config);

void record_add_entry(struct explore_log *log, const struct raft_entry *entry);
/* From entry 1 to the last: those that are gone are in the snapshot. */
void record_core_log(const struct record_server *server, raft_index last,
                     struct explore_log *log);
void record_disk_log(const struct sim_disk *disk, struct explore_log *log);

#endif
