/* SPDX-License-Identifier: MIT
 *
 * sim_random.h - the same numbers from the same seed, on every machine.
 */
#ifndef RAFTSIM_SIM_RANDOM_H
#define RAFTSIM_SIM_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct sim_random {
    uint64_t state; /* the seed, to begin with */
};

/* splitmix64. */
static inline uint64_t sim_random(struct sim_random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* 0 .. bound - 1; bound > 0. */
static inline uint64_t sim_random_below(struct sim_random *random,
                                        uint64_t bound)
{
    return sim_random(random) % bound;
}

/* True so many times in a thousand. */
static inline bool sim_random_chance(struct sim_random *random,
                                     uint64_t in_thousand)
{
    return sim_random_below(random, 1000) < in_thousand;
}

#endif
