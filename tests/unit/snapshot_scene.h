/* SPDX-License-Identifier: MIT
 *
 * snapshot_scene.h - a snapshot thread, its disk, a map, and a bell.
 */
#ifndef TESTS_UNIT_SNAPSHOT_SCENE_H
#define TESTS_UNIT_SNAPSHOT_SCENE_H

#include <pthread.h>

#include "cmd/raftd/snapshot_thread.h"
#include "tests/unit/storage_rig.h"

enum { SCENE_KEYS = 600 };

struct scene {
    struct storage_rig rig;
    struct snapshot_thread *thread;
    struct kv *kv;
    pthread_mutex_t mutex;
    pthread_cond_t rung;
    unsigned ring_count;
};

/* cmocka's setup and teardown. */
int scene_set_up(void **state);
int scene_tear_down(void **state);
#define T_SCENE(test) \
    cmocka_unit_test_setup_teardown(test, scene_set_up, scene_tear_down)

/* Waits for the bell, however long it takes; and what it rang for. */
void scene_wait(struct scene *scene);
struct snapshot_news scene_next_news(struct scene *scene);

/* Keys k1, k2, ..., one an entry. */
void scene_put_keys(struct kv *kv);

/* A snapshot of the map begins, and all its bytes are handed over. */
void scene_begin(struct scene *scene);
/* ... and it ends: what came of it. */
struct snapshot_news scene_take(struct scene *scene);

/* The map that was restored is equal to this one, or the test fails. Ends the
 * restore. */
void scene_map_is(struct kv_restore *restore, struct kv *kv);

#endif
