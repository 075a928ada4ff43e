/* SPDX-License-Identifier: MIT
 *
 * ports.h - free loopback ports for servers that are about to start.
 */
#ifndef RAFTBENCH_PORTS_H
#define RAFTBENCH_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PORTS_MAX = 64 };

/*
 * Different ports on which nothing listens. Below those that systems hand out
 * to outgoing connections: such a connection could take the port of a server
 * that is down for a moment.
 */
bool ports_find_free(uint16_t ports[PORTS_MAX], size_t count);

#endif
