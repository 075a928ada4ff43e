/* SPDX-License-Identifier: MIT
 *
 * program.h - raftsim as a program; main.c only calls it.
 */
#ifndef RAFTSIM_PROGRAM_H
#define RAFTSIM_PROGRAM_H

#include <stdio.h>

enum {
    RAFTSIM_OK = 0,
    RAFTSIM_FAILED = 1,        /* an expectation or an invariant fails */
    RAFTSIM_NOT_COMPLETE = 2,  /* a search that ran out of memory */
    RAFTSIM_USAGE = 64,        /* EX_USAGE */
    RAFTSIM_BAD_SCENARIO = 65, /* EX_DATAERR */
    RAFTSIM_NO_PROCESS = 71,   /* EX_OSERR; SIM_NO_MEMORY, too */
    RAFTSIM_NO_OUTPUT = 74,    /* EX_IOERR: the transcript cannot be written */
    RAFTSIM_INTERRUPTED = 130  /* by Ctrl-C, as a shell has it */
};

/* Returns the exit code. Transcripts and help go to out, errors to err. */
int raftsim_main(int argc, char **argv, FILE *out, FILE *err);

#endif
