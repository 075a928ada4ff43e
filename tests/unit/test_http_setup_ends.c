/* SPDX-License-Identifier: MIT
 *
 * test_http_setup_ends.c - POST /setup: what can come of its two steps, the
 * change of members and the transfer.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "tests/t.h"
#include "tests/unit/http_pair.h"

/* node1 leads, and node2 shall. */
#define BODY  "{\"leaderAddr\":\":8002\",\"leaderRaftAddr\":\":10002\"}"
#define SETUP "POST", "/setup", BODY

static void a_change_that_fails_is_told(void **state)
{
    static const struct {
        struct bridge_answer answer;
        struct http_exchange exchange;
    } cases[] = {
        {{.outcome = BRIDGE_UNREACHABLE, .why = "a:1 does not answer"},
         {SETUP, 502, "a:1 does not answer\n"}},
        {{.outcome = BRIDGE_CONFLICT, .why = "not now"},
         {SETUP, 409, "not now\n"}},
        {{.outcome = BRIDGE_FAILED}, {SETUP, 503, NULL}},
        {{.outcome = BRIDGE_UNKNOWN}, {SETUP, 504, NULL}},
    };
    struct http_fixture *f = *state;

    f->script_type = BRIDGE_CHANGE;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        http_fixture_script(f, &cases[i].answer, NULL);
        http_fixture_run(f, &cases[i].exchange, 1);
        t_u64_eq(f->call_count, i + 1); /* no transfer */
    }
}

static void without_a_leader_it_is_503(void **state)
{
    struct http_fixture *f = *state;
    char field[64];

    http_fixture_play(f, PLAY_NO_LEADER);
    struct http_reply reply = http_client_request(f->port, SETUP);

    assert_int_equal(reply.status, 503);
    assert_non_null(http_reply_field(&reply, "Retry-After", field, 64));
    http_reply_free(&reply);
}

/* The other one serves HTTP there; or nobody does. */
static void show_node2_at(struct http_fixture *f, uint16_t port)
{
    struct http_view view = http_fixture_view();

    (void)snprintf(view.member_http[1], sizeof(view.member_http[1]),
                   "127.0.0.1:%u", (unsigned)port);
    http_publish(f->http, &view);
}

static void *ask(void *self)
{
    static const struct http_exchange exchanges[] = {{SETUP, 200, ""}};

    HTTP_RUN(self, exchanges);
    return NULL;
}

static void who_is_there_is_tried_again(void **state)
{
    static const enum bridge_outcome outcomes[] = {
        BRIDGE_UNKNOWN, BRIDGE_CONFLICT, BRIDGE_NOT_LEADER, BRIDGE_BUSY,
        BRIDGE_FAILED};
    struct http_fixture *f = *state;
    pthread_t client;

    show_node2_at(f, f->port);
    f->script_type = BRIDGE_TRANSFER;
    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        const uint64_t calls = f->call_count;

        http_fixture_script(f, &(struct bridge_answer){.outcome = outcomes[i]},
                            NULL);
        assert_int_equal(pthread_create(&client, NULL, ask, f), 0);
        http_fixture_await_calls(f, calls + 3); /* a change, two transfers */
        http_fixture_play(f, PLAY_LEADER);
        assert_int_equal(pthread_join(client, NULL), 0);
    }
}

#define NOT_IN_TIME                                                            \
    "all are voters, but the one that shall lead does not in time; it may yet" \
    "\n"

/* Nor is it said then that nothing was done: a member may have been added. */
static void but_not_for_ever(void **state)
{
    static const enum bridge_outcome outcomes[] = {
        BRIDGE_UNKNOWN,  BRIDGE_CONFLICT, BRIDGE_NOT_LEADER, BRIDGE_BUSY,
        BRIDGE_STOPPING, BRIDGE_FAILED,   BRIDGE_REFUSED};
    static const struct http_exchange exchanges[] = {{SETUP, 504, NOT_IN_TIME}};
    struct http_fixture *f = *state;

    show_node2_at(f, f->port);
    f->script_type = BRIDGE_TRANSFER;
    for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
        http_fixture_script(f, &(struct bridge_answer){.outcome = outcomes[i]},
                            NULL);
        HTTP_RUN(f, exchanges);
    }
}

