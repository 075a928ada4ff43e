/* SPDX-License-Identifier: MIT
 *
 * test_net_absorb_asked.c - a member of another cluster is asked to leave it:
 * the side that is asked. Anybody can connect there and ask.
 */
#include "tests/t.h"

#include "tests/unit/net_party.h"

enum { OURS = 78, THEIRS = 77, SELF = 2, LEADER = 1, NOW = 3 };

static struct party *server;
static struct stranger leader;

static int open_server(void **state)
{
    (void)state;
    server = party_new();
    party_open(server, SELF, OURS);
    leader = (struct stranger){.fd = -1};
    return 0;
}

static int close_server(void **state)
{
    stranger_leave(&leader);
    return party_teardown(state);
}

static void come(struct stranger *who, raft_server_id id, uint64_t cluster_id,
                 raft_server_id to)
{
    stranger_connect(who, server);
    who->sequence = stranger_sequence(NOW);
    stranger_hello(who, id, cluster_id, to);
    UNTIL(stranger_greeted(who, NULL));
}

static void ask(struct stranger *who)
{
    stranger_plain(who, FRAME_ABSORB, LEADER, SELF, THEIRS);
}

/* What came before has been handled: this one is counted. */
static void counted(struct stranger *who, raft_server_id id)
{
    const uint64_t rejected = party_rejected(server);

    stranger_vote(who, id, SELF + 8, THEIRS, 1);
    UNTIL(party_rejected(server) > rejected);
}

static size_t declined(struct stranger *who)
{
    return stranger_heard(who, FRAME_DECLINED, NOW);
}

static void the_question_reaches_the_program(void **state)
{
    (void)state;
    come(&leader, LEADER, THEIRS, SELF);
    const uint64_t rejected = party_rejected(server);
    ask(&leader);
    UNTIL(server->absorb_asked_count == 1);
    t_u64_eq(server->absorb_asked.server_id, LEADER);
    t_u64_eq(server->absorb_asked.cluster_id, THEIRS);
    assert_string_equal(server->absorb_asked.raft_address, "127.0.0.1:1");
    t_u64_eq(party_rejected(server), rejected);
    t_u64_eq(declined(&leader), 0);
    assert_false(leader.closed);
}

/* Once a connection, before the answer and after; a HELLO changes nothing. */
static void many_questions_are_one(void **state)
{
    (void)state;
    come(&leader, LEADER, THEIRS, SELF);
    const uint64_t rejected = party_rejected(server);
    for (int i = 0; i < 1000; i++) {
        ask(&leader);
    }
    UNTIL(party_rejected(server) == rejected + 999);
    t_u64_eq(server->absorb_asked_count, 1);
    stranger_hello(&leader, LEADER, THEIRS, SELF);
    ask(&leader);
    UNTIL(party_rejected(server) == rejected + 999 + 2);
    net_decline(server->net, LEADER);
    net_decline(server->net, LEADER);
    UNTIL(declined(&leader) == 1);
    ask(&leader);
    counted(&leader, LEADER);
    net_decline(server->net, LEADER);
    party_poll_all();
    t_u64_eq(declined(&leader), 1);
    t_u64_eq(server->absorb_asked_count, 1);
    assert_false(leader.closed);
}

static void nobody_there_is_an_answer_too(void **state)
{
    (void)state;
    party_close(server);
    server->deaf = true;
    party_open(server, SELF, OURS);
    come(&leader, LEADER, THEIRS, SELF);
    for (int i = 0; i < 100; i++) {
        ask(&leader);
    }
    counted(&leader, LEADER);
    UNTIL(declined(&leader) == 1);
    party_poll_all();
    t_u64_eq(declined(&leader), 1);
}

/* Each that asked, in this name; not who did not ask, or was answered. */
static void the_answer_goes_to_those_who_asked(void **state)
{
    enum { ASKED, ASKED_TOO, NOT_ASKED, ANOTHER, COUNT };
    struct stranger others[COUNT];

    (void)state;
    net_decline(server->net, LEADER); /* nobody */
    for (int i = 0; i < COUNT; i++) {
        const raft_server_id id = i == ANOTHER ? LEADER + 8 : LEADER;

        come(&others[i], id, THEIRS, SELF);
        if (i != NOT_ASKED) {
            stranger_plain(&others[i], FRAME_ABSORB, id, SELF, THEIRS);
        }
        counted(&others[i], id);
    }
    t_u64_eq(server->absorb_asked_count, 3);
    net_decline(server->net, LEADER);
    UNTIL(declined(&others[ASKED]) == 1 && declined(&others[ASKED_TOO]) == 1);
    t_u64_eq(declined(&others[NOT_ASKED]) + declined(&others[ANOTHER]), 0);
    net_decline(server->net, LEADER + 8);
    UNTIL(declined(&others[ANOTHER]) == 1);
    stranger_leave(&others[ASKED]);
    UNTIL(net_hello_of(server->net, LEADER) != NULL);
    net_decline(server->net, LEADER);
    party_poll_all();
    t_u64_eq(declined(&others[ASKED_TOO]), 1);
    for (int i = ASKED_TOO; i < COUNT; i++) {
        stranger_leave(&others[i]);
    }
}

