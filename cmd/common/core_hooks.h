/* SPDX-License-Identifier: MIT
 *
 * core_hooks.h - what the pure core asks of a program at link time.
 */
#ifndef COMMON_CORE_HOOKS_H
#define COMMON_CORE_HOOKS_H

/* Must not return. what, file, line: as raft_panic() (raft/check.h). */
typedef void core_panic_handler(const char *what, const char *file, int line);

/*
 * Called first when an invariant of a core is broken; NULL, as at start: the
 * process says so and aborts. Only for programs whose servers are simulated.
 */
void core_on_panic(core_panic_handler *handler);

/*
 * Called when there is no memory for a core, and must not return then; NULL, as
 * at start: the core is told so, and refuses its input. Only for programs whose
 * servers are simulated.
 */
void core_on_no_memory(void (*handler)(void));

#endif
