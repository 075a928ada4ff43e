/* SPDX-License-Identifier: MIT
 *
 * test_raftd_snapshots_received.c - the snapshot thread of raftd: the pieces of
 * a leader's snapshot become a durable file and a map, or an error.
 */
#include <stdlib.h>

#include "tests/t.h"
#include "tests/unit/snapshot_scene.h"
#include "tests/unit/storage_bodies.h"

enum { PIECE_BYTES = 1000 };

/* The file of our newest one; the caller frees it. */
static uint8_t *newest_file(struct scene *scene, struct raft_snapshot *of)
{
    struct storage_error error;
    struct snapshot_file_reader *reader =
        snapshot_file_open(scene->rig.storage, &error);

    assert_non_null(reader);
    *of = *snapshot_file_of(reader);

    uint8_t *file = malloc((size_t)of->byte_count);

    assert_non_null(file);
    assert_int_equal(
        snapshot_file_read(reader, 0, file, (size_t)of->byte_count, &error), 0);
    snapshot_file_close(reader);
    return file;
}

static struct snapshot_news receive(struct scene *scene,
                                    const struct raft_snapshot *of,
                                    const uint8_t *file)
{
    for (uint64_t at = 0; at < of->byte_count; at += PIECE_BYTES) {
        const uint64_t left = of->byte_count - at;
        const struct raft_install_snapshot piece = {
            .last_included_index = of->last_index,
            .last_included_term = of->last_term,
            .offset = at,
            .bytes = file + at,
            .byte_count = left < PIECE_BYTES ? (uint32_t)left : PIECE_BYTES,
            .done = left <= PIECE_BYTES,
            .file_bytes = of->byte_count,
            .checksum = of->checksum};

        assert_true(snapshot_thread_store(scene->thread, &piece));
    }
    return scene_next_news(scene);
}

/* The file that a leader with these keys has. */
static uint8_t *file_of_keys(struct raft_snapshot *of)
{
    struct scene *leader = NULL;
    uint8_t *file;

    scene_set_up((void **)&leader);
    scene_put_keys(leader->kv);
    assert_int_equal(scene_take(leader).type, SNAPSHOT_TAKEN);
    file = newest_file(leader, of);
    scene_tear_down((void **)&leader);
    return file;
}

static void pieces_become_a_durable_file_and_a_map(void **state)
{
    struct scene *scene = *state;
    struct storage_error error;
    struct raft_snapshot of;
    uint8_t *file = file_of_keys(&of);
    const struct snapshot_news news = receive(scene, &of, file);

    scene_put_keys(scene->kv);
    assert_int_equal(news.type, SNAPSHOT_STORED);
    t_u64_eq(news.snapshot.last_index, SCENE_KEYS);
    scene_map_is(news.restore, scene->kv);
    scene_map_is(snapshot_read_map(scene->rig.storage, &error), scene->kv);
    free(file);
}

static void damaged_pieces_are_told_and_may_come_again(void **state)
{
    struct scene *scene = *state;
    struct raft_snapshot of;
    uint8_t *file = file_of_keys(&of);
    struct snapshot_news news;

    file[of.byte_count / 2] ^= 1;
    news = receive(scene, &of, file);
    assert_int_equal(news.type, SNAPSHOT_NOT_STORED);
    assert_true(news.error[0] != '\0');
    file[of.byte_count / 2] ^= 1;
    news = receive(scene, &of, file);
    assert_int_equal(news.type, SNAPSHOT_STORED);
    kv_restore_destroy(news.restore);
    free(file);
}

/* Whole and with all its checksums, but no map: the next start must not
 * depend on it. */
static void what_is_no_map_never_becomes_the_newest(void **state)
{
    struct scene *scene = *state;
    struct raft_snapshot of;
    uint8_t *file = body_file(SCENE_KEYS, 1, &of);
    const struct snapshot_news news = receive(scene, &of, file);

    assert_int_equal(news.type, SNAPSHOT_NOT_STORED);
    assert_true(news.error[0] != '\0');
    body_must_not_be(scene->rig.storage);
    free(file);
}

static const struct CMUnitTest tests[] = {
    T_SCENE(pieces_become_a_durable_file_and_a_map),
    T_SCENE(damaged_pieces_are_told_and_may_come_again),
    T_SCENE(what_is_no_map_never_becomes_the_newest),
};

T_MAIN(tests)
