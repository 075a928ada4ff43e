/* SPDX-License-Identifier: MIT
 *
 * orders.c - transfers and snapshots that an operator asks for, and how all
 * orders are answered: after what they led to has been published.
 */
#include "cmd/raftd/orders.h"

#include <stdarg.h>
#include <stdio.h>

#include "cmd/raftd/server.h"

/* ---- Answers ------------------------------------------------------------ */

static struct bridge_answer *add_answer(struct server *server,
                                        struct bridge_call *call,
                                        enum bridge_outcome outcome)
{
    struct orders *o = &server->orders;
    struct raft_status status;

    if (o->answer_count == ORDERS_MAX_ANSWERS) {
        orders_give_answers(server);
    }
    o->answers[o->answer_count] =
        (struct order_answer){.call = call, .answer = {.outcome = outcome}};

    struct bridge_answer *answer = &o->answers[o->answer_count++].answer;

    raft_node_status(server->node, &status);
    if (outcome == BRIDGE_NOT_LEADER && status.leader_id != status.id) {
        snprintf(answer->leader_http, sizeof answer->leader_http, "%s",
                 server_http_of(server, status.leader_id));
    }
    answer->index = raft_node_config(server->node)->index;
    return answer;
}

void orders_answer(struct server *server, struct bridge_call *call,
                   enum bridge_outcome outcome, const char *format, ...)
{
    struct bridge_answer *answer = add_answer(server, call, outcome);
    va_list values;

    va_start(values, format);
    vsnprintf(answer->why, sizeof answer->why, format, values);
    va_end(values);
}

void orders_give_answers(struct server *server)
{
    struct orders *o = &server->orders;

    for (size_t i = 0; i < o->answer_count; i++) {
        bridge_answer(o->answers[i].call, &o->answers[i].answer);
    }
    o->answer_count = 0;
}

/* ---- Transfers ---------------------------------------------------------- */

static void take_transfer(struct server *server, struct bridge_call *call)
{
    struct orders *o = &server->orders;
    const raft_server_id to = bridge_request_of(call)->to;
    /* Ours may wait a little longer than the core, which gave up. */
    const enum raft_error error =
        o->transfer != NULL ? RAFT_EBUSY : raft_node_transfer(server->node, to);

    (void)server_took(server, error);
    if (error == RAFT_ENOTLEADER) {
        orders_answer(server, call, BRIDGE_NOT_LEADER, "%s", "");
    } else if (error == RAFT_EBUSY) {
        orders_answer(server, call, BRIDGE_CONFLICT,
                      "leadership is being handed over already");
    } else if (error != RAFT_OK) {
        orders_answer(server, call, BRIDGE_FAILED,
                      "that server is no other voter of this cluster");
    } else {
        o->transfer = call;
        o->transfer_to = to;
        o->transfer_until_ns =
            server_clock_ns() + 2000000ull * server->options->election_ms_max;
    }
}

static void turn_transfer(struct server *server)
{
    struct orders *o = &server->orders;
    struct raft_status status;

    if (o->transfer == NULL) {
        return;
    }
    raft_node_status(server->node, &status);
    if (status.leader_id == o->transfer_to) {
        orders_answer(server, o->transfer, BRIDGE_DONE, "%s", "");
        o->transfer = NULL;
    } else if (server_clock_ns() > o->transfer_until_ns) {
        orders_answer(server, o->transfer, BRIDGE_UNKNOWN,
                      "it did not take over in time");
        o->transfer = NULL;
    }
}

/* ---- Snapshots ---------------------------------------------------------- */

static void take_snapshot(struct server *server, struct bridge_call *call)
{
    struct orders *o = &server->orders;
    struct raft_status status;

    if (o->snapshot_count == ORDERS_MAX_SNAPSHOTS) {
        orders_answer(server, call, BRIDGE_BUSY, "%s", "");
        return;
    }
    raft_node_status(server->node, &status);
    o->snapshots[o->snapshot_count++] =
        (struct order_snapshot){call, status.last_applied};
}

static void answer_snapshot(struct server *server, struct bridge_call *call)
{
    const struct raft_snapshot *snapshot =
        raft_snapshot_of(raft_node_core(server->node));
    struct bridge_answer *answer = add_answer(server, call, BRIDGE_DONE);

    answer->index = snapshot->last_index;
    answer->term = snapshot->last_term;
}

/* One that is being taken may be too old for some of them: then the next. */
static void turn_snapshots(struct server *server)
{
    struct orders *o = &server->orders;
    const raft_index durable =
        raft_snapshot_of(raft_node_core(server->node))->last_index;
    const bool damaged = snapshots_damaged(server);
    size_t kept = 0;

    for (size_t i = 0; i < o->snapshot_count; i++) {
        if (durable >= o->snapshots[i].wanted && !damaged) {
            answer_snapshot(server, o->snapshots[i].call);
        } else {
            o->snapshots[kept++] = o->snapshots[i];
        }
    }
    o->snapshot_count = kept;
    if (kept > 0) {
        (void)snapshots_take(server);
    }
}

void orders_snapshot_failed(struct server *server, const char *error)
{
    struct orders *o = &server->orders;

    for (size_t i = 0; i < o->snapshot_count; i++) {
        orders_answer(server, o->snapshots[i].call, BRIDGE_FAILED, "%s", error);
    }
    o->snapshot_count = 0;
}

/* ---- All ---------------------------------------------------------------- */

void orders_take(struct server *server, struct bridge_call *call)
{
    switch (bridge_request_of(call)->type) {
    case BRIDGE_CHANGE:
        changes_take(server, call);
        break;
    case BRIDGE_TRANSFER:
        take_transfer(server, call);
        break;
    case BRIDGE_SNAPSHOT:
        take_snapshot(server, call);
        break;
    case BRIDGE_WRITE:
    case BRIDGE_READ_LEASE:
    case BRIDGE_READ_CONSISTENT:
    case BRIDGE_STOP:
        break; /* writes.c, reads.c, turn.c */
    }
}

void orders_turn(struct server *server)
{
    changes_turn(server);
    turn_transfer(server);
    turn_snapshots(server);
}

void orders_end(struct server *server)
{
    struct orders *o = &server->orders;

    if (o->change != NULL) {
        orders_answer(server, o->change,
                      o->handed_over ? BRIDGE_UNKNOWN : BRIDGE_STOPPING, "%s",
                      "the server stops");
    }
    for (size_t i = 0; i < o->change_count; i++) {
        orders_answer(server, o->changes[i].call, BRIDGE_STOPPING, "%s", "");
    }
    if (o->transfer != NULL) {
        orders_answer(server, o->transfer, BRIDGE_UNKNOWN, "the server stops");
    }
    for (size_t i = 0; i < o->snapshot_count; i++) {
        orders_answer(server, o->snapshots[i].call, BRIDGE_STOPPING, "%s", "");
    }
    o->change = o->transfer = NULL;
    o->snapshot_count = 0;
    o->change_count = 0;
    orders_give_answers(server);
}
