/* SPDX-License-Identifier: MIT
 *
 * test_kv_command.c - commands as bytes, and bytes that are no commands.
 */
#include <stdlib.h>
#include <string.h>

#include "kv/command.h"
#include "raft/bytes.h"
#include "tests/t.h"

static struct kv_operation put(const char *key, const char *value,
                               enum kv_tag tag)
{
    return (struct kv_operation){.type = KV_PUT,
                                 .tag = tag,
                                 .key = (const uint8_t *)key,
                                 .key_bytes = strlen(key),
                                 .value = (const uint8_t *)value,
                                 .value_bytes = strlen(value)};
}

static struct kv_operation delete (const char *key)
{
    return (struct kv_operation){.type = KV_DELETE,
                                 .key = (const uint8_t *)key,
                                 .key_bytes = strlen(key)};
}

/* In a block of exactly its size, so that a sanitizer sees a read beyond. */
static uint8_t *encode(const struct kv_operation *operations, size_t count,
                       size_t *byte_count)
{
    *byte_count = kv_command_size(operations, count);
    uint8_t *bytes = malloc(*byte_count);

    assert_non_null(bytes);
    kv_command_encode(operations, count, bytes);
    return bytes;
}

static bool opens(const uint8_t *bytes, size_t byte_count)
{
    struct kv_command_reader reader;
    uint8_t *copy = malloc(byte_count + 1);

    assert_non_null(copy);
    uint8_t *exact = realloc(copy, byte_count > 0 ? byte_count : 1);

    assert_non_null(exact);
    memcpy(exact, bytes, byte_count);
    const bool open = kv_command_open(&reader, exact, byte_count);

    free(exact);
    return open;
}

static void bytes_are_those_of_the_table(void **state)
{
    (void)state;
    const struct kv_operation operations[] = {put("a", "hi", KV_TEXT),
                                              delete ("b")};
    static const uint8_t table[] = {1, 2, 0, 0, 0,   1,   1, 0, 'a', 0,
                                    2, 0, 0, 0, 'h', 'i', 2, 1, 0,   'b'};
    size_t byte_count;
    uint8_t *bytes = encode(operations, 2, &byte_count);

    t_u64_eq(byte_count, sizeof(table));
    assert_memory_equal(bytes, table, sizeof(table));
    free(bytes);
}

static void what_went_in_comes_out(void **state)
{
    (void)state;
    const struct kv_operation in[] = {put("key", "", KV_TEXT),
                                      put("k\xff\x01", "[1, 2]", KV_JSON),
                                      delete ("gone")};
    struct kv_command_reader reader;
    struct kv_operation out;
    size_t byte_count;
    uint8_t *bytes = encode(in, 3, &byte_count);

    assert_true(kv_command_open(&reader, bytes, byte_count));
    for (size_t i = 0; i < 3; i++) {
        assert_true(kv_command_next(&reader, &out));
        assert_int_equal(out.type, in[i].type);
        assert_int_equal(out.tag, in[i].tag);
        t_u64_eq(out.key_bytes, in[i].key_bytes);
        assert_memory_equal(out.key, in[i].key, in[i].key_bytes);
        t_u64_eq(out.value_bytes, in[i].value_bytes);
        if (in[i].value_bytes > 0) {
            assert_memory_equal(out.value, in[i].value, in[i].value_bytes);
        }
    }
    assert_false(kv_command_next(&reader, &out));
    free(bytes);
}

static void every_shorter_or_longer_text_is_refused(void **state)
{
    (void)state;
    const struct kv_operation operations[] = {
        put("key", "value", KV_TEXT), delete ("k2"), put("k3", "", KV_JSON)};
    size_t byte_count;
    uint8_t *bytes = encode(operations, 3, &byte_count);

    for (size_t shorter = 0; shorter < byte_count; shorter++) {
        assert_false(opens(bytes, shorter));
    }
    assert_true(opens(bytes, byte_count));
    bytes = realloc(bytes, byte_count + 1);
    assert_non_null(bytes);
    bytes[byte_count] = 0;
    assert_false(opens(bytes, byte_count + 1));
    free(bytes);
}

