/* SPDX-License-Identifier: MIT
 *
 * main.c - raftd: one server of the replicated key-value store.
 */
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/select.h>

#include "cmd/raftd/server.h"

/* Big, and one: it lives as long as the process. */
static struct server server;

/*
 * select() and civetweb share one table of descriptors, and FD_SET() beyond
 * FD_SETSIZE writes over memory. With this limit there is no such descriptor.
 */
static void limit_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur > FD_SETSIZE) {
        limit.rlim_cur = FD_SETSIZE;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int main(int argc, char **argv)
{
    static struct raftd_options options;
    int code = raftd_options_read(argc, argv, &options);

    if (code != -1) {
        return code;
    }
    limit_descriptors();
    server_catch_signals();
    log_open(options.log_level, options.name);
    code = server_open(&server, &options);
    if (code != -1) {
        /* Threads may be running: nothing to take back, so just go. */
        _Exit(code);
    }
    return server_run(&server);
}
