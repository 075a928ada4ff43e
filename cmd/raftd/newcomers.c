/* SPDX-License-Identifier: MIT
 *
 * newcomers.c - the servers a change names that are no members yet.
 *
 * They are given by address. So each is dialled first, and says who it is: one
 * that does not answer, or is not the one meant, changes nothing. Only when
 * all are known is one with a cluster of its own asked to leave it.
 */
#include "cmd/raftd/newcomers.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/raftd/server.h"

/* Together less than the 10 s a client waits; what it has waited for other
 * changes counts, but a server that is there answers in a moment. */
enum { DIAL_S = 6, ABSORB_S = 3, MOMENT_MS = 200 };

/* ---- Who is meant -------------------------------------------------------- */

static bool is_listed(const struct raft_change *change, raft_server_id id,
                      size_t but)
{
    for (size_t i = 0; i < change->member_count; i++) {
        if (i != but && change->members[i].id == id) {
            return true;
        }
    }
    return false;
}

static bool is_member(const struct server *server, raft_server_id id)
{
    return raft_config_slot(raft_node_config(server->node), id) >= 0;
}

static uint64_t min_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t max_of(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

void newcomers_look_for(struct server *server, uint64_t since_ns)
{
    struct orders *o = &server->orders;
    const uint64_t now = server_clock_ns();

    o->asked_to_leave = false;
    o->newcomers_until_ns =
        max_of(now + MOMENT_MS * 1000000ull,
               min_of(now + DIAL_S * 1000000000ull,
                      since_ns + (DIAL_S + ABSORB_S) * 1000000000ull));
    if (is_listed(&o->wanted, 0, SIZE_MAX)) {
        newcomers_dial(server, false);
    }
    newcomers_ask_again(server);
}

/* ---- Who answers --------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static enum newcomers
never(char *why, size_t bytes, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(why, bytes, format, values);
    va_end(values);
    return NEWCOMERS_NEVER;
}

static void drop(struct orders *o, size_t i)
{
    const size_t behind = --o->wanted.member_count - i;

    memmove(&o->wanted.members[i], &o->wanted.members[i + 1],
            behind * sizeof o->wanted.members[0]);
    memmove(&o->asked[i], &o->asked[i + 1], behind * sizeof o->asked[0]);
    memmove(&o->doubted[i], &o->doubted[i + 1], behind * sizeof o->doubted[0]);
}

/* An address to add is that of a member: another name of the one it has, or,
 * where nobody answers any more, the one it has moved to. */
static void have_once(struct server *server, size_t i, raft_server_id id)
{
    struct orders *o = &server->orders;
    struct net_peer_stats peer;

    for (size_t j = 0; j < o->wanted.member_count; j++) {
        struct raft_member *member = &o->wanted.members[j];

        if (member->id == id &&
            newcomers_peer_at(server, member->address, &peer) && !peer.open) {
            memcpy(member->address, o->wanted.members[i].address,
                   RAFT_MAX_ADDRESS_BYTES);
        }
    }
    drop(o, i);
}

/* Who has not answered yet keeps the id 0. */
static enum newcomers look(struct server *server, size_t i, char *why,
                           size_t bytes)
{
    struct orders *o = &server->orders;
    struct raft_member *member = &o->wanted.members[i];
    const raft_server_id asked = o->asked[i];
    struct net_peer_stats peer;

    if (!newcomers_peer_at(server, member->address, &peer) ||
        peer.answered == RAFT_NO_SERVER) {
        return NEWCOMERS_LATER;
    }
    if (asked != 0 && asked != peer.answered) {
        return never(why, bytes,
                     "another server than the one asked for answers at %s",
                     member->address);
    }
    if (is_listed(&o->wanted, peer.answered, i)) {
        if (bridge_request_of(o->change)->change != BRIDGE_ADD) {
            return never(why, bytes,
                         "%s is a server that the list names already",
                         member->address);
        }
        have_once(server, i, peer.answered);
        return NEWCOMERS_LATER;
    }
    if (is_member(server, peer.answered)) {
        return never(why, bytes,
                     "at %s is a member that has another address: take it out "
                     "first, then in again",
                     member->address);
    }
    if (!peer.open && !peer.foreign) {
        return NEWCOMERS_LATER;
    }
    member->id = peer.server_id;
    return NEWCOMERS_HERE;
}

/* Who has answered, or is a member, unless another one is in his place now. */
static enum newcomers look_again(const struct server *server, size_t i,
                                 char *why, size_t bytes)
{
    const struct raft_member *member = &server->orders.wanted.members[i];

    if (is_member(server, member->id) ||
        net_hello_of(server->net, member->id) != NULL) {
        return NEWCOMERS_HERE;
    }
    return never(why, bytes, "%s is not the server it was before",
                 member->address);
}

static enum newcomers look_at(struct server *server, size_t i, uint64_t now,
                              char *why, size_t bytes)
{
    if (server->orders.doubted[i]) {
        return newcomers_who_is_back(server, i, now);
    }
    return server->orders.wanted.members[i].id != 0
               ? look_again(server, i, why, bytes)
               : look(server, i, why, bytes);
}

static enum newcomers all_known(struct server *server, uint64_t now, char *why,
                                size_t bytes)
{
    const struct raft_change *wanted = &server->orders.wanted;
    enum newcomers all = NEWCOMERS_HERE;

    for (size_t i = 0; i < wanted->member_count; i++) {
        const enum newcomers one = look_at(server, i, now, why, bytes);

        if (one == NEWCOMERS_NEVER) {
            return NEWCOMERS_NEVER;
        }
        if (one == NEWCOMERS_LATER) {
            all = NEWCOMERS_LATER;
            snprintf(why, bytes, "%s does not answer",
                     wanted->members[i].address);
        }
    }
    return all;
}

/* ---- Whether they come --------------------------------------------------- */

/*
 * From the first question on our own cluster is one that others may belong to:
 * that must be durable before any of them agrees.
 */
static void ask_to_leave(struct server *server)
{
    struct orders *o = &server->orders;

    leave_nevermore(server);
    o->asked_to_leave = true;
    o->newcomers_until_ns = server_clock_ns() + ABSORB_S * 1000000000ull;
    newcomers_dial(server, true);
}

static enum newcomers all_ours(struct server *server, char *why, size_t bytes)
{
    const struct raft_change *wanted = &server->orders.wanted;

    for (size_t i = 0; i < wanted->member_count; i++) {
        const struct raft_member *member = &wanted->members[i];
        struct net_peer_stats peer;

        if (is_member(server, member->id) ||
            !newcomers_is_foreign(server, member->id)) {
            continue;
        }
        if (!server->orders.asked_to_leave) {
            ask_to_leave(server);
        }
        if (newcomers_peer_at(server, member->address, &peer) &&
            peer.declined) {
            return never(why, bytes,
                         "%s has a cluster of its own and stays in it: a write "
                         "was taken there, or it asks others in; join it with "
                         "an empty directory",
                         member->address);
        }
        snprintf(why, bytes, "%s has not left its own cluster in time",
                 member->address);
        return NEWCOMERS_LATER;
    }
    return NEWCOMERS_HERE;
}

enum newcomers newcomers_turn(struct server *server, char *why, size_t bytes)
{
    const uint64_t now = server_clock_ns();
    enum newcomers all = all_known(server, now, why, bytes);

    if (all == NEWCOMERS_HERE) {
        all = all_ours(server, why, bytes);
    }
    if (all == NEWCOMERS_LATER && now > server->orders.newcomers_until_ns) {
        return NEWCOMERS_NEVER;
    }
    return all;
}

/* ---- When they did not --------------------------------------------------- */

/* Nothing answers an invitation but a HELLO from a member of our cluster. Who
 * is there, and has sent none, has refused it. */
bool newcomers_refused(const struct server *server, char *why, size_t bytes)
{
    const struct raft_change *wanted = &server->orders.wanted;
    const struct raft_config *config = raft_node_config(server->node);

    snprintf(why, bytes,
             "a new server does not catch up with the log; the members are as "
             "they were");
    for (size_t i = 0; i < wanted->member_count; i++) {
        const struct raft_member *member = &wanted->members[i];
        struct net_peer_stats peer;

        if (raft_config_will_vote(config, member->id) ||
            !newcomers_peer_at(server, member->address, &peer)) {
            continue;
        }
        if (peer.open && !peer.connected) {
            snprintf(why, bytes,
                     "%s was invited and stays blank: started with --peers, a "
                     "server joins those alone (see its log); the members are "
                     "as they were",
                     member->address);
            return true;
        }
        if (!peer.open) {
            snprintf(why, bytes,
                     "%s does not answer any more; the members are as they "
                     "were",
                     member->address);
        }
    }
    return false;
}