/* A changed byte may still make a command; then it must read to its end. */
static void changed_bytes_never_read_beyond_the_end(void **state)
{
    (void)state;
    const struct kv_operation operations[] = {
        put("key", "value", KV_TEXT), delete ("k2"), put("k3", "", KV_JSON)};
    size_t byte_count;
    size_t refused = 0;
    uint8_t *bytes = encode(operations, 3, &byte_count);

    for (size_t at = 0; at < byte_count; at++) {
        const uint8_t kept = bytes[at];

        for (unsigned change = 1; change < 256; change++) {
            bytes[at] = (uint8_t)(kept ^ change);
            refused += opens(bytes, byte_count) ? 0 : 1;
        }
        bytes[at] = kept;
    }
    /* All that may change: 5 + 2 key bytes (not to 0), 5 bytes of values,
     * two tags, and a type whose other value happens to fit nowhere. */
    t_u64_eq(refused, byte_count * 255 - (7 * 254 + 5 * 255 + 2 * 1));
    free(bytes);
}

struct hostile {
    const char *why;
    size_t byte_count;
    const char *bytes;
};

static void hostile_bytes_are_refused(void **state)
{
    (void)state;
    static const struct hostile table[] = {
        {"nothing", 0, ""},
        {"version 0", 9, "\0\1\0\0\0\2\1\0k"},
        {"version 2", 9, "\2\1\0\0\0\2\1\0k"},
        {"no operations", 5, "\1\0\0\0\0"},
        {"a huge count", 9, "\1\xff\xff\xff\xff\2\1\0k"},
        {"more than there are", 9, "\1\2\0\0\0\2\1\0k"},
        {"fewer than there are", 13, "\1\1\0\0\0\2\1\0k\2\1\0l"},
        {"type 0", 9, "\1\1\0\0\0\0\1\0k"},
        {"type 3", 9, "\1\1\0\0\0\3\1\0k"},
        {"an empty key", 8, "\1\1\0\0\0\2\0\0"},
        {"a NUL in the key", 10, "\1\1\0\0\0\2\2\0k\0"},
        {"tag 2", 14, "\1\1\0\0\0\1\1\0k\2\0\0\0\0"},
        {"a value of 4 GiB", 14, "\1\1\0\0\0\1\1\0k\0\xff\xff\xff\xff"},
    };

    assert_true(opens((const uint8_t *)"\1\1\0\0\0\2\1\0k", 9));
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (opens((const uint8_t *)table[i].bytes, table[i].byte_count)) {
            fail_msg("taken for a command: %s", table[i].why);
        }
    }
}

static void limits_hold_to_the_byte(void **state)
{
    (void)state;
    struct kv_operation *operations =
        calloc(KV_MAX_OPERATIONS, sizeof(*operations));
    char *key = calloc(1, KV_MAX_KEY_BYTES + 2);
    size_t byte_count;

    assert_non_null(operations);
    assert_non_null(key);
    memset(key, 'k', KV_MAX_KEY_BYTES);
    operations[0] = delete (key);
    uint8_t *bytes = encode(operations, 1, &byte_count);

    assert_true(opens(bytes, byte_count)); /* a key of 4096 bytes */
    bytes = realloc(bytes, byte_count + 1);
    assert_non_null(bytes);
    bytes[byte_count] = 'k';
    put_u16(bytes + 6, KV_MAX_KEY_BYTES + 1);
    assert_false(opens(bytes, byte_count + 1));
    free(bytes);

    for (size_t i = 0; i < KV_MAX_OPERATIONS; i++) {
        operations[i] = delete ("k");
    }
    bytes = encode(operations, KV_MAX_OPERATIONS, &byte_count);
    assert_true(opens(bytes, byte_count)); /* 10,000 operations */
    bytes = realloc(bytes, byte_count + 4);
    assert_non_null(bytes);
    memcpy(bytes + byte_count, bytes + byte_count - 4, 4);
    put_u32(bytes + 1, KV_MAX_OPERATIONS + 1);
    assert_false(opens(bytes, byte_count + 4));
    free(bytes);
    free(key);
    free(operations);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(bytes_are_those_of_the_table),
    cmocka_unit_test(what_went_in_comes_out),
    cmocka_unit_test(every_shorter_or_longer_text_is_refused),
    cmocka_unit_test(changed_bytes_never_read_beyond_the_end),
    cmocka_unit_test(hostile_bytes_are_refused),
    cmocka_unit_test(limits_hold_to_the_byte),
};

T_MAIN(tests)
