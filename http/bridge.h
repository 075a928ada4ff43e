/* SPDX-License-Identifier: MIT
 *
 * bridge.h - how a request gets from a civetweb worker to the loop thread and
 * its answer back. The only thing both sides touch.
 *
 * A worker submits a call and sleeps until it is answered or its deadline has
 * passed. The loop takes what is waiting, all at once, and answers each call
 * exactly once, in any order. A call whose worker went away is answered into
 * the void and freed.
 */
#ifndef HTTP_BRIDGE_H
#define HTTP_BRIDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bridge;

enum bridge_call_type {
    BRIDGE_WRITE = 1,       /* command: one log entry */
    BRIDGE_READ_LEASE,      /* level=default */
    BRIDGE_READ_CONSISTENT, /* level=consistent */
    BRIDGE_CHANGE,          /* members: other voters; see enum bridge_change */
    BRIDGE_TRANSFER,        /* to: shall lead; a voter, not this server */
    BRIDGE_SNAPSHOT,        /* this server takes one now, leader or not */
    BRIDGE_STOP             /* this process ends, in order; so does a blank */
};

/*
 * DONE: WRITE committed and applied; READ: serve it now; CHANGE: C_new is
 * committed; TRANSFER: the other leads; SNAPSHOT: there is a durable one of all
 * that was applied; STOP: the process is going to end. What CHANGE and TRANSFER
 * led to must have been published (http_publish()) before the answer: it is
 * made from that.
 */
enum bridge_outcome {
    BRIDGE_DONE = 1,
    BRIDGE_NOT_LEADER, /* nothing happened here; leader_http says where to */
    BRIDGE_BUSY,       /* nothing happened: a bound is reached */
    BRIDGE_REFUSED,    /* nothing happened: another leader's entry took over */
    BRIDGE_UNKNOWN,    /* the deadline passed: it may or may not happen */
    BRIDGE_STOPPING,   /* the server shuts down before it happened */
    /* Of the last three kinds of call only; why says more. */
    BRIDGE_CONFLICT,    /* nothing happened: not as things are; or not yet */
    BRIDGE_UNREACHABLE, /* nothing changed: a new member cannot be had */
    BRIDGE_FAILED       /* nothing changed: it was tried, and given up */
};

struct bridge_answer {
    enum bridge_outcome outcome;
    uint64_t index;        /* DONE: of the entry (WRITE, CHANGE), or snapshot */
    uint64_t term;         /* SNAPSHOT, DONE: lastIncludedTerm */
    char leader_http[160]; /* NOT_LEADER: "host:port", "" when not known */
    char why[192];         /* not DONE: one sentence; "": no more to say */
};

enum { BRIDGE_MAX_MEMBERS = 9 };

/*
 * SET: they shall be the voters, no others; CONFLICT while another change is
 * under way. ADD, REMOVE: the voters of then with them, or without them; these
 * wait for the changes before them. A server that was wiped, added again, takes
 * the place it had.
 */
enum bridge_change { BRIDGE_SET = 0, BRIDGE_ADD, BRIDGE_REMOVE };

struct bridge_member {
    uint64_t id;    /* it and no other must answer there; 0: whoever does */
    char raft[128]; /* "host:port"; REMOVE: not looked at, the id says it */
    char name[64];  /* as the client gave it: a label; "": none */
};

/* What a worker wants. Copied by bridge_call(). */
struct bridge_request {
    enum bridge_call_type type;
    const uint8_t *command; /* WRITE: kv/command.h bytes */
    size_t command_bytes;
    /* CHANGE: 1..BRIDGE_MAX_MEMBERS; no address twice, no id twice but 0. */
    enum bridge_change change;
    const struct bridge_member *members;
    size_t member_count;
    uint64_t to; /* TRANSFER: a server id */
};

/*
 * wake: called (on a worker) when the queue was empty and now is not.
 * max_waiting: calls beyond it are answered BRIDGE_BUSY at once.
 */
struct bridge *bridge_create(void (*wake)(void *self), void *self,
                             size_t max_waiting);
void bridge_destroy(struct bridge *bridge);

/* ---- On a worker ------------------------------------------------------ */

/*
 * Blocks until answered, at most until the deadline (CLOCK_MONOTONIC
 * nanoseconds). A call the loop has not taken by then never happens
 * (BRIDGE_BUSY); one that it has taken: BRIDGE_UNKNOWN.
 */
void bridge_call(struct bridge *bridge, const struct bridge_request *request,
                 uint64_t deadline_ns, struct bridge_answer *answer);

/* ---- On the loop thread ------------------------------------------------ */

struct bridge_call; /* one call; owned by the loop from take to answer */

/* Everything waiting, oldest first, as a list; NULL when there is nothing. */
struct bridge_call *bridge_take_all(struct bridge *bridge);
struct bridge_call *bridge_next(struct bridge_call *call);
/* Of a taken call. Valid until it is answered. */
const struct bridge_request *bridge_request_of(const struct bridge_call *call);
/* A link the loop may use for lists of its own. */
void bridge_set_next(struct bridge_call *call, struct bridge_call *next);

/* Wakes the worker, and ends the loop's ownership. */
void bridge_answer(struct bridge_call *call,
                   const struct bridge_answer *answer);

/* From now on every call is answered BRIDGE_STOPPING at once. */
void bridge_stop(struct bridge *bridge);

#endif
