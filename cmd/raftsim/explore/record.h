/* SPDX-License-Identifier: MIT
 *
 * record.h - messages and servers as bytes, and back.
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
    RECORD_MAX_BYTES = 8192
};

/* A message that owns its entries. */
struct record_message {
    struct raft_message message;
    struct raft_entry entries[EXPLORE_MAX_LOG];
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

/* The n-th write of a client; its bytes are constant. */
struct raft_entry record_command(uint8_t number);
/* 0: no command. */
uint8_t record_payload(const struct raft_entry *entry);

#endif
