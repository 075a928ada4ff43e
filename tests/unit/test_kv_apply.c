/* SPDX-License-Identifier: MIT
 *
 * test_kv_apply.c - what a state machine owes Raft: all or nothing, the same
 * on every server, and readers beside the writer.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "kv/kv.h"
#include "tests/t.h"

static void apply_bytes(struct kv *kv, raft_index index, const uint8_t *bytes,
                        size_t byte_count)
{
    const struct raft_entry entry = {.term = 1,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = (uint32_t)byte_count,
                                     .bytes = bytes};

    kv_apply(kv, index, &entry);
}

static void apply_operation(struct kv *kv, raft_index index,
                            const struct kv_operation *op)
{
    uint8_t bytes[256];

    assert_true(kv_command_size(op, 1) <= sizeof(bytes));
    kv_command_encode(op, 1, bytes);
    apply_bytes(kv, index, bytes, kv_command_size(op, 1));
}

static void put(struct kv *kv, raft_index index, const char *key,
                const char *value, enum kv_tag tag)
{
    apply_operation(
        kv, index,
        &(struct kv_operation){.type = value ? KV_PUT : KV_DELETE,
                               .tag = tag,
                               .key = (const uint8_t *)key,
                               .key_bytes = strlen(key),
                               .value = (const uint8_t *)value,
                               .value_bytes = value ? strlen(value) : 0});
}

static uint64_t hash(struct kv *kv)
{
    struct kv_stats stats;

    kv_stats(kv, &stats);
    return stats.state_hash;
}

static void same_pairs_hash_alike_whatever_the_history(void **state)
{
    (void)state;
    struct kv *a = kv_create();
    struct kv *b = kv_create();

    put(a, 1, "x", "1", KV_TEXT);
    put(a, 2, "y", "2", KV_TEXT);
    put(b, 1, "z", "9", KV_TEXT);
    put(b, 2, "y", "1", KV_TEXT);
    put(b, 3, "y", "2", KV_TEXT);
    assert_int_not_equal(hash(a), hash(b));
    put(b, 4, "x", "1", KV_TEXT);
    put(b, 5, "z", NULL, KV_TEXT);
    t_u64_eq(hash(a), hash(b));
    kv_destroy(a);
    kv_destroy(b);
}

/* Everything a client can see must show in the hash. */
static void other_pairs_hash_differently(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value;
        enum kv_tag tag;
    } one[] = {
        {"k", "v", KV_TEXT},
        {"k", "v", KV_JSON},
        {"k", "w", KV_TEXT},
        {"kv", "", KV_TEXT},
        {"l", "v", KV_TEXT},
        {"k", "", KV_TEXT},
        {"v", "k", KV_TEXT},
        {"k", "vv", KV_TEXT},
        {"12345678", "12345678", KV_TEXT},
        {"1234567", "812345678", KV_TEXT},
    };
    enum { COUNT = sizeof(one) / sizeof(one[0]) };
    uint64_t hashes[COUNT + 1] = {0}; /* the last: of the empty map */

    for (size_t i = 0; i < COUNT; i++) {
        struct kv *kv = kv_create();

        put(kv, 1, one[i].key, one[i].value, one[i].tag);
        hashes[i] = hash(kv);
        kv_destroy(kv);
    }
    for (size_t i = 0; i <= COUNT; i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(hashes[i], hashes[j]);
        }
    }
}

/* Hashed eight bytes at a time, the last padded with zeros: what is key,
 * value or padding only the lengths tell. */
static void lengths_show_in_the_hash(void **state)
{
    (void)state;
    static const struct {
        const char *key, *value;
        size_t value_bytes;
    } one[] = {{"a", "b", 1}, {"ab", "", 1}, {"a", "", 0}, {"a", "", 1}};
    enum { COUNT = sizeof(one) / sizeof(one[0]) };
    uint64_t hashes[COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        struct kv *kv = kv_create();

        apply_operation(
            kv, 1,
            &(struct kv_operation){.type = KV_PUT,
                                   .tag = KV_TEXT,
                                   .key = (const uint8_t *)one[i].key,
                                   .key_bytes = strlen(one[i].key),
                                   .value = (const uint8_t *)one[i].value,
                                   .value_bytes = one[i].value_bytes});
        hashes[i] = hash(kv);
        assert_int_not_equal(hashes[i], 0);
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(hashes[i], hashes[j]);
        }
        kv_destroy(kv);
    }
}

static void bytes_that_are_no_command_change_nothing(void **state)
{
    (void)state;
    struct kv *kv = kv_create();
    struct kv_stats stats;
    /* A good PUT of k, then an operation of type 9. */
    static const uint8_t half_good[] = {1, 2, 0, 0, 0,   1, 1, 0, 'k', 0,
                                        1, 0, 0, 0, 'v', 9, 1, 0, 'l'};

    put(kv, 1, "k", "old", KV_TEXT);
    const uint64_t before = hash(kv);

    apply_bytes(kv, 2, half_good, sizeof(half_good));
    apply_bytes(kv, 3, (const uint8_t *)"hello", 5);
    apply_bytes(kv, 4, NULL, 0);
    kv_stats(kv, &stats);
    t_u64_eq(stats.state_hash, before);
    t_u64_eq(stats.bad_commands, 3);
    t_u64_eq(stats.applied_index, 4);
    kv_destroy(kv);
}

