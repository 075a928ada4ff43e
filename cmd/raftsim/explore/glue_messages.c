/* SPDX-License-Identifier: MIT
 *
 * glue_messages.c - messages wait for the disk, and then leave (Fig2:PS.1).
 */
#include <stdarg.h>
#include <stdio.h>

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
            const uint8_t payload = record_payload(&ae->entries[i]);

            sent->entries[i] = ae->entries[i];
            if (payload != 0) { /* its bytes outlive this server */
                sent->entries[i].bytes = record_command(payload).bytes;
            }
        }
        sent->message.append_entries.entries = sent->entries;
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

void glue_send_or_hold(struct glue *glue)
{
    struct record_server *server = &glue->server;

    for (size_t i = 0; i < glue->out.message_count; i++) {
        const struct raft_message *message = &glue->out.messages[i];

        if (message->needs_write <= server->disk.done) {
            leave(glue, message);
            continue;
        }
        raft_assert(server->held_count < RECORD_MAX_HELD);
        server->held[server->held_count++] = *message;
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
