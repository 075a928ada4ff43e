/* SPDX-License-Identifier: MIT
 *
 * test_net_absorb.c - a member of another cluster is asked to leave it for
 * ours: the side that dials and asks.
 */
#include "tests/t.h"

#include <string.h>

#include "raft/bytes.h"
#include "tests/unit/net_asker.h"

/* At once or later; with somebody there to say it, or nobody. */
static void who_declines_is_not_asked_again(void **state)
{
    (void)state;
    for (int how = 0; how < 3; how++) {
        struct party *const b = party_new();

        b->declines = how == 0;
        b->deaf = how == 1;
        party_open(b, OTHER, OTHER_CLUSTER);
        asker_want(OTHER, b->listen, true);
        if (how == 2) {
            UNTIL(b->absorb_asked_count > 0);
            net_decline(b->net, SELF + 8);
            assert_false(asker_peer().declined);
            net_decline(b->net, SELF);
        }
        UNTIL(asker_peer().declined);
        assert_non_null(
            strstr(asker.server->log, "will not leave its cluster"));
        const size_t met = b->introduced_count;
        UNTIL(b->introduced_count >= met + 2); /* he is still dialled */
        assert_true(asker_peer().declined && asker_peer().foreign);
        assert_non_null(strstr(asker.server->log, "member of another cluster"));
        t_u64_eq(b->absorb_asked_count, how == 1 ? 0 : 1);
        t_u64_eq(party_rejected(asker.server), 0);
        party_close(b);
    }
}

/* Another server at his address, or whoever is there: not meant. */
static void nobody_else_is_asked(void **state)
{
    static const raft_server_id sought[] = {9, 0};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        asker_want(sought[i], asker.address, true);
        for (int times = 0; times < 2; times++) {
            asker_answered(NOW);
            UNTIL(stranger_closed(&asker.other));
            t_u64_eq(stranger_heard(&asker.other, FRAME_HELLO, NOW), 1);
            t_u64_eq(stranger_heard(&asker.other, FRAME_ABSORB, NOW), 0);
            assert_false(asker_peer().declined);
            stranger_leave(&asker.other);
        }
    }
}

static void who_is_only_dialled_is_not_asked(void **state)
{
    (void)state;
    asker_want(OTHER, asker.address, false);
    asker_answered(NOW);
    UNTIL(stranger_closed(&asker.other));
    t_u64_eq(stranger_heard(&asker.other, FRAME_ABSORB, NOW), 0);
    assert_true(asker_peer().foreign && !asker_peer().declined);
}

static void an_older_version_cannot_be_asked(void **state)
{
    (void)state;
    for (unsigned speaks = 1; speaks < NOW; speaks++) {
        asker_want(OTHER, asker.address, true);
        asker_answered(speaks);
        UNTIL(asker_peer().declined);
        UNTIL(stranger_closed(&asker.other));
        t_u64_eq(stranger_heard(&asker.other, FRAME_HELLO, speaks), 1);
        t_u64_eq(stranger_heard(&asker.other, FRAME_ABSORB, NOW), 0);
        assert_non_null(strstr(asker.server->log, "member of another cluster"));
        stranger_leave(&asker.other);
        net_set_targets(asker.server->net, NULL, 0);
    }
}

static void the_question_says_who_asks_whom(void **state)
{
    (void)state;
    asker_want(OTHER, asker.address, true);
    asker_asked();
    const uint8_t *const frame =
        asker.other.bytes + asker.other.count - FRAME_HEADER_BYTES;
    t_u64_eq(get_u16(frame + 4), 3);
    t_u64_eq(frame[6], FRAME_ABSORB);
    t_u64_eq(get_u64(frame + 8), CLUSTER);
    t_u64_eq(get_u64(frame + 16), SELF);
    t_u64_eq(get_u64(frame + 24), OTHER);
    t_u64_eq(frame_speaks(get_u64(frame + 32)), 3);
}

/* Gone, or silent until the deadline: that is no answer. */
static void without_an_answer_he_is_asked_again(void **state)
{
    (void)state;
    asker_want(OTHER, asker.address, true);
    asker_asked();
    asker_asked_again();
    assert_false(asker_peer().declined);
    UNTIL(stranger_closed(&asker.other));
    assert_non_null(strstr(asker.server->log, "no answer"));
    asker_asked_again();
    assert_false(asker_peer().declined);
    t_u64_eq(party_rejected(asker.server), 0);
}

/* A new HELLO: of our cluster by now, or not, which is no reason to repeat. */
static void he_may_agree_on_the_same_connection(void **state)
{
    (void)state;
    asker_want(OTHER, asker.address, true);
    asker_asked();
    const size_t met = asker.server->introduced_count;
    stranger_hello(&asker.other, OTHER, OTHER_CLUSTER, SELF);
    UNTIL(asker.server->introduced_count > met);
    assert_false(party_open_to(asker.server, OTHER));
    stranger_hello(&asker.other, OTHER, CLUSTER, SELF);
    UNTIL(party_connected(asker.server, OTHER));
    party_heartbeat(asker.server, OTHER, 4, 0);
    UNTIL(stranger_heard(&asker.other, RAFT_APPEND_ENTRIES, NOW) == 1);
    t_u64_eq(stranger_heard(&asker.other, FRAME_ABSORB, NOW), 1);
    t_u64_eq(stranger_heard(&asker.other, FRAME_HELLO, NOW), 1);
}

/* Unasked, before his HELLO, in another's name, to another, and when he is a
 * member already. Nor does the one who accepted ask. */
static void an_answer_to_no_question_ends_the_connection(void **state)
{
    (void)state;
    for (int how = 0; how < 6; how++) {
        const uint64_t rejected = party_rejected(asker.server);

        asker_want(OTHER, asker.address, true);
        if (how == 0) {
            UNTIL(stranger_accept(&asker.other, asker.listen_fd));
        } else {
            asker_asked();
        }
        if (how >= 3) {
            stranger_hello(&asker.other, OTHER, CLUSTER, SELF);
            UNTIL(party_connected(asker.server, OTHER));
        }
        stranger_plain(&asker.other, how >= 4 ? FRAME_ABSORB : FRAME_DECLINED,
                       how == 1 ? 9 : OTHER, how == 2 ? 9 : SELF,
                       how == 5 ? OTHER_CLUSTER : CLUSTER);
        UNTIL(stranger_closed(&asker.other));
        t_u64_eq(party_rejected(asker.server), rejected + 1);
        assert_non_null(strstr(asker.server->log, "unexpected frame"));
        assert_false(asker_peer().declined);
        stranger_leave(&asker.other);
        net_set_targets(asker.server->net, NULL, 0);
    }
}

#define test(name) \
    cmocka_unit_test_setup_teardown(name, asker_setup, asker_teardown)

static const struct CMUnitTest tests[] = {
    test(who_declines_is_not_asked_again),
    test(nobody_else_is_asked),
    test(who_is_only_dialled_is_not_asked),
    test(an_older_version_cannot_be_asked),
    test(the_question_says_who_asks_whom),
    test(without_an_answer_he_is_asked_again),
    test(he_may_agree_on_the_same_connection),
    test(an_answer_to_no_question_ends_the_connection),
};

T_MAIN(tests)
