/* SPDX-License-Identifier: MIT
 *
 * storage_survivor.h - a directory that becomes a new cluster of its own.
 */
#ifndef TESTS_UNIT_STORAGE_SURVIVOR_H
#define TESTS_UNIT_STORAGE_SURVIVOR_H

#include "tests/unit/storage_founder.h"

enum { SURVIVOR_CLUSTER = 99, SURVIVOR_LAST_INDEX = 15 };

/* A member of FOUNDED_CLUSTER, with all it can have. */
void survivor_create(struct storage_rig *rig, uint64_t seed);

/* The steps, on an open directory; false: rig->error. */
bool survivor_force(struct storage_rig *rig, uint64_t cluster_id);
bool survivor_load(struct storage_rig *rig);
/* The entry that makes it the only member: known by its size. */
bool survivor_write_alone(struct storage_rig *rig);
bool survivor_ready(struct storage_rig *rig);

/* All of them, from the start; it may have been through some before. */
bool survivor_begin_anew(struct storage_rig *rig, bool *was_forced);

/* Load it as a server would; how many of those entries there are. */
size_t survivor_count_alone(struct storage_rig *rig, bool *is_loaded);

void survivor_must_be_new(struct storage_rig *rig);

#endif