/* Somebody who says so of his own part does not know of ours. */
static void what_another_leader_did_not_do_is_not_said(void **state)
{
    static const struct http_exchange exchanges[] = {{SETUP, 504, NOT_IN_TIME}};
    struct http_fixture *f = *state;
    struct http_fixture *other =
        http_fixture_start(&(struct http_settings){.request_timeout_ms = 200});
    struct bridge_answer answer = {.outcome = BRIDGE_NOT_LEADER};

    (void)snprintf(answer.leader_http, sizeof(answer.leader_http),
                   "127.0.0.1:%u", (unsigned)other->port);
    http_fixture_play(other, PLAY_NO_LEADER);
    f->script_type = BRIDGE_TRANSFER;
    http_fixture_script(f, &answer, NULL);
    HTTP_RUN(f, exchanges);
    assert_true(other->call_count > 0);
    http_fixture_stop(other);
}

/* All are voters: as much as can be had of what was asked for. */
static void who_is_dead_is_left_alone(void **state)
{
    static const struct http_exchange exchanges[] = {{SETUP, 200, ""}};
    struct http_fixture *f = *state;

    show_node2_at(f, 1);
    f->script_type = BRIDGE_TRANSFER;
    http_fixture_script(f, &(struct bridge_answer){.outcome = BRIDGE_UNKNOWN},
                        NULL);
    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 2);
}

/* It took over while we asked. */
static void who_leads_meanwhile_is_enough(void **state)
{
    static const struct http_exchange exchanges[] = {{SETUP, 200, ""}};
    struct http_fixture *f = *state;
    struct http_view view = http_fixture_view();

    view.raft.role = RAFT_FOLLOWER;
    view.raft.leader_id = 12;
    f->script_type = BRIDGE_TRANSFER;
    http_fixture_script(
        f, &(struct bridge_answer){.outcome = BRIDGE_NOT_LEADER}, &view);
    HTTP_RUN(f, exchanges);
    t_u64_eq(f->call_count, 2);
}

/* A third one leads: he is asked all of it again. */
static void another_leader_goes_on(void **state)
{
    static const struct http_exchange exchanges[] = {{SETUP, 200, ""}};
    struct http_pair *pair = *state;
    const struct http_view view = http_fixture_view();
    struct bridge_answer answer = {.outcome = BRIDGE_NOT_LEADER};

    (void)snprintf(answer.leader_http, sizeof(answer.leader_http),
                   "127.0.0.1:%u", (unsigned)pair->leader->port);
    http_publish(pair->follower->http, &view);
    pair->follower->script_type = BRIDGE_TRANSFER;
    http_fixture_script(pair->follower, &answer, NULL);
    HTTP_RUN(pair->follower, exchanges);
    t_u64_eq(pair->follower->call_count, 2);
    t_u64_eq(pair->leader->call_count, 2);
    t_u64_eq(pair->leader->asked.to, 12);
}

/* What it waits for is half of this. */
static int set_up_hasty(void **state)
{
    *state =
        http_fixture_start(&(struct http_settings){.request_timeout_ms = 300});
    return 0;
}

static const struct CMUnitTest tests[] = {
    T_HTTP(a_change_that_fails_is_told),
    T_HTTP_AS(without_a_leader_it_is_503, set_up_hasty),
    T_HTTP(who_is_there_is_tried_again),
    T_HTTP_AS(but_not_for_ever, set_up_hasty),
    T_HTTP_AS(what_another_leader_did_not_do_is_not_said, set_up_hasty),
    T_HTTP(who_is_dead_is_left_alone),
    T_HTTP(who_leads_meanwhile_is_enough),
    cmocka_unit_test_setup_teardown(another_leader_goes_on, http_pair_setup,
                                    http_pair_teardown),
};

T_MAIN(tests)
