/* SPDX-License-Identifier: MIT
 *
 * glue_messages.c - messages wait for the disk, and then leave (Fig2:PS.1).
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/raftsim/cluster/checker.h"
#include "cmd/raftsim/explore/glue_internal.h"
#include "raft/check.h"

typedef unsigned long long ull;

void glue_broken(struct glue *glue, const char *format, ...)
{
    va_list values;

    if (glue->broken[0] != '\0') {
        return;
    }
    va_start(values, format);
    vsnprintf(glue->broken, sizeof(glue->broken), format, values);
    va_end(values);
}

static void send(struct glue *glue, const struct raft_message *message)
{
    struct record_message *sent = &glue->sent[glue->sent_count++];

    raft_assert(glue->sent_count <= GLUE_MAX_SENT);
    sent->message = *message;
    sent->message.needs_write = 0; /* it is done, and is not sent */
    if (message->type == RAFT_APPEND_ENTRIES) {
        const struct raft_append_entries *ae = &message->append_entries;

        raft_assert(ae->entry_count <= EXPLORE_MAX_LOG);
        for (size_t i = 0; i < ae->entry_count; i++) {
            sent->entries[i] = record_entry(record_payload(&ae->entries[i]));
            sent->entries[i].term = ae->entries[i].term;
        }
        sent->message.append_entries.entries = sent->entries;
    } else if (message->type == RAFT_INSTALL_SNAPSHOT) {
        struct raft_install_snapshot *is = &sent->message.install_snapshot;

        raft_assert(is->byte_count <= sizeof(sent->piece));
        if (is->byte_count > 0) {
            memcpy(sent->piece, is->bytes, is->byte_count);
        }
        is->bytes = sent->piece;
    }
}

static void leave(struct glue *glue, const struct raft_message *message)
{
    const char *missing =
        checker_missing_on_disk(&glue->server.disk, glue->server.core, message);

    if (missing != NULL) {
        glue_broken(
            glue, "Fig2:PS.1: S%llu sends to S%llu, but %s is not on its disk",
            (ull)message->from, (ull)message->to, missing);
    }
    send(glue, message);
}

/* The bytes are fetched only now, as in raft/node/effects.c. */
static void leave_with_piece(struct glue *glue,
                             const struct raft_message *message)
{
    const struct raft_snapshots snapshots =
        sim_snapshots_interface(&glue->server.disk);
    struct raft_message with_bytes = *message;

    if (message->install_snapshot.is_heartbeat ||
        snapshots.fetch(snapshots.self, &with_bytes.install_snapshot)) {
        leave(glue, &with_bytes);
    }
}

void glue_send_or_hold(struct glue *glue)
{
    struct record_server *server = &glue->server;

    for (size_t i = 0; i < glue->out.message_count; i++) {
        const struct raft_message *message = &glue->out.messages[i];

        if (message->needs_write > server->disk.done) {
            raft_assert(server->held_count < RECORD_MAX_HELD);
            server->held[server->held_count++] = *message;
        } else if (message->type == RAFT_INSTALL_SNAPSHOT) {
            leave_with_piece(glue, message);
        } else {
            leave(glue, message);
        }
    }
}

void glue_release_held(struct glue *glue)
{
    struct record_server *server = &glue->server;
    const size_t count = server->held_count;

    server->held_count = 0;
    for (size_t i = 0; i < count; i++) {
        const struct raft_message message = server->held[i];

        if (message.needs_write <= server->disk.done) {
            leave(glue, &message);
        } else {
            server->held[server->held_count++] = message;
        }
    }
}
