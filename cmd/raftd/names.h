/* SPDX-License-Identifier: MIT
 *
 * names.h - what a member is called when it is not there to say it.
 */
#ifndef RAFTD_NAMES_H
#define RAFTD_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "raft/config.h"

struct server;

/*
 * Members that were given no name get the one that they were started with, as
 * far as it is known. None where one of these, or of now, would have to read an
 * entry that it cannot: names are in version 2 of it (raft/config.c).
 */
void names_fill(const struct server *server, const struct raft_config *now,
                struct raft_member *members, size_t count);

/* May one who is a member already be given another name? Likewise. */
bool names_can_be_given(const struct server *server,
                        const struct raft_config *now);

#endif
