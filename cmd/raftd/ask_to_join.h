/* SPDX-License-Identifier: MIT
 *
 * ask_to_join.h - asks a server of a cluster, by HTTP, to let this one in.
 *
 * A thread of its own asks each second, as its own user would:
 * POST /raft/join, which any member passes on to its leader. What the cluster
 * makes of it comes through net/: only the loop knows when we are a member,
 * and ends the asking.
 */
#ifndef RAFTD_ASK_TO_JOIN_H
#define RAFTD_ASK_TO_JOIN_H

#include <pthread.h>
#include <stdatomic.h>

#include "cmd/raftd/options.h"

enum {
    ASK_EVERY_MS = 1000,
    ASK_MAX_MS = 15000, /* one asking, in all */
    ASK_REASONS = 8,    /* remembered */
    ASK_REASON_BYTES = 160
};

struct ask_to_join {
    char address[ADDRESS_BYTES];      /* HTTP, of the one who is asked */
    char name[NET_MAX_NAME];          /* ours */
    char raft_address[ADDRESS_BYTES]; /* as announced */
    uint32_t every_ms;                /* from one asking's end to the next */
    atomic_bool go_on;                /* false: end */
    bool started;                     /* the thread is there */
    bool done;                        /* never again in this process */
    pthread_t thread;
    /* The thread's own: why it was not let in, each said once. */
    char reasons[ASK_REASONS][ASK_REASON_BYTES];
    size_t reason_count;
    unsigned granted; /* answers of 200, one after the other */
};

/* Ask until told to end. What stands before go_on is set. 0, or -1: no thread.
 */
int ask_to_join_start(struct ask_to_join *ask);

/* It ends within a moment, unless a name is being looked up. */
void ask_to_join_tell_end(struct ask_to_join *ask);

/* Wait until it has ended. */
void ask_to_join_end(struct ask_to_join *ask);

struct server;

/* In the loop: ask as long as this server is no member. */
void ask_to_join_turn(struct server *server);

#endif
