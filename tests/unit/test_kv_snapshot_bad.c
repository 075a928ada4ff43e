/* SPDX-License-Identifier: MIT
 *
 * test_kv_snapshot_bad.c - bytes that are no snapshot: cut short, altered,
 * hostile. Each is refused with a reason; none does harm (bugs P17, T3).
 */
#include <stdlib.h>
#include <string.h>

#include "raft/bytes.h"
#include "tests/t.h"
#include "tests/unit/kv_rig.h"

enum { HEADER = 41, PAIR = 15, ALTERATIONS = 30000 };

/* "a" = "one", "ab" = "two", "b" = "": at 41, 60 and 80. */
static struct kv_rig_bytes three_pairs(void)
{
    struct kv *kv = kv_create();

    kv_rig_put_bytes(kv, 5, "b", 1, "", 0);
    kv_rig_put_bytes(kv, 6, "a", 1, "one", 3);
    kv_rig_put_bytes(kv, 7, "ab", 2, "two", 3);
    struct kv_rig_bytes bytes = kv_rig_snapshot(kv, 1000, 1000);

    kv_destroy(kv);
    t_u64_eq(bytes.count, HEADER + 3 * PAIR + 1 + 3 + 2 + 3 + 1 + 4);
    return bytes;
}

/* What is altered is not seen by its checksum here: refused for its own sake,
 * or else it is a snapshot of something, and the only one of that. */
static void refused_or_harmless(const struct kv_rig_bytes *bytes)
{
    struct kv_restore *restore =
        kv_restore_create(bytes->applied_index, bytes->count);
    const enum kv_restore_result result = kv_rig_restore(restore, bytes, 9);

    if (result == KV_RESTORE_DONE) {
        struct kv *kv = kv_create();
        struct kv_remains remains = kv_install(kv, restore);
        struct kv_rig_bytes again = kv_rig_snapshot(kv, 1000, 1000);

        kv_remains_free(&remains);
        kv_rig_same(&again, bytes);
        kv_rig_free(&again);
        kv_destroy(kv);
    } else {
        assert_int_not_equal(result, KV_RESTORE_NO_MEMORY);
        assert_true(strlen(kv_restore_error(restore)) > 10);
    }
    kv_restore_destroy(restore);
}

static void each_prefix_is_cut_short(void **state)
{
    (void)state;
    struct kv_rig_bytes bytes = three_pairs();
    const size_t all = bytes.count;

    for (bytes.count = 0; bytes.count < all; bytes.count++) {
        struct kv_restore *restore = kv_restore_create(7, all);

        assert_int_equal(kv_rig_restore(restore, &bytes, 9), KV_RESTORE_MORE);
        assert_non_null(strstr(kv_restore_error(restore), "cut short"));
        kv_restore_destroy(restore);
        /* A file of that length whose header says the same. */
        if (bytes.count > 4) {
            restore = kv_restore_create(7, bytes.count);
            assert_int_equal(kv_rig_restore(restore, &bytes, 9),
                             bytes.count < HEADER ? KV_RESTORE_MORE
                                                  : KV_RESTORE_BAD);
            kv_restore_destroy(restore);
        }
    }
    kv_rig_free(&bytes);
}

static void each_altered_byte_is_refused(void **state)
{
    (void)state;
    struct kv_rig_bytes bytes = three_pairs();

    for (size_t at = 0; at < bytes.count; at++) {
        for (unsigned flip = 1; flip <= 0xff; flip++) {
            struct kv_restore *restore = kv_restore_create(7, bytes.count);

            bytes.bytes[at] ^= (uint8_t)flip;
            const enum kv_restore_result result =
                kv_rig_restore(restore, &bytes, 50);

            /* A length that became less leaves something to be wanted. */
            assert_true(result == KV_RESTORE_BAD || result == KV_RESTORE_MORE);
            assert_true(strlen(kv_restore_error(restore)) > 10);
            kv_restore_destroy(restore);
            bytes.bytes[at] ^= (uint8_t)flip;
        }
    }
    kv_rig_free(&bytes);
}