static void no_ops_and_configurations_only_move_the_index(void **state)
{
    (void)state;
    struct kv *kv = kv_create();
    struct kv_stats stats;
    struct raft_entry entry = {.term = 1, .type = RAFT_ENTRY_NO_OP};

    kv_apply(kv, 1, &entry);
    entry.type = RAFT_ENTRY_CONFIG;
    entry.bytes = (const uint8_t *)"\1\1\0\0\0\1";
    entry.byte_count = 6;
    kv_apply(kv, 2, &entry);
    kv_stats(kv, &stats);
    t_u64_eq(stats.applied_index, 2);
    t_u64_eq(stats.bad_commands, 0);
    t_u64_eq(stats.key_count, 0);
    kv_destroy(kv);
}

static void operations_of_one_command_happen_in_order(void **state)
{
    (void)state;
    struct kv *kv = kv_create();
    struct kv_value value;
    uint8_t bytes[128];
    const uint8_t *k = (const uint8_t *)"k";
    const struct kv_operation operations[] = {
        {KV_PUT, KV_TEXT, k, 1, (const uint8_t *)"1", 1},
        {KV_DELETE, KV_TEXT, k, 1, NULL, 0},
        {KV_PUT, KV_JSON, k, 1, (const uint8_t *)"2", 1},
        {KV_PUT, KV_TEXT, (const uint8_t *)"m", 1, NULL, 0},
        {KV_PUT, KV_JSON, k, 1, (const uint8_t *)"3", 1}};

    kv_command_encode(operations, 5, bytes);
    apply_bytes(kv, 7, bytes, kv_command_size(operations, 5));
    assert_int_equal(kv_get(kv, k, 1, &value), KV_FOUND);
    assert_string_equal((const char *)value.bytes, "3");
    assert_int_equal(value.tag, KV_JSON);
    t_u64_eq(value.changed_index, 7);
    kv_value_free(&value);
    kv_destroy(kv);
}

enum { ROUNDS = 3000, READERS = 4 };

struct readers {
    struct kv *kv;
    atomic_bool stop;
};

/* a and b change in one command: no reader may see them differ. */
static bool remember(void *context, const uint8_t *key, size_t key_bytes,
                     const struct kv_value *value)
{
    char(*seen)[32] = context;

    assert_true(key_bytes == 1 && value->byte_count < 32);
    memcpy(seen[key[0] - 'a'], value->bytes, value->byte_count + 1);
    return true;
}

static void *read_all_the_time(void *context)
{
    struct readers *readers = context;

    while (!atomic_load(&readers->stop)) {
        char seen[2][32] = {"", ""};
        struct kv_value value;

        kv_walk(readers->kv, NULL, 0, remember, seen);
        if (strcmp(seen[0], seen[1]) != 0) {
            return "a and b differ";
        }
        if (kv_get(readers->kv, (const uint8_t *)"a", 1, &value) == KV_FOUND) {
            kv_value_free(&value);
        }
    }
    return NULL;
}

static void readers_never_see_half_a_command(void **state)
{
    (void)state;
    struct readers readers = {.kv = kv_create()};
    pthread_t threads[READERS];
    char text[32];

    for (size_t i = 0; i < READERS; i++) {
        assert_int_equal(
            pthread_create(&threads[i], NULL, read_all_the_time, &readers), 0);
    }
    for (raft_index index = 1; index <= ROUNDS; index++) {
        uint8_t bytes[128];
        const size_t length = 1 + index % 30;

        memset(text, 'a' + (int)(index % 26), length);
        const struct kv_operation operations[] = {
            {KV_PUT, KV_TEXT, (const uint8_t *)"a", 1, (uint8_t *)text, length},
            {KV_PUT, KV_TEXT, (const uint8_t *)"b", 1, (uint8_t *)text, length},
        };
        kv_command_encode(operations, 2, bytes);
        apply_bytes(readers.kv, index, bytes, kv_command_size(operations, 2));
    }
    atomic_store(&readers.stop, true);
    for (size_t i = 0; i < READERS; i++) {
        void *wrong = NULL;

        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    kv_destroy(readers.kv);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(same_pairs_hash_alike_whatever_the_history),
    cmocka_unit_test(other_pairs_hash_differently),
    cmocka_unit_test(lengths_show_in_the_hash),
    cmocka_unit_test(bytes_that_are_no_command_change_nothing),
    cmocka_unit_test(no_ops_and_configurations_only_move_the_index),
    cmocka_unit_test(operations_of_one_command_happen_in_order),
    cmocka_unit_test(readers_never_see_half_a_command),
};

T_MAIN(tests)
