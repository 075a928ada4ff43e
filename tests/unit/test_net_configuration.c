/* SPDX-License-Identifier: MIT
 *
 * test_net_configuration.c - the members change (section 6): who is dialled,
 * and who no longer is.
 */
#include "tests/t.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/net_party.h"

enum { CLUSTER = 77 };

/* One member of a configuration; which sets it votes in. */
static void add(struct raft_config *config, raft_server_id id,
                const char *address, bool in_old, bool in_new)
{
    struct raft_member *member = &config->members[config->member_count++];

    *member =
        (struct raft_member){.id = id, .in_old = in_old, .in_new = in_new};
    snprintf(member->address, sizeof member->address, "%s", address);
}

static void configure(struct party *party, const struct raft_config *config)
{
    const struct raft_transport transport = net_transport(party->net);

    transport.configure(transport.self, config);
}

static size_t peer_count(const struct party *party)
{
    struct net_peer_stats peers[RAFT_MAX_SLOTS];

    return net_peers(party->net, peers, RAFT_MAX_SLOTS);
}

/* Ourselves, one who leaves, one who comes, one who stays, a learner. */
static void voters_of_both_sets_and_learners_are_dialled(void **state)
{
    struct party *const self = party_new();
    struct raft_config config = {.is_joint = true};

    (void)state;
    party_open(self, 1, CLUSTER);
    add(&config, 1, self->listen, true, true);
    for (raft_server_id id = 2; id <= 5; id++) {
        struct party *const other = party_new();

        party_open(other, id, CLUSTER);
        add(&config, id, other->listen, id == 2 || id == 4, id == 3 || id == 4);
    }
    configure(self, &config);
    for (raft_server_id id = 2; id <= 5; id++) {
        UNTIL(party_connected(self, id));
    }
    t_u64_eq(peer_count(self), 4);
}

/* As many as a configuration can have. */
static void the_largest_configuration_is_dialled_whole(void **state)
{
    struct party *const self = party_new();
    struct raft_config config = {.is_joint = true};
    char address[RAFT_MAX_ADDRESS_BYTES];

    (void)state;
    party_open(self, 1, CLUSTER);
    for (raft_server_id id = 1; id <= RAFT_MAX_SLOTS; id++) {
        snprintf(address, sizeof address, "127.0.0.1:%u", 1 + (unsigned)id);
        add(&config, id, address, id <= 9, id > 9 && id <= 18);
    }
    configure(self, &config);
    t_u64_eq(peer_count(self), RAFT_MAX_SLOTS - 1);
}

static void who_is_removed_is_no_longer_connected(void **state)
{
    struct party *const self = party_new();
    struct party *const stays = party_new();
    struct party *const goes = party_new();
    struct raft_config config = {.member_count = 0};

    (void)state;
    party_open(self, 1, CLUSTER);
    party_open(stays, 2, CLUSTER);
    party_open(goes, 3, CLUSTER);
    add(&config, 1, self->listen, true, false);
    add(&config, 2, stays->listen, true, false);
    add(&config, 3, goes->listen, true, false);
    configure(self, &config);
    UNTIL(party_connected(self, 2) && party_connected(self, 3));
    const size_t greetings = stays->introduced_count;

    config.member_count = 2;
    configure(self, &config);
    assert_false(party_connected(self, 3));
    t_u64_eq(peer_count(self), 1);
    party_heartbeat(self, 3, 1, 0);
    t_u64_eq(party_dropped(self), 1);
    assert_non_null(strstr(self->log, "peer dropped addr="));
    party_heartbeat(self, 2, 1, 0); /* on the connection there was */
    UNTIL(stays->received_count == 1);
    t_u64_eq(stays->introduced_count, greetings);
    t_u64_eq(goes->received_count, 0);
}

/* The same id again, where it was before or elsewhere: a connection anew, and
 * nothing on it that was meant for the old one. */
static void a_removed_member_can_come_back(void **state)
{
    struct party *const self = party_new();
    struct party *const other = party_new();
    struct raft_config alone = {.member_count = 0};
    struct raft_config both;

    (void)state;
    party_open(self, 1, CLUSTER);
    party_open(other, 2, CLUSTER);
    add(&alone, 1, self->listen, true, false);
    for (unsigned round = 1; round <= 3; round++) {
        both = alone;
        add(&both, 2, other->listen, false, false); /* as a learner */
        configure(self, &both);
        UNTIL(party_connected(self, 2));
        both.members[1].in_old = true; /* then as a voter */
        configure(self, &both);
        assert_true(party_connected(self, 2));
        party_heartbeat(self, 2, round, 7);
        UNTIL(other->received_count == round);
        t_u64_eq(party_last(other)->term, round);

        party_heartbeat(self, 2, 99, 8); /* queued, and gone with it */
        configure(self, &alone);
        assert_false(party_connected(self, 2));
        party_heartbeat(self, 2, 99, 9);
        if (round == 2) { /* it moves */
            party_close(other);
            other->listen[0] = '\0';
            party_open(other, 2, CLUSTER);
            t_u64_eq(other->received_count, round);
        }
    }
    t_u64_eq(other->received_count, 3);
}

static void a_member_may_move_while_it_is_one(void **state)
{
    struct party *const self = party_new();
    struct party *const other = party_new();
    struct raft_config config = {.member_count = 0};

    (void)state;
    party_open(self, 1, CLUSTER);
    party_open(other, 2, CLUSTER);
    add(&config, 1, self->listen, true, false);
    add(&config, 2, other->listen, true, false);
    configure(self, &config);
    UNTIL(party_connected(self, 2));
    party_close(other);
    other->listen[0] = '\0';
    party_open(other, 2, CLUSTER);
    snprintf(config.members[1].address, sizeof config.members[1].address, "%s",
             other->listen);
    configure(self, &config);
    UNTIL(party_connected(self, 2));
    t_u64_eq(peer_count(self), 1);
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(voters_of_both_sets_and_learners_are_dialled),
    test(the_largest_configuration_is_dialled_whole),
    test(who_is_removed_is_no_longer_connected),
    test(a_removed_member_can_come_back),
    test(a_member_may_move_while_it_is_one),
};

T_MAIN(tests)
