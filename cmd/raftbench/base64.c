/* SPDX-License-Identifier: MIT
 *
 * base64.c - as etcd's gateway wants keys and values (RFC 4648, padded).
 */
#include "cmd/raftbench/base64.h"

#include <stdint.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "abcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_encode(const void *bytes, size_t byte_count, char *text)
{
    const uint8_t *in = bytes;
    char *out = text;

    for (size_t i = 0; i < byte_count; i += 3) {
        const size_t left = byte_count - i;
        const uint32_t triple =
            (uint32_t)in[i] << 16 |
            (left > 1 ? (uint32_t)in[i + 1] << 8 : UINT32_C(0)) |
            (left > 2 ? (uint32_t)in[i + 2] : UINT32_C(0));

        *out++ = alphabet[triple >> 18];
        *out++ = alphabet[triple >> 12 & 63];
        *out++ = '=';
        *out++ = '=';
        if (left > 1) {
            out[-2] = alphabet[triple >> 6 & 63];
        }
        if (left > 2) {
            out[-1] = alphabet[triple & 63];
        }
    }
    return (size_t)(out - text);
}

size_t base64_decode(const char *text, size_t text_bytes, void *bytes,
                     size_t capacity)
{
    uint8_t *out = bytes;
    size_t count = 0;
    uint32_t bits = 0;
    unsigned bit_count = 0;

    for (size_t i = 0; i < text_bytes && count < capacity; i++) {
        const char *digit = text[i] != '\0' ? strchr(alphabet, text[i]) : NULL;

        if (digit == NULL) {
            break;
        }
        bits = bits << 6 | (uint32_t)(digit - alphabet);
        bit_count += 6;
        if (bit_count >= 8) {
            bit_count -= 8;
            out[count++] = (uint8_t)(bits >> bit_count);
        }
    }
    return count;
}
