/* SPDX-License-Identifier: MIT
 *
 * main.c - raftd: one server of the replicated key-value store.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/select.h>

#include "cmd/raftd/force_new_cluster.h"
#include "cmd/raftd/server.h"

/* Big, and one: it lives as long as the process. */
static struct server server;

/* Kept back for the log, peers and whatever a library opens. */
enum { OWN_DESCRIPTORS = 160 };

/*
 * select() and civetweb share one table of descriptors, and FD_SET() beyond
 * FD_SETSIZE writes over memory: with this limit there is no such descriptor.
 * Clients must not take those that the log and the other servers need.
 */
static bool limit_descriptors(uint32_t worker_count)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return true; /* what is needed later will say so */
    }
    limit.rlim_cur = limit.rlim_max < FD_SETSIZE ? limit.rlim_max : FD_SETSIZE;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= worker_count + OWN_DESCRIPTORS) {
        return true;
    }
    fprintf(stderr,
            "raftd: %llu file descriptors are too few for %u HTTP workers and "
            "%d of its own; raise the limit (ulimit -Hn) or lower "
            "--http-workers\n",
            (unsigned long long)limit.rlim_cur, worker_count, OWN_DESCRIPTORS);
    return false;
}

/* Such names are common: they may have been meant for somebody else. */
static void note_variables(const char *variables)
{
    struct log_line line;

    if (variables[0] != '\0') {
        log_begin(&line, LOG_INFO, "set by the environment");
        log_text(&line, "variables", variables);
        log_end(&line);
    }
}

int main(int argc, char **argv)
{
    static struct raftd_options options;
    int code = raftd_options_read(argc, argv, &options);

    if (code != -1) {
        return code;
    }
    log_open(options.log_level, options.name);
    note_variables(options.variables);
    if (options.force_new_cluster) {
        return force_new_cluster(&options, stdout);
    }
    if (!limit_descriptors(options.http_worker_count)) {
        return EXIT_CONFIG;
    }
    server_catch_signals();
    code = server_open(&server, &options);
    if (code != -1) {
        /* Threads may be running: nothing to take back, so just go. */
        _Exit(code);
    }
    return server_run(&server);
}
