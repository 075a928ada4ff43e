/* SPDX-License-Identifier: MIT
 *
 * names.c - what a member is called when it is not there to say it: its own
 * -id goes into the configuration, with the entry that comes anyway.
 */
#include "cmd/raftd/names.h"

#include <stdio.h>
#include <string.h>

#include "cmd/raftd/server.h"
#include "http/member.h"

static bool is_self(const struct server *server, raft_server_id id)
{
    return id == storage_identity(server->storage)->server_id;
}

/* ---- Whether ------------------------------------------------------------- */

static bool has_names(const struct raft_member *members, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (members[i].name[0] != '\0') {
            return true;
        }
    }
    return false;
}

/* Who is not there may be of the version before this one. */
static bool all_read_names(const struct server *server,
                           const struct raft_member *members, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!is_self(server, members[i].id) &&
            net_speaks(server->net, members[i].id) < NET_NAMES_VERSION) {
            return false;
        }
    }
    return true;
}

/* Where one has a name they must read such entries, or have to already. */
static bool may_have_names(const struct server *server,
                           const struct raft_config *now,
                           const struct raft_member *members, size_t count)
{
    return has_names(members, count) ||
           has_names(now->members, now->member_count) ||
           (all_read_names(server, members, count) &&
            all_read_names(server, now->members, now->member_count));
}

bool names_can_be_given(const struct server *server,
                        const struct raft_config *now)
{
    return has_names(now->members, now->member_count) ||
           all_read_names(server, now->members, now->member_count);
}

/* ---- Which --------------------------------------------------------------- */

/* Without -id a server is called by its address, which may change. */
static const char *own_name(const struct server *server, raft_server_id id)
{
    const struct raftd_options *options = server->options;
    const struct net_hello *hello = net_hello_of(server->net, id);
    const char *name = "";

    if (is_self(server, id)) {
        name = strcmp(options->name, options->raft_advertise) == 0
                   ? ""
                   : options->name;
    } else if (hello != NULL &&
               !endpoint_same(hello->name, hello->raft_address)) {
        name = hello->name;
    }
    return member_check_name(name) == NULL ? name : "";
}

void names_fill(const struct server *server, const struct raft_config *now,
                struct raft_member *members, size_t count)
{
    if (!may_have_names(server, now, members, count)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (members[i].name[0] == '\0') {
            snprintf(members[i].name, sizeof members[i].name, "%s",
                     own_name(server, members[i].id));
        }
    }
}
