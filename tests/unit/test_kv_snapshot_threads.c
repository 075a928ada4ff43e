/* SPDX-License-Identifier: MIT
 *
 * test_kv_snapshot_threads.c - as in raftd: the loop applies and encodes,
 * another thread builds and frees maps, others read all the time. For the
 * thread sanitizer, and for readers that would see two maps at once.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/kv_rig.h"

enum { READERS = 3, ROUNDS = 100, KEYS = 40 };

struct readers {
    struct kv *kv;
    atomic_bool stop;
    atomic_uint walks;
};

/* All values of a map are the same. */
struct seen {
    char value[8];
    size_t count;
    bool wrong;
};

static bool see(void *context, const uint8_t *key, size_t key_bytes,
                const struct kv_value *value)
{
    struct seen *seen = context;
    const char *text = (const char *)value->bytes;

    (void)key;
    (void)key_bytes;
    if (seen->count++ == 0) {
        memcpy(seen->value, text, value->byte_count + 1);
    }
    seen->wrong = seen->wrong || strcmp(seen->value, text) != 0;
    return true;
}

static void *read_all_the_time(void *context)
{
    struct readers *readers = context;

    while (!atomic_load(&readers->stop)) {
        struct seen seen = {.count = 0};
        struct kv_stats stats;
        struct kv_value value;

        kv_walk(readers->kv, NULL, 0, see, &seen);
        if (seen.wrong || (seen.count != 0 && seen.count != KEYS)) {
            return "two maps at once";
        }
        if (kv_get(readers->kv, (const uint8_t *)"a", 1, &value) == KV_FOUND) {
            kv_value_free(&value);
        }
        kv_stats(readers->kv, &stats);
        atomic_fetch_add(&readers->walks, 1);
    }
    return NULL;
}

/* All keys in one command. */
static void put_all(struct kv *kv, raft_index index, const char *value)
{
    struct kv_operation operations[KEYS];
    uint8_t keys[KEYS];
    uint8_t bytes[2000];

    for (size_t i = 0; i < KEYS; i++) {
        keys[i] = (uint8_t)('A' + i);
        operations[i] = (struct kv_operation){.type = KV_PUT,
                                              .key = &keys[i],
                                              .key_bytes = 1,
                                              .value = (const uint8_t *)value,
                                              .value_bytes = strlen(value)};
    }
    const size_t size = kv_command_size(operations, KEYS);
    const struct raft_entry entry = {.term = 1,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = (uint32_t)size,
                                     .bytes = bytes};

    assert_true(size <= sizeof(bytes));
    kv_command_encode(operations, KEYS, bytes);
    kv_apply(kv, index, &entry);
}

struct job {
    struct kv_rig_bytes bytes;
    struct kv_restore *restore; /* made by one thread, used by another */
    struct kv_remains remains;
};

static void *build(void *context)
{
    struct job *job = context;

    job->restore =
        kv_restore_create(job->bytes.applied_index, job->bytes.count);
    if (kv_restore_feed(job->restore, job->bytes.bytes, job->bytes.count) !=
        KV_RESTORE_DONE) {
        return "a restore failed";
    }
    return NULL;
}

static void *clean_up(void *context)
{
    struct job *job = context;

    kv_remains_free(&job->remains);
    kv_restore_destroy(job->restore);
    return NULL;
}

static void on_another_thread(void *(*run)(void *), struct job *job)
{
    pthread_t thread;
    void *wrong = NULL;

    assert_int_equal(pthread_create(&thread, NULL, run, job), 0);
    assert_int_equal(pthread_join(thread, &wrong), 0);
    assert_null(wrong);
}

static void readers_see_one_map_or_the_other(void **state)
{
    (void)state;
    struct readers readers = {.kv = kv_create()};
    struct kv *leader = kv_create();
    pthread_t threads[READERS];

    for (size_t i = 0; i < READERS; i++) {
        assert_int_equal(
            pthread_create(&threads[i], NULL, read_all_the_time, &readers), 0);
    }
    for (raft_index index = 1; index <= 2 * ROUNDS; index += 2) {
        uint8_t room[64];
        struct kv_slice slice = {.bytes = room, .capacity = 64, .max_pairs = 9};
        struct kv_snapshot_info info;
        struct job job = {.remains = {NULL, NULL}};

        put_all(readers.kv, index, "old");
        assert_true(kv_snapshot_begin(readers.kv, &info));
        (void)kv_snapshot_slice(readers.kv, &slice);
        put_all(leader, index + 1, index % 4 == 1 ? "new" : "newer");
        job.bytes = kv_rig_snapshot(leader, 1000, 1000);
        on_another_thread(build, &job);
        job.remains = kv_install(readers.kv, job.restore);
        on_another_thread(clean_up, &job);
        kv_rig_free(&job.bytes);
    }
    while (atomic_load(&readers.walks) == 0) { /* however busy the machine */
    }
    atomic_store(&readers.stop, true);
    for (size_t i = 0; i < READERS; i++) {
        void *wrong = NULL;

        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    kv_destroy(readers.kv);
    kv_destroy(leader);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(readers_see_one_map_or_the_other),
};

T_MAIN(tests)
