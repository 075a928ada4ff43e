/* SPDX-License-Identifier: MIT
 *
 * test_net_frame_bad.c - bytes that are not frames, and frames that lie.
 */
#include "tests/t.h"

#include <stdlib.h>
#include <string.h>

#include "raft/bytes.h"
#include "raft/storage/crc32c.h"
#include "tests/unit/net_samples.h"

static void a_changed_byte_is_always_noticed(void **state)
{
    (void)state;
    for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
        uint8_t bytes[SAMPLE_ROOM];
        struct frame frame;
        size_t used = 0;
        const size_t count = sample_frame(bytes, kind, 5);

        for (size_t at = 0; at < count; at++) {
            for (unsigned flip = 1; flip < 256; flip++) {
                bytes[at] ^= (uint8_t)flip;
                const enum frame_error error =
                    sample_decode(bytes, count, &frame, &used);
                assert_true(error == FRAME_FOREIGN ||
                            error == FRAME_BAD_VERSION ||
                            error == FRAME_DAMAGED);
                bytes[at] ^= (uint8_t)flip;
            }
        }
    }
}

/* Sums that are right, around whatever the test put there. */
static void seal(uint8_t *bytes, uint32_t body_bytes)
{
    put_u32(bytes + 40, body_bytes);
    put_u32(bytes + 44, crc32c(0, bytes + FRAME_HEADER_BYTES, body_bytes));
    put_u32(bytes + 48, crc32c(0, bytes, 48));
}

static void a_length_is_checked_before_it_is_waited_for(void **state)
{
    static const struct {
        uint32_t length;
        enum frame_error expected;
    } cases[] = {
        {0, FRAME_MALFORMED},          {1, FRAME_MORE},
        {SAMPLE_MAX_BODY, FRAME_MORE}, {SAMPLE_MAX_BODY + 1, FRAME_TOO_LONG},
        {1u << 31, FRAME_TOO_LONG},    {UINT32_MAX, FRAME_TOO_LONG},
    };
    uint8_t bytes[SAMPLE_ROOM];
    struct frame frame;
    size_t used = 0;

    (void)state;
    sample_frame(bytes, RAFT_TIMEOUT_NOW, 5);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_u32(bytes + 40, cases[i].length);
        put_u32(bytes + 44, crc32c(0, bytes + FRAME_HEADER_BYTES, 0));
        put_u32(bytes + 48, crc32c(0, bytes, 48));
        t_u64_eq(sample_decode(bytes, FRAME_HEADER_BYTES, &frame, &used),
                 cases[i].expected);
    }
}

/* Spoil one place of a sealed frame, then mend the sums. */
struct spoil {
    int kind;
    size_t at;
    size_t width;
    uint64_t value;
    enum frame_error expected;
};

static const struct spoil spoils[] = {
    /* The header: type, flags, from. */
    {RAFT_TIMEOUT_NOW, 6, 1, 0, FRAME_BAD_TYPE},
    {RAFT_TIMEOUT_NOW, 6, 1, 31, FRAME_BAD_TYPE},
    {RAFT_TIMEOUT_NOW, 6, 1, 255, FRAME_BAD_TYPE},
    {RAFT_TIMEOUT_NOW, 7, 1, 1, FRAME_MALFORMED},
    {RAFT_TIMEOUT_NOW, 16, 8, 0, FRAME_MALFORMED},
    /* Another type's body. */
    {RAFT_TIMEOUT_NOW, 6, 1, RAFT_APPEND_ENTRIES, FRAME_MALFORMED},
    {RAFT_TIMEOUT_NOW, 6, 1, FRAME_PING, FRAME_MALFORMED},
    /* Flags that do not exist; candidate and leader that are not the sender. */
    {RAFT_REQUEST_VOTE, 92, 1, 4, FRAME_MALFORMED},
    {RAFT_REQUEST_VOTE, 60, 8, 8, FRAME_MALFORMED},
    {RAFT_REQUEST_VOTE_RESULT, 68, 1, 4, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES_RESULT, 108, 1, 2, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 60, 8, 8, FRAME_MALFORMED},
    /* prev_log_index + count beyond the last number. */
    {RAFT_APPEND_ENTRIES, 68, 8, UINT64_MAX - 2, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 68, 8, UINT64_MAX - 3, FRAME_OK},
    /* entry_count: fewer and more than there are; count x size overflows. */
    {RAFT_APPEND_ENTRIES, 108, 4, 2, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 108, 4, 4, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 108, 4, 1u << 31, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 108, 4, UINT32_MAX, FRAME_MALFORMED},
    /* The first entry: term 0, newer than the next, than the leader; type. */
    {RAFT_APPEND_ENTRIES, 112, 8, 0, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 112, 8, 2, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 112, 8, 6, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 120, 1, 0, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 120, 1, 4, FRAME_MALFORMED},
    /* An entry before the one at prev_log_index. */
    {RAFT_APPEND_ENTRIES, 76, 8, 2, FRAME_MALFORMED},
    /* byte_count of the first entry and of the last. */
    {RAFT_APPEND_ENTRIES, 121, 4, 1, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 121, 4, UINT32_MAX, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 152, 4, 0, FRAME_MALFORMED},
    {RAFT_APPEND_ENTRIES, 152, 4, 2, FRAME_MALFORMED},
    /* HELLO: a length too long for the rest and for its field; a line end
     * in the name, a NUL, a quote in an address. */
    {0, 52, 1, 255, FRAME_MALFORMED},
    {0, 52, 1, NET_MAX_NAME, FRAME_MALFORMED},
    {0, 53, 1, '\n', FRAME_MALFORMED},
    {0, 53, 1, 0, FRAME_MALFORMED},
    {0, 62, 1, '"', FRAME_MALFORMED},
};

