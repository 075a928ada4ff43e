/* SPDX-License-Identifier: MIT
 *
 * state_line.c - the line that raft-kv's users look for, every two seconds:
 *
 *   [DEBUG] state=Leader leader=127.0.0.1:3000
 *
 * The leader is its raft address, and empty while none is known.
 */
#include <stdio.h>
#include <unistd.h>

#include "cmd/raftd/server.h"

#define EVERY_NS UINT64_C(2000000000)

static const char *state_text(enum raft_role role)
{
    switch (role) {
    case RAFT_LEADER:
        return "Leader";
    case RAFT_CANDIDATE:
        return "Candidate";
    case RAFT_FOLLOWER:
        break;
    }
    return "Follower";
}

void state_line_turn(struct server *server)
{
    const uint64_t now = server_clock_ns();
    char line[64 + RAFT_MAX_ADDRESS_BYTES];
    int bytes = 0;

    if (!server->options->prints_state || now < server->state_line_ns) {
        return;
    }
    server->state_line_ns = now + EVERY_NS;
    bytes =
        snprintf(line, sizeof line, "[DEBUG] state=%s leader=%s\n",
                 state_text(server->view.raft.role), server->view.leader_raft);
    for (char *c = line; c < line + bytes - 1; c++) {
        *c = *c < ' ' || *c > '~' ? '?' : *c; /* others say where they are */
    }
    /* As in log.c: nobody reads our stderr, so there is nobody to tell. */
    if (write(STDERR_FILENO, line, (size_t)bytes) < 0) {
        return;
    }
}
