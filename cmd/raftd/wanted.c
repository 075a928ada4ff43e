/* SPDX-License-Identifier: MIT
 *
 * wanted.c - the whole new member list that an order comes to.
 */
#include "cmd/raftd/wanted.h"

#include <stdio.h>
#include <string.h>

#include "cmd/raftd/names.h"
#include "cmd/raftd/server.h"

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

static void want(struct orders *o, const struct raft_member *member,
                 raft_server_id asked)
{
    o->asked[o->wanted.member_count] = asked;
    o->doubted[o->wanted.member_count] = false;
    o->wanted.members[o->wanted.member_count++] = *member;
}

static struct raft_member new_member(const struct bridge_member *asked)
{
    struct raft_member member = {0};

    snprintf(member.address, sizeof member.address, "%s", asked->raft);
    snprintf(member.name, sizeof member.name, "%s", asked->name);
    return member;
}

static void want_new(struct orders *o, const struct bridge_member *asked)
{
    const struct raft_member member = new_member(asked);

    want(o, &member, asked->id);
}

static bool is_named(const struct bridge_request *request, raft_server_id id)
{
    for (size_t i = 0; i < request->member_count; i++) {
        if (request->members[i].id == id) {
            return true;
        }
    }
    return false;
}

/* ---- Added --------------------------------------------------------------- */

bool wanted_is_another(const struct server *server,
                       const struct raft_member *member)
{
    const raft_server_id self = storage_identity(server->storage)->server_id;
    struct net_peer_stats peers[RAFT_MAX_SLOTS + RAFT_MAX_VOTERS];
    const size_t count =
        net_peers(server->net, peers, sizeof peers / sizeof peers[0]);

    for (size_t i = 0; i < count && i < sizeof peers / sizeof peers[0]; i++) {
        if (peers[i].server_id == member->id && !peers[i].open &&
            !peers[i].unheard && peers[i].answered != RAFT_NO_SERVER &&
            peers[i].answered != self && peers[i].answered != member->id) {
            return true;
        }
    }
    return false;
}

/* The voters there are, but for those that others replace. */
static void want_those_of_now(struct server *server,
                              const struct bridge_request *request)
{
    const struct raft_config *config = raft_node_config(server->node);

    for (size_t slot = 0; slot < config->member_count; slot++) {
        const struct raft_member *member = &config->members[slot];
        bool stays = raft_config_will_vote(config, member->id);

        for (size_t i = 0; i < request->member_count; i++) {
            stays = stays && !(endpoint_same(request->members[i].raft,
                                             member->address) &&
                               wanted_is_another(server, member));
        }
        if (stays) {
            want(&server->orders, member, member->id);
        }
    }
}

static int place_at(const struct raft_change *wanted, const char *address)
{
    for (size_t i = 0; i < wanted->member_count; i++) {
        if (endpoint_same(wanted->members[i].address, address)) {
            return (int)i;
        }
    }
    return -1;
}

/* It is called otherwise from now on. A name that is only its address is none;
 * one that another member was given stays with that one. */
static void name_member(struct server *server, size_t place, const char *name)
{
    struct raft_change *const wanted = &server->orders.wanted;
    struct raft_member *const member = &wanted->members[place];

    if (*name == 0 || endpoint_same(name, member->address) ||
        !names_can_be_given(server, raft_node_config(server->node))) {
        return;
    }
    for (size_t i = 0; i < wanted->member_count; i++) {
        if (strcmp(wanted->members[i].name, name) == 0) {
            return;
        }
    }
    snprintf(member->name, sizeof member->name, "%s", name);
}

static bool add(struct server *server, const struct bridge_request *request,
                char *why, size_t bytes)
{
    struct orders *o = &server->orders;

    want_those_of_now(server, request);
    for (size_t i = 0; i < request->member_count; i++) {
        const int place = place_at(&o->wanted, request->members[i].raft);

        if (place >= 0) {
            name_member(server, (size_t)place, request->members[i].name);
            o->doubted[place] = o->wanted.members[place].id != 0;
            continue;
        }
        if (o->wanted.member_count == RAFT_MAX_VOTERS) {
            snprintf(why, bytes, "a cluster has at most %d members",
                     RAFT_MAX_VOTERS);
            return false;
        }
        want_new(o, &request->members[i]);
    }
    return true;
}

/* ---- Taken out, and set -------------------------------------------------- */

static bool take_out(struct server *server,
                     const struct bridge_request *request, char *why,
                     size_t bytes)
{
    const struct raft_config *config = raft_node_config(server->node);

    for (size_t slot = 0; slot < config->member_count; slot++) {
        const struct raft_member *member = &config->members[slot];

        if (raft_config_will_vote(config, member->id) &&
            !is_named(request, member->id)) {
            want(&server->orders, member, member->id);
        }
    }
    if (server->orders.wanted.member_count == 0) {
        snprintf(why, bytes, "the last member cannot be taken out");
        return false;
    }
    return true;
}

static void set(struct server *server, const struct bridge_request *request)
{
    struct orders *o = &server->orders;
    const struct raft_config *config = raft_node_config(server->node);

    for (size_t i = 0; i < request->member_count; i++) {
        const struct bridge_member *asked = &request->members[i];
        const int slot = slot_of(config, asked);

        if (slot >= 0 && !wanted_is_another(server, &config->members[slot])) {
            want(o, &config->members[slot], asked->id);
            o->doubted[o->wanted.member_count - 1] = asked->id == 0;
        } else {
            want_new(o, asked);
        }
    }
}

void wanted_replace(struct server *server, size_t i)
{
    struct orders *o = &server->orders;
    const struct bridge_request *request = bridge_request_of(o->change);
    struct raft_change *wanted = &o->wanted;

    for (size_t j = 0; j < request->member_count; j++) {
        const struct bridge_member *asked = &request->members[j];

        if (place_at(wanted, asked->raft) == (int)i) {
            wanted->members[i] = new_member(asked);
            o->asked[i] = asked->id;
            return;
        }
    }
}

bool wanted_read(struct server *server, const struct bridge_request *request,
                 char *why, size_t bytes)
{
    server->orders.wanted = (struct raft_change){0};
    switch (request->change) {
    case BRIDGE_ADD:
        return add(server, request, why, bytes);
    case BRIDGE_REMOVE:
        return take_out(server, request, why, bytes);
    case BRIDGE_SET:
        set(server, request);
        break;
    }
    return true;
}
