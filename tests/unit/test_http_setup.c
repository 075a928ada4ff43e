/* SPDX-License-Identifier: MIT
 *
 * test_http_setup.c - POST /setup: who does it, whoever was asked; and who
 * leads in the end.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_pair.h"

#define T_HTTP_PAIR(test) \
    cmocka_unit_test_setup_teardown(test, http_pair_setup, http_pair_teardown)
#define SETUP "POST", "/setup"
/* Two members there are; the first one leads. */
#define NODE1(id) \
    "\"leaderAddr\":\":8001\",\"leaderRaftAddr\":\":10001\",\"leaderId\":" id
#define NODE2(raft)                                                          \
    "\"leaderAddr\":\":8002\",\"leaderRaftAddr\":\"" raft "\",\"leaderId\":" \
    "\"n2\""
#define CLIENT(raft, id)                                   \
    ",\"clientAddrs\":[\"\"],\"clientRaftAddrs\":[\"" raft \
    "\"],\"clientIds\":[\"" id "\"]"

static void who_leads_already_is_left_to_it(void **state)
{
    static const struct http_exchange exchanges[] = {
        {SETUP, "{" NODE1("\"n1\"") CLIENT(":10002", "n2") "}", 200, ""},
    };
    struct http_fixture *f = *state;

    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 1);
    assert_int_equal(f->asked.type, BRIDGE_CHANGE);
}

static void leadership_moves_to_whom_the_body_names(void **state)
{
    static const char *const bodies[] = {
        "{" NODE2(":10002") CLIENT(":10001", "n1") "}",
        "{" NODE2("localhost:10002") "}", /* an address looked up */
        "{" NODE1("\"n2\"") CLIENT(":10002", "n2") "}", /* a client's id */
    };
    struct http_fixture *f = *state;

    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
        const struct http_exchange exchanges[] = {{SETUP, bodies[i], 200, ""}};

        HTTP_RUN(f, exchanges);
        t_u64_eq(f->call_count, 2 * (i + 1));
        assert_int_equal(f->asked.type, BRIDGE_TRANSFER);
        t_u64_eq(f->asked.to, 12);
    }
    assert_string_equal(f->asked_members[0].name, ""); /* it is the client's */
    assert_string_equal(f->asked_members[1].name, "n2");
}

/* ---- Asked elsewhere ----------------------------------------------------- */

static void a_follower_sends_it_to_its_leader(void **state)
{
    static const struct http_exchange exchanges[] = {
        {SETUP, "{" NODE1("\"n1\"") CLIENT("a:1", "n2") "}", 200, ""},
    };
    struct http_pair *pair = *state;

    HTTP_RUN(pair->follower, exchanges);
    t_u64_eq(pair->leader->call_count, 1);
    assert_string_equal(pair->leader->asked_members[1].raft, "a:1");
}

/* A server that is a cluster of its own, or of none, at :20001. */
static struct http_fixture *start_alone(bool is_blank)
{
    struct http_fixture *f =
        http_fixture_start(&(struct http_settings){.listen = NULL});
    struct http_view view = http_fixture_view();

    view.may_leave = !is_blank;
    view.cluster_id = is_blank ? 0 : view.cluster_id;
    view.config.member_count = 1;
    strcpy(view.config.members[0].address, "127.0.0.1:20001");
    strcpy(view.node_raft, "127.0.0.1:20001");
    http_publish(f->http, &view);
    return f;
}

static int set_up(const struct http_fixture *asked, uint16_t leader_port,
                  const char *leader_raft)
{
    char body[256];

    (void)snprintf(body, sizeof(body),
                   "{\"leaderAddr\":\"127.0.0.1:%u\",\"leaderRaftAddr\":"
                   "\"%s\",\"leaderId\":\"n1\"" CLIENT(":20001", "n2") "}",
                   (unsigned)leader_port, leader_raft);
    return http_client_status(asked->port, SETUP, body);
}

