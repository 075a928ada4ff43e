/* SPDX-License-Identifier: MIT
 *
 * test_kv_memory.c - the map when memory runs out: a reader says so, the
 * writer must not go on. Its own program, with its own hooks.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "kv/kv.h"
#include "raft/check.h"
#include "raft/memory.h"
#include "tests/t.h"

/* Ours in place of the program's: the k-th allocation can be made to fail. */
static int allocations_left = -1; /* -1: no end */
static jmp_buf on_panic;
static const char *panic_text;

void *raft_realloc(void *block, size_t byte_count)
{
    if (allocations_left == 0) {
        return NULL;
    }
    allocations_left -= allocations_left > 0 ? 1 : 0;
    return realloc(block, byte_count);
}

void raft_free(void *block)
{
    free(block);
}

void raft_panic(const char *what, const char *file, int line)
{
    (void)file;
    (void)line;
    panic_text = what;
    longjmp(on_panic, 1);
}

static void put(struct kv *kv, raft_index index, const char *key,
                const char *value)
{
    uint8_t bytes[64];
    const struct kv_operation op = {.type = KV_PUT,
                                    .key = (const uint8_t *)key,
                                    .key_bytes = strlen(key),
                                    .value = (const uint8_t *)value,
                                    .value_bytes = strlen(value)};
    const size_t size = kv_command_size(&op, 1);
    const struct raft_entry entry = {.term = 1,
                                     .type = RAFT_ENTRY_COMMAND,
                                     .byte_count = (uint32_t)size,
                                     .bytes = bytes};

    assert_true(size <= sizeof(bytes));
    kv_command_encode(&op, 1, bytes);
    kv_apply(kv, index, &entry);
}

static void a_reader_without_memory_says_so(void **state)
{
    (void)state;
    struct kv *kv = kv_create();
    struct kv_value value;
    const uint8_t *k = (const uint8_t *)"k";

    put(kv, 1, "k", "v");
    allocations_left = 0;
    const enum kv_found found = kv_get(kv, k, 1, &value);
    const enum kv_found missing = kv_get(kv, (const uint8_t *)"l", 1, &value);

    allocations_left = -1;
    assert_int_equal(found, KV_NO_MEMORY);
    assert_null(value.bytes);
    assert_int_equal(missing, KV_MISSING);
    /* The lock is free again, and the value is still there. */
    put(kv, 2, "m", "w");
    assert_int_equal(kv_get(kv, k, 1, &value), KV_FOUND);
    kv_value_free(&value);
    kv_destroy(kv);
    allocations_left = 0;
    kv = kv_create();
    allocations_left = -1;
    assert_null(kv);
}

/* A committed entry that cannot be applied must end the process. */
static void apply_without_memory_panics(void **state)
{
    (void)state;
    struct kv *kv = kv_create();
    struct kv_stats stats;

    allocations_left = 0;
    if (setjmp(on_panic) == 0) {
        put(kv, 1, "k", "v");
        fail_msg("applied without memory");
    }
    allocations_left = -1;
    assert_non_null(strstr(panic_text, "out of memory"));
    kv_stats(kv, &stats);
    t_u64_eq(stats.key_count, 0);
    kv_destroy(kv);
}

static void an_index_is_never_applied_twice(void **state)
{
    (void)state;
    struct kv *kv = kv_create();

    put(kv, 3, "k", "v");
    panic_text = NULL;
    if (setjmp(on_panic) == 0) {
        const struct raft_entry entry = {.term = 1, .type = RAFT_ENTRY_NO_OP};

        kv_apply(kv, 3, &entry);
        fail_msg("applied twice");
    }
    assert_non_null(panic_text);
    kv_destroy(kv);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_reader_without_memory_says_so),
    cmocka_unit_test(apply_without_memory_panics),
    cmocka_unit_test(an_index_is_never_applied_twice),
};

T_MAIN(tests)
