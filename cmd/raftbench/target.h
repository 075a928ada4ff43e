/* SPDX-License-Identifier: MIT
 *
 * target.h - the servers under load: their names, resolved once.
 */
#ifndef RAFTBENCH_TARGET_H
#define RAFTBENCH_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

enum { TARGETS_MAX = 32, HOST_BYTES = 160, TARGET_ERROR_BYTES = 256 };

struct target {
    char host[HOST_BYTES]; /* "host:port", as it goes into the Host header */
    struct sockaddr_storage address;
    socklen_t address_bytes;
};

struct targets {
    struct target items[TARGETS_MAX];
    size_t count;
    bool allow_remote; /* else only loopback addresses are taken */
};

/* The place of "host:port", resolved and added when it is new; -1: error. */
int targets_add(struct targets *targets, const char *host,
                char error[TARGET_ERROR_BYTES]);

/* All of "host:port,host:port". False: error, at the first that is refused. */
bool targets_add_list(struct targets *targets, const char *list,
                      char error[TARGET_ERROR_BYTES]);

#endif