static void who_is_alone_asks_the_one_that_shall_lead(void **state)
{
    struct http_pair *pair = *state;
    struct http_fixture *alone = start_alone(false);
    struct http_fixture *blank = start_alone(true);

    assert_int_equal(set_up(alone, pair->leader->port, ":10001"), 200);
    t_u64_eq(alone->call_count, 0);
    t_u64_eq(pair->leader->call_count, 1);
    assert_string_equal(pair->leader->asked_members[1].raft, "127.0.0.1:20001");
    /* He need not lead: then it goes on to who does, and no further. */
    assert_int_equal(set_up(alone, pair->follower->port, ":10001"), 200);
    t_u64_eq(alone->call_count, 0);
    t_u64_eq(pair->follower->call_count, 1);
    t_u64_eq(pair->leader->call_count, 2);
    /* Nobody there: nothing is done. */
    assert_int_equal(set_up(alone, 1, ":10001"), 503);
    t_u64_eq(alone->call_count, 0);
    assert_int_equal(set_up(blank, pair->leader->port, ":10001"), 200);
    t_u64_eq(blank->call_count, 0);
    t_u64_eq(pair->leader->call_count, 3);
    http_fixture_stop(alone);
    http_fixture_stop(blank);
}

/* Whom a client names asks nobody else whom the client names. */
static void nothing_goes_round_in_a_circle(void **state)
{
    struct http_pair *pair = *state;
    struct http_fixture *one = start_alone(false);
    struct http_fixture *other = start_alone(false);
    char address[64];

    assert_int_equal(set_up(one, other->port, "127.0.0.1:9"), 409);
    t_u64_eq(one->call_count, 0);
    t_u64_eq(other->call_count, 1);
    (void)snprintf(address, sizeof(address), "127.0.0.1:%u",
                   (unsigned)pair->follower->port);
    http_pair_follow(pair->leader, address);
    assert_int_equal(set_up(one, pair->follower->port, ":10001"), 503);
    t_u64_eq(pair->follower->call_count, 1);
    t_u64_eq(pair->leader->call_count, 1);
    http_fixture_stop(one);
    http_fixture_stop(other);
}

/* It holds what somebody was told: a new one comes to it, and then leads. */
static void who_cannot_leave_takes_the_new_leader_in(void **state)
{
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    strcpy(view.config.members[1].address, "127.0.0.1:10009");
    http_fixture_script(f, &(struct bridge_answer){.outcome = BRIDGE_DONE},
                        &view);
    assert_int_equal(set_up(f, 1, "127.0.0.1:10009"), 200);
    t_u64_eq(f->call_count, 2);
    assert_string_equal(f->asked_members[0].raft, "127.0.0.1:10009");
    t_u64_eq(f->asked.to, 12);
}

/* ---- Waiting ------------------------------------------------------------- */

static void *ask(void *self)
{
    static const struct http_exchange exchanges[] = {
        {SETUP, "{" NODE1("\"n1\"") CLIENT("a:1", "n2") "}", 200, ""},
    };

    HTTP_RUN(self, exchanges);
    return NULL;
}

static void a_leader_that_is_being_elected_is_waited_for(void **state)
{
    struct http_fixture *f = *state;
    pthread_t client;

    for (size_t i = 0; i < 2; i++) { /* none is known, or one who is dead */
        const uint64_t calls = f->call_count;

        http_fixture_play(f, i == 0 ? PLAY_NO_LEADER : PLAY_FOLLOWER);
        assert_int_equal(pthread_create(&client, NULL, ask, f), 0);
        http_fixture_await_calls(f, calls + 2);
        http_fixture_play(f, PLAY_LEADER);
        assert_int_equal(pthread_join(client, NULL), 0);
        assert_int_equal(f->asked.change, BRIDGE_ADD);
    }
}

static const struct CMUnitTest tests[] = {
    T_HTTP(who_leads_already_is_left_to_it),
    T_HTTP(leadership_moves_to_whom_the_body_names),
    T_HTTP_PAIR(a_follower_sends_it_to_its_leader),
    T_HTTP_PAIR(who_is_alone_asks_the_one_that_shall_lead),
    T_HTTP_PAIR(nothing_goes_round_in_a_circle),
    T_HTTP(who_cannot_leave_takes_the_new_leader_in),
    T_HTTP(a_leader_that_is_being_elected_is_waited_for),
};

T_MAIN(tests)
