/* SPDX-License-Identifier: MIT
 *
 * changes.c - a whole new member list (section 6).
 *
 * New servers are given by address. So each is dialled first, and says who it
 * is: one that does not answer, or belongs to another cluster, changes
 * nothing. Then the core has the change; blank servers are invited.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "cmd/raftd/server.h"

enum { DIAL_S = 6 };

/* ---- Who they are -------------------------------------------------------- */

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

/* A member of now, by address, or by id; or -1. */
static int slot_of(const struct raft_config *config,
                   const struct bridge_member *asked)
{
    for (size_t slot = 0; slot < config->member_count; slot++) {
        const struct raft_member *member = &config->members[slot];

        if (asked->id == member->id ||
            (asked->id == 0 && endpoint_same(asked->raft, member->address))) {
            return (int)slot;
        }
    }
    return -1;
}

static void read_members(struct server *server,
                         const struct bridge_request *request)
{
    const struct raft_config *config = raft_node_config(server->node);
    struct raft_change *wanted = &server->orders.wanted;

    *wanted = (struct raft_change){.member_count = request->member_count};
    for (size_t i = 0; i < request->member_count; i++) {
        const int slot = slot_of(config, &request->members[i]);

        if (slot >= 0) {
            wanted->members[i] = config->members[slot];
        } else {
            snprintf(wanted->members[i].address,
                     sizeof wanted->members[i].address, "%s",
                     request->members[i].raft);
        }
    }
}

/* ---- Dialling ------------------------------------------------------------ */

/* The members of now, and whom we want. */
static void dial(struct server *server)
{
    const struct raft_config *config = raft_node_config(server->node);
    const struct raft_change *wanted = &server->orders.wanted;
    struct net_target targets[RAFT_MAX_SLOTS + RAFT_MAX_VOTERS];
    size_t count = 0;

    for (size_t slot = 0; slot < config->member_count; slot++) {
        const struct raft_member *member = &config->members[slot];

        if (member->id != storage_identity(server->storage)->server_id) {
            targets[count] = (struct net_target){.server_id = member->id};
            memcpy(targets[count++].address, member->address,
                   RAFT_MAX_ADDRESS_BYTES);
        }
    }
    for (size_t i = 0; i < wanted->member_count; i++) {
        if (wanted->members[i].id == 0) {
            targets[count] = (struct net_target){0}; /* whoever is there */
            memcpy(targets[count++].address, wanted->members[i].address,
                   RAFT_MAX_ADDRESS_BYTES);
        }
    }
    net_set_targets(server->net, targets, count);
}

static void dial_members_only(struct server *server)
{
    server->wire.configure(server->wire.self, raft_node_config(server->node));
}

static const struct net_hello *who_answers(const struct server *server,
                                           const char *address)
{
    struct net_peer_stats peers[RAFT_MAX_SLOTS + RAFT_MAX_VOTERS];
    const size_t count =
        net_peers(server->net, peers, sizeof peers / sizeof peers[0]);

    for (size_t i = 0; i < count && i < sizeof peers / sizeof peers[0]; i++) {
        if ((peers[i].open || peers[i].foreign) &&
            endpoint_same(peers[i].address, address)) {
            return net_hello_of(server->net, peers[i].server_id);
        }
    }
    return NULL;
}

/* ---- The end of it ------------------------------------------------------- */

/* Nothing was changed. */
__attribute__((format(printf, 3, 4))) static void
give_up(struct server *server, enum bridge_outcome outcome, const char *format,
        ...)
{
    struct orders *o = &server->orders;
    char why[sizeof((struct bridge_answer *)0)->why];
    va_list values;

    va_start(values, format);
    vsnprintf(why, sizeof why, format, values);
    va_end(values);
    orders_answer(server, o->change, outcome, "%s", why);
    o->change = NULL;
    dial_members_only(server);
}

void changes_ended(void *self, uint64_t change_id,
                   enum raft_change_outcome outcome)
{
    struct server *server = self;
    struct orders *o = &server->orders;
    struct log_line line;

