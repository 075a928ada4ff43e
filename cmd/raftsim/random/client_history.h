/* SPDX-License-Identifier: MIT
 *
 * client_history.h - what clients asked and were told: is it linearizable?
 *
 * Judged from the outside only: when each operation began, when it was
 * answered, and the values themselves. No index, no term, no log. Section 8:
 * each operation must seem to happen at one moment between the two.
 */
#ifndef RAFTSIM_CLIENT_HISTORY_H
#define RAFTSIM_CLIENT_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct history;

/* What a read says of a key that was never written. */
#define HISTORY_NONE UINT64_C(0)

struct history *history_create(void);
void history_destroy(struct history *history); /* NULL is fine */

/*
 * An operation begins now; returns its number. value: no other write has it,
 * and it is not HISTORY_NONE. Until one of the calls below the outcome is
 * unknown: a write may take effect at any time from now on, or never.
 */
size_t history_write(struct history *history, uint64_t key, uint64_t value);
size_t history_read(struct history *history, uint64_t key);

/* It is answered now: the write is done, or was refused and never happens. */
void history_done(struct history *history, size_t operation);
void history_refused(struct history *history, size_t operation);
/* A read is answered now; one that never is says nothing. */
void history_answered(struct history *history, size_t operation,
                      uint64_t value);

/* How many operations were answered. Others count, too, if they were seen. */
size_t history_judged_count(const struct history *history);

/*
 * false: no order of the operations explains the answers; broken says why.
 * The history is used up: nothing can be added.
 */
bool history_check(struct history *history, char *broken, size_t broken_bytes);

#endif
