/* SPDX-License-Identifier: MIT
 *
 * intern.h - equal bytes get equal numbers: 0, 1, 2, ...
 */
#ifndef RAFTSIM_EXPLORE_INTERN_H
#define RAFTSIM_EXPLORE_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct intern {
    uint8_t *bytes; /* of all, one behind the other */
    size_t byte_count;
    size_t byte_capacity;
    size_t *ends;
    size_t count;
    size_t end_capacity;
    uint32_t *places; /* open addressing: number + 1, or 0 */
    size_t place_count;
};

/* A zeroed struct holds nothing. *is_new: may be NULL. */
uint32_t intern_number(struct intern *intern, const uint8_t *bytes,
                       size_t byte_count, bool *is_new);

/* Valid until the next intern_number(). */
const uint8_t *intern_bytes(const struct intern *intern, uint32_t number,
                            size_t *byte_count);

size_t intern_memory(const struct intern *intern);
void intern_free(struct intern *intern);

/* All bits of a number depend on all bits of another (splitmix64). */
static inline uint64_t explore_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

uint64_t explore_hash(const uint8_t *bytes, size_t byte_count, uint64_t seed);

#endif