static void bytes_altered_with_their_checksum_do_no_harm(void **state)
{
    (void)state;
    struct kv_rig_bytes bytes = three_pairs();

    for (size_t at = 0; at + 4 < bytes.count; at++) {
        for (unsigned flip = 1; flip <= 0xff; flip++) {
            bytes.bytes[at] ^= (uint8_t)flip;
            kv_rig_seal(&bytes);
            refused_or_harmless(&bytes);
            bytes.bytes[at] ^= (uint8_t)flip;
        }
    }
    kv_rig_free(&bytes);
}

/* One to eight places of a snapshot of many pairs, the checksum made right. */
static void random_alterations_do_no_harm(void **state)
{
    (void)state;
    struct kv_rig rig;

    kv_rig_open(&rig, UINT64_C(0x9e3779b97f4a7c15));
    kv_rig_change(&rig, 20);
    struct kv_rig_bytes good = kv_rig_snapshot(rig.kv, 1000, 1000);
    struct kv_rig_bytes bytes = good;

    bytes.bytes = malloc(good.count);
    assert_non_null(bytes.bytes);
    for (size_t i = 0; i < ALTERATIONS; i++) {
        memcpy(bytes.bytes, good.bytes, good.count);
        for (size_t n = kv_rig_draw(&rig) % 8; n < 8; n++) {
            const size_t at = kv_rig_draw(&rig) % good.count;
            const size_t from = kv_rig_draw(&rig) % good.count;
            const size_t left = good.count - (at > from ? at : from);
            const size_t part = 1 + kv_rig_draw(&rig) % 20;

            if (n % 2 == 0) {
                bytes.bytes[at] = (uint8_t)kv_rig_draw(&rig);
            } else {
                memcpy(bytes.bytes + at, good.bytes + from,
                       part < left ? part : left);
            }
        }
        bytes.count =
            i % 3 == 0 ? 5 + kv_rig_draw(&rig) % good.count : good.count;
        bytes.count = bytes.count < good.count ? bytes.count : good.count;
        if (bytes.count > HEADER) { /* often enough past the header */
            memcpy(bytes.bytes, good.bytes, HEADER);
        }
        kv_rig_seal(&bytes);
        refused_or_harmless(&bytes);
    }
    kv_rig_free(&bytes);
    kv_rig_free(&good);
    kv_rig_close(&rig);
}

/* Noise, behind a header that lets it in. */
static void random_bytes_do_no_harm(void **state)
{
    (void)state;
    struct kv_rig rig;
    uint8_t room[400];

    kv_rig_open(&rig, UINT64_C(0xd6e8feb86659fd93));
    for (size_t i = 0; i < ALTERATIONS; i++) {
        struct kv_rig_bytes bytes = {.bytes = room,
                                     .count = 45 + kv_rig_draw(&rig) % 355,
                                     .applied_index = 7};
        const uint64_t pairs =
            kv_rig_draw(&rig) % (1 + (bytes.count - 45) / PAIR);

        for (size_t at = 0; at < bytes.count; at++) {
            const uint64_t drawn = kv_rig_draw(&rig); /* lengths are small */

            room[at] = (uint8_t)(drawn % 3 == 0 ? drawn >> 8 : drawn >> 8 & 1);
        }
        memset(room, 0, HEADER);
        room[0] = 1;
        put_u64(room + 1, 7);
        put_u64(room + 9, pairs);
        put_u64(room + 17, bytes.count - 45 - pairs * PAIR);
        kv_rig_seal(&bytes);
        refused_or_harmless(&bytes);
    }
    kv_rig_close(&rig);
}

struct edit {
    size_t at;
    size_t count; /* bytes of the number, 0: no edit */
    uint64_t number;
};

