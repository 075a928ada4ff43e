/* SPDX-License-Identifier: MIT */
#include "cmd/raftsim/screen/screen.h"

int screen_run(const char *path, FILE *err)
{
    fprintf(err, "raftsim: %s: the screen is not built yet\n", path);
    return 70;
}
