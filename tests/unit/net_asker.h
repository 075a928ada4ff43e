/* SPDX-License-Identifier: MIT
 *
 * net_asker.h - server 1, which asks server 2 to leave its cluster; that one
 * is played by a test.
 */
#ifndef TESTS_NET_ASKER_H
#define TESTS_NET_ASKER_H

#include "tests/unit/net_party.h"

enum { CLUSTER = 77, OTHER_CLUSTER = 78, SELF = 1, OTHER = 2, NOW = 3 };

struct asker {
    struct party *server;  /* of CLUSTER */
    struct stranger other; /* of OTHER_CLUSTER, once it has answered */
    char address[RAFT_MAX_ADDRESS_BYTES]; /* where it listens */
    int listen_fd;
};
extern struct asker asker;
int asker_setup(void **state);
int asker_teardown(void **state);

/* Dial this server there and nobody else. */
void asker_want(raft_server_id id, const char *address, bool absorb);
/* The one it dials. */
struct net_peer_stats asker_peer(void);

/* Server 2 takes a new connection and says HELLO. */
void asker_answered(unsigned speaks);
/* The same, and it has been asked. */
void asker_asked(void);
/* It has left, and has been asked again. */
void asker_asked_again(void);
/* It answers no, and leaves. */
void asker_declined(void);

#endif
