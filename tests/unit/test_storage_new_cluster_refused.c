/* SPDX-License-Identifier: MIT
 *
 * test_storage_new_cluster_refused.c - a new cluster that is half done, and
 * where none can be begun.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/storage_heard.h"
#include "tests/unit/storage_survivor.h"

/* Refused by whoever did not begin it; the same handle may begin it again. */
static void half_a_new_cluster_is_not_loaded(void **state)
{
    struct storage_rig rig;
    bool is_loaded = true;

    (void)state;
    survivor_create(&rig, 1);
    founder_open(&rig);
    assert_true(survivor_force(&rig, SURVIVOR_CLUSTER));
    rig_close(&rig);
    t_u64_eq(survivor_count_alone(&rig, &is_loaded), 0);
    assert_false(is_loaded);
    founder_open(&rig);
    assert_false(survivor_load(&rig));
    assert_int_equal(rig.error.errno_value, 0);
    assert_false(survivor_ready(&rig));
    assert_int_equal(storage_settle(rig.storage, &rig.error), -1);
    assert_int_equal(storage_leave_for(rig.storage, 5, &rig.error), -1);
    assert_true(survivor_force(
        &rig, SURVIVOR_CLUSTER)); /* its own id: nobody has seen it */
    assert_true(survivor_load(&rig));
    assert_true(survivor_write_alone(&rig));
    assert_true(survivor_ready(&rig));
    assert_false(survivor_ready(&rig)); /* is done */
    rig_close(&rig);
    survivor_must_be_new(&rig);
    rig_destroy(&rig);
}

/* Cut as torn, the last entry would take the new membership with it. */
static void damage_of_the_last_entry_is_seen(void **state)
{
    struct storage_rig rig;
    bool was_forced;
    size_t at = 4095;

    (void)state;
    survivor_create(&rig, 1);
    rig.settings.segment_bytes = 4096;
    assert_true(survivor_begin_anew(&rig, &was_forced));
    fault_files_kill(rig.disk); /* no mark by a good end */
    rig_close(&rig);
    for (uint32_t number = 9; rig.storage == NULL && number > 0; number--) {
        char name[32];

        (void)snprintf(name, sizeof name, "log-%08x", (unsigned)number);
        if (fault_files_size(rig.disk, name) < 0) {
            continue;
        }
        while (at > 0 && fault_files_byte(rig.disk, name, at) == 0) {
            at--;
        }
        fault_files_flip(rig.disk, name, at - 60, 1); /* before the mark */
        founder_open(&rig);
        assert_false(survivor_load(&rig));
        assert_int_equal(rig.error.problem, STORAGE_ECORRUPT);
    }
    assert_non_null(rig.storage);
    rig_destroy(&rig);
}

static void refused(struct storage_rig *rig, uint64_t cluster_id, int why)
{
    assert_false(survivor_force(rig, cluster_id));
    assert_int_equal(rig->error.errno_value, why);
    assert_false(survivor_ready(rig));
    assert_int_equal(rig->error.errno_value, EINVAL);
}

static void new_cluster_is_refused_where_it_makes_no_sense(void **state)
{
    struct storage_rig rig;
    struct heard heard;

    (void)state;
    rig_create(&rig, 1, 512);
    founder_open(&rig); /* blank */
    refused(&rig, SURVIVOR_CLUSTER, EINVAL);
    assert_non_null(strstr(rig.error.text, "new cluster"));
    rig_destroy(&rig);
    survivor_create(&rig, 1);
    heard_start(&rig, &heard);
    refused(&rig, SURVIVOR_CLUSTER, EBUSY);
    rig_close(&rig);
    rig_must_open(&rig);
    refused(&rig, 0, EINVAL);
    refused(&rig, FOUNDED_CLUSTER, EINVAL);
    rig_batch(&rig, 1, 10); /* none of that did harm */
    assert_true(survivor_force(&rig, SURVIVOR_CLUSTER));
    assert_true(rig_append(&rig, 1, 10));
    assert_false(survivor_ready(&rig)); /* the entry is not on the disk yet */
    assert_true(rig_sync(&rig));
    assert_true(survivor_ready(&rig));
    rig_destroy(&rig);
}

/* A provisional one has told nobody, and may be made anew all the same. */
static void provisional_cluster_becomes_a_new_one(void **state)
{
    struct storage_rig rig;
    bool was_forced;

    (void)state;
    founder_create(&rig, 1, true);
    assert_true(survivor_begin_anew(&rig, &was_forced));
    assert_false(storage_identity(rig.storage)->is_provisional);
    rig_close(&rig);
    assert_false(founder_identity(&rig).is_provisional);
    survivor_must_be_new(&rig);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(half_a_new_cluster_is_not_loaded),
    cmocka_unit_test(damage_of_the_last_entry_is_seen),
    cmocka_unit_test(new_cluster_is_refused_where_it_makes_no_sense),
    cmocka_unit_test(provisional_cluster_becomes_a_new_one),
};

T_MAIN(tests)
