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

struct ceiling {
    uint32_t duration_s;
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
bool ceiling_http(struct ceiling *ceiling, uint32_t connection_count);

/* That server by itself, for tests of the client. NULL: it did not start. */
struct mg_context *empty_server_start(uint16_t *port);
void empty_server_stop(struct mg_context *server);

#endif
