/* SPDX-License-Identifier: MIT
 *
 * core_cluster_net.h - what core_cluster.c needs of core_cluster_net.c.
 */
#ifndef TESTS_UNIT_CORE_CLUSTER_NET_H
#define TESTS_UNIT_CORE_CLUSTER_NET_H

#include "tests/unit/core_cluster.h"

/* Into the queue, with a copy of its entries. */
void cores_post(struct core_cluster *c, const struct raft_message *m);

#endif
