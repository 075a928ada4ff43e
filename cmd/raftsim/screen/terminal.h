/* SPDX-License-Identifier: MIT
 *
 * terminal.h - the terminal: keys come singly, nothing is echoed, and it is
 * given back as it was, however the program ends.
 *
 * One terminal at a time: signals have no other place to go.
 */
#ifndef RAFTSIM_TERMINAL_H
#define RAFTSIM_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

enum terminal_event {
    TERMINAL_BYTES = 1, /* somebody typed */
    TERMINAL_QUIET,     /* nobody did, for the time given */
    TERMINAL_REDRAW,    /* another size, or back from the shell (fg) */
    TERMINAL_ENDED      /* hung up, or told to end: terminal_close() says how */
};

/* Take it over. -1: errno. */
int terminal_open(void);

/*
 * Give it back. A signal that ended us does so now, as if we had not caught
 * it.
 */
void terminal_close(void);

/*
 * Wait for something to happen; at most wait_ms, or for ever (-1). Ctrl-Z is
 * dealt with here. *count: bytes there is room for, then bytes typed.
 */
enum terminal_event terminal_wait(int wait_ms, char *bytes, size_t *count);

/* Its size now; 24 x 80 when it does not say. */
void terminal_size(size_t *rows, size_t *columns);

/* Write; what fails is not reported: terminal_wait() will see it. */
void terminal_write(const char *bytes, size_t count);

#endif
