/* SPDX-License-Identifier: MIT
 *
 * report.h - rows of results, as a table or as one JSON object a line.
 *
 * Two kinds of rows: of a run (operations a second, latencies, errors), and a
 * single figure with its unit. Times are microseconds.
 */
#ifndef RAFTBENCH_REPORT_H
#define RAFTBENCH_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "cmd/raftbench/tally.h"

struct report {
    FILE *out;
    bool json;
    bool has_heading; /* the heading was printed */
};

void report_run(struct report *report, const char *what, uint32_t connections,
                const struct tally *tally, uint64_t measured_ns);
void report_figure(struct report *report, const char *what, double value,
                   const char *unit);

/* Rows from a file that was written with json. False: error, and its line. */
bool report_show(struct report *report, FILE *rows, char *error,
                 size_t error_bytes);

#endif
