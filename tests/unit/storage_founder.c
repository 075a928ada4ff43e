/* SPDX-License-Identifier: MIT
 *
 * storage_founder.c - a server with a past, to keep or to lose.
 */
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_founder.h"

enum { SEGMENT = 512, SNAPSHOT_AT = 9 };

void founder_open(struct storage_rig *rig)
{
    rig->storage = storage_open("d", fault_files_ops(rig->disk), &rig->settings,
                                &rig->error);
    if (rig->storage == NULL) {
        print_error("%s\n", rig->error.text);
        fail();
    }
}

void founder_found(struct storage_rig *rig, bool is_provisional)
{
    const struct rig_step entry = {.kind = RIG_ENTRY,
                                   .term = 1,
                                   .type = RAFT_ENTRY_CONFIG,
                                   .byte_count = 30,
                                   .filling = 5};
    uint8_t bytes[30];
    const struct raft_entry first = {.term = entry.term,
                                     .type = entry.type,
                                     .byte_count = sizeof bytes,
                                     .bytes = bytes};

    rig_fill(&entry, bytes);
    founder_open(rig);
    assert_int_equal(storage_found_cluster(rig->storage, FOUNDED_CLUSTER,
                                           &first, is_provisional, &rig->error),
                     0);
    rig->steps[0] = entry;
    rig->steps[1] = (struct rig_step){.kind = RIG_HARD_STATE, .term = 1};
    rig->step_count = 2;
    rig->acked_count = 2;
}

void founder_create(struct storage_rig *rig, uint64_t seed, bool is_provisional)
{
    struct raft_snapshot done;

    rig_create(rig, seed, SEGMENT);
    founder_found(rig, is_provisional);
    rig_close(rig);
    rig_must_open(rig);
    assert_true(rig_hard_state(rig, 3, 1));
    for (int i = 0; i < 7; i++) {
        rig_batch(rig, 2, 120);
    }
    assert_true(body_take(rig->storage, SNAPSHOT_AT, 1, &done, &rig->error));
    assert_true(rig_compact(rig, SNAPSHOT_AT - 2));
    assert_true(rig_sync(rig));
    rig_close(rig);
    fault_files_put(rig->disk, "snapshot-0000000000000003", "an old one", 10);
    fault_files_put(rig->disk, "snapshot.damaged", "anything", 8);
    fault_files_put(rig->disk, "notes.txt", "not ours", 8);
}

struct storage_identity founder_identity(struct storage_rig *rig)
{
    founder_open(rig);
    const struct storage_identity identity = *storage_identity(rig->storage);

    fault_files_crash(rig->disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(rig);
    return identity;
}

static int check_name(void *context, const char *name)
{
    static const char *const known[] = {"lock", "identity", "term",
                                        "log-00000001", "notes.txt"};
    size_t *const count = context;

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        *count += strcmp(name, known[i]) == 0 ? 1u : 0u;
    }
    *count += 100; /* of all names */
    return 0;
}

void founder_must_be_empty(struct storage_rig *rig)
{
    const struct file_ops *const ops = fault_files_ops(rig->disk);
    const int directory = ops->open_directory(ops->self, "d");
    size_t count = 0;

    assert_int_equal(ops->list(ops->self, directory, check_name, &count), 0);
    t_u64_eq(count, 505);
    (void)ops->close(ops->self, directory);
    rig->step_count = 0; /* no entry, term 0, no vote */
    rig->acked_count = 0;
    rig->compacted = 0;
    rig_must_open(rig);
    t_u64_eq(rig->first_index, 1);
    t_u64_eq(rig->snapshot.last_index, 0);
    assert_null(storage_set_aside(rig->storage));
    assert_true(rig_hard_state(rig, 9, 4)); /* and it can begin */
    rig_batch(rig, 3, 200);
    rig_close(rig);
    rig_must_open(rig);
    t_u64_eq(rig->last_index, 3);
    rig_close(rig);
}

void founder_must_have_past(struct storage_rig *rig)
{
    rig->acked_count = rig->step_count;
    rig_must_open(rig);
    t_u64_eq(rig->last_index, 15);
    t_u64_eq(rig->snapshot.last_index, SNAPSHOT_AT);
    rig_close(rig);
}

void founder_must_be(struct storage_rig *rig, uint64_t cluster_id,
                     bool is_provisional)
{
    const struct storage_identity identity = founder_identity(rig);

    t_u64_eq(identity.cluster_id, cluster_id);
    assert_int_equal(identity.is_provisional, is_provisional);
}
