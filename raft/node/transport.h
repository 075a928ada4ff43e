/* SPDX-License-Identifier: MIT
 *
 * transport.h - what the node needs of a network. It may lose, repeat and
 * reorder messages: Raft retries.
 */
#ifndef RAFT_NODE_TRANSPORT_H
#define RAFT_NODE_TRANSPORT_H

#include "raft/config.h"
#include "raft/message.h"

struct raft_transport {
    void *self;
    /* Encode at once: the message borrows its entries. May drop it. */
    void (*send)(void *self, const struct raft_message *message);
    /* The members changed: whom to dial, and where. Borrowed. */
    void (*configure)(void *self, const struct raft_config *config);
};

#endif