static void contents_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof spoils / sizeof spoils[0]; i++) {
        const struct spoil *const spoil = &spoils[i];
        uint8_t bytes[SAMPLE_ROOM];
        uint8_t number[8];
        struct frame frame;
        size_t used = 0;
        const size_t count = sample_frame(bytes, spoil->kind, 5);

        put_u64(number, spoil->value);
        memcpy(bytes + spoil->at, number, spoil->width);
        seal(bytes, (uint32_t)(count - FRAME_HEADER_BYTES));
        const enum frame_error error =
            sample_decode(bytes, count, &frame, &used);
        if (error != spoil->expected) {
            fail_msg("spoil %zu: %s", i, frame_error_text(error));
        }
    }
}

static void a_longer_body_than_the_type_has_is_refused(void **state)
{
    (void)state;
    for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
        uint8_t bytes[SAMPLE_ROOM] = {0};
        struct frame frame;
        size_t used = 0;
        const size_t count = sample_frame(bytes, kind, 5);

        bytes[count] = 0;
        seal(bytes, (uint32_t)(count + 1 - FRAME_HEADER_BYTES));
        t_u64_eq(sample_decode(bytes, count + 1, &frame, &used),
                 FRAME_MALFORMED);
    }
}

/* Cut anywhere, with sums that fit what is left. */
static void a_shorter_body_than_the_type_has_is_refused(void **state)
{
    (void)state;
    for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
        uint8_t bytes[SAMPLE_ROOM];
        struct frame frame;
        size_t used = 0;
        const size_t count = sample_frame(bytes, kind, 5);

        for (size_t cut = FRAME_HEADER_BYTES; cut < count; cut++) {
            seal(bytes, (uint32_t)(cut - FRAME_HEADER_BYTES));
            t_u64_eq(sample_decode(bytes, cut, &frame, &used), FRAME_MALFORMED);
        }
    }
}

/* A type is known to the version it came with, and to no other. */
static void a_type_of_another_version_is_refused(void **state)
{
    (void)state;
    for (int kind = 0; kind < SAMPLE_KINDS; kind++) {
        uint8_t bytes[SAMPLE_ROOM];
        struct frame frame;
        size_t used = 0;
        const size_t count = sample_frame(bytes, kind, 5);
        const uint8_t own = bytes[4];

        for (uint8_t version = 1; version <= FRAME_VERSION; version++) {
            bytes[4] = version;
            seal(bytes, (uint32_t)(count - FRAME_HEADER_BYTES));
            t_u64_eq(sample_decode(bytes, count, &frame, &used),
                     version == own ? FRAME_OK : FRAME_BAD_TYPE);
        }
    }
}

static void another_version_is_told_from_noise(void **state)
{
    uint8_t bytes[SAMPLE_ROOM];
    struct frame frame;
    size_t used = 0;

    (void)state;
    sample_frame(bytes, 0, 1);
    for (unsigned version = 0; version <= UINT16_MAX; version++) {
        put_u16(bytes + 4, (uint16_t)version);
        t_u64_eq(sample_decode(bytes, 6, &frame, &used),
                 version >= 1 && version <= 3 ? FRAME_MORE : FRAME_BAD_VERSION);
    }
    t_u64_eq(sample_decode((const uint8_t *)"GET / HTTP/1.1", 2, &frame, &used),
             FRAME_FOREIGN);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return *seed >> 33;
}

/* Random bytes behind right sums: the checks behind them are what is left. */
static void random_contents_are_survived(void **state)
{
    uint64_t seed = 1;
    size_t taken = 0;
    size_t refused = 0;

    (void)state;
    for (int round = 0; round < 200000; round++) {
        uint8_t bytes[SAMPLE_ROOM];
        struct frame frame;
        size_t used = 0;
        size_t count =
            sample_frame(bytes, (int)(next_random(&seed) % SAMPLE_KINDS), 5);
        const uint64_t changes = next_random(&seed) % 4;

        for (uint64_t i = 0; i < changes; i++) {
            bytes[next_random(&seed) % count] = (uint8_t)next_random(&seed);
        }
        if (next_random(&seed) % 2 == 0) {
            count = FRAME_HEADER_BYTES +
                    next_random(&seed) % (count - FRAME_HEADER_BYTES + 8);
        }
        seal(bytes, (uint32_t)(count - FRAME_HEADER_BYTES));
        if (sample_decode(bytes, count, &frame, &used) == FRAME_OK) {
            t_u64_eq(used, count);
            taken++;
        } else {
            refused++;
        }
    }
    assert_true(taken > 1000 && refused > 1000);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(a_changed_byte_is_always_noticed),
    cmocka_unit_test(a_length_is_checked_before_it_is_waited_for),
    cmocka_unit_test(contents_that_make_no_sense_are_refused),
    cmocka_unit_test(a_longer_body_than_the_type_has_is_refused),
    cmocka_unit_test(a_shorter_body_than_the_type_has_is_refused),
    cmocka_unit_test(a_type_of_another_version_is_refused),
    cmocka_unit_test(another_version_is_told_from_noise),
    cmocka_unit_test(random_contents_are_survived),
};

T_MAIN(tests)
