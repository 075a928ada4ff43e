/* SPDX-License-Identifier: MIT
 *
 * test_kv_snapshot_format.c - version 1, byte by byte, as docs/snapshots.md
 * shows it: files that exist must stay readable.
 */
#include <string.h>

#include "tests/t.h"
#include "tests/unit/kv_rig.h"

/* "a" = "hi", put by entry 1. */
static uint8_t example[] = {
    0x01,                                           /* version */
    0x01, 0,    0,    0,    0,    0,    0,    0,    /* applied index */
    0x01, 0,    0,    0,    0,    0,    0,    0,    /* pairs */
    0x03, 0,    0,    0,    0,    0,    0,    0,    /* keys and values */
    0x00, 0,    0,    0,    0,    0,    0,    0,    /* bad commands */
    0x2b, 0xd7, 0x4f, 0x6d, 0x1d, 0x35, 0x52, 0xe6, /* state hash */
    0x01, 0,                                        /* length of the key */
    0x00,                                           /* text */
    0x02, 0,    0,    0,                            /* of the value */
    0x01, 0,    0,    0,    0,    0,    0,    0,    /* changed index */
    'a',  'h',  'i',                                /* both */
    0xcb, 0xc8, 0x4b, 0xe7};                        /* checksum */

static const struct kv_rig_bytes version_1 = {
    .bytes = example, .count = sizeof(example), .applied_index = 1};

static void version_1_is_written_as_it_always_was(void **state)
{
    (void)state;
    struct kv *kv = kv_create();

    kv_rig_put_bytes(kv, 1, "a", 1, "hi", 2);
    struct kv_rig_bytes bytes = kv_rig_snapshot(kv, 1000, 1000);

    kv_rig_same(&bytes, &version_1);
    kv_rig_free(&bytes);
    kv_destroy(kv);
}

static void version_1_is_read_as_it_always_was(void **state)
{
    (void)state;
    struct kv *kv = kv_rig_restored(&version_1);
    struct kv_value value;

    assert_int_equal(kv_get(kv, (const uint8_t *)"a", 1, &value), KV_FOUND);
    assert_string_equal(value.bytes, "hi");
    assert_int_equal(value.tag, KV_TEXT);
    t_u64_eq(value.changed_index, 1);
    kv_value_free(&value);
    kv_destroy(kv);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(version_1_is_written_as_it_always_was),
    cmocka_unit_test(version_1_is_read_as_it_always_was),
};

T_MAIN(tests)
