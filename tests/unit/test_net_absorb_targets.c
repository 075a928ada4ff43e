/* SPDX-License-Identifier: MIT
 *
 * test_net_absorb_targets.c - the list of whom to dial changes while somebody
 * in it is to be asked to leave his cluster.
 */
#include "tests/t.h"

#include <string.h>

#include "tests/unit/net_asker.h"

/* It waits up to a second before it dials him again; the question does not. */
static void who_is_known_already_is_asked_at_once(void **state)
{
    (void)state;
    asker_want(OTHER, asker.address, false);
    for (int times = 0; times < 5; times++) {
        asker_answered(NOW);
        UNTIL(stranger_closed(&asker.other));
        stranger_leave(&asker.other);
    }
    asker_want(OTHER, asker.address, true);
    for (int turns = 0; turns < 3; turns++) {
        party_poll_all();
    }
    assert_true(stranger_accept(&asker.other, asker.listen_fd));
    stranger_leave(&asker.other);
    asker_asked();
}

static void no_holds_until_the_question_is_withdrawn(void **state)
{
    (void)state;
    asker_want(OTHER, asker.address, true);
    asker_asked();
    asker_declined();
    asker_want(OTHER, asker.address, true); /* the same: nothing new */
    assert_true(asker_peer().declined);
    asker_answered(NOW);
    UNTIL(stranger_closed(&asker.other));
    t_u64_eq(stranger_heard(&asker.other, FRAME_ABSORB, NOW), 0);
    stranger_leave(&asker.other);
    asker_want(OTHER, asker.address, false);
    assert_false(asker_peer().declined);
    asker_want(OTHER, asker.address, true);
    asker_asked();
    asker_declined();
    asker_want(0, asker.address, true); /* of server 2, and of no other */
    assert_false(asker_peer().declined);
    asker_want(OTHER, asker.address, true);
    asker_asked();
    asker_declined();
    net_set_targets(asker.server->net, NULL, 0);
    asker_want(OTHER, asker.address, true);
    assert_false(asker_peer().declined);
    asker_asked();
}

/* His answer would be to a question that is not ours any more. */
static void a_withdrawn_question_is_not_waited_for(void **state)
{
    (void)state;
    asker_want(OTHER, asker.address, true);
    asker_asked();
    asker_want(OTHER, asker.address, true);
    party_poll_all();
    assert_false(stranger_closed(&asker.other));
    asker_want(OTHER, asker.address, false);
    UNTIL(stranger_closed(&asker.other));
    assert_non_null(strstr(asker.server->log, "member of another cluster"));
    stranger_leave(&asker.other);
    asker_want(OTHER, asker.address, true);
    asker_asked();
}

static void a_member_is_kept_whether_to_be_asked_or_not(void **state)
{
    struct party *const b = party_new();

    (void)state;
    party_open(b, OTHER, CLUSTER);
    asker_want(OTHER, b->listen, true);
    UNTIL(party_connected(asker.server, OTHER));
    const size_t logs = asker.server->log_count;
    asker_want(OTHER, b->listen, false);
    asker_want(OTHER, b->listen, true);
    assert_true(party_connected(asker.server, OTHER));
    party_heartbeat(asker.server, OTHER, 4, 0);
    UNTIL(b->received_count == 1);
    t_u64_eq(asker.server->log_count, logs);
    t_u64_eq(b->absorb_asked_count, 0);
}

#define test(name) \
    cmocka_unit_test_setup_teardown(name, asker_setup, asker_teardown)

static const struct CMUnitTest tests[] = {
    test(who_is_known_already_is_asked_at_once),
    test(no_holds_until_the_question_is_withdrawn),
    test(a_withdrawn_question_is_not_waited_for),
    test(a_member_is_kept_whether_to_be_asked_or_not),
};

T_MAIN(tests)
