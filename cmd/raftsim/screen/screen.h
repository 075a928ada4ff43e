/* SPDX-License-Identifier: MIT
 *
 * screen.h - a scenario on a terminal, event by event, forward and back.
 */
#ifndef RAFTSIM_SCREEN_H
#define RAFTSIM_SCREEN_H

#include <stdio.h>

/*
 * Show the scenario in the file on the terminal until the user quits. Returns
 * the exit code of raftsim (program.h); errors go to err, in one line.
 */
int screen_run(const char *path, FILE *err);

#endif
