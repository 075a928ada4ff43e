/* SPDX-License-Identifier: MIT
 *
 * sim_network.h - a network that does only what it is told.
 *
 * A message that is sent stays in flight until somebody delivers, drops or
 * doubles it: any order, any delay and any loss can be played.
 */
#ifndef RAFTSIM_SIM_NETWORK_H
#define RAFTSIM_SIM_NETWORK_H

#include "net/frame.h"

enum { SIM_MAX_SERVER_ID = 31, SIM_CLUSTER_ID = 1 };

/*
 * A message in flight: the very bytes that raftd would send. What its receiver
 * takes, and what people are shown, is what these bytes say.
 */
struct sim_message {
    uint64_t number;             /* 1, 2, 3, ... in the order sent */
    struct raft_message message; /* decoded: borrows from scratch and bytes */
    struct frame_scratch scratch;
    size_t byte_count;
    uint8_t bytes[]; /* one frame */
};

struct sim_network {
    struct sim_message **in_flight; /* oldest first */
    size_t count;
    size_t capacity;
    uint64_t sent_count;
    uint64_t lost_count;                      /* into a cut link */
    uint64_t sequence[SIM_MAX_SERVER_ID + 1]; /* of each sender's frames */
    /* From, to; by server id. A held link keeps its messages in flight. */
    bool cut[SIM_MAX_SERVER_ID + 1][SIM_MAX_SERVER_ID + 1];
    bool held[SIM_MAX_SERVER_ID + 1][SIM_MAX_SERVER_ID + 1];
};

/* A zeroed struct is an empty network; this frees what it holds. */
void sim_network_free(struct sim_network *network);

/* Encode a message into flight; NULL: its link is cut, it is lost. */
const struct sim_message *sim_network_send(struct sim_network *network,
                                           const struct raft_message *message);

/* Take the message at a place out of flight; free it with the call below. */
struct sim_message *sim_network_take(struct sim_network *network, size_t place);
void sim_message_free(struct sim_message *message);

/* The same bytes as those at a place a second time, sent last. */
const struct sim_message *sim_network_double(struct sim_network *network,
                                             size_t place);

/* Cut (what is in flight there is lost) or heal the way from one to another. */
void sim_network_cut(struct sim_network *network, raft_server_id from,
                     raft_server_id to);
void sim_network_heal(struct sim_network *network, raft_server_id from,
                      raft_server_id to);

/* All links as new: nothing cut, nothing held. */
void sim_network_heal_all(struct sim_network *network);

bool sim_network_is_cut(const struct sim_network *network, raft_server_id from,
                        raft_server_id to);
bool sim_network_is_held(const struct sim_network *network,
                         const struct raft_message *message);

#endif
