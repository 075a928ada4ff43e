/* SPDX-License-Identifier: MIT
 *
 * test_storage_snapshot_threads.c - snapshots are written, received and read
 * while the log's writer thread is at work. Worth running under a thread
 * sanitizer.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/t.h"
#include "tests/unit/storage_bodies.h"
#include "tests/unit/storage_heard.h"
#include "tests/unit/storage_place.h"

enum { ROUNDS = 30 };

/* The thread of snapshots, and what it tells the one that owns the core. */
struct snapshots {
    struct storage *storage;
    pthread_mutex_t mutex;
    raft_index newest;
    bool failed;
};

static void *write_snapshots(void *self)
{
    struct snapshots *const shots = self;

    for (raft_index index = 1; index <= ROUNDS; index++) {
        struct storage_error error;
        struct raft_snapshot done;
        const bool is_done =
            index % 3 == 0
                ? body_receive(shots->storage, index, 1, &done, &error)
                : body_take(shots->storage, index, 1, &done, &error);

        (void)pthread_mutex_lock(&shots->mutex);
        shots->newest = index;
        shots->failed |= !is_done;
        (void)pthread_mutex_unlock(&shots->mutex);
    }
    return NULL;
}

static raft_index newest(struct snapshots *shots)
{
    (void)pthread_mutex_lock(&shots->mutex);
    const raft_index index = shots->newest;

    assert_false(shots->failed);
    (void)pthread_mutex_unlock(&shots->mutex);
    return index;
}

/* As a leader does: whatever is the newest now, whole. */
static void read_one(struct storage_rig *rig)
{
    uint8_t bytes[BODY_MAX_BYTES];
    uint8_t expected[BODY_MAX_BYTES];
    struct snapshot_file_reader *const reader =
        snapshot_file_open(rig->storage, &rig->error);

    assert_non_null(reader);
    const struct raft_snapshot *const of = snapshot_file_of(reader);
    const uint64_t at = snapshot_file_body_at(reader);
    const size_t byte_count = body_fill(of->last_index, expected);

    t_u64_eq(of->byte_count - at, byte_count);
    assert_int_equal(
        snapshot_file_read(reader, at, bytes, byte_count, &rig->error), 0);
    assert_memory_equal(bytes, expected, byte_count);
    snapshot_file_close(reader);
}

/* The thread of the core: the log, compaction behind what is durable, reads. */
static void work_beside(struct storage_rig *rig, struct heard *heard,
                        struct snapshots *shots)
{
    raft_index seen = 0;

    while (seen < ROUNDS) {
        const raft_index index = newest(shots);

        assert_true(rig_append(rig, 2, 100));
        if (index > seen) {
            assert_true(rig_compact(rig, index));
            read_one(rig);
        }
        seen = index;
        assert_int_equal(rig->face.flush(rig->face.self), 0);
        heard_wait(heard, rig->seq);
        t_u64_eq(heard->error.problem, 0);
    }
}

static void run_both(struct storage_rig *rig, struct heard *heard)
{
    struct snapshots shots = {.storage = rig->storage};
    pthread_t thread;

    (void)pthread_mutex_init(&shots.mutex, NULL);
    while (rig->last_index < ROUNDS) { /* what the snapshots are of */
        assert_true(rig_append(rig, 2, 100));
    }
    assert_int_equal(pthread_create(&thread, NULL, write_snapshots, &shots), 0);
    work_beside(rig, heard, &shots);
    assert_int_equal(pthread_join(thread, NULL), 0);
    rig->acked_count = rig->step_count;
}

