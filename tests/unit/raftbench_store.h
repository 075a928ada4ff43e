/* SPDX-License-Identifier: MIT
 *
 * raftbench_store.h - two small servers that misbehave as told.
 *
 * One store behind both: the second server redirects to the first.
 */
#ifndef TESTS_RAFTBENCH_STORE_H
#define TESTS_RAFTBENCH_STORE_H

#include "tests/t.h"

#include <stdbool.h>

enum { STORE_KEYS = 40, STORE_VALUE_BYTES = 16, STORE_HELD_MS = 50 };

/* Set between runs only. */
struct store {
    char values[STORE_KEYS][STORE_VALUE_BYTES]; /* by key; "" = missing */
    unsigned write_count;
    unsigned redirect_count;
    unsigned forget_every; /* acknowledge the n-th write and drop it */
    unsigned fail_every;   /* answer the n-th write ... */
    int fail_with;         /* ... with this; 0: close within the answer */
    bool fail_after_doing; /* ... though it was done */
    bool close_each;       /* end the connection with each answer */
    unsigned signal_at;    /* send SIGTERM to this program at the n-th write */
    unsigned hold_at;      /* answer the n-th write STORE_HELD_MS late */
};

extern struct store store;
extern char store_leader[32];  /* its address */
extern char store_targets[80]; /* both, the follower first */

/* For a group of tests: civetweb takes two seconds to stop. */
int store_start(void **state);
int store_stop(void **state);

/* Before each test: empty, and as a server should be. */
int store_behave(void **state);

#endif
