/* SPDX-License-Identifier: MIT
 *
 * test_storage_crc32c.c - the checksum, against the values of RFC 3720 B.4.
 */
#include <string.h>

#include "raft/storage/crc32c.h"
#include "tests/t.h"

static void both(const void *bytes, size_t byte_count, uint32_t expected)
{
    t_u64_eq(crc32c(0, bytes, byte_count), expected);
    t_u64_eq(crc32c_portable(0, bytes, byte_count), expected);
}

static void crc32c_of_the_standard_examples(void **state)
{
    uint8_t bytes[32];

    (void)state;
    both("", 0, 0);
    both("123456789", 9, 0xe3069283);
    memset(bytes, 0, sizeof bytes);
    both(bytes, sizeof bytes, 0x8a9136aa);
    memset(bytes, 0xff, sizeof bytes);
    both(bytes, sizeof bytes, 0x62a8ab43);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)i;
    }
    both(bytes, sizeof bytes, 0x46dd794e);
}

static void crc32c_goes_on_where_it_stopped(void **state)
{
    uint8_t bytes[100];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 37 + 11);
    }
    for (size_t cut = 0; cut <= sizeof bytes; cut++) {
        const size_t rest = sizeof bytes - cut;
        const uint32_t whole = crc32c(0, bytes, sizeof bytes);

        t_u64_eq(crc32c(crc32c(0, bytes, cut), bytes + cut, rest), whole);
        t_u64_eq(
            crc32c_portable(crc32c_portable(0, bytes, cut), bytes + cut, rest),
            whole);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(crc32c_of_the_standard_examples),
    cmocka_unit_test(crc32c_goes_on_where_it_stopped),
};

T_MAIN(tests)