/* The tests' own files take a lock for each operation, which hides races. */
static void snapshots_beside_the_writer_in_real_files(void **state)
{
    const struct place *const place = *state;
    struct storage_rig rig;
    struct heard heard = {0};
    struct raft_start found;
    const struct storage_listener listener = {.self = &heard,
                                              .written = heard_written};

    rig_create(&rig, 1, 1024);
    (void)pthread_mutex_init(&heard.mutex, NULL);
    (void)pthread_cond_init(&heard.changed, NULL);
    rig.storage =
        storage_open(place->path, &file_ops_posix, &rig.settings, &rig.error);
    assert_non_null(rig.storage);
    assert_int_equal(storage_load(rig.storage, &found, &rig.error), 0);
    rig.face = storage_interface(rig.storage);
    assert_int_equal(storage_start_writer(rig.storage, &listener, &rig.error),
                     0);
    run_both(&rig, &heard);
    rig_close(&rig);
    rig.storage = storage_open(place->path, &file_ops_posix, NULL, &rig.error);
    assert_non_null(rig.storage);
    assert_int_equal(storage_load(rig.storage, &found, &rig.error), 0);
    t_u64_eq(found.log.first_index + found.log.count - 1, rig.last_index);
    body_must_be(rig.storage, ROUNDS, 1);
    rig_destroy(&rig);
}

static void snapshots_beside_the_writer(void **state)
{
    struct storage_rig rig;
    struct heard heard;

    (void)state;
    rig_create(&rig, 1, 1024);
    heard_start(&rig, &heard);
    run_both(&rig, &heard);
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    rig_must_open(&rig);
    body_must_be(rig.storage, ROUNDS, 1);
    rig_destroy(&rig);
}

static void wait_for_log_bytes(struct storage_rig *rig, uint64_t byte_count)
{
    const time_t until = time(NULL) + 30;
    struct storage_stats stats;

    do {
        (void)sched_yield();
        storage_stats(rig->storage, &stats);
    } while (stats.log_bytes != byte_count && time(NULL) < until);
    t_u64_eq(stats.log_bytes, byte_count);
}

/* Idle, even asleep, it needs no write to remove what was compacted. */
static void writer_compacts_when_idle(void **state)
{
    struct storage_rig rig;
    struct heard heard;
    struct raft_snapshot done;

    (void)state;
    rig_create(&rig, 1, 512);
    heard_start(&rig, &heard);
    for (int i = 0; i < 40; i++) {
        assert_true(rig_append(&rig, 2, 140));
    }
    assert_int_equal(rig.face.flush(rig.face.self), 0);
    heard_wait(&heard, rig.seq);
    assert_true(body_take(rig.storage, 80, 1, &done, &rig.error));
    for (raft_index through = 2; through < 80; through += 2) {
        assert_true(rig_compact(&rig, through));
        wait_for_log_bytes(&rig, 512 * (40 - through / 2));
    }
    t_u64_eq(heard.error.problem, 0);
    rig.acked_count = rig.step_count;
    rig_close(&rig);
    rig_must_open(&rig);
    t_u64_eq(rig.first_index, 79);
    rig_destroy(&rig);
}

/* A reset is a write like any other: in order, and reported. */
static void writer_resets_in_order(void **state)
{
    struct storage_rig rig;
    struct heard heard;
    struct raft_snapshot done;

    (void)state;
    rig_create(&rig, 1, 512);
    heard_start(&rig, &heard);
    for (raft_index index = 10; index <= 200; index += 10) {
        assert_true(rig_append(&rig, 3, 100));
        assert_true(body_receive(rig.storage, index, index, &done, &rig.error));
        assert_true(rig_append(&rig, 1, 100));
        assert_true(rig_reset(&rig, index, index));
        assert_true(rig_append(&rig, 2, 100));
        assert_int_equal(rig.face.flush(rig.face.self), 0);
    }
    heard_wait(&heard, rig.seq);
    assert_false(heard.went_back);
    t_u64_eq(heard.error.problem, 0);
    rig.acked_count = rig.step_count;
    fault_files_crash(rig.disk, FAULT_KEEP_NONE, FAULT_KEEP_NONE);
    rig_close(&rig);
    rig_must_open(&rig);
    t_u64_eq(rig.first_index, 201);
    t_u64_eq(rig.last_index, 202);
    rig_destroy(&rig);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(snapshots_beside_the_writer),
    cmocka_unit_test_setup_teardown(snapshots_beside_the_writer_in_real_files,
                                    place_create, place_remove),
    cmocka_unit_test(writer_compacts_when_idle),
    cmocka_unit_test(writer_resets_in_order),
};

T_MAIN(tests)
