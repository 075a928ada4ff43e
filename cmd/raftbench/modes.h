/* SPDX-License-Identifier: MIT
 *
 * modes.h - the things raftbench can be asked to do. Internal.
 *
 * Each prints its result and returns the exit status; errors are told.
 */
#ifndef RAFTBENCH_MODES_H
#define RAFTBENCH_MODES_H

#include "cmd/raftbench/report.h"
#include "cmd/raftbench/settings.h"
#include "cmd/raftbench/target.h"

struct bench {
    const struct settings *settings;
    struct targets targets;
    struct targets verify_targets; /* read back from these */
    struct report report;
    FILE *err;
};

int mode_load(struct bench *bench);
int mode_ceilings(struct bench *bench);
int mode_await_ready(struct bench *bench);
int mode_find_leader(struct bench *bench);
int mode_first_write(struct bench *bench);
int mode_free_ports(struct bench *bench);
int mode_show(struct bench *bench);
int mode_figure(struct bench *bench);

/* One line on err; returns exit_status. */
__attribute__((format(printf, 3, 4))) int
bench_fail(struct bench *bench, int exit_status, const char *format, ...);

/* What the user calls the row, or otherwise. */
const char *bench_label(const struct bench *bench, const char *otherwise);

#endif
