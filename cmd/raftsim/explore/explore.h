/* SPDX-License-Identifier: MIT
 *
 * explore.h - every order of events in a small world, breadth first.
 */
#ifndef RAFTSIM_EXPLORE_H
#define RAFTSIM_EXPLORE_H

#include <stdio.h>

/*
 * Search one world by name, or all (NULL). A violation is written as a
 * scenario into directory. Returns the exit code of raftsim (program.h).
 */
int explore_run(const char *name, const char *directory, FILE *out, FILE *err);

/* The worlds there are, one a line: name and bounds. */
void explore_list(FILE *out);

#endif
