/* SPDX-License-Identifier: MIT */
#include "cmd/raftsim/random/random.h"

int random_run(const struct random_search *search, FILE *out, FILE *err)
{
    (void)search;
    (void)out;
    fputs("raftsim: --random is not built yet\n", err);
    return 70;
}
