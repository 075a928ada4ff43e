/* SPDX-License-Identifier: MIT
 *
 * ceilings.h - what bounds any replicated store on this machine.
 *
 * Each adds to a tally that starts empty and says how long it measured.
 * False: error is one line.
 */
#ifndef RAFTBENCH_CEILINGS_H
#define RAFTBENCH_CEILINGS_H

#include <stdbool.h>

#include "cmd/raftbench/tally.h"

enum { CEILING_ERROR_BYTES = 256, CEILING_RECORD_BYTES = 128 };

struct empty_server;

struct ceiling {
    uint32_t duration_ms;
    struct tally *tally;
    uint64_t measured_ns;
    char error[CEILING_ERROR_BYTES];
};

/* Small appends, each with fdatasync: so many logs at once, a thread each. */
bool ceiling_disk(struct ceiling *ceiling, const char *directory,
                  unsigned log_count);

/* A small message to another thread and back; both wait in select(). */
bool ceiling_loopback(struct ceiling *ceiling);

/* civetweb with a handler that does nothing, loaded as a server is. */
bool ceiling_http(struct ceiling *ceiling, struct empty_server *server,
                  uint32_t connection_count);

/* That server. NULL: it did not start. Stopping takes up to two seconds. */
struct empty_server *empty_server_start(void);
void empty_server_stop(struct empty_server *server);

#endif
