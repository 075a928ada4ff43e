/* SPDX-License-Identifier: MIT
 *
 * writes.c - clients' writes: into the log as batches, and out as answers.
 */
#include <stdio.h>

#include "cmd/raftd/server.h"

/* ---- Answers ------------------------------------------------------------ */

static void give(const struct server *server, const struct ready_answer *ready)
{
    struct bridge_answer answer = {.outcome = ready->outcome,
                                   .index = ready->index};

    if (ready->outcome == BRIDGE_NOT_LEADER && server->node != NULL) {
        struct raft_status status;
        const char *http;

        raft_node_status(server->node, &status);
        http = status.leader_id == status.id
                   ? "" /* never a redirect to ourselves */
                   : server_http_of(server, status.leader_id);
        snprintf(answer.leader_http, sizeof answer.leader_http, "%s", http);
    }
    bridge_answer(ready->call, &answer);
}

void server_give_answers(struct server *server)
{
    for (size_t i = 0; i < server->answer_count; i++) {
        give(server, &server->answers[i]);
    }
    server->answer_count = 0;
}

/* Waking a worker costs more than a step: all that at the end of a turn. */
void server_answer(struct server *server, struct bridge_call *call,
                   enum bridge_outcome outcome, raft_index index)
{
    if (server->answer_count == SERVER_ANSWERS) {
        server_give_answers(server);
    }
    server->answers[server->answer_count++] =
        (struct ready_answer){call, outcome, index};
}

/* ---- Proposals ---------------------------------------------------------- */

struct batch {
    struct raft_entry entries[SERVER_BATCH_ENTRIES];
    struct bridge_call *calls[SERVER_BATCH_ENTRIES];
    size_t count;
};

/* Fill a batch from the list; returns what is left of it. */
static struct bridge_call *fill_batch(struct batch *batch,
                                      struct bridge_call *call)
{
    size_t bytes = 0;

    batch->count = 0;
    while (call != NULL && batch->count < SERVER_BATCH_ENTRIES) {
        const struct bridge_request *request = bridge_request_of(call);

        bytes += request->command_bytes;
        if (batch->count > 0 && bytes > SERVER_BATCH_BYTES) {
            break;
        }
        batch->calls[batch->count] = call;
        batch->entries[batch->count++] =
            (struct raft_entry){.type = RAFT_ENTRY_COMMAND,
                                .byte_count = (uint32_t)request->command_bytes,
                                .bytes = request->command};
        call = bridge_next(call);
    }
    return call;
}

static void refuse_batch(struct server *server, const struct batch *batch,
                         enum bridge_outcome outcome)
{
    for (size_t i = 0; i < batch->count; i++) {
        server_answer(server, batch->calls[i], outcome, 0);
    }
}

/* Who is no leader takes nothing. */
static void settle(struct server *server)
{
    struct raft_status status;

    if (!storage_identity(server->storage)->is_provisional) {
        return;
    }
    raft_node_status(server->node, &status);
    if (status.role == RAFT_LEADER) {
        leave_nevermore(server);
    }
}

static void propose_batch(struct server *server, const struct batch *batch)
{
    struct pending_write write = {0};
    enum raft_error error;

    if (server->pending.count + batch->count > SERVER_MAX_PENDING ||
        !pending_reserve(&server->pending, batch->count)) {
        refuse_batch(server, batch, BRIDGE_BUSY);
        return;
    }
    settle(server);
    error = raft_node_propose(server->node, batch->entries, batch->count,
                              &write.index, &write.term);
    if (!server_took(server, error)) {
        refuse_batch(server, batch,
                     error == RAFT_ENOTLEADER ? BRIDGE_NOT_LEADER
                                              : BRIDGE_BUSY);
        return;
    }
    for (size_t i = 0; i < batch->count; i++, write.index++) {
        write.call = batch->calls[i];
        pending_add(&server->pending, &write);
    }
}

void writes_propose(struct server *server, struct bridge_call *calls)
{
    struct batch batch;

    while (calls != NULL) {
        calls = fill_batch(&batch, calls);
        propose_batch(server, &batch);
    }
}

void writes_applied(struct server *server, raft_index index, raft_term term)
{
    struct pending_write write;

    while (pending_take_decided(&server->pending, index, term, &write)) {
        server_answer(server, write.call, pending_outcome(&write, index, term),
                      index);
    }
}
