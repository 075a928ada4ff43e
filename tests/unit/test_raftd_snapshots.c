/* SPDX-License-Identifier: MIT
 *
 * test_raftd_snapshots.c - the snapshot thread of raftd: a snapshot of our own
 * becomes a durable file, or an error that names the reason.
 */
#include <string.h>

#include "tests/t.h"
#include "tests/unit/snapshot_scene.h"

static void what_is_taken_is_durable_and_the_same_map(void **state)
{
    struct scene *scene = *state;
    struct storage_error error;

    scene_put_keys(scene->kv);
    const struct snapshot_news news = scene_take(scene);

    assert_int_equal(news.type, SNAPSHOT_TAKEN);
    t_u64_eq(news.snapshot.last_index, SCENE_KEYS);
    t_u64_eq(snapshot_thread_waiting(scene->thread), 0);
    scene_map_is(snapshot_read_map(scene->rig.storage, &error), scene->kv);
}

/* One error, however much was still to be written; then it can be tried
 * again. */
static void full_disk_is_told_once_and_tried_again(void **state)
{
    struct scene *scene = *state;

    scene_put_keys(scene->kv);
    fault_files_fill(scene->rig.disk, true);
    const struct snapshot_news news = scene_take(scene);

    assert_int_equal(news.type, SNAPSHOT_NOT_TAKEN);
    assert_non_null(strstr(news.error, "No space left"));
    fault_files_fill(scene->rig.disk, false);
    assert_int_equal(scene_take(scene).type, SNAPSHOT_TAKEN);
    t_u64_eq(scene->ring_count, 0);
}

static void what_is_abandoned_leaves_nothing(void **state)
{
    struct scene *scene = *state;
    struct storage_error error;

    scene_put_keys(scene->kv);
    scene_begin(scene);
    assert_true(snapshot_thread_abandon(scene->thread));
    snapshot_thread_stop(scene->thread); /* it may have come to it, or not */
    scene->thread = NULL;
    assert_null(snapshot_read_map(scene->rig.storage, &error));
    t_u64_eq(scene->ring_count, 0);
}

static const struct CMUnitTest tests[] = {
    T_SCENE(what_is_taken_is_durable_and_the_same_map),
    T_SCENE(full_disk_is_told_once_and_tried_again),
    T_SCENE(what_is_abandoned_leaves_nothing),
};

T_MAIN(tests)
