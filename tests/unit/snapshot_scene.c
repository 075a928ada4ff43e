/* SPDX-License-Identifier: MIT
 *
 * snapshot_scene.c - a snapshot thread, its disk, a map, and a bell.
 */
#include "tests/unit/snapshot_scene.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/t.h"
#include "tests/unit/storage_bodies.h"

static void ring(void *self)
{
    struct scene *scene = self;

    pthread_mutex_lock(&scene->mutex);
    scene->ring_count++;
    pthread_cond_signal(&scene->rung);
    pthread_mutex_unlock(&scene->mutex);
}

int scene_set_up(void **state)
{
    struct scene *scene = calloc(1, sizeof(*scene));

    assert_non_null(scene);
    pthread_mutex_init(&scene->mutex, NULL);
    pthread_cond_init(&scene->rung, NULL);
    rig_create(&scene->rig, 1, 0);
    assert_true(rig_open(&scene->rig));
    scene->thread = snapshot_thread_start(scene->rig.storage, ring, scene);
    scene->kv = kv_create();
    assert_non_null(scene->thread);
    assert_non_null(scene->kv);
    *state = scene;
    return 0;
}

int scene_tear_down(void **state)
{
    struct scene *scene = *state;

    snapshot_thread_stop(scene->thread);
    kv_destroy(scene->kv);
    rig_destroy(&scene->rig);
    pthread_cond_destroy(&scene->rung);
    pthread_mutex_destroy(&scene->mutex);
    free(scene);
    return 0;
}

void scene_wait(struct scene *scene)
{
    pthread_mutex_lock(&scene->mutex);
    while (scene->ring_count == 0) {
        pthread_cond_wait(&scene->rung, &scene->mutex);
    }
    scene->ring_count--;
    pthread_mutex_unlock(&scene->mutex);
}

struct snapshot_news scene_next_news(struct scene *scene)
{
    struct snapshot_news news;

    scene_wait(scene);
    news = snapshot_thread_news(scene->thread);
    assert_int_not_equal(news.type, SNAPSHOT_NO_NEWS);
    return news;
}

/* ---- Maps ---------------------------------------------------------------- */

void scene_put_keys(struct kv *kv)
{
    uint8_t bytes[64];

    for (raft_index i = 1; i <= SCENE_KEYS; i++) {
        char key[8];
        const int key_bytes = snprintf(key, sizeof(key), "k%d", (int)i);
        const struct kv_operation put = {.type = KV_PUT,
                                         .key = (const uint8_t *)key,
                                         .key_bytes = (size_t)key_bytes,
                                         .value = (const uint8_t *)"value",
                                         .value_bytes = 5};
        const struct raft_entry entry = {.term = 1,
                                         .type = RAFT_ENTRY_COMMAND,
                                         .byte_count =
                                             (uint32_t)kv_command_size(&put, 1),
                                         .bytes = bytes};

        assert_true(entry.byte_count <= sizeof(bytes));
        kv_command_encode(&put, 1, bytes);
        kv_apply(kv, i, &entry);
    }
}

static uint64_t hash_of(struct kv *kv)
{
    struct kv_stats stats;

    kv_stats(kv, &stats);
    return stats.state_hash;
}

void scene_map_is(struct kv_restore *restore, struct kv *kv)
{
    struct kv *other = kv_create();

    assert_non_null(restore);
    struct kv_remains remains = kv_install(other, restore);

    t_u64_eq(hash_of(other), hash_of(kv));
    kv_remains_free(&remains);
    kv_restore_destroy(restore);
    kv_destroy(other);
}

static void hand_over_slices(struct scene *scene)
{
    uint8_t bytes[512];
    struct kv_slice slice = {
        .bytes = bytes, .capacity = sizeof(bytes), .max_pairs = 50};
    enum kv_slice_result result;

    do {
        result = kv_snapshot_slice(scene->kv, &slice);
        assert_true(
            snapshot_thread_write(scene->thread, bytes, slice.byte_count));
    } while (result == KV_SLICE_MORE);
    assert_int_equal(result, KV_SLICE_LAST);
}

void scene_begin(struct scene *scene)
{
    const struct raft_snapshot of = body_of(SCENE_KEYS, 1);
    struct kv_snapshot_info info;

    assert_true(kv_snapshot_begin(scene->kv, &info));
    assert_true(snapshot_thread_begin(scene->thread, &of));
    hand_over_slices(scene);
}

struct snapshot_news scene_take(struct scene *scene)
{
    scene_begin(scene);
    assert_true(snapshot_thread_end(scene->thread));
    return scene_next_news(scene);
}
