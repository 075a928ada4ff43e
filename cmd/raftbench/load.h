/* SPDX-License-Identifier: MIT
 *
 * load.h - a run of writes and reads, and what the server owes after it.
 *
 * Each key is written over one connection only, so its writes follow each
 * other. Each write has a value of its own. So it is known for each key which
 * value must be there afterwards: that of the last acknowledged write, or of
 * one whose outcome never became known.
 */
#ifndef RAFTBENCH_LOAD_H
#define RAFTBENCH_LOAD_H

#include <signal.h>

#include "cmd/raftbench/client.h"
#include "cmd/raftbench/protocol.h"
#include "cmd/raftbench/tally.h"

struct load_settings {
    enum protocol protocol;
    enum level level;
    uint32_t connection_count;
    uint32_t duration_ms;
    uint32_t warmup_ms;
    uint32_t count; /* 0, or at most so many requests after the warm-up */
    uint32_t timeout_ms;
    uint32_t pause_ms; /* of a connection, after each answer */
    uint32_t write_percent;
    uint32_t key_count;
    uint64_t value_bytes;
    const char *key_prefix;
    size_t start_target;               /* or CLIENT_SPREAD */
    const volatile sig_atomic_t *stop; /* NULL, or not 0: end the run now */
};

/* A write that may have happened. */
struct unknown_write {
    uint32_t key;
    uint64_t sequence;
};

/* What the run leaves behind, for verify.h. */
struct load_promises {
    uint64_t *acknowledged; /* by key: the last sequence; 0 = none */
    struct unknown_write *unknown;
    size_t unknown_count;
    size_t unknown_capacity;
};

struct load_result {
    struct tally writes;
    struct tally reads;
    uint64_t measured_ns; /* from the end of the warm-up */
    struct load_promises promises;
};

/* The key of a number, as it is written and read. */
void load_key(const struct load_settings *settings, uint32_t key,
              char text[KEY_BYTES]);

/* False: errno says why it could not run. Then load_free() it all the same. */
bool load_run(const struct load_settings *settings, struct targets *targets,
              struct load_result *result);
void load_free(struct load_result *result);

#endif
