/* SPDX-License-Identifier: MIT
 *
 * glue_messages.c - messages wait for the disk, and then leave (Fig2:PS.1).
 */
#include <stdarg.h>
#include <stdio.h>

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

static bool is_vote_for(const struct raft_message *m, raft_server_id *vote)
{
    if (m->type == RAFT_REQUEST_VOTE && !m->request_vote.pre_vote) {
        *vote = m->from;
        return true;
    }
    *vote = m->to;
    return m->type == RAFT_REQUEST_VOTE_RESULT &&
           m->request_vote_result.vote_granted &&
           !m->request_vote_result.pre_vote;
}

/* Fig2:PS.1: not what the core says is needed, but what is on the disk. */
static const char *missing_on_disk(const struct sim_disk *disk,
                                   const struct raft_message *m)
{
    raft_server_id vote;
    const bool is_vote = is_vote_for(m, &vote);
    const bool is_answer = m->type == RAFT_REQUEST_VOTE_RESULT ||
                           m->type == RAFT_APPEND_ENTRIES_RESULT;

    if (disk->current_term > m->term) {
        return NULL; /* it waited, and the world has moved on */
    }
    if ((is_answer || is_vote) && disk->current_term < m->term) {
        return "its term";
    }
    if (is_vote && disk->voted_for != vote) {
        return "its vote";
    }
    if (m->type == RAFT_APPEND_ENTRIES_RESULT &&
        m->append_entries_result.success &&
        m->append_entries_result.match_index > disk->log_count) {
        return "the entries it acknowledges";
    }
    return NULL;
}

static void leave(struct glue *glue, const struct raft_message *message)
{
    const char *missing = missing_on_disk(&glue->server.disk, message);

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
