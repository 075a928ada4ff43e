/* SPDX-License-Identifier: MIT
 *
 * bench.h - raftbench: what main() runs.
 */
#ifndef RAFTBENCH_BENCH_H
#define RAFTBENCH_BENCH_H

#include <stdio.h>

/* Returns the exit status; see enum in settings.h and OPTIONS_EXIT_USAGE. */
int bench_main(int argc, char **argv, FILE *out, FILE *err);

#endif
