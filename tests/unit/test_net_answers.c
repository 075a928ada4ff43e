/* SPDX-License-Identifier: MIT
 *
 * test_net_answers.c - answers to servers that our configuration does not know
 * (section 6: it may be the older one).
 */
#include "tests/t.h"

#include <string.h>

#include "tests/unit/net_party.h"

enum { CLUSTER = 77 };

static void answer(struct party *party, enum raft_message_type type,
                   raft_server_id to, raft_term term)
{
    party_send(party,
               &(struct raft_message){.type = type,
                                      .from = party->settings.self.server_id,
                                      .to = to,
                                      .term = term});
}

/*
 * M5: a candidate whose configuration we have not received, or a leader that
 * has just invited us. We dial neither, and both must hear us.
 */
static void who_asks_is_answered_though_we_do_not_dial_him(void **state)
{
    struct party *const asks = party_new();
    struct party *const answers = party_new();

    (void)state;
    party_open(asks, 1, CLUSTER);
    party_open(answers, 2, CLUSTER);
    party_dial(asks, answers, NULL, true);
    UNTIL(party_connected(asks, 2));
    party_heartbeat(asks, 2, 4, 0);
    UNTIL(answers->received_count == 1);
    answer(answers, RAFT_APPEND_ENTRIES_RESULT, 1, 4);
    answer(answers, RAFT_REQUEST_VOTE_RESULT, 1, 5);
    answer(answers, RAFT_INSTALL_SNAPSHOT_RESULT, 1, 6);
    UNTIL(asks->received_count == 3);
    t_u64_eq(party_last(asks)->term, 6);
    assert_int_equal(party_last(asks)->type, RAFT_INSTALL_SNAPSHOT_RESULT);
    t_u64_eq(party_last(asks)->from, 2);
    t_u64_eq(party_dropped(answers), 0);
    t_u64_eq(party_rejected(asks) + party_rejected(answers), 0);
    assert_null(strstr(asks->all_logs, "lost"));
}

static void only_answers_take_that_way(void **state)
{
    struct party *const asks = party_new();
    struct party *const answers = party_new();

    (void)state;
    party_open(asks, 1, CLUSTER);
    party_open(answers, 2, CLUSTER);
    party_dial(asks, answers, NULL, true);
    UNTIL(party_connected(asks, 2) && answers->introduced_count > 0);
    party_heartbeat(answers, 1, 4, 0);
    answer(answers, RAFT_TIMEOUT_NOW, 1, 4);
    t_u64_eq(party_dropped(answers), 2);
    answer(answers, RAFT_REQUEST_VOTE_RESULT, 3, 4); /* never seen */
    t_u64_eq(party_dropped(answers), 3);
    /* A member of ours that cannot be reached is not answered so. */
    party_dial_address(answers, 1, "127.0.0.1:1");
    answer(answers, RAFT_REQUEST_VOTE_RESULT, 1, 4);
    t_u64_eq(party_dropped(answers), 4);
    party_dial_address(answers, 9, "127.0.0.1:1");
    answer(answers, RAFT_REQUEST_VOTE_RESULT, 1, 4);
    UNTIL(asks->received_count == 1);
    t_u64_eq(party_dropped(answers), 4);
}

/* He would hang up: version 1 takes answers on his own way in only. */
static void older_servers_and_strangers_get_no_such_answer(void **state)
{
    struct party *const server = party_new();
    struct stranger stranger;

    (void)state;
    party_open(server, 1, CLUSTER);
    for (unsigned way = 0; way < 3; way++) {
        stranger_connect(&stranger, server);
        stranger.sequence = way == 0 ? 0 : (uint64_t)2 << FRAME_SPEAKS_SHIFT;
        stranger_hello(&stranger, 2, way == 1 ? 0 : CLUSTER,
                       way == 2 ? 8 : 1); /* blank; looks for another */
        UNTIL(stranger_greeted(&stranger, NULL));
        const uint64_t dropped = party_dropped(server);
        answer(server, RAFT_REQUEST_VOTE_RESULT, 2, 3);
        t_u64_eq(party_dropped(server), dropped + 1);
        stranger_leave(&stranger);
        stranger.fd = -1;
    }
}

/* What comes in by that way is checked like all the rest. */
static void answers_by_that_way_are_checked(void **state)
{
    struct party *const server = party_new();
    struct stranger other;
    char address[RAFT_MAX_ADDRESS_BYTES];
    struct raft_message m = {
        .type = RAFT_REQUEST_VOTE_RESULT, .from = 2, .to = 1, .term = 3};
    uint8_t bytes[256];

    (void)state;
    const int listen_fd = stranger_listen(address);
    party_open(server, 1, CLUSTER);
    party_dial_address(server, 2, address);
    UNTIL(stranger_accept(&other, listen_fd));
    stranger_hello(&other, 2, CLUSTER, 1);
    UNTIL(party_connected(server, 2));
    stranger_say(&other, bytes,
                 frame_put_message(bytes, CLUSTER + 1, ++other.sequence, &m));
    m.term = (raft_term)1 << 40;
    stranger_say(&other, bytes,
                 frame_put_message(bytes, CLUSTER, ++other.sequence, &m));
    m.term = 3;
    stranger_say(&other, bytes,
                 frame_put_message(bytes, CLUSTER, ++other.sequence, &m));
    UNTIL(server->received_count == 1);
    t_u64_eq(party_rejected(server), 2);
    stranger_vote(&other, 2, 1, CLUSTER, 3); /* no answer: he hangs up */
    UNTIL(!party_connected(server, 2));
    t_u64_eq(server->received_count, 1);
    stranger_leave(&other);
    stranger_leave(&(struct stranger){.fd = listen_fd});
}

#define test(name) cmocka_unit_test_teardown(name, party_teardown)

static const struct CMUnitTest tests[] = {
    test(who_asks_is_answered_though_we_do_not_dial_him),
    test(only_answers_take_that_way),
    test(older_servers_and_strangers_get_no_such_answer),
    test(answers_by_that_way_are_checked),
};

T_MAIN(tests)
