/* SPDX-License-Identifier: MIT
 *
 * golden_hex.h - bytes that must stay as they are, written in hexadecimal.
 */
#ifndef TESTS_GOLDEN_HEX_H
#define TESTS_GOLDEN_HEX_H

#include <stddef.h>
#include <stdint.h>

enum { GOLDEN_ROOM = 512 };

/* How many there are: at most GOLDEN_ROOM. */
size_t golden_bytes(const char *hex, uint8_t *bytes);

/* Fails the test unless they are the same. */
void is_golden(const char *hex, const uint8_t *bytes, size_t count);

#endif
