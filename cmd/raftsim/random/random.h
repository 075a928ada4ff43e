/* SPDX-License-Identifier: MIT
 *
 * random.h - many random runs; one that fails becomes a short scenario.
 */
#ifndef RAFTSIM_RANDOM_H
#define RAFTSIM_RANDOM_H

#include <stdint.h>
#include <stdio.h>

struct random_search {
    uint64_t first_seed;
    uint64_t last_seed;
    uint32_t inputs;       /* to cores, at least, in each run */
    uint32_t jobs;         /* processes; 0: as many as processors */
    const char *directory; /* where failures are written */
};

/* From so many runs of so many inputs on, each fault, rule and guard must have
 * come up. */
enum { RANDOM_RUNS_FOR_ALL = 1000, RANDOM_INPUTS_FOR_ALL = 2000 };

/*
 * Run every seed, or up to the first that fails: that one is shrunk, written
 * and ends the search. Ctrl-C ends it, too. Totals go to out, progress and
 * failures to err. Returns the exit code of raftsim (program.h).
 */
int random_run(const struct random_search *search, FILE *out, FILE *err);

#endif
