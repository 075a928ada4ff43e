/* SPDX-License-Identifier: MIT
 *
 * probe.h - questions put to the servers one at a time, each within a time.
 */
#ifndef RAFTBENCH_PROBE_H
#define RAFTBENCH_PROBE_H

#include "cmd/raftbench/protocol.h"
#include "cmd/raftbench/target.h"

/* The first target that says it leads; -1: none did in time. */
int probe_leader(enum protocol protocol, struct targets *targets,
                 uint32_t timeout_ms);

/* Until every target has said it is ready. False: not in time; *missing. */
bool probe_all_ready(enum protocol protocol, struct targets *targets,
                     uint32_t timeout_ms, size_t *missing);

/* Until any target has acknowledged a write. False: not in time; *at_ns. */
bool probe_first_write(enum protocol protocol, struct targets *targets,
                       uint32_t timeout_ms, uint64_t *at_ns);

#endif
