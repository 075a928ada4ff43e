/* SPDX-License-Identifier: MIT
 *
 * raftbench_run.h - raftbench, run within a test, and what it says.
 */
#ifndef TESTS_RAFTBENCH_RUN_H
#define TESTS_RAFTBENCH_RUN_H

/* Of the last run. */
extern char out_text[8192];
extern char err_text[8192];

/* Exit status of a raftbench with these options, split at blanks. */
int raftbench(const char *line);

/* Fails the test if the part is not in the text. */
void says(const char *text, const char *part);

#endif
