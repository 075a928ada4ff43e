/* SPDX-License-Identifier: MIT
 *
 * golden_hex.c - bytes that must stay as they are, written in hexadecimal.
 */
#include "tests/unit/golden_hex.h"

#include <stdio.h>

#include "tests/t.h"

size_t golden_bytes(const char *hex, uint8_t *bytes)
{
    size_t count = 0;

    for (const char *at = hex; *at != '\0'; at += 2) {
        unsigned byte = 0;

        assert_true(count < GOLDEN_ROOM);
        assert_int_equal(sscanf(at, "%2x", &byte), 1);
        bytes[count++] = (uint8_t)byte;
    }
    return count;
}

void is_golden(const char *hex, const uint8_t *bytes, size_t count)
{
    char text[2 * GOLDEN_ROOM + 1];

    assert_true(count <= GOLDEN_ROOM);
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    assert_string_equal(text, hex);
}
