/* SPDX-License-Identifier: MIT
 *
 * intern.c - equal bytes get equal numbers.
 */
#include "cmd/raftsim/explore/intern.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/raftsim/cluster/sim_memory.h"

uint64_t explore_hash(const uint8_t *bytes, size_t byte_count, uint64_t seed)
{
    uint64_t hash = explore_mix(seed + 0x9e3779b97f4a7c15u * (byte_count + 1));

    for (size_t at = 0; at < byte_count; at += 8) {
        const size_t left = byte_count - at;
        uint64_t word = 0;

        memcpy(&word, bytes + at, left < 8 ? left : 8);
        hash = explore_mix(hash ^ word) + 0x9e3779b97f4a7c15u;
    }
    return explore_mix(hash);
}

const uint8_t *intern_bytes(const struct intern *intern, uint32_t number,
                            size_t *byte_count)
{
    const size_t begin = number == 0 ? 0 : intern->ends[number - 1];

    *byte_count = intern->ends[number] - begin;
    return intern->bytes + begin;
}

/* Where these bytes are, or would be. */
static size_t find_place(const struct intern *intern, const uint8_t *bytes,
                         size_t byte_count)
{
    const size_t mask = intern->place_count - 1;
    size_t place = explore_hash(bytes, byte_count, 0) & mask;

    while (intern->places[place] != 0) {
        size_t other_count;
        const uint8_t *other =
            intern_bytes(intern, intern->places[place] - 1, &other_count);

        if (other_count == byte_count &&
            memcmp(other, bytes, byte_count) == 0) {
            break;
        }
        place = (place + 1) & mask;
    }
    return place;
}

static void grow_places(struct intern *intern)
{
    free(intern->places);
    intern->place_count =
        intern->place_count == 0 ? 64 : 2 * intern->place_count;
    intern->places = sim_calloc(intern->place_count, sizeof(uint32_t));
    for (uint32_t number = 0; number < intern->count; number++) {
        size_t byte_count;
        const uint8_t *bytes = intern_bytes(intern, number, &byte_count);

        intern->places[find_place(intern, bytes, byte_count)] = number + 1;
    }
}

static void append(struct intern *intern, const uint8_t *bytes,
                   size_t byte_count)
{
    while (intern->byte_count + byte_count > intern->byte_capacity) {
        intern->byte_capacity =
            intern->byte_capacity == 0 ? 4096 : 2 * intern->byte_capacity;
        intern->bytes = sim_realloc(intern->bytes, intern->byte_capacity);
    }
    memcpy(intern->bytes + intern->byte_count, bytes, byte_count);
    intern->byte_count += byte_count;
    intern->ends = sim_grow(intern->ends, intern->count, &intern->end_capacity,
                            sizeof(*intern->ends));
    intern->ends[intern->count++] = intern->byte_count;
}

uint32_t intern_number(struct intern *intern, const uint8_t *bytes,
                       size_t byte_count, bool *is_new)
{
    if (2 * (intern->count + 1) > intern->place_count) {
        grow_places(intern);
    }
    const size_t place = find_place(intern, bytes, byte_count);
    const bool found = intern->places[place] != 0;

    if (!found) {
        append(intern, bytes, byte_count);
        intern->places[place] = (uint32_t)intern->count;
    }
    if (is_new != NULL) {
        *is_new = !found;
    }
    return intern->places[place] - 1;
}

size_t intern_memory(const struct intern *intern)
{
    return intern->byte_capacity + intern->end_capacity * sizeof(size_t) +
           intern->place_count * sizeof(uint32_t);
}

void intern_free(struct intern *intern)
{
    free(intern->bytes);
    free(intern->ends);
    free(intern->places);
    *intern = (struct intern){0};
}