    log_begin(&line, LOG_INFO, "change of members ended");
    log_text(&line, "outcome",
             outcome == RAFT_CHANGE_DONE     ? "done"
             : outcome == RAFT_CHANGE_FAILED ? "failed: no catching up"
                                             : "left to the next leader");
    log_end(&line);
    if (o->change == NULL || !o->handed_over ||
        change_id != o->wanted.change_id) {
        return;
    }
    if (outcome == RAFT_CHANGE_DONE) {
        orders_answer(server, o->change, BRIDGE_DONE, "%s", "");
    } else if (outcome == RAFT_CHANGE_FAILED) {
        orders_answer(server, o->change, BRIDGE_FAILED,
                      "a new server does not catch up with the log; the "
                      "members are as they were");
    } else {
        orders_answer(server, o->change, BRIDGE_UNKNOWN,
                      "leadership was lost; the next leader finishes the "
                      "change, or it never happened");
    }
    o->change = NULL;
}

static void invite_blank_ones(struct server *server,
                              const struct raft_change *change)
{
    for (size_t i = 0; i < change->member_count; i++) {
        const struct net_hello *hello =
            net_hello_of(server->net, change->members[i].id);

        if (hello != NULL && hello->cluster_id == 0) {
            net_invite(server->net, change->members[i].id);
        }
    }
}

static void hand_over(struct server *server)
{
    struct orders *o = &server->orders;
    const struct raft_change change = o->wanted;
    enum raft_error error;

    o->handed_over = true; /* it may end within the call */
    error = raft_node_change(server->node, &change);
    (void)server_took(server, error);
    if (error == RAFT_OK) {
        invite_blank_ones(server, &change);
        return;
    }
    if (error == RAFT_ENOTLEADER) {
        give_up(server, BRIDGE_NOT_LEADER, "%s", "");
    } else if (error == RAFT_EBUSY) {
        give_up(server, BRIDGE_CONFLICT,
                "another change of members or a transfer is under way, or the "
                "leader is new and has committed nothing yet; try again");
    } else {
        give_up(server, BRIDGE_FAILED, "%s: nothing was changed",
                raft_error_text(error));
    }
}

/* ---- Waiting for answers ------------------------------------------------- */

/* false: given up. Who has not answered yet keeps the id 0. */
static bool look_who_answers(struct server *server, size_t i)
{
    const struct storage_identity *own = storage_identity(server->storage);
    struct orders *o = &server->orders;
    struct raft_member *member = &o->wanted.members[i];
    const raft_server_id asked = bridge_request_of(o->change)->members[i].id;
    const struct net_hello *hello = who_answers(server, member->address);

    if (hello == NULL) {
        return true;
    }
    if (hello->cluster_id != 0 && hello->cluster_id != own->cluster_id) {
        give_up(server, BRIDGE_UNREACHABLE,
                "%s belongs to another cluster; a server joins with an empty "
                "directory",
                member->address);
        return false;
    }
    if (asked != 0 && asked != hello->server_id) {
        give_up(server, BRIDGE_UNREACHABLE,
                "another server than the one asked for answers at %s",
                member->address);
        return false;
    }
    if (is_listed(&o->wanted, hello->server_id, i)) {
        give_up(server, BRIDGE_UNREACHABLE,
                "%s is a server that the list names already", member->address);
        return false;
    }
    member->id = hello->server_id;
    return true;
}

void changes_turn(struct server *server)
{
    struct orders *o = &server->orders;

    if (o->change == NULL || o->handed_over) {
        return;
    }
    for (size_t i = 0; i < o->wanted.member_count; i++) {
        const struct raft_member *member = &o->wanted.members[i];

        if (member->id == 0 && !look_who_answers(server, i)) {
            return;
        }
        if (member->id != 0) {
            continue;
        }
        if (server_clock_ns() > o->dial_until_ns) {
            give_up(server, BRIDGE_UNREACHABLE, "%s does not answer",
                    member->address);
        }
        return; /* wait */
    }
    hand_over(server);
}

void changes_take(struct server *server, struct bridge_call *call)
{
    struct orders *o = &server->orders;
    struct raft_status status;

    raft_node_status(server->node, &status);
    if (status.role != RAFT_LEADER) {
        orders_answer(server, call, BRIDGE_NOT_LEADER, "%s", "");
        return;
    }
    if (o->change != NULL || status.changing) {
        orders_answer(server, call, BRIDGE_CONFLICT,
                      "another change of members is under way");
        return;
    }
    o->change = call;
    o->handed_over = false;
    read_members(server, bridge_request_of(call));
    o->wanted.change_id = ++o->last_change_id;
    o->dial_until_ns = server_clock_ns() + DIAL_S * 1000000000ull;
    if (is_listed(&o->wanted, 0, SIZE_MAX)) {
        dial(server);
    }
    changes_turn(server);
}