static const struct {
    const char *reason;
    struct edit edits[2];
} wrong[] = {
    {"version 2: this program reads version 1", {{0, 1, 2}}},
    {"snapshot of index 8, not 7", {{1, 8, 8}}},
    {"4 keys with 10 bytes cannot be 100 bytes", {{9, 8, 4}}},
    {"keys with 9 bytes cannot be 100 bytes", {{17, 8, 9}}},
    /* Modulo 2^64 both sums are right: 15 times that is 54; 60 - 5. */
    {"7378697629483820650 keys with 1 bytes cannot",
     {{9, 8, UINT64_C(7378697629483820650)}, {17, 8, 1}}},
    {"4 keys with 18446744073709551611 bytes cannot",
     {{9, 8, 4}, {17, 8, UINT64_MAX - 4}}},
    {"state hash 0000000000000000, but its pairs have", {{33, 8, 0}}},
    {"pair 1: key of 0 bytes, not 1 to 4096", {{41, 2, 0}}},
    {"pair 1: key of 4097 bytes, not 1 to 4096", {{41, 2, 4097}}},
    {"pair 1: unknown tag 2", {{43, 1, 2}}},
    {"pair 2: 9 + 3 bytes, but only 6 are left", {{60, 2, 9}}},
    {"pair 2: 2 + 4294967295 bytes, but only 6", {{63, 4, UINT32_MAX}}},
    {"pair 2: a zero byte in its key", {{76, 1, 0}}},
    {"pair 2: its key does not come after", {{60, 2, 1}, {63, 4, 4}}},
    {"pair 3: its key does not come after the last", {{95, 1, 'a'}}},
    {"pair 3: changed by entry 0, not 1 to 7", {{87, 8, 0}}},
    {"pair 3: changed by entry 8, not 1 to 7", {{87, 8, 8}}},
    /* The third pair would be taken for values of the others. */
    {"keys and values of 25 bytes, but they have", {{9, 8, 2}, {17, 8, 25}}},
};

static void each_field_is_refused_with_its_reason(void **state)
{
    (void)state;
    struct kv_rig_bytes good = three_pairs();

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct kv_restore *restore = kv_restore_create(7, good.count);
        struct kv_rig_bytes bytes = good;

        bytes.bytes = malloc(good.count);
        assert_non_null(bytes.bytes);
        memcpy(bytes.bytes, good.bytes, good.count);
        for (size_t n = 0; n < 2; n++) {
            const struct edit *edit = &wrong[i].edits[n];
            uint8_t number[8];

            put_u64(number, edit->number);
            memcpy(bytes.bytes + edit->at, number, edit->count);
        }
        kv_rig_seal(&bytes);
        assert_int_equal(kv_rig_restore(restore, &bytes, 6), KV_RESTORE_BAD);
        if (strstr(kv_restore_error(restore), wrong[i].reason) == NULL) {
            print_error("expected: %s\ngot: %s\n", wrong[i].reason,
                        kv_restore_error(restore));
            fail();
        }
        kv_restore_destroy(restore);
        kv_rig_free(&bytes);
    }
    kv_rig_free(&good);
}

static void nothing_may_follow_the_checksum(void **state)
{
    (void)state;
    struct kv_rig_bytes bytes = three_pairs();
    struct kv_restore *restore = kv_restore_create(7, bytes.count);

    assert_int_equal(kv_rig_restore(restore, &bytes, 9), KV_RESTORE_DONE);
    assert_int_equal(kv_restore_feed(restore, bytes.bytes, 0), KV_RESTORE_DONE);
    assert_int_equal(kv_restore_feed(restore, bytes.bytes, 1), KV_RESTORE_BAD);
    assert_non_null(strstr(kv_restore_error(restore), "behind its checksum"));
    /* Once refused, always. */
    assert_int_equal(kv_rig_restore(restore, &bytes, 9), KV_RESTORE_BAD);
    kv_restore_destroy(restore);
    kv_rig_free(&bytes);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(each_prefix_is_cut_short),
    cmocka_unit_test(each_altered_byte_is_refused),
    cmocka_unit_test(bytes_altered_with_their_checksum_do_no_harm),
    cmocka_unit_test(random_alterations_do_no_harm),
    cmocka_unit_test(random_bytes_do_no_harm),
    cmocka_unit_test(each_field_is_refused_with_its_reason),
    cmocka_unit_test(nothing_may_follow_the_checksum),
};

T_MAIN(tests)
