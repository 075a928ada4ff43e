/* SPDX-License-Identifier: MIT
 *
 * glue.h - what one server does with one event: the real core, and around it
 * the order of raft/node/node.c and cluster_settle().
 */
#ifndef RAFTSIM_EXPLORE_GLUE_H
#define RAFTSIM_EXPLORE_GLUE_H

#include "cmd/raftsim/explore/record.h"

enum glue_event_type {
    GLUE_MESSAGE = 1, /* arrives */
    GLUE_TIMEOUT,     /* of a follower or candidate */
    GLUE_HEARTBEAT,   /* one of a leader is due */
    GLUE_PUT,         /* a client's write */
    GLUE_READ,        /* a client's read */
    GLUE_PERSIST,     /* the oldest write under way is done */
    GLUE_CRASH,
    GLUE_RESTART,
    GLUE_CHANGE,   /* somebody wants other members */
    GLUE_SNAPSHOT, /* one is taken */
    GLUE_PUBLISH   /* what was taken, or has come whole, is durable */
};

struct glue_event {
    enum glue_event_type type;
    const struct raft_message *message; /* MESSAGE */
    uint8_t payload;                    /* PUT */
    raft_index known;     /* READ: what clients wrote before it was asked */
    struct sim_torn torn; /* CRASH */
    uint8_t members;      /* CHANGE: a set */
};

enum { GLUE_MAX_SENT = 32, GLUE_BROKEN_BYTES = 200 };

struct glue {
    const struct explore_world *world;
    struct record_server server;
    struct explore_log machine;  /* its state: what has been applied */
    struct explore_log restored; /* while a snapshot is installed: of that */
    struct raft_effects out;
    size_t sent_count;
    struct record_message sent[GLUE_MAX_SENT]; /* in order */
    char broken[GLUE_BROKEN_BYTES];            /* "": all holds */
    uint64_t step_count;                       /* of all calls */
};

/* A server that has just been started for the first time. */
void glue_first_start(struct glue *glue, raft_server_id id);

/* The server has been read; what it sends is in sent[]. false: an assertion of
 * its core stopped it halfway. */
bool glue_take(struct glue *glue, const struct glue_event *event);

#endif
