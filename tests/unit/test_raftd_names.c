/* SPDX-License-Identifier: MIT
 *
 * test_raftd_names.c - whose own name goes into a configuration, and when none
 * may: a server of a version before names cannot read it.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/raftd/names.h"
#include "cmd/raftd/server.h"
#include "tests/unit/net_party.h"
#include "tests/unit/storage_place.h"

enum { CLUSTER = 77, OTHER = 2, OLD = 3, ABSENT = 4 };

static struct raftd_options options;
static struct server server;
static const struct raft_config nobody;

/* This server, called "own", and the other one; NULL: by its address. */
static struct party *meet(const struct place *place, const char *name)
{
    struct party *const self = party_new();
    struct party *const other = party_new();
    struct net_settings settings = {.self = {CLUSTER, OTHER, "", "", ""},
                                    .heartbeat_ms = 20};

    server.storage = place_open(place->path);
    server.options = &options;
    strcpy(options.name, "own");
    strcpy(options.raft_advertise, "127.0.0.1:7");
    party_open(other, OTHER, CLUSTER); /* for its address */
    party_close(other);
    if (name == NULL) {
        name = other->listen;
    }
    assert_true(strlen(name) < sizeof settings.self.name);
    memcpy(settings.self.name, name, strlen(name));
    party_open_with(other, &settings);
    party_open(self, storage_identity(server.storage)->server_id, CLUSTER);
    server.net = self->net;
    party_dial(self, other, NULL, true);
    UNTIL(party_connected(self, OTHER));
    return self;
}

static int tear_down(void **state)
{
    storage_close(server.storage);
    return party_teardown(state) + place_remove(state);
}

static struct raft_config members(raft_server_id third)
{
    struct raft_config config = {.member_count = third == 0 ? 2 : 3};

    config.members[0].id = storage_identity(server.storage)->server_id;
    config.members[1].id = OTHER;
    config.members[2].id = third;
    return config;
}

static void expect(const struct raft_config *now, struct raft_config wanted,
                   const char *own, const char *other, const char *third)
{
    names_fill(&server, now, wanted.members, wanted.member_count);
    assert_string_equal(wanted.members[0].name, own);
    assert_string_equal(wanted.members[1].name, other);
    assert_string_equal(wanted.members[2].name, third);
}

static void names_are_those_they_were_started_with(void **state)
{
    struct raft_config wanted;

    (void)meet(*state, "n2");
    wanted = members(0);
    expect(&nobody, wanted, "own", "n2", "");
    expect(&wanted, wanted, "own", "n2", "");
    strcpy(wanted.members[1].name, "given");
    expect(&nobody, wanted, "own", "given", "");
}

/* It moves, and another server may have it then. */
static void names_are_no_addresses(void **state)
{
    (void)meet(*state, NULL);
    expect(&nobody, members(0), "own", "", "");
    strcpy(options.name, options.raft_advertise);
    expect(&nobody, members(0), "", "", "");
}

/* Who is not there may be of any version. */
static void names_wait_for_those_that_cannot_read_them(void **state)
{
    struct party *const self = meet(*state, "n2");
    const raft_server_id third[] = {ABSENT, OLD};
    struct net_target targets[2] = {{.server_id = OTHER}, {.server_id = OLD}};
    struct net_peer_stats peer;
    struct stranger old;
    const int listen_fd = stranger_listen(targets[1].address);

    t_u64_eq(net_peers(self->net, &peer, 1), 1);
    memcpy(targets[0].address, peer.address, sizeof peer.address);
    net_set_targets(self->net, targets, 2);
    UNTIL(stranger_accept(&old, listen_fd));
    old.sequence = stranger_sequence(NET_NAMES_VERSION - 1);
    stranger_hello(&old, OLD, CLUSTER, self->settings.self.server_id);
    UNTIL(party_connected(self, OLD) && party_connected(self, OTHER));
    for (size_t i = 0; i < 2; i++) {
        const struct raft_config with = members(third[i]);
        struct raft_config named = with;

        expect(&nobody, with, "", "", "");
        expect(&with, members(0), "", "", ""); /* it reads the joint one */
        strcpy(named.members[2].name, "given");
        expect(&nobody, named, "own", "n2", "given");
        expect(&named, with, "own", "n2", third[i] == OLD ? "stranger" : "");
    }
    stranger_leave(&old);
    close(listen_fd);
}

#define test(name) \
    cmocka_unit_test_setup_teardown(name, place_create, tear_down)

static const struct CMUnitTest tests[] = {
    test(names_are_those_they_were_started_with),
    test(names_are_no_addresses),
    test(names_wait_for_those_that_cannot_read_them),
};

T_MAIN(tests)
