/* SPDX-License-Identifier: MIT
 *
 * settings.h - raftbench's options.
 */
#ifndef RAFTBENCH_SETTINGS_H
#define RAFTBENCH_SETTINGS_H

#include "cmd/common/options.h"
#include "cmd/raftbench/load.h"

enum {
    BENCH_EXIT_LOST = 1,         /* or unreadable: --verify */
    BENCH_EXIT_ERRORS = 2,       /* requests failed, without --verify */
    BENCH_EXIT_UNAVAILABLE = 69, /* nobody answered in time */
    BENCH_EXIT_IO = 74           /* this machine failed us */
};

struct settings {
    struct load_settings load;
    const char *targets;
    bool leader_auto;
    bool allow_remote;
    bool verify;
    const char *verify_targets; /* NULL: those of the load */
    uint32_t duration_s;
    enum option_source duration_by;
    uint32_t warmup_s;
    enum option_source timeout_by; /* of load.timeout_ms */

    /* Instead of a load. */
    bool ceilings;
    bool await_ready;
    bool find_leader;
    bool first_write;
    uint32_t free_port_count;
    const char *show_file;
    const char *figure;

    const char *directory; /* ceilings */
    enum option_source directory_by;
    const char *since; /* first write */

    bool json;
    const char *label;
};

/*
 * From argv and the environment; checked. OPTIONS_BAD was told on err.
 * There is one settings object: the option table points into it.
 */
enum options_result settings_parse(int argc, char **argv, FILE *out, FILE *err,
                                   const struct settings **parsed);

/* What the option table cannot say is wrong, in a line; NULL: nothing. */
const char *settings_wrong(const struct settings *settings);

#endif
