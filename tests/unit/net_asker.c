/* SPDX-License-Identifier: MIT
 *
 * net_asker.c - a server that asks another to leave its cluster.
 */
#include "tests/unit/net_asker.h"

#include <stdio.h>
#include <unistd.h>

#include "tests/t.h"

struct asker asker;

int asker_setup(void **state)
{
    (void)state;
    asker.other = (struct stranger){.fd = -1};
    asker.listen_fd = stranger_listen(asker.address);
    asker.server = party_new();
    party_open(asker.server, SELF, CLUSTER);
    return 0;
}

int asker_teardown(void **state)
{
    stranger_leave(&asker.other);
    close(asker.listen_fd);
    return party_teardown(state);
}

void asker_want(raft_server_id id, const char *address, bool absorb)
{
    struct net_target target = {.server_id = id, .absorb = absorb};

    snprintf(target.address, sizeof target.address, "%s", address);
    net_set_targets(asker.server->net, &target, 1);
}

struct net_peer_stats asker_peer(void)
{
    struct net_peer_stats peers[2];

    t_u64_eq(net_peers(asker.server->net, peers, 2), 1);
    return peers[0];
}

void asker_answered(unsigned speaks)
{
    UNTIL(stranger_accept(&asker.other, asker.listen_fd));
    asker.other.sequence = stranger_sequence(speaks);
    stranger_hello(&asker.other, OTHER, OTHER_CLUSTER, SELF);
}

void asker_asked(void)
{
    asker_answered(NOW);
    UNTIL(stranger_heard(&asker.other, FRAME_ABSORB, NOW) == 1);
}

void asker_asked_again(void)
{
    stranger_leave(&asker.other);
    asker_asked();
}

void asker_declined(void)
{
    stranger_plain(&asker.other, FRAME_DECLINED, OTHER, SELF, OTHER_CLUSTER);
    UNTIL(asker_peer().declined);
    stranger_leave(&asker.other);
}
