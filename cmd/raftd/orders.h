/* SPDX-License-Identifier: MIT
 *
 * orders.h - what an operator asks for: other members, another leader, a
 * snapshot. One of each kind at a time, but for snapshots.
 */
#ifndef RAFTD_ORDERS_H
#define RAFTD_ORDERS_H

#include "http/bridge.h"
#include "raft/node/node.h"

struct server;

enum {
    ORDERS_MAX_SNAPSHOTS = 16,
    ORDERS_MAX_CHANGES = 16, /* that wait */
    ORDERS_MAX_ANSWERS = 32
};

struct order_answer {
    struct bridge_call *call;
    struct bridge_answer answer;
};

struct order_snapshot {
    struct bridge_call *call;
    raft_index wanted; /* a durable one must go that far */
};

struct order_change {
    struct bridge_call *call;
    uint64_t since_ns; /* it is here since then */
};

struct orders {
    struct order_change changes[ORDERS_MAX_CHANGES]; /* wait; oldest first */
    size_t change_count;
    struct bridge_call *change; /* under way; NULL: none */
    struct raft_change wanted;  /* an id of 0 is still to be asked for */
    raft_server_id asked[RAFT_MAX_VOTERS]; /* who it must be; 0: whoever */
    bool doubted[RAFT_MAX_VOTERS]; /* a member; another may answer there now */
    bool asked_to_leave;           /* those of other clusters were */
    raft_index config_index;       /* of the members that wanted is made of */
    uint64_t newcomers_until_ns;   /* by then they must have answered */
    uint64_t until_ns;             /* the node must have taken it by then */
    bool handed_over;              /* the node has it */
    uint64_t last_change_id;

    struct bridge_call *transfer; /* NULL: none */
    raft_server_id transfer_to;
    uint64_t transfer_until_ns;

    struct order_snapshot snapshots[ORDERS_MAX_SNAPSHOTS];
    size_t snapshot_count;

    struct order_answer answers[ORDERS_MAX_ANSWERS];
    size_t answer_count;
};

/* A call of one of the three kinds has come. */
void orders_take(struct server *server, struct bridge_call *call);
/* Once a turn. */
void orders_turn(struct server *server);
/* When what they are about has been published. */
void orders_give_answers(struct server *server);
/* The server stops. */
void orders_end(struct server *server);

/* Answer at the end of the turn; why: "" or one sentence. */
__attribute__((format(printf, 4, 5))) void
orders_answer(struct server *server, struct bridge_call *call,
              enum bridge_outcome outcome, const char *format, ...);

/* A snapshot could not be written. */
void orders_snapshot_failed(struct server *server, const char *error);

/* ---- changes.c ---------------------------------------------------------- */

void changes_take(struct server *server, struct bridge_call *call);
void changes_turn(struct server *server);
/* The node's face of it. */
void changes_ended(void *self, uint64_t change_id,
                   enum raft_change_outcome outcome);

#endif