/* By what both said in HELLO, and who stands in the frame's header. */
static const struct {
    uint64_t ours, theirs; /* HELLO */
    raft_server_id sought; /* by HELLO */
    uint64_t cluster_id;   /* ABSORB */
    raft_server_id to;
} improper[] = {
    {0, THEIRS, SELF, THEIRS, SELF},           /* blank: INVITE is for us */
    {OURS, OURS, SELF, OURS, SELF},            /* of our own cluster */
    {OURS, OURS, SELF, THEIRS, SELF},          /* ... whatever he says now */
    {OURS, 0, SELF, THEIRS, SELF},             /* he is blank */
    {OURS, 0, SELF, 0, SELF},                  /* ... */
    {OURS, THEIRS, SELF, THEIRS + 9, SELF},    /* not his cluster */
    {OURS, THEIRS, SELF, OURS, SELF},          /* ... */
    {OURS, THEIRS, SELF, 0, SELF},             /* ... */
    {OURS, THEIRS, SELF, THEIRS, SELF + 8},    /* for another */
    {OURS, THEIRS, SELF, THEIRS, 0},           /* for whoever */
    {OURS, THEIRS, SELF + 8, THEIRS, SELF},    /* he looks for another */
    {OURS, THEIRS, SELF + 8, THEIRS, SELF + 8} /* ... */
};

static void improper_questions_are_dropped(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof improper / sizeof improper[0]; i++) {
        party_close(server);
        party_open(server, SELF, improper[i].ours);
        come(&leader, LEADER, improper[i].theirs, improper[i].sought);
        const uint64_t rejected = party_rejected(server);
        stranger_plain(&leader, FRAME_ABSORB, LEADER, improper[i].to,
                       improper[i].cluster_id);
        UNTIL(party_rejected(server) > rejected);
        net_decline(server->net, LEADER);
        stranger_plain(&leader, FRAME_PING, LEADER, SELF, improper[i].theirs);
        counted(&leader, LEADER);
        t_u64_eq(declined(&leader), 0);
        t_u64_eq(server->absorb_asked_count + server->invited_count, 0);
        assert_false(stranger_closed(&leader));
        stranger_leave(&leader);
    }
}

static void who_is_not_known_or_not_himself_is_closed(void **state)
{
    (void)state;
    stranger_connect(&leader, server);
    ask(&leader); /* before HELLO */
    UNTIL(stranger_closed(&leader));
    stranger_leave(&leader);
    come(&leader, LEADER, THEIRS, SELF);
    stranger_plain(&leader, FRAME_ABSORB, LEADER + 8, SELF, THEIRS);
    UNTIL(stranger_closed(&leader));
    stranger_leave(&leader);
    come(&leader, SELF, THEIRS, SELF); /* as we are called ourselves */
    stranger_plain(&leader, FRAME_ABSORB, SELF, SELF, THEIRS);
    counted(&leader, SELF);
    t_u64_eq(server->absorb_asked_count, 0);
}

/* A member is here, alive, under that id: which of them would be our leader? */
static void a_double_of_a_member_is_not_heard(void **state)
{
    struct party *const member = party_new();

    (void)state;
    party_open(member, LEADER, OURS);
    party_meet(server, member);
    come(&leader, LEADER, THEIRS, SELF);
    const uint64_t rejected = party_rejected(server);
    ask(&leader);
    UNTIL(party_rejected(server) > rejected);
    t_u64_eq(server->absorb_asked_count, 0);
    stranger_leave(&leader);
    come(&leader, LEADER, OURS, SELF); /* refused as a double */
    ask(&leader);
    UNTIL(stranger_closed(&leader));
    t_u64_eq(server->absorb_asked_count, 0);
    assert_true(party_connected(server, LEADER));
}

/* Also one who was asked and then said that he is a member, or a double. */
static void an_answer_is_not_for_us_to_hear(void **state)
{
    (void)state;
    come(&leader, LEADER, THEIRS, SELF);
    const uint64_t rejected = party_rejected(server);
    stranger_plain(&leader, FRAME_DECLINED, LEADER, SELF, THEIRS);
    UNTIL(party_rejected(server) == rejected + 1);
    ask(&leader);
    UNTIL(server->absorb_asked_count == 1);
    stranger_hello(&leader, LEADER, OURS, SELF);
    stranger_vote(&leader, LEADER, SELF, OURS, 3);
    UNTIL(server->received_count == 1);
    net_decline(server->net, LEADER); /* the question is none any more */
    party_poll_all();
    t_u64_eq(declined(&leader), 0);
    stranger_plain(&leader, FRAME_DECLINED, LEADER, SELF, OURS);
    UNTIL(stranger_closed(&leader));
}

#define test(name) \
    cmocka_unit_test_setup_teardown(name, open_server, close_server)

static const struct CMUnitTest tests[] = {
    test(the_question_reaches_the_program),
    test(many_questions_are_one),
    test(nobody_there_is_an_answer_too),
    test(the_answer_goes_to_those_who_asked),
    test(improper_questions_are_dropped),
    test(who_is_not_known_or_not_himself_is_closed),
    test(a_double_of_a_member_is_not_heard),
    test(an_answer_is_not_for_us_to_hear),
};

T_MAIN(tests)
