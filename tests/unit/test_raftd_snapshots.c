/* SPDX-License-Identifier: MIT
 *
 * test_raftd_snapshots.c - the snapshot thread of raftd: a snapshot of our own
 * becomes a durable file, or an error that names the reason. The pace at which
 * the loop hands it over, and what counts for the next one.
 */
#include <string.h>

#include "cmd/raftd/server.h"
#include "tests/t.h"
#include "tests/unit/snapshot_scene.h"
#include "tests/unit/storage_bodies.h"

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

/* A loop that never sleeps is the last one to get a processor when others want
 * it, too: then everybody's writes wait. */
static void between_two_slices_the_loop_rests(void **state)
{
    static struct server server;
    const struct raft_snapshot of = body_of(SCENE_KEYS, 1);
    struct scene *scene = *state;
    struct snapshots *s = &server.snapshots;
    struct kv_snapshot_info info;

    scene_put_keys(scene->kv);
    server = (struct server){.kv = scene->kv};
    s->thread = scene->thread;
    s->taking = s->writing = true;
    assert_true(kv_snapshot_begin(scene->kv, &info));
    assert_true(snapshot_thread_begin(scene->thread, &of));
    t_u64_eq(snapshots_wait_ms(&server, 20), 0);

    const uint64_t before = server_clock_ns();
    snapshots_turn(&server);
    assert_true(s->taking); /* there is one more */
    assert_true(s->slice_ns >= before + 1000000);
    s->slice_ns = UINT64_MAX;
    snapshots_turn(&server);
    assert_true(s->taking);
    t_u64_eq(snapshots_wait_ms(&server, 20), 1);
    t_u64_eq(snapshots_wait_ms(&server, 0), 0);

    s->slice_ns = 0;
    t_u64_eq(snapshots_wait_ms(&server, 20), 0);
    snapshots_turn(&server);
    assert_false(s->taking);
    t_u64_eq(snapshots_wait_ms(&server, 20), 20);
}

/* Or a server that has stored nothing would begin with a snapshot. */
static void zeros_ahead_are_no_growth_of_the_log(void **state)
{
    enum { HEADER_BYTES = 64, ENTRY_BYTES = 96, MARK_BYTES = 40 };
    static struct server server;
    const struct snapshots *s = &server.snapshots;
    struct storage_rig rig;

    (void)state;
    rig_create(&rig, 1, 0);
    rig_must_open(&rig);
    rig_batch(&rig, 2, 50);
    rig_close(&rig);
    rig_must_open(&rig);
    server = (struct server){.storage = rig.storage};
    assert_int_equal(snapshots_open(&server, NULL), -1);
    t_u64_eq(snapshots_written(&server) - s->log_began,
             HEADER_BYTES + 2 * ENTRY_BYTES + MARK_BYTES);
    snapshots_close(&server);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    T_SCENE(what_is_taken_is_durable_and_the_same_map),
    T_SCENE(full_disk_is_told_once_and_tried_again),
    T_SCENE(what_is_abandoned_leaves_nothing),
    T_SCENE(between_two_slices_the_loop_rests),
    cmocka_unit_test(zeros_ahead_are_no_growth_of_the_log),
};

T_MAIN(tests)
