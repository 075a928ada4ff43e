/* SPDX-License-Identifier: MIT
 *
 * storage_founder.h - a server that founded a cluster alone, and its past.
 */
#ifndef TESTS_UNIT_STORAGE_FOUNDER_H
#define TESTS_UNIT_STORAGE_FOUNDER_H

#include "tests/unit/storage_rig.h"

enum { FOUNDED_CLUSTER = 77 };

/* Blank before; open and not loaded afterwards. */
void founder_found(struct storage_rig *rig, bool is_provisional);

/*
 * A disk with all that a server can have: segments, a vote, a snapshot, a
 * damaged one, and a file that is none of ours. Stopped in good order.
 */
void founder_create(struct storage_rig *rig, uint64_t seed,
                    bool is_provisional);

/* Open it, or the test fails; loaded is nothing. */
void founder_open(struct storage_rig *rig);

/* What a start finds. The power goes right after it: it must be durable. */
struct storage_identity founder_identity(struct storage_rig *rig);

void founder_must_be(struct storage_rig *rig, uint64_t cluster_id,
                     bool is_provisional);

/* Nothing of the past is left but the server id and the foreign file. */
void founder_must_be_empty(struct storage_rig *rig);

/* The past is all there. */
void founder_must_have_past(struct storage_rig *rig);

#endif
