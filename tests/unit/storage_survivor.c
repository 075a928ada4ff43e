/* SPDX-License-Identifier: MIT
 *
 * storage_survivor.c - the steps of a new cluster after the loss of a majority.
 */
#include "tests/unit/storage_survivor.h"
#include "tests/t.h"

enum { ALONE_BYTES = 77 };

bool survivor_force(struct storage_rig *rig, uint64_t cluster_id)
{
    return storage_force_new_cluster(rig->storage, cluster_id, &rig->error) ==
           0;
}

bool survivor_ready(struct storage_rig *rig)
{
    return storage_new_cluster_ready(rig->storage, &rig->error) == 0;
}

bool survivor_load(struct storage_rig *rig)
{
    struct raft_start start;

    if (storage_load(rig->storage, &start, &rig->error) != 0) {
        return false;
    }
    rig->seq = 0;
    rig->last_index = (size_t)start.log.first_index + start.log.count - 1;
    rig->last_term = start.log.entries[start.log.count - 1].term;
    rig->face = storage_interface(rig->storage);
    return true;
}

bool survivor_write_alone(struct storage_rig *rig)
{
    return rig_hard_state(rig, 50, 1) && rig_append(rig, 1, ALONE_BYTES) &&
           rig_sync(rig);
}

bool survivor_begin_anew(struct storage_rig *rig, bool *was_forced)
{
    *was_forced = false;
    rig->storage = storage_open("d", fault_files_ops(rig->disk), &rig->settings,
                                &rig->error);
    if (rig->storage == NULL || !survivor_force(rig, SURVIVOR_CLUSTER)) {
        return false;
    }
    *was_forced = true;
    return survivor_load(rig) && survivor_write_alone(rig) &&
           survivor_ready(rig);
}

void survivor_create(struct storage_rig *rig, uint64_t seed)
{
    founder_create(rig, seed, false);
    t_u64_eq(founder_identity(rig).cluster_id, FOUNDED_CLUSTER);
}

size_t survivor_count_alone(struct storage_rig *rig, bool *is_loaded)
{
    struct raft_start start;
    size_t count = 0;

    founder_open(rig);
    *is_loaded = storage_load(rig->storage, &start, &rig->error) == 0;
    for (size_t i = 0; *is_loaded && i < start.log.count; i++) {
        count += start.log.entries[i].byte_count == ALONE_BYTES ? 1u : 0u;
    }
    if (*is_loaded) {
        assert_true(start.log.first_index + start.log.count >
                    SURVIVOR_LAST_INDEX);
    }
    rig_close(rig);
    return count;
}

void survivor_must_be_new(struct storage_rig *rig)
{
    bool is_loaded = false;

    t_u64_eq(founder_identity(rig).cluster_id, SURVIVOR_CLUSTER);
    assert_true(survivor_count_alone(rig, &is_loaded) >= 1);
    assert_true(is_loaded);
}
