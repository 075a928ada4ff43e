/* SPDX-License-Identifier: MIT
 *
 * reads.c - one id for all reads that wait.
 */
#include "cmd/raftd/reads.h"

#include "cmd/raftd/server.h"

void reads_add(struct reads *reads, struct bridge_call *call)
{
    struct bridge_call **list =
        bridge_request_of(call)->type == BRIDGE_READ_LEASE ? &reads->lease
                                                           : &reads->consistent;

    bridge_set_next(call, *list);
    *list = call;
}

static struct read_group *group_of(struct reads *reads, uint64_t id)
{
    for (size_t i = 0; i < RAFT_MAX_READS; i++) {
        if (reads->groups[i].id == id) {
            return &reads->groups[i];
        }
    }
    return NULL;
}

static void answer_all(struct server *server, struct bridge_call **list,
                       enum bridge_outcome outcome)
{
    struct bridge_call *call = *list;

    *list = NULL;
    while (call != NULL) {
        struct bridge_call *next = bridge_next(call);

        server_answer(server, call, outcome, 0);
        call = next;
    }
}

static void start_level(struct server *server, struct bridge_call **waiting,
                        enum raft_read_level level)
{
    struct reads *reads = &server->reads;
    struct read_group *group = group_of(reads, 0);
    enum raft_error error;

    if (*waiting == NULL || group == NULL) {
        return;
    }
    /* The answer can come before raft_node_read() returns. */
    *group = (struct read_group){.id = ++reads->last_id, .calls = *waiting};
    *waiting = NULL;
    error = raft_node_read(server->node, group->id, level);
    if (!server_took(server, error)) {
        struct bridge_call *calls = group->calls;

        *group = (struct read_group){0};
        if (error == RAFT_EBUSY) {
            *waiting = calls; /* nothing was added meanwhile */
            return;
        }
        answer_all(server, &calls,
                   error == RAFT_ENOTLEADER ? BRIDGE_NOT_LEADER : BRIDGE_BUSY);
    }
}

void reads_start(struct server *server)
{
    start_level(server, &server->reads.lease, RAFT_READ_LEASE);
    start_level(server, &server->reads.consistent, RAFT_READ_CONSISTENT);
}

void reads_answered(struct server *server,
                    const struct raft_read_answer *answer)
{
    struct read_group *group = group_of(&server->reads, answer->read_id);
    struct bridge_call *calls;

    if (group == NULL) {
        return;
    }
    calls = group->calls;
    *group = (struct read_group){0};
    answer_all(server, &calls,
               answer->confirmed ? BRIDGE_DONE : BRIDGE_NOT_LEADER);
}

void reads_end(struct server *server, enum bridge_outcome outcome)
{
    struct reads *reads = &server->reads;

    answer_all(server, &reads->lease, outcome);
    answer_all(server, &reads->consistent, outcome);
    for (size_t i = 0; i < RAFT_MAX_READS; i++) {
        answer_all(server, &reads->groups[i].calls, outcome);
        reads->groups[i].id = 0;
    }
}
