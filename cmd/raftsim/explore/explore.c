/* SPDX-License-Identifier: MIT */
#include "cmd/raftsim/explore/explore.h"

int explore_run(const char *world, const char *directory, FILE *out, FILE *err)
{
    (void)world;
    (void)directory;
    (void)out;
    fputs("raftsim: --explore is not built yet\n", err);
    return 70;
}

void explore_list(FILE *out)
{
    (void)out;
}
