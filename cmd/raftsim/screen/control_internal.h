/* SPDX-License-Identifier: MIT
 *
 * control_internal.h - between control.c and control_go.c.
 */
#ifndef RAFTSIM_CONTROL_INTERNAL_H
#define RAFTSIM_CONTROL_INTERNAL_H

#include "cmd/raftsim/screen/control.h"

/* Told on the last row until the next key. */
__attribute__((format(printf, 2, 3))) void
control_note(struct control *control, const char *format, ...);

void control_go(struct control *control, size_t position);
void control_go_on(struct control *control);
void control_go_back(struct control *control);
void control_go_to_mark(struct control *control, bool forward);

/* The next event with the word; around the end of the scenario. */
void control_find(struct control *control, bool forward);

/* What was typed is a number, a condition. */
void control_go_to_typed(struct control *control);
void control_run_to_typed(struct control *control);

/* A failure that was reached decides how the program ends. */
void control_remember_trouble(struct control *control);

#endif
